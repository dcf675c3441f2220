// The object is four bytes and would be used as eight: C would read past its end.
use talloc::{Ctx, unsize};

fn main() {
    let ctx = Ctx::new();
    let wide = unsize!(ctx.alloc(7_u32) => u64);
    println!("{wide}");
}
