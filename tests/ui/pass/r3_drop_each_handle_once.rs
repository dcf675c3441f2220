use talloc::{Ctx, Shared};

fn main() {
    let ctx = Ctx::new();
    let one = ctx.alloc_shared(1);
    let two = Shared::clone_in(&one, &ctx);
    drop(one);
    assert_eq!((*two, Shared::owners(&two)), (1, 1));
    drop(two);
    assert_eq!(ctx.total_blocks(), 1);
}
