// A context and an object are freed while something below them is used: C would read freed memory.
use talloc::{Ctx, TBox};

fn context() {
    let session = Ctx::new();
    let request = session.new_child();
    drop(session);
    println!("{:?}", request.name());
}

fn object() {
    let ctx = Ctx::new();
    let list = ctx.alloc([1, 2, 3]);
    let name = TBox::as_ctx(&list).alloc_str("numbers");
    drop(list);
    println!("{name}");
}

fn kept_value() {
    let ctx = Ctx::new();
    let name: &mut String = TBox::keep(ctx.alloc(String::from("numbers")));
    drop(ctx);
    name.push('!');
}

fn main() {
    context();
    object();
    kept_value();
}
