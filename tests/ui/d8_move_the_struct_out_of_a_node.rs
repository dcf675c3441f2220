// The struct would leave the chunk that owns its fields: in C a shallow copy, used after the free.
use talloc::{Ctx, Str};

talloc::node! { struct User<'t> { name: Str<'t> } }

fn main() {
    let ctx = Ctx::new();
    let mut user = ctx.build::<User>(|t| User { name: t.strdup("anna").unwrap() });
    let copy =
        user.with_mut(|t, user| std::mem::replace(user, User { name: t.strdup("bob").unwrap() }));
    drop(user);
    println!("{}", copy.name);
}
