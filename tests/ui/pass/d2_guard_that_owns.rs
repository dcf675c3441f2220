use std::cell::Cell;
use std::rc::Rc;
use talloc::{Ctx, Verdict};

fn main() {
    let ctx = Ctx::new();
    {
        let busy = Rc::new(Cell::new(true));
        let seen = busy.clone();
        let guard = move |_: &mut i32| if seen.get() { Verdict::Refuse } else { Verdict::Free };
        drop(ctx.alloc_guarded(1, guard));
        assert_eq!(ctx.total_blocks(), 2);
        busy.set(false);
    }
    drop(ctx);
}
