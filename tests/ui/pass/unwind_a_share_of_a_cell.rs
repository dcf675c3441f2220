// What cannot change behind a shared reference is whole after a panic.
use std::panic::catch_unwind;
use talloc::Ctx;

fn main() {
    let ctx = Ctx::new();
    let shared = ctx.alloc_shared(1);
    assert_eq!(catch_unwind(move || *shared).ok(), Some(1));
}
