// An `Array` is freed with its parent and drops nothing: the strings would leak.
use talloc::{Array, Ctx};

fn main() {
    let ctx = Ctx::new();
    let words: Array<'_, String> = ctx.alloc_slice_fill_with(3, |_| String::from("word")).into();
    println!("{}", words.len());
}
