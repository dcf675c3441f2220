// A collection borrows its context: its memory goes with it.
use allocator_api2::vec::Vec;
use talloc::{Ctx, CtxRef};

fn use_after_drop() {
    let request = Ctx::new();
    let mut lines: Vec<u32, &CtxRef> = Vec::new_in(&request);
    lines.push(1);
    drop(request);
    lines.push(2);
}

fn use_after_reset() {
    let mut request = Ctx::new();
    let mut lines: Vec<u32, &CtxRef> = Vec::new_in(&request);
    request.free_children();
    lines.push(2);
}

fn leaked() -> &'static mut [u32] {
    let request = Ctx::new();
    let lines: Vec<u32, &CtxRef> = Vec::new_in(&request);
    Vec::leak(lines)
}

fn main() {
    use_after_drop();
    use_after_reset();
    leaked();
}
