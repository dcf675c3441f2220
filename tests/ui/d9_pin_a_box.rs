// A forgotten box is freed with its parent without a drop, which a pinned value must never be.
use std::pin::Pin;
use talloc::Ctx;

fn main() {
    let ctx = Ctx::new();
    let task = ctx.alloc(async { 7 });
    let pinned = Pin::new(task);
    println!("{}", size_of_val(&pinned));
}
