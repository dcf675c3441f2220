//! Scratch contexts, warm: the thread has its pool already.

use talloc::{Arena, CtxRef, TBox};

use super::objects::bump;
use crate::inputs::TEXT_8;
use crate::row::{Row, opaque, used};

unsafe extern "C" {
    safe fn speed_scratch(ctx: &CtxRef);
    safe fn speed_scratch_ten(ctx: &CtxRef);
    safe fn speed_malloc_ten(ctx: &CtxRef);
    safe fn speed_strings(ctx: &CtxRef);
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
            .bumpalo(bump(|bump| (0..10_u64).for_each(|i| used(bump.alloc(i)))))
            .bump_scope({
                let mut bump: bump_scope::Bump = bump_scope::Bump::new();
                move || {
                    fill_bump(&bump);
                    bump.reset();
                }
            }),
        Row::new("arena made, ten objects, freed (C: malloc)", speed_malloc_ten, new_arena)
            .std(boxes)
            .bumpalo(|| {
                let bump = bumpalo::Bump::new();
                (0..10_u64).for_each(|i| used(bump.alloc(i)));
            })
            .bump_scope(|| fill_bump(&bump_scope::Bump::new()))
            .typed_arena(|| {
                let arena = typed_arena::Arena::new();
                (0..10_u64).for_each(|i| used(arena.alloc(i)));
            }),
        Row::new("arena of 1,000 strings of 8 bytes (C: objects)", speed_strings, |ctx| {
            let arena = ctx.new_arena();
            (0..1_000).for_each(|_| used(arena.alloc_str(opaque(&TEXT_8))));
        })
        .std(|| {
            used(&*Vec::from_iter((0..1_000).map(|_| Box::<str>::from(opaque(&TEXT_8)))));
        })
        .bumpalo(|| {
            let bump = bumpalo::Bump::new();
            (0..1_000).for_each(|_| used(bump.alloc_str(opaque(&TEXT_8))));
        })
        .bump_scope(|| {
            let bump: bump_scope::Bump = bump_scope::Bump::new();
            (0..1_000).for_each(|_| used(&*bump.alloc_str(opaque(&TEXT_8))));
        })
        .typed_arena(|| {
            let arena = typed_arena::Arena::new();
            (0..1_000).for_each(|_| used(arena.alloc_str(opaque(&TEXT_8))));
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

fn fill_bump(bump: &bump_scope::Bump) {
    (0..10_u64).for_each(|i| used(&*bump.alloc(i)));
}

fn boxes() {
    used(&[0_u64, 1, 2, 3, 4, 5, 6, 7, 8, 9].map(Box::new));
}
