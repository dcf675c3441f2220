// The new name is a child of the caller's context: in C freeing the struct leaves it behind.
use talloc::{Ctx, Str};

talloc::node! { struct User<'t> { name: Str<'t> } }

fn main() {
    let ctx = Ctx::new();
    let mut user = ctx.build::<User>(|t| User { name: t.strdup("anna").unwrap() });
    user.with_mut(|_, user| user.name.set(&ctx, "bob").unwrap());
    println!("{}", user.get().name);
}
