// What the object refers to outlives the panic, and may be half changed: as in a `Box`.
use std::panic::catch_unwind;
use talloc::Ctx;

fn main() {
    let mut number = 1;
    let ctx = Ctx::new();
    let mut object = ctx.alloc(&mut number);
    let _ = catch_unwind(move || **object = 2);
}
