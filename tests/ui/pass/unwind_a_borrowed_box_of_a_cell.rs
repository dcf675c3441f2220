// What cannot change behind a shared reference is whole after a panic; so is the tree.
use std::panic::catch_unwind;
use talloc::{Ctx, TString};

fn main() {
    let ctx = Ctx::new();
    let (object, text) = (ctx.alloc(1), ctx.strdup_c(c"text"));
    let string = TString::from_str_in("text", &ctx);
    let sum = catch_unwind(|| *object + text.to_bytes().len() + string.len() + *ctx.alloc(1));
    assert_eq!(sum.ok(), Some(10));
}
