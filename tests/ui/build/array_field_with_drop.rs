// Whatever a type says: an `Array` drops nothing, and the strings would leak.
use talloc::{Array, Ctx, NoDrop};

struct Word(String);

impl NoDrop for Word {}

fn main() {
    let ctx = Ctx::new();
    let words = ctx.alloc_slice_fill_with(3, |_| Word(String::from("word")));
    let words: Array<'_, Word> = words.into();
    println!("{}", words[0].0);
}
