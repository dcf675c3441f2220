// A panic half-way through a change of the cell, and another owner goes on with what is left: as `Rc`.
use std::cell::Cell;
use std::panic::catch_unwind;
use talloc::Ctx;

fn main() {
    let ctx = Ctx::new();
    let shared = ctx.alloc_shared(Cell::new(1));
    let _ = catch_unwind(move || shared.set(2));
}
