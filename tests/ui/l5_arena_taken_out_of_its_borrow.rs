// What gives out the `Bump` of an arena would let safe code swap it under its content.
use talloc::{Arena, Ctx};

fn main() {
    let ctx = Ctx::new();
    let (a, b) = (ctx.new_arena(), ctx.new_arena());
    let number = a.alloc(5);
    std::mem::swap(&mut *a.claim(), &mut *b.claim());
    drop(b);
    println!("{number}");
    talloc::scratch_arena(|arena| {
        let other: Arena<'_> = Arena::new_in(*arena.allocator().unwrap());
        std::mem::swap(arena.as_mut_scope(), other.as_mut_scope());
        arena.reset();
        *arena = ctx.new_arena();
    });
}
