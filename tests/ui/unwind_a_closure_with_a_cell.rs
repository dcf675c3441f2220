// What the closure shares with others may be half changed after a panic: as in a `Box`.
use std::cell::Cell;
use std::panic::catch_unwind;
use std::rc::Rc;
use talloc::Ctx;

fn main() {
    let ctx = Ctx::new();
    let count = Rc::new(Cell::new(0));
    let on_free = ctx.on_free(move || count.set(1));
    let _ = catch_unwind(move || on_free.cancel());
}
