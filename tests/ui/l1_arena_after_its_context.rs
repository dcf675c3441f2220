// An arena does not outlive its context, and what is in it no reset.
use talloc::{Arena, Ctx};

fn outlives() -> Arena<'static> {
    let ctx = Ctx::new();
    ctx.new_arena()
}

fn main() {
    let ctx = Ctx::new();
    let mut arena = ctx.new_arena();
    let number = arena.alloc(1);
    arena.reset();
    println!("{number}");
    drop(ctx);
    arena.reset();
    drop(outlives());
}
