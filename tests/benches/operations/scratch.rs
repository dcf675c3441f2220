//! Scratch contexts, warm: the thread has its pool already.

use talloc::{Arena, CtxRef, TBox};

use super::objects::bump;
use crate::row::{Row, used};

unsafe extern "C" {
    safe fn speed_scratch(ctx: &CtxRef);
    safe fn speed_scratch_ten(ctx: &CtxRef);
    safe fn speed_malloc_ten(ctx: &CtxRef);
}

pub(super) fn rows() -> Vec<Row> {
    vec![
        Row::new("scratch context, entered and left", speed_scratch, |_| {
            talloc::scratch(used);
        }),
        Row::new("scratch context with ten objects", speed_scratch_ten, ten)
            .std(boxes)
            .bumpalo(bump(|bump| (0..10_u64).for_each(|i| used(bump.alloc(i))))),
        Row::new("scratch context with ten objects (C: malloc)", speed_malloc_ten, ten).std(boxes),
        Row::new("scratch arena with ten objects (C: malloc)", speed_malloc_ten, arena)
            .std(boxes)
            .bumpalo(bump(|bump| (0..10_u64).for_each(|i| used(bump.alloc(i))))),
        Row::new("arena made, ten objects, freed (C: malloc)", speed_malloc_ten, new_arena)
            .std(boxes)
            .bumpalo(|| {
                let bump = bumpalo::Bump::new();
                (0..10_u64).for_each(|i| used(bump.alloc(i)));
            }),
    ]
}

fn ten(_: &CtxRef) {
    talloc::scratch(|tmp| {
        for i in 0..10_u64 {
            TBox::leak(tmp.alloc(i));
        }
        used(tmp);
    });
}

fn arena(_: &CtxRef) {
    talloc::scratch_arena(fill);
}

fn new_arena(ctx: &CtxRef) {
    fill(&ctx.new_arena());
}

fn fill(arena: &Arena<'_>) {
    for i in 0..10_u64 {
        used(arena.alloc(i));
    }
}

fn boxes() {
    used(&[0_u64, 1, 2, 3, 4, 5, 6, 7, 8, 9].map(Box::new));
}
