// The closure of a guarded object is asked when what it borrows is gone.
use std::cell::Cell;
use talloc::{Ctx, Verdict};

fn main() {
    let ctx = Ctx::new();
    {
        let busy = Cell::new(true);
        drop(ctx.alloc_guarded(1, |_| if busy.get() { Verdict::Refuse } else { Verdict::Free }));
    }
    drop(ctx);
}
