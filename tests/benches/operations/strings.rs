//! Strings.

use core::fmt::Write;

use talloc::{CtxRef, TString};

use super::objects::bump;
use crate::inputs::{C_TEXT_8, C_TEXT_200, NUMBER, TEXT_8, TEXT_200};
use crate::row::{Row, opaque, used, used_str};

unsafe extern "C" {
    safe fn speed_strdup_8(ctx: &CtxRef);
    safe fn speed_strdup_200(ctx: &CtxRef);
    safe fn speed_format(ctx: &CtxRef);
    safe fn speed_append(ctx: &CtxRef);
    safe fn speed_append_buffer(ctx: &CtxRef);
}

const APPENDS: usize = 20_000;

pub(super) fn rows() -> Vec<Row> {
    vec![
        Row::new("strdup of a C string of 8 bytes", speed_strdup_8, |ctx| {
            let copy = ctx.strdup_c(opaque(&C_TEXT_8));
            used_str(&copy);
            copy.free();
        })
        .std(|| used(&*Box::<core::ffi::CStr>::from(opaque(&C_TEXT_8)))),
        Row::new("strdup of a C string of 200 bytes", speed_strdup_200, |ctx| {
            let copy = ctx.strdup_c(opaque(&C_TEXT_200));
            used_str(&copy);
            copy.free();
        })
        .std(|| used(&*Box::<core::ffi::CStr>::from(opaque(&C_TEXT_200)))),
        Row::new("strdup of a &str of 8 bytes (looks for NULs)", speed_strdup_8, |ctx| {
            if let Ok(copy) = ctx.strdup(opaque(&TEXT_8)) {
                used_str(&copy);
                copy.free();
            }
        })
        .std(|| used(&std::ffi::CString::new(opaque(&TEXT_8)))),
        Row::new("strdup of a &str of 200 bytes (looks for NULs)", speed_strdup_200, |ctx| {
            if let Ok(copy) = ctx.strdup(opaque(&TEXT_200)) {
                used_str(&copy);
                copy.free();
            }
        })
        .std(|| used(&std::ffi::CString::new(opaque(&TEXT_200)))),
        Row::new("owned string of 8 bytes (alloc_str)", speed_strdup_8, |ctx| {
            used(&*ctx.alloc_str(opaque(&TEXT_8)));
        })
        .std(|| used(&*Box::<str>::from(opaque(&TEXT_8))))
        .bumpalo(bump(|bump| used(bump.alloc_str(opaque(&TEXT_8))))),
        Row::new("formatted string", speed_format, |ctx| {
            used(&*talloc::format!(ctx, "{}:{}", opaque(&TEXT_8), opaque(&NUMBER)));
        })
        .std(|| used(&*format!("{}:{}", opaque(&TEXT_8), opaque(&NUMBER))))
        .bumpalo(bump(|bump| {
            used(&*bumpalo::format!(in bump, "{}:{}", opaque(&TEXT_8), opaque(&NUMBER)));
        })),
        Row::new("20,000 appends (talloc_asprintf_append)", speed_append, appends)
            .std(appends_to_string)
            .long(),
        Row::new("20,000 appends (talloc_asprintf_append_buffer)", speed_append_buffer, appends)
            .std(appends_to_string)
            .long(),
    ]
}

fn appends(ctx: &CtxRef) {
    let mut text = TString::new_in(ctx);
    for _ in 0..APPENDS {
        // Formatting into a string reports no error of its own.
        let _ = write!(text, "{}", opaque(&TEXT_8));
    }
    used(&*text);
}

fn appends_to_string() {
    let mut text = String::new();
    for _ in 0..APPENDS {
        let _ = write!(text, "{}", opaque(&TEXT_8));
    }
    used(&*text);
}
