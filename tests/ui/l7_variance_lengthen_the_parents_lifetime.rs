// A handle claims that its parent lives longer than it does: C would read freed memory.
use talloc::{Ctx, TBox};

fn for_ever<'p>(number: TBox<'p, u32>) -> TBox<'static, u32> {
    number
}

fn main() {
    let ctx = Ctx::new();
    println!("{}", for_ever(ctx.alloc(7)));
}
