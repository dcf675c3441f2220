// The neighbour of m5_collection_outlives_its_context.
use allocator_api2::vec::Vec;
use talloc::{Ctx, CtxRef};

fn return_from<'c>(ctx: &'c CtxRef) -> &'c mut [u32] {
    let mut lines: Vec<u32, &CtxRef> = Vec::new_in(ctx);
    lines.push(1);
    Vec::leak(lines)
}

fn main() {
    let mut request = Ctx::new();
    return_from(&request)[0] = 2;
    request.free_children();
    let mut lines: Vec<u32, &CtxRef> = Vec::new_in(&request);
    lines.push(2);
    drop(lines);
    drop(request);
}
