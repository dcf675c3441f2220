// The elements outlive the panic, and may be half changed: as a `Vec` that is borrowed.
use std::cell::Cell;
use std::panic::catch_unwind;
use talloc::{Array, Ctx};

fn main() {
    let ctx = Ctx::new();
    let array: Array<'_, Cell<i32>> = ctx.alloc_slice_fill_with(2, |_| Cell::new(1)).into();
    let _ = catch_unwind(|| array[0].set(2));
}
