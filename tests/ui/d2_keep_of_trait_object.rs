// A trait object carries its destructor in the handle, not in the chunk: C could not find it.
use talloc::{Ctx, TBox, unsize};

fn main() {
    let ctx = Ctx::new();
    let text = unsize!(ctx.alloc(String::from("anna")) => dyn std::fmt::Display);
    println!("{}", TBox::keep(text));
}
