// C counts elements by their size: an array of zero bytes has no length.
use talloc::{Array, Ctx};

fn main() {
    let ctx = Ctx::new();
    let marks: Array<'_, ()> = ctx.alloc_slice_copy(&[(); 3]).into();
    println!("{}", marks.len());
}
