use talloc::{Ctx, TBox};

fn main() {
    let session = Ctx::new();
    let request = session.new_child();
    println!("{:?}", request.name());
    drop(request);

    let list = session.alloc([1, 2, 3]);
    let name = TBox::as_ctx(&list).alloc_str("numbers");
    println!("{name}");
    drop(name);
    drop(list);

    let name: &mut String = TBox::keep(session.alloc(String::from("numbers")));
    name.push('!');
    drop(session);
}
