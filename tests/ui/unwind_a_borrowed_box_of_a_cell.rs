// The object outlives the panic, and may be half changed: as a `Box` that is borrowed.
use std::cell::Cell;
use std::panic::catch_unwind;
use talloc::Ctx;

fn main() {
    let ctx = Ctx::new();
    let object = ctx.alloc(Cell::new(1));
    let _ = catch_unwind(|| object.set(2));
}
