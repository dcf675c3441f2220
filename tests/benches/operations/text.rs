//! What the operations do to text, by the functions that the C side has.

use core::ffi::{c_int, c_void};

unsafe extern "C" {
    fn memchr(start: *const c_void, byte: c_int, len: usize) -> *const c_void;
}

/// What is before and behind the first such character of ASCII, which C's `memchr` looks for, as on
/// the other side. (`str::lines` and `str::split_once` take three times as much for such short
/// lines.)
pub(super) fn split(text: &str, at: u8) -> Option<(&str, &str)> {
    let start = text.as_ptr().cast();
    // SAFETY: so many bytes are readable.
    let found = unsafe { memchr(start, at.into(), text.len()) };
    let place = (!found.is_null()).then(|| found.addr() - start.addr())?;
    Some((&text[..place], &text[place + 1..]))
}
