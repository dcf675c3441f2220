// The error is allocated on the temporary context: C would free it and then return it.
use talloc::{CtxRef, TBox};

fn parse<'c>(ctx: &'c CtxRef, text: &str) -> Result<TBox<'c, u32>, TBox<'c, str>> {
    match text.parse() {
        Ok(number) => Ok(ctx.alloc(number)),
        Err(_) => Err(ctx.alloc_str("not a number")),
    }
}

fn process<'c>(ctx: &'c CtxRef, text: &str) -> Result<u32, TBox<'c, str>> {
    let tmp = ctx.new_child();
    let number = parse(&tmp, text)?;
    Ok(*number)
}

fn main() {
    let root = talloc::Ctx::new();
    println!("{:?}", process(&root, "7"));
}
