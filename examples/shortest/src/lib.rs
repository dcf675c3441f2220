//! The shortest Rust library for a C program on talloc.

use talloc::{CStrRef, CtxRef, Error, Node, StrList, catch_panic};

talloc::node! {
    /// The words of a text.
    #[repr(C)]
    #[derive(Debug)]
    pub struct Words<'t> as c"struct words" {
        /// How many.
        pub count: usize,
        /// The words, and NULL at the end.
        pub list: StrList<'t>,
    }
}

/// The words on `ctx`; NULL if the text is not UTF-8, or without memory.
#[unsafe(no_mangle)]
pub extern "C" fn words<'c>(ctx: &'c CtxRef, text: CStrRef<'_>) -> Option<Node<'c, Words<'c>>> {
    catch_panic(|| split(ctx, text.to_str().ok()?).ok(), |_| None)
}

fn split<'c>(ctx: &'c CtxRef, text: &str) -> Result<Node<'c, Words<'c>>, Error> {
    ctx.try_build(|t| {
        Ok(Words {
            count: text.split_whitespace().count(),
            list: t.try_strdup_list(text.split_whitespace())?,
        })
    })
}
