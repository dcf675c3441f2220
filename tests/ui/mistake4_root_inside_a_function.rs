// A root that is not the caller's: in C the result leaks, here it would be freed too early.
use talloc::{Ctx, Node, Str};

talloc::node! { struct Config<'t> { address: Str<'t> } }

fn load<'c>() -> Result<Node<'c, Config<'c>>, talloc::Error> {
    let root = Ctx::new();
    root.try_build(|t| Ok(Config { address: t.strdup("::1")? }))
}

fn main() {
    println!("{}", load().unwrap().get().address);
}
