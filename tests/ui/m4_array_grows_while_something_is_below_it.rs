// A context below an array holds its old address: C would allocate on freed memory.
use talloc::{Ctx, TBox};

fn main() {
    let ctx = Ctx::new();
    let mut numbers = ctx.alloc_slice_copy(&[1, 2, 3]);
    let below = TBox::as_ctx(&numbers);
    TBox::grow_with(&mut numbers, 1000, |_| 0);
    println!("{}", below.alloc(7));
}
