//! Arrays and vectors.

use allocator_api2::vec::Vec as VecIn;
use talloc::{Array, CtxRef, TBox};

use super::objects::bump;
use crate::row::{Row, used, used_number};

unsafe extern "C" {
    safe fn speed_zeroed_array(ctx: &CtxRef);
    safe fn speed_array_steps(ctx: &CtxRef);
    safe fn speed_array_pushes(ctx: &CtxRef);
    safe fn speed_vec_pushes(ctx: &CtxRef);
    safe fn speed_field_pushes(ctx: &CtxRef);
    safe fn speed_field_removals(ctx: &CtxRef);
}

const ELEMENTS: usize = 10_000;
const STEP: usize = 100;

static MORE: [u32; STEP] = {
    let mut more = [0; STEP];
    more[0] = 1;
    more
};

pub(super) fn rows() -> Vec<Row> {
    vec![
        Row::new("zeroed array of 100 u64", speed_zeroed_array, |ctx| {
            used(&*ctx.alloc_slice_zeroed::<u64>(100));
        })
        .std(|| used(&*vec![0_u64; 100]))
        .bumpalo(bump(|bump| used(bump.alloc_slice_fill_copy(100, 0_u64)))),
        Row::new("array grown to 10,000 u32 in 100 steps", speed_array_steps, |ctx| {
            let mut array = ctx.alloc_slice_copy::<u32>(&[]);
            while array.len() < ELEMENTS {
                TBox::extend_from_slice(&mut array, &MORE);
                used(&*array);
            }
        })
        .std(|| {
            let mut array = Vec::new();
            while array.len() < ELEMENTS {
                array.reserve_exact(STEP);
                array.extend_from_slice(&MORE);
                used(&*array);
            }
        }),
        Row::new("array of 10,000 u32 from an iterator", speed_array_pushes, |ctx| {
            used(&*ctx.alloc_slice_from_iter(numbers(ELEMENTS as u32)));
        })
        .std(|| used(&*numbers(ELEMENTS as u32).collect::<Box<[u32]>>()))
        .bumpalo(bump(|bump| {
            let array = bumpalo::collections::Vec::from_iter_in(numbers(ELEMENTS as u32), bump);
            used(array.into_bump_slice());
        })),
        Row::new("1,000 pushes to a Vec in a context", speed_vec_pushes, |ctx| {
            let mut vec = VecIn::new_in(ctx);
            numbers(1000).for_each(|number| vec.push(number));
            used(&*vec);
        })
        .std(|| {
            let mut vec = Vec::new();
            numbers(1000).for_each(|number| vec.push(number));
            used(&*vec);
        })
        .bumpalo(bump(|bump| {
            let mut vec = VecIn::new_in(bump);
            numbers(1000).for_each(|number| vec.push(number));
            used(&*vec);
        })),
        Row::new("1,000 pushes to an array field, each a resize", speed_field_pushes, |ctx| {
            let mut array: Array<'_, u32> = ctx.alloc_slice_copy(&[]).into();
            numbers(1000).for_each(|number| array.push(number));
            used(&*array);
            array.free();
        })
        .std(|| {
            let mut array = Vec::new();
            numbers(1000).for_each(|number| {
                array.reserve_exact(1);
                array.push(number);
            });
            used(&*array);
        }),
        Row::new("100 removals from an array field, each a resize", speed_field_removals, |ctx| {
            let mut array: Array<'_, u32> = ctx.alloc_slice_copy(&MORE).into();
            while !array.is_empty() {
                used_number(array.remove(0));
            }
            array.free();
        }),
    ]
}

/// Numbers that come one by one, and nobody knows how many.
fn numbers(count: u32) -> impl Iterator<Item = u32> {
    (0..count).filter(|number| {
        used_number(*number);
        true
    })
}
