use talloc::{CtxRef, Node, Str};

talloc::node! { struct Failure<'t> { message: Str<'t> } }

fn first_step(ctx: &CtxRef) -> Result<(), Node<'_, Failure<'_>>> {
    Err(ctx.build(|t| Failure { message: t.strdup("no route to host").unwrap() }))
}

fn process(ctx: &CtxRef) -> Result<(), Node<'_, Failure<'_>>> {
    let _tmp = ctx.new_child();
    first_step(ctx)?;
    Ok(())
}

fn main() {
    let root = talloc::Ctx::new();
    println!("{}", process(&root).unwrap_err().get().message);
}
