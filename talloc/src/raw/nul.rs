//! The NUL that ends a string for C.

use core::ffi::{c_int, c_void};

/// Where the first NUL is. The C library's search is many times as fast on long texts as a loop
/// that stops at the first hit.
#[inline]
pub(crate) fn find_nul(text: &[u8]) -> Option<usize> {
    // SAFETY: 1. a slice is initialised and readable.
    let (before, has_nul) = unsafe { up_to_nul(text.as_ptr(), text.len()) };
    has_nul.then_some(before.len())
}

/// The bytes before the first NUL, or all `room`, and whether there is one.
///
/// # Safety
///
/// 1. `room` bytes must be readable for `'a`, and initialised up to the first NUL, or all of
///    them. Nobody may write there.
#[inline]
pub(crate) unsafe fn up_to_nul<'a>(text: *const u8, room: usize) -> (&'a [u8], bool) {
    // SAFETY: duty 1; memchr reads nothing behind the first hit.
    unsafe {
        let nul = memchr(text.cast(), 0, room);
        let len = if nul.is_null() { room } else { nul.addr() - text.addr() };
        (core::slice::from_raw_parts(text, len), !nul.is_null())
    }
}

unsafe extern "C" {
    fn memchr(text: *const c_void, byte: c_int, size: usize) -> *mut c_void;
}
