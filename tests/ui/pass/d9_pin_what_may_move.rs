use std::pin::{Pin, pin};
use talloc::Ctx;

fn main() {
    let ctx = Ctx::new();
    let _task = pin!(async { 7 });
    println!("{}", Pin::new(ctx.alloc(7)));
}
