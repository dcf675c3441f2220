// The error of `try_build` is talloc's own, so that it need not be named; `try_build_or` has others.
use talloc::{Ctx, Error, Str};

talloc::node! { struct User<'t> { name: Str<'t> } }

fn main() -> Result<(), Error> {
    let ctx = Ctx::new();
    let user = ctx.try_build::<User, Error>(|t| Ok(User { name: t.strdup("anna")? }))?;
    println!("{}", user.get().name);
    Ok(())
}
