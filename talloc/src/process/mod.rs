// May use: error, name, raw.

//! libtalloc's switches for the whole process, as C has them: unsafe, for
//! programs that mix Rust and C and know all their threads.
//!
//! libtalloc keeps these settings in plain variables, without a lock. Safe code has
//! [`set_log_fn`](crate::set_log_fn), [`set_log_stderr`](crate::set_log_stderr) and
//! [`explain_aborts`](crate::explain_aborts) before its first root, which is
//! where a Rust program sets the abort function by itself, and
//! [`enable_leak_report`](crate::enable_leak_report) at any time.
//!
//! "Inside libtalloc" means in any function of libtalloc, called by Rust or by C,
//! on whatever tree.

use core::fmt;

#[cfg(feature = "log")]
use crate::raw;
use crate::raw::report::{Depth, report, write_lossy};
use crate::raw::walk::Top;

pub(crate) mod aborts;
pub(crate) mod hooks;
pub(crate) mod leak_report;
#[cfg(feature = "log")]
pub(crate) mod log;
pub(crate) mod out_of_memory;
pub(crate) mod roots;
pub(crate) mod thread_end;
pub(crate) mod thread_report;
pub(crate) mod trees;

pub use crate::raw::process::{
    Hook, disable_null_tracking, enable_leak_report, enable_leak_report_full, enable_null_tracking,
    enable_null_tracking_no_autofree, set_abort_fn, set_log_fn, set_log_stderr,
};

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
    // SAFETY: duties 1 and 2; `ToLog` takes any message.
    unsafe { raw::process::set_log_fn(Some(raw::process::hook::<crate::process::log::ToLog>)) };
}

/// Writes the full report of all roots that NULL-context tracking knows: C's
/// `talloc_report_full(NULL, …)`. Nothing without that tracking.
///
/// [`talloc::report_full`](crate::report_full) is safe, for the roots of Rust and of one thread.
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
    // SAFETY: 1. duty 1.
    let text = report(unsafe { Top::of_process() }, Depth::Full).ok_or(fmt::Error)?;
    write_lossy(&text, out)
}
