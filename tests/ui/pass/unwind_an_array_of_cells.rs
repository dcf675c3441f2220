// The elements go with the panic, or cannot change.
use std::cell::Cell;
use std::panic::catch_unwind;
use talloc::{Array, Ctx};

fn main() {
    let ctx = Ctx::new();
    let array: Array<'_, Cell<i32>> = ctx.alloc_slice_fill_with(2, |_| Cell::new(1)).into();
    assert!(catch_unwind(move || array[0].set(2)).is_ok());
    let array: Array<'_, i32> = ctx.alloc_slice_copy(&[1, 2]).into();
    assert_eq!(catch_unwind(|| array[1]).ok(), Some(2));
}
