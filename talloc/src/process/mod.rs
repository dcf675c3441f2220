// May use: error, name, raw.

//! libtalloc's switches for the whole process, as C has them: unsafe, for
//! programs that mix Rust and C and know all their threads.
//!
//! libtalloc keeps these settings in plain variables, without a lock. Safe code has
//! [`set_log_fn`](crate::set_log_fn), [`set_log_stderr`](crate::set_log_stderr) and
//! [`explain_aborts`](crate::explain_aborts) before its first root, and
//! [`enable_leak_report`](crate::enable_leak_report) at any time.
//!
//! "Inside libtalloc" means in any function of libtalloc, called by Rust or by C,
//! on whatever tree.

use core::ffi::c_char;
use core::fmt;

use crate::raw;

pub(crate) mod hooks;
pub(crate) mod leak_report;
#[cfg(feature = "log")]
pub(crate) mod log;
pub(crate) mod roots;
mod thread_end;
pub(crate) mod trees;

/// A function that libtalloc calls with NUL-terminated text.
pub type Hook = unsafe extern "C" fn(text: *const c_char);

/// Sends libtalloc's messages to a function at once, on the thread and in the middle
/// of the operation that writes them; `None` drops them, as at the start.
///
/// Replaces what [`set_log_fn`](crate::set_log_fn) and its relatives have set.
///
/// # Safety
///
/// 1. No other thread may be inside libtalloc while this is called.
/// 2. `hook` must be sound to call with any NUL-terminated text, on any thread. It
///    must not unwind, and not free, move or unshare talloc objects.
///
/// ```
/// use std::ffi::{CStr, c_char};
///
/// unsafe extern "C" fn print(text: *const c_char) {
///     // SAFETY: libtalloc passes NUL-terminated text.
///     eprint!("{}", unsafe { CStr::from_ptr(text) }.to_string_lossy());
/// }
///
/// // SAFETY: there is one thread, and `print` does not use talloc.
/// unsafe { talloc::process::set_log_fn(Some(print)) };
/// ```
#[doc(alias = "talloc_set_log_fn")]
pub unsafe fn set_log_fn(hook: Option<Hook>) {
    // SAFETY: duties 1 and 2.
    unsafe { raw::process::set_log_fn(hook) }
}

/// Sends libtalloc's messages to the C library's `stderr`.
///
/// # Safety
///
/// 1. No other thread may be inside libtalloc while this is called.
///
/// ```
/// // SAFETY: there is one thread.
/// unsafe { talloc::process::set_log_stderr() };
/// ```
#[doc(alias = "talloc_set_log_stderr")]
pub unsafe fn set_log_stderr() {
    // SAFETY: duty 1.
    unsafe { raw::process::set_log_stderr() }
}

/// Sends libtalloc's messages to the `log` crate at once, on the thread that
/// writes them. Needs the feature `log`.
///
/// As [`log_to_logger`](crate::log_to_logger), at any time, and so that the record
/// says which thread it was.
///
/// # Aborts
///
/// If the logger panics, the process aborts after the panic's message.
///
/// # Safety
///
/// 1. No other thread may be inside libtalloc while this is called.
/// 2. The logger that receives the records must not free, move or unshare
///    talloc objects: libtalloc calls it half-way through an operation.
///
/// ```
/// // SAFETY: there is one thread, and the logger does not use talloc.
/// unsafe { talloc::process::log_to_logger() };
/// ```
#[cfg(feature = "log")]
#[doc(alias = "talloc_set_log_fn")]
pub unsafe fn log_to_logger() {
    // SAFETY: duties 1 and 2; `to_log` takes any message.
    unsafe { raw::process::set_log_fn(Some(crate::process::log::to_log)) };
}

/// Sets what libtalloc calls, with the reason, instead of `abort`; `None` is `abort`.
///
/// Replaces what [`explain_aborts`](crate::explain_aborts) has set.
///
/// # Safety
///
/// 1. No other thread may be inside libtalloc while this is called.
/// 2. `hook` must be sound to call with any NUL-terminated text, on any thread. It
///    must neither unwind nor return: libtalloc would go on with a NULL chunk.
///
/// ```
/// // SAFETY: there is one thread; this is the state at the start.
/// unsafe { talloc::process::set_abort_fn(None) };
/// ```
#[doc(alias = "talloc_set_abort_fn")]
pub unsafe fn set_abort_fn(hook: Option<Hook>) {
    // SAFETY: duties 1 and 2.
    unsafe { raw::process::set_abort_fn(hook) }
}

/// Makes one context of the process, the `null_context`, the parent of all roots that
/// are made from now on, by Rust or by C. The `autofree_context` of C moves there too.
///
/// # Safety
///
/// 1. No other thread may be inside libtalloc while this is called.
/// 2. From now on, also after [`disable_null_tracking`], only one thread at a time
///    may make, free, move or look at roots. That takes in
///    [`scratch`](crate::scratch()), the leak report of this crate, and each free that
///    can leave something without a parent: where C holds references, or a
///    destructor refuses. It also takes in each search upwards, which passes all roots
///    ([`is_ancestor_of`](crate::CtxRef::is_ancestor_of),
///    [`find_type_ptr`](crate::CtxRef::find_type_ptr), and, with `debug_assertions`,
///    [`adopt`](crate::CtxRef::adopt)), and each message of libtalloc, whose text is a
///    root until the log function has returned.
///
/// ```
/// // SAFETY: there is one thread.
/// unsafe { talloc::process::enable_null_tracking() };
/// let ctx = talloc::Ctx::named(c"seen");
/// let mut report = String::new();
/// // SAFETY: there is one thread.
/// unsafe { talloc::process::report_full(&mut report) }?;
/// assert!(report.contains("seen"));
/// # drop(ctx);
/// # Ok::<(), std::fmt::Error>(())
/// ```
#[doc(alias = "talloc_enable_null_tracking")]
pub unsafe fn enable_null_tracking() {
    // SAFETY: duties 1 and 2.
    unsafe { raw::process::enable_null_tracking() }
}

/// As [`enable_null_tracking`], but the `autofree_context` stays where it is.
///
/// # Safety
///
/// 1. The duties of [`enable_null_tracking`].
///
/// ```
/// // SAFETY: there is one thread.
/// unsafe { talloc::process::enable_null_tracking_no_autofree() };
/// ```
#[doc(alias = "talloc_enable_null_tracking_no_autofree")]
pub unsafe fn enable_null_tracking_no_autofree() {
    // SAFETY: duty 1.
    unsafe { raw::process::enable_null_tracking_no_autofree() }
}

/// Ends NULL-context tracking. Roots that were made meanwhile stay linked to each
/// other.
///
/// # Safety
///
/// 1. No other thread may be inside libtalloc while this is called.
/// 2. Duty 2 of [`enable_null_tracking`] goes on for the roots that were made
///    meanwhile.
///
/// ```
/// // SAFETY: there is one thread.
/// unsafe { talloc::process::disable_null_tracking() };
/// ```
#[doc(alias = "talloc_disable_null_tracking")]
pub unsafe fn disable_null_tracking() {
    // SAFETY: duty 1.
    unsafe { raw::process::disable_null_tracking() }
}

/// Turns on NULL-context tracking, and libtalloc's own report at exit: one line for
/// each root, those of C included.
///
/// # Safety
///
/// 1. Duties 1 and 2 of [`enable_null_tracking`].
/// 2. When the process exits, no other thread may be inside libtalloc, and the name
///    of each object that is left must be readable up to a NUL. C's strings are named
///    by themselves, and must have theirs.
///
/// ```
/// // SAFETY: there is one thread.
/// unsafe { talloc::process::enable_leak_report() };
/// ```
#[doc(alias = "talloc_enable_leak_report")]
pub unsafe fn enable_leak_report() {
    // SAFETY: duties 1 and 2.
    unsafe { raw::process::enable_leak_report() }
}

/// As [`enable_leak_report`], with all that is below each root.
///
/// # Safety
///
/// 1. The duties of [`enable_leak_report`].
///
/// ```
/// // SAFETY: there is one thread.
/// unsafe { talloc::process::enable_leak_report_full() };
/// ```
#[doc(alias = "talloc_enable_leak_report_full")]
pub unsafe fn enable_leak_report_full() {
    // SAFETY: duty 1.
    unsafe { raw::process::enable_leak_report_full() }
}

/// Writes the full report of all roots that NULL-context tracking knows: C's
/// `talloc_report_full(NULL, …)`. Nothing without that tracking.
///
/// # Errors
///
/// What `out` returns, and [`fmt::Error`] when there is no memory for the text.
///
/// # Safety
///
/// 1. No other thread may be inside libtalloc while this is called.
#[doc(alias = "talloc_report_full")]
pub unsafe fn report_full(out: &mut dyn fmt::Write) -> fmt::Result {
    // SAFETY: duty 1.
    let text = unsafe { raw::process::report_full_null() }.ok_or(fmt::Error)?;
    out.write_str(&String::from_utf8_lossy(&text))
}
