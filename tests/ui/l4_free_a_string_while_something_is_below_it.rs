// A string is freed while an object below it is in use.
use talloc::{AsCtx, Ctx};

fn main() {
    let ctx = Ctx::new();
    let text = ctx.strdup_c(c"text");
    let below = text.as_ctx().alloc(1);
    text.free();
    println!("{below}");
}
