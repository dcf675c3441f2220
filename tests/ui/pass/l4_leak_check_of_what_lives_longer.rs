use talloc::{Ctx, LeakCheck, TBox};

fn main() {
    let ctx = Ctx::new();
    let _check = LeakCheck::new(&ctx);
    let mut child = ctx.new_child();
    TBox::leak(child.alloc(1));
    child.free_children();
    let other = Ctx::new();
    // What leaves the closure goes where it does not count.
    let number = talloc::assert_no_leaks(&ctx, |ctx| TBox::steal(ctx.alloc(1), &other));
    assert_eq!(*number, 1);
}
