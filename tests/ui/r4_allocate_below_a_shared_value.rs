// A shared value is no context: another owner could move it below what is allocated there.
use talloc::{AsCtx, Ctx};

fn below(object: &impl AsCtx) {
    object.as_ctx().alloc(1);
}

fn main() {
    let ctx = Ctx::new();
    let shared = ctx.alloc_shared(1);
    below(&shared);
}
