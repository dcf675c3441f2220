// The object goes with the panic, and all that could be half changed with it.
use std::cell::Cell;
use std::panic::catch_unwind;
use talloc::Ctx;

fn main() {
    let ctx = Ctx::new();
    let object = ctx.alloc(Cell::new(1));
    assert!(catch_unwind(move || object.set(2)).is_ok());
}
