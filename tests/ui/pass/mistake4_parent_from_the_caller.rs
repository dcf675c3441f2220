use talloc::{Ctx, CtxRef, Node, Str};

talloc::node! { struct Config<'t> { address: Str<'t> } }

fn load(ctx: &CtxRef) -> Result<Node<'_, Config<'_>>, talloc::Error> {
    ctx.try_build(|t| Ok(Config { address: t.strdup("::1")? }))
}

fn main() {
    let root = Ctx::new();
    println!("{}", load(&root).unwrap().get().address);
}
