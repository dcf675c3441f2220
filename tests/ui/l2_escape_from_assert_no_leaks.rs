// What the closure returns would be left: it borrows a context of any lifetime.
use talloc::Ctx;

fn main() {
    let ctx = Ctx::new();
    let number = talloc::assert_no_leaks(&ctx, |ctx| ctx.alloc(1));
    drop(number);
}
