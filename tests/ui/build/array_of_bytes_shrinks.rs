// libtalloc keeps at least one byte of a chunk, and C would count it.
use talloc::{Array, Ctx};

fn main() {
    let ctx = Ctx::new();
    let mut flags: Array<'_, bool> = ctx.alloc_slice_copy(&[true, false]).into();
    flags.push(true);
    println!("{:?}", flags.pop());
}
