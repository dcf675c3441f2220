// What the closure has for itself goes with it.
use std::cell::Cell;
use std::panic::catch_unwind;
use talloc::Ctx;

fn main() {
    let ctx = Ctx::new();
    let count = Cell::new(0);
    let on_free = ctx.on_free(move || count.set(1));
    assert!(catch_unwind(move || on_free.cancel()).is_ok());
}
