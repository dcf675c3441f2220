// A second talloc_unlink for one talloc_reference takes somebody else's share.
use talloc::{Ctx, Shared};

fn main() {
    let ctx = Ctx::new();
    let one = ctx.alloc_shared(1);
    let two = Shared::clone_in(&one, &ctx);
    drop(two);
    drop(two);
}
