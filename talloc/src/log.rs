//! libtalloc's messages as records of the `log` crate.

use core::ffi::{CStr, c_char};

use ::log::Level;

use crate::raw;

/// Sends libtalloc's messages to the `log` crate, for the rest of the process.
///
/// libtalloc says nothing by default. Its messages are about mistakes of C
/// code: a free or a steal of an object that is referenced, memory used after
/// it was freed, the reason for an abort. They arrive under the target
/// `talloc`: the details of a message, and what begins with `WARNING`, as
/// warnings, all else as errors. Bytes that are not UTF-8 are replaced.
///
/// Calling it again changes nothing. Needs the feature `log`.
///
/// # Aborts
///
/// If the logger panics, the process aborts after the panic's message: nothing
/// may unwind through C.
///
/// # Safety
///
/// 1. No other thread may be inside libtalloc while this is called: libtalloc
///    reads the setting without a lock. The start of `main` is the place.
/// 2. The logger that receives the records must not free, move or unshare
///    talloc objects: libtalloc calls it half-way through an operation, on the
///    thread that works on the tree.
///
/// ```
/// // SAFETY: no other thread runs yet, and the logger does not use talloc.
/// unsafe { talloc::log_to_logger() };
/// ```
#[doc(alias = "talloc_set_log_fn")]
pub unsafe fn log_to_logger() {
    // SAFETY: duties 1 and 2; `to_log` takes any message.
    unsafe { raw::set_log_fn(to_log) };
}

/// # Safety
///
/// 1. `message` must be NUL-terminated text.
unsafe extern "C" fn to_log(message: *const c_char) {
    // SAFETY: duty 1.
    let text = unsafe { CStr::from_ptr(message) }.to_string_lossy();
    let detail = text.starts_with(['\t', ' ']) || text.starts_with("WARNING");
    let level = if detail { Level::Warn } else { Level::Error };
    ::log::log!(target: "talloc", level, "{}", text.trim());
}
