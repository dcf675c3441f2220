// The check would look at a context that is gone.
use talloc::{Ctx, LeakCheck};

fn main() {
    let ctx = Ctx::new();
    let check = LeakCheck::new(&ctx);
    drop(ctx);
    drop(check);
}
