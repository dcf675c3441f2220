use talloc::{CtxRef, TBox};

fn parse<'c>(ctx: &'c CtxRef, text: &str) -> Result<TBox<'c, u32>, TBox<'c, str>> {
    match text.parse() {
        Ok(number) => Ok(ctx.alloc(number)),
        Err(_) => Err(ctx.alloc_str("not a number")),
    }
}

fn process<'c>(ctx: &'c CtxRef, text: &str) -> Result<u32, TBox<'c, str>> {
    let tmp = ctx.new_child();
    // The error moves to the caller's context before the temporary one goes.
    let number = parse(&tmp, text).map_err(|error| TBox::steal(error, ctx))?;
    Ok(*number)
}

fn main() {
    let root = talloc::Ctx::new();
    assert_eq!(*process(&root, "x").unwrap_err(), *"not a number");
}
