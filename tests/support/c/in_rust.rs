//! Some of the helpers in Rust, for an interpreter that cannot call C.

use core::ffi::{CStr, c_char, c_int, c_long, c_void};
use std::cell::Cell;

use talloc_sys as sys;

thread_local! {
    static REFUSALS: Cell<c_int> = const { Cell::new(0) };
    static CALLS: Cell<c_int> = const { Cell::new(0) };
}

unsafe extern "C" fn refuse(_: *mut c_void) -> c_int {
    CALLS.set(CALLS.get() + 1);
    let left = REFUSALS.get();
    REFUSALS.set(0.max(left - 1));
    if left > 0 { -1 } else { 0 }
}

/// Sets a destructor that refuses so many times, and then agrees.
///
/// # Safety
///
/// 1. The chunk must be live.
pub unsafe fn tt_set_refusing(chunk: *mut c_void, how_often: c_int) {
    CALLS.set(0);
    REFUSALS.set(how_often);
    // SAFETY: duty 1.
    unsafe { sys::_talloc_set_destructor(chunk, Some(refuse)) };
}

/// How often the destructors of this thread ran since one was set.
pub fn tt_destructor_calls() -> c_int {
    CALLS.get()
}

/// The length of a string, or -1 if its chunk is not the text and a NUL.
///
/// # Safety
///
/// 1. It must be the text of a live chunk, with a NUL.
pub unsafe fn tt_string_length(text: *const c_char) -> c_long {
    // SAFETY: duty 1.
    let (size, len) =
        unsafe { (sys::talloc_get_size(text.cast()), CStr::from_ptr(text).count_bytes()) };
    if size == len + 1 { len as c_long } else { -1 }
}

/// C's `talloc_free`.
///
/// # Safety
///
/// 1. The chunk must be null or live.
pub unsafe fn tt_free(chunk: *mut c_void) -> c_int {
    // SAFETY: duty 1; the text is static.
    unsafe { sys::_talloc_free(chunk, c"here".as_ptr()) }
}

/// Whether the program runs under something that uses more stack and time.
pub fn tt_has_asan() -> bool {
    true
}
