use talloc::{Ctx, Str};

talloc::node! { struct User<'t> { name: Str<'t> } }

fn main() {
    let ctx = Ctx::new();
    let name = ctx.strdup("anna").unwrap();
    let mut user = ctx.build::<User>(|t| User { name: name.steal(t) });
    user.with_mut(|t, user| user.name.set(t, "bob").unwrap());
    println!("{}", user.get().name);
}
