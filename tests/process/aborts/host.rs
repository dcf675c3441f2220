//! The library of the C program `c/host/host.c`, whose `main` starts nothing of Rust's.
#![no_main]

use std::ffi::{CStr, c_char};
use std::thread;

use talloc::Ctx;
use talloc_tests as _;

#[link(name = "talloc_tests_host", kind = "static", modifiers = "+whole-archive")]
unsafe extern "C" {}

/// # Safety
///
/// 1. `what` must be NUL-terminated text.
#[unsafe(no_mangle)]
unsafe extern "C" fn rust_part(what: *const c_char) {
    // SAFETY: duty 1.
    match unsafe { CStr::from_ptr(what) }.to_bytes() {
        b"a root" => drop(Ctx::new()),
        b"a root on a thread" => {
            let named = thread::Builder::new().name(String::from("main"));
            named.spawn(|| drop(Ctx::new())).unwrap().join().unwrap();
        }
        b"explain_aborts" => {
            talloc::explain_aborts().unwrap();
            drop(Ctx::new());
        }
        b"keep_abort_fn" => {
            talloc::keep_abort_fn().unwrap();
            drop(Ctx::new());
        }
        other => unreachable!("{other:?}"),
    }
}
