// A string becomes its own grandchild: C would make a loop that nothing frees any more.
use talloc::{AsCtx, Ctx};

fn main() {
    let ctx = Ctx::new();
    let text = ctx.strdup_c(c"text");
    let below = text.as_ctx().new_child();
    let looped = text.steal(&below);
    println!("{looped}");
}
