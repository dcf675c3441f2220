use talloc::{Ctx, Str, TBox};

talloc::node! { struct User<'t> { name: Str<'t> } }

fn main() {
    let ctx = Ctx::new();
    let name = ctx.alloc(String::from("anna"));
    let taken: String = TBox::into_inner(name).unwrap();
    println!("{taken}");

    let mut user = ctx.build::<User>(|t| User { name: t.strdup("anna").unwrap() });
    let copy =
        user.with_mut(|t, user| std::mem::replace(user, User { name: t.strdup("bob").unwrap() }));
    println!("{}", copy.name);
    drop(user);
}
