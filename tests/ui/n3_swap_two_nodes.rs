// Two structs swap their fields, but not who owns these: C would read freed memory after a free.
use talloc::{Ctx, Str};

talloc::node! { struct User<'t> { name: Str<'t> } }

fn main() {
    let ctx = Ctx::new();
    let mut anna = ctx.build::<User>(|t| User { name: t.strdup("anna").unwrap() });
    let mut bob = ctx.build::<User>(|t| User { name: t.strdup("bob").unwrap() });
    anna.with_mut(|_, a| bob.with_mut(|_, b| std::mem::swap(a, b)));
    drop(bob);
    println!("{}", anna.get().name);
}
