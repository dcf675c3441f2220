// The object goes with the panic, and all that could be half changed with it.
use std::cell::Cell;
use std::panic::catch_unwind;
use talloc::{Ctx, Verdict};

fn main() {
    let ctx = Ctx::new();
    let guarded = ctx.alloc_guarded(Cell::new(1), |_| Verdict::Free);
    assert!(catch_unwind(move || guarded.set(2)).is_ok());
}
