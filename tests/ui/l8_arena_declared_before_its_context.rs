// The chunks of an arena go with it: its context must be there then.
use talloc::{Arena, Ctx};

fn main() {
    let arena: Arena<'_>;
    let ctx = Ctx::new();
    arena = ctx.new_arena();
    println!("{}", arena.alloc(1));
}
