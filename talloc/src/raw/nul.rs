//! The NUL that ends a string for C.

use core::ffi::{c_int, c_void};

/// Where the first NUL is.
#[inline]
pub(crate) fn find_nul(text: &[u8]) -> Option<usize> {
    // SAFETY: a slice is initialised and readable.
    unsafe { find_nul_in(text.as_ptr(), text.len()) }
}

/// Where the first NUL is. The C library's search is many times as fast on long
/// texts as a loop that stops at the first hit.
///
/// # Safety
///
/// 1. `size` bytes must be readable, and initialised up to the first NUL.
#[inline]
pub(crate) unsafe fn find_nul_in(text: *const u8, size: usize) -> Option<usize> {
    // SAFETY: duty 1; memchr reads nothing behind the first hit.
    let found = unsafe { memchr(text.cast(), 0, size) };
    (!found.is_null()).then(|| found.addr() - text.addr())
}

/// The bytes before the first NUL, or all `room`, and whether there is one.
///
/// # Safety
///
/// 1. `room` bytes must be readable for `'a`, and initialised up to the first NUL, or all of
///    them. Nobody may write there.
pub(crate) unsafe fn up_to_nul<'a>(text: *const u8, room: usize) -> (&'a [u8], bool) {
    // SAFETY: 1. duty 1.
    unsafe {
        let nul = find_nul_in(text, room);
        (core::slice::from_raw_parts(text, nul.unwrap_or(room)), nul.is_some())
    }
}

unsafe extern "C" {
    fn memchr(text: *const c_void, byte: c_int, size: usize) -> *mut c_void;
}
