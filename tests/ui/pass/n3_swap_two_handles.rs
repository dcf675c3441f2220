use talloc::{Ctx, Str};

talloc::node! { struct User<'t> { name: Str<'t> } }

fn main() {
    let ctx = Ctx::new();
    let mut anna = ctx.build::<User>(|t| User { name: t.strdup("anna").unwrap() });
    let mut bob = ctx.build::<User>(|t| User { name: t.strdup("bob").unwrap() });
    std::mem::swap(&mut anna, &mut bob);
    // The text of one moves below the other.
    anna.with_mut(|a, anna| {
        bob.with_mut(|_, bob| {
            anna.name = a.strdup_c(&bob.name);
        })
    });
    drop(bob);
    println!("{}", anna.get().name);
}
