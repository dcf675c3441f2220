// An arena may stand for one of a shorter lifetime, and never for one of a longer.
use talloc::{Arena, Ctx};

fn longer<'long, 'short: 'short>(arena: Arena<'short>) -> Arena<'long> {
    arena
}

fn swapped(outer: &mut Arena<'static>) {
    let ctx = Ctx::new();
    std::mem::swap(outer, &mut ctx.new_arena());
}

fn main() {
    let ctx = Ctx::new();
    let mut outer = ctx.new_arena();
    {
        let ctx = Ctx::new();
        let mut inner = ctx.new_arena();
        std::mem::swap(&mut outer, &mut inner);
    }
    drop(longer(outer));
    let _: fn(&mut Arena<'static>) = swapped;
}
