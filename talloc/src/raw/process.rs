//! The calls that concern the whole process or the end of a thread: libtalloc's
//! hooks and its NULL-context tracking, and the C library's exit handlers.

use core::ffi::{c_char, c_int, c_void};
use core::ptr;

use talloc_sys as sys;

/// A function that libtalloc calls with a text: a message, or the reason for an abort.
pub(crate) type Hook = unsafe extern "C" fn(*const c_char);

/// Sends the messages of libtalloc to a function; `None` drops them, as at the start.
///
/// # Safety
///
/// 1. No other thread may be inside libtalloc meanwhile.
/// 2. `hook` must be sound to call with any NUL-terminated text, on any thread,
///    half-way through an operation of libtalloc.
pub(crate) unsafe fn set_log_fn(hook: Option<Hook>) {
    // SAFETY: duties 1 and 2 are passed on.
    unsafe { sys::talloc_set_log_fn(hook) }
}

/// Sends the messages of libtalloc to the C library's `stderr`.
///
/// # Safety
///
/// 1. No other thread may be inside libtalloc meanwhile.
pub(crate) unsafe fn set_log_stderr() {
    // SAFETY: duty 1 is passed on.
    unsafe { sys::talloc_set_log_stderr() }
}

/// Sets what libtalloc calls instead of `abort`; `None` is `abort`.
///
/// # Safety
///
/// 1. No other thread may be inside libtalloc meanwhile.
/// 2. `hook` must be sound to call with any NUL-terminated text, on any thread,
///    and must not return.
pub(crate) unsafe fn set_abort_fn(hook: Option<Hook>) {
    // SAFETY: duties 1 and 2 are passed on.
    unsafe { sys::talloc_set_abort_fn(hook) }
}

/// Makes one context of the process the parent of all later roots.
///
/// # Safety
///
/// 1. No other thread may be inside libtalloc meanwhile.
/// 2. From then on, two threads must never make, free or steal roots at a time,
///    nor free what may become one.
pub(crate) unsafe fn enable_null_tracking() {
    // SAFETY: duties 1 and 2 are passed on.
    unsafe { sys::talloc_enable_null_tracking() }
}

/// As [`enable_null_tracking`], without moving C's `autofree_context` there.
///
/// # Safety
///
/// 1. The duties of [`enable_null_tracking`].
pub(crate) unsafe fn enable_null_tracking_no_autofree() {
    // SAFETY: duty 1 is passed on.
    unsafe { sys::talloc_enable_null_tracking_no_autofree() }
}

/// Makes later roots roots again. The earlier ones stay linked to each other.
///
/// # Safety
///
/// 1. No other thread may be inside libtalloc meanwhile.
pub(crate) unsafe fn disable_null_tracking() {
    // SAFETY: duty 1 is passed on.
    unsafe { sys::talloc_disable_null_tracking() }
}

/// Turns on NULL-context tracking and libtalloc's own report at exit.
///
/// # Safety
///
/// 1. The duties of [`enable_null_tracking`].
/// 2. When the process exits, no other thread may be inside libtalloc.
pub(crate) unsafe fn enable_leak_report() {
    // SAFETY: duties 1 and 2 are passed on.
    unsafe { sys::talloc_enable_leak_report() }
}

/// As [`enable_leak_report`], with the full report.
///
/// # Safety
///
/// 1. The duties of [`enable_leak_report`].
pub(crate) unsafe fn enable_leak_report_full() {
    // SAFETY: duty 1 is passed on.
    unsafe { sys::talloc_enable_leak_report_full() }
}

/// The text of `talloc_report_full(NULL)`: empty without NULL-context tracking.
/// `None` when memory ran out.
///
/// # Safety
///
/// 1. No other thread may be inside libtalloc meanwhile.
pub(crate) unsafe fn report_full_null() -> Option<Vec<u8>> {
    // SAFETY: duty 1; the stream is open. Null stands for the tracking context.
    unsafe { super::report::full(ptr::null()) }
}

/// `pthread_key_t`: an unsigned long on Apple's systems, an int elsewhere.
#[cfg(target_vendor = "apple")]
pub(crate) type Key = core::ffi::c_ulong;
/// `pthread_key_t`: an unsigned long on Apple's systems, an int elsewhere.
#[cfg(not(target_vendor = "apple"))]
pub(crate) type Key = core::ffi::c_uint;

// POSIX and ISO C.
unsafe extern "C" {
    fn atexit(function: extern "C" fn()) -> c_int;
    fn pthread_key_create(
        key: *mut Key,
        destructor: Option<extern "C" fn(value: *mut c_void)>,
    ) -> c_int;
    fn pthread_setspecific(key: Key, value: *const c_void) -> c_int;
}

/// Calls a function when the process exits; `false` when there is no memory.
pub(crate) fn on_exit(function: extern "C" fn()) -> bool {
    // SAFETY: a function that is safe to call at any time.
    unsafe { atexit(function) == 0 }
}

/// A key whose destructor is called at the end of each thread that has set a
/// value, with that value; `None` when there are no more keys.
pub(crate) fn new_key(destructor: extern "C" fn(value: *mut c_void)) -> Option<Key> {
    let mut key = 0;
    // SAFETY: the key is writable, and the function safe to call at any time.
    (unsafe { pthread_key_create(&raw mut key, Some(destructor)) } == 0).then_some(key)
}

/// Sets the value of this thread; `false` when there is no memory. The round of
/// destructors begins anew when one of them sets a value.
///
/// # Safety
///
/// 1. `key` must come from [`new_key`].
pub(crate) unsafe fn set_value(key: Key, value: *const c_void) -> bool {
    // SAFETY: duty 1; the value is never dereferenced.
    unsafe { pthread_setspecific(key, value) == 0 }
}
