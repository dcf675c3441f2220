//! libtalloc's messages as records of the `log` crate.

use ::log::Level;

use crate::error::Error;
use crate::process::hooks::set_log_fn;
use crate::raw::process::OnText;

/// Sends libtalloc's messages to the `log` crate, for the rest of the process.
///
/// They arrive under the target `talloc`: the details of a message, and what begins
/// with `WARNING`, as warnings, all else as errors. As for [`set_log_fn`], which says
/// more, the logger is called on a thread of its own. Needs the feature `log`.
///
/// # Errors
///
/// As [`set_log_stderr`](crate::set_log_stderr).
///
/// # Aborts
///
/// If the logger panics, the process aborts after the panic's message.
///
/// ```
/// talloc::log_to_logger()?;
/// # Ok::<(), talloc::Error>(())
/// ```
#[doc(alias = "talloc_set_log_fn")]
pub fn log_to_logger() -> Result<(), Error> {
    set_log_fn(record)
}

fn record(message: &str) {
    let detail = message.starts_with(['\t', ' ']) || message.starts_with("WARNING");
    let level = if detail { Level::Warn } else { Level::Error };
    ::log::log!(target: "talloc", level, "{}", message.trim());
}

/// Sends a message of libtalloc's to the logger at once, on the same thread.
pub(crate) struct ToLog;

impl OnText for ToLog {
    fn call(message: &str) {
        record(message);
    }
}
