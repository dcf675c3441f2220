// A string is freed, and another one grows and is stolen, when nothing below them is in use.
use talloc::{AsCtx, Ctx, TString};

fn main() {
    let ctx = Ctx::new();
    let text = ctx.strdup_c(c"text");
    let below = text.as_ctx().alloc(1);
    assert_eq!(*below, 1);
    drop(below);
    let other = ctx.new_child();
    text.steal(&other).free();
    let mut text = TString::from_str_in("text", &ctx);
    drop(text.as_ctx().alloc(1));
    text.push_str(" and more");
}
