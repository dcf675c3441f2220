// Two threads free objects of one tree: C would corrupt it, since talloc locks nothing.
use talloc::Ctx;

fn main() {
    let ctx = Ctx::new();
    let job = ctx.alloc(7);
    std::thread::scope(|scope| {
        scope.spawn(move || drop(job));
    });
}
