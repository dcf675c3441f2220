// Two threads allocate on one context: C would corrupt it, since talloc locks nothing.
use talloc::Ctx;

fn main() {
    let ctx = Ctx::new();
    std::thread::scope(|scope| {
        scope.spawn(|| ctx.alloc_str("from the thread").len());
        println!("{}", ctx.alloc_str("from main"));
    });
}
