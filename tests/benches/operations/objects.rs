//! Single objects without drop glue.

use core::ffi::CStr;

use bumpalo::Bump;
use talloc::{CType, CtxRef, Zeroable};

use crate::row::{Row, used};

unsafe extern "C" {
    safe fn speed_zeroed(ctx: &CtxRef);
    safe fn speed_bytes16(ctx: &CtxRef);
    safe fn speed_bytes64(ctx: &CtxRef);
    safe fn speed_bytes4096(ctx: &CtxRef);
}

#[repr(C)]
struct Record {
    fields: [u64; 8],
}

// SAFETY: numbers.
unsafe impl Zeroable for Record {}

impl CType for Record {
    const NAME: &'static CStr = c"struct record";
}

pub(super) fn rows() -> Vec<Row> {
    vec![
        Row::new("zeroed object of 64 bytes, with its C name", speed_zeroed, |ctx| {
            used(&*ctx.typed::<Record>().alloc_zeroed());
        })
        .std(|| used(&*Box::new(Record { fields: [0; 8] })))
        .bumpalo(bump(|bump| used(bump.alloc(Record { fields: [0; 8] })))),
        Row::new("object of 16 bytes", speed_bytes16, |ctx| used(&*ctx.alloc([7_u8; 16])))
            .std(|| used(&*Box::new([7_u8; 16])))
            .bumpalo(bump(|bump| used(bump.alloc([7_u8; 16])))),
        Row::new("object of 64 bytes", speed_bytes64, |ctx| used(&*ctx.alloc([7_u8; 64])))
            .std(|| used(&*Box::new([7_u8; 64])))
            .bumpalo(bump(|bump| used(bump.alloc([7_u8; 64])))),
        Row::new("object of 64 bytes, by alloc_with", speed_bytes64, |ctx| {
            used(&*ctx.alloc_with(|| [7_u8; 64]));
        }),
        Row::new("object of 4096 bytes", speed_bytes4096, |ctx| {
            used(&*ctx.alloc([7_u8; 4096]));
        })
        .std(|| used(&*Box::new([7_u8; 4096])))
        .bumpalo(bump(|bump| used(bump.alloc([7_u8; 4096])))),
        Row::new("object of 4096 bytes, by alloc_with", speed_bytes4096, |ctx| {
            used(&*ctx.alloc_with(|| [7_u8; 4096]));
        })
        .bumpalo(bump(|bump| used(bump.alloc_with(|| [7_u8; 4096])))),
    ]
}

/// Work in an arena that is emptied after it.
pub(super) fn bump(work: impl Fn(&Bump) + 'static) -> impl FnMut() + 'static {
    let mut bump = Bump::new();
    move || {
        work(&bump);
        bump.reset();
    }
}
