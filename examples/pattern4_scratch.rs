//! Pattern 4: a temporary context for the work, and the result stolen out of it.
#![forbid(unsafe_code)]

use talloc::{Ctx, CtxRef, Error, Node, Str};

talloc::node! {
    #[derive(Debug)]
    #[repr(C)]
    struct Output<'t> as c"result_t" {
        text: Str<'t>,
        words: u32,
    }
}

fn process_internal<'t>(tmp: &'t CtxRef, input: &str) -> Result<Node<'t, Output<'t>>, Error> {
    let words = tmp.alloc_slice_from_iter(input.split_whitespace());
    let text = tmp.alloc_str(&words.join(" "));
    tmp.try_build(|out| Ok(Output { text: out.strdup(&text)?, words: words.len() as u32 }))
}

fn process<'c>(ctx: &'c CtxRef, input: &str) -> Result<Node<'c, Output<'c>>, Error> {
    // Temporary context for intermediate work
    let tmp = ctx.new_child();
    let result = process_internal(&tmp, input)?;
    // Keeping the result: steal it. Without this, returning it does not compile.
    Ok(result.steal(ctx))
} // tmp is freed, with all intermediates

fn main() -> Result<(), Error> {
    let ctx = Ctx::new();
    let result = process(&ctx, "  one \t tree  for everything ")?;
    println!("{:?}, {} words", result.get().text, result.get().words);
    assert_eq!(result.get().text, "one tree for everything");
    assert_eq!(ctx.total_blocks(), 3); // ctx, result and its text: tmp is gone.
    // A NUL makes it fail; the error is a plain value and tmp is freed as well.
    assert_eq!(process(&ctx, "a\0b").unwrap_err(), Error::InteriorNul { position: 1 });
    assert_eq!(ctx.total_blocks(), 3);
    Ok(())
}
