// The memory is read before anything was written to it: C would read rubbish.
use talloc::Ctx;

fn main() {
    let ctx = Ctx::new();
    let number = ctx.alloc_uninit::<u32>();
    let sum: u32 = *number + 1;
    println!("{sum}");
}
