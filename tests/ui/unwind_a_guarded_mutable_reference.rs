// What the object refers to outlives the panic, and may be half changed: as in a `Box`.
use std::panic::catch_unwind;
use talloc::{Ctx, Verdict};

fn main() {
    let ctx = Ctx::new();
    let number: &'static mut i32 = Box::leak(Box::new(1));
    let mut guarded = ctx.alloc_guarded(number, |_| Verdict::Free);
    let _ = catch_unwind(move || **guarded = 2);
}
