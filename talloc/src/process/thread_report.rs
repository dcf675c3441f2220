//! The report of all roots of a thread, while it runs.

use core::ffi::CStr;
use core::fmt;

use crate::error::Error;
use crate::process::roots;
use crate::raw::report::{Depth, report, write_lossy};

/// libtalloc's full report of all roots of this thread, while leaks are reported: C's
/// `talloc_report_full(NULL, …)`, without `unsafe`.
///
/// [`enable_leak_report`](crate::enable_leak_report) makes the roots of each thread known, and says
/// which there are: those that this crate has made since. So it is called first in `main`. This
/// function is called where the thread is done with one thing and has not begun the next: each
/// thread reports its own roots, and nobody looks at the trees of another.
/// [`Snapshot::of_thread`](crate::Snapshot::of_thread) has the same as data.
///
/// ```
/// talloc::enable_leak_report();
/// let server = talloc::Ctx::named(c"server");
/// let _port = server.alloc(80_u16);
/// let report = talloc::report_full()?;
/// assert!(report.starts_with("full talloc report on 'contexts of thread "));
/// assert!(report.contains("server") && report.contains("u16"));
///
/// talloc::disable_leak_report();
/// assert_eq!(talloc::report_full(), Err(talloc::Error::RootsUnknown));
/// # Ok::<(), talloc::Error>(())
/// ```
///
/// The text is that of the [leak report](crate::enable_leak_report), whose first line counts one
/// block for the thread itself. It is empty when the thread has no roots.
///
/// # What is in it
///
/// - **Roots of this thread** that were made by this crate while leaks were reported, with all that
///   is below them: contexts, pools, [nodes](crate::root), and a [`Tree`](crate::Tree) that was
///   opened by [`into_local`](crate::tree::Tree::into_local).
/// - **Not a `Tree`**, wherever it is: any thread may be using it. Who has it asks it for
///   [its own report](crate::tree::Tree::report_full).
/// - **Not the pools of [`scratch`](crate::scratch())**, nor what is in them, also while one is
///   open: `tmp.report_full` shows that.
/// - **Not the roots that were made before** the leak report was turned on, or while it was off.
/// - **Not the roots of C**, nor what went to C by [`Ctx::into_raw`](crate::Ctx::into_raw).
///
/// In a `Drop` that runs because libtalloc is freeing a tree, what has been freed is not there, and
/// neither is that tree, once the free of its root has come to the children.
///
/// # Cost
///
/// As of [`CtxRef::report_full`](crate::CtxRef::report_full): each line costs a walk of what is
/// below it. Nothing but the leak report itself costs anything at other times.
///
/// # Errors
///
/// [`Error::RootsUnknown`] when leaks are not reported, and in a thread whose end has been
/// reported: its later roots are not known. So it is where there was no memory to write a root down
/// that existed already, such as a [`Tree`](crate::Tree) that was opened. [`Error::OutOfMemory`]
/// when there is no memory for the text.
#[doc(alias = "talloc_report_full")]
#[doc(alias = "talloc_report")]
#[doc(alias = "talloc_enable_null_tracking")]
pub fn report_full() -> Result<String, Error> {
    let known = roots::look(|hidden, title| {
        let Some(hidden) = hidden.filter(|hidden| hidden.total_blocks() > 1) else {
            return Ok(String::new());
        };
        let text = report(hidden.into(), Depth::Full).ok_or(NO_MEMORY)?;
        titled(&text, title).map_err(|fmt::Error| NO_MEMORY)
    });
    known.unwrap_or(Err(Error::RootsUnknown))
}

const NO_MEMORY: Error = Error::OutOfMemory { size: 0 };

/// The report with another name in its first line than that of the hidden root.
fn titled(report: &[u8], title: &CStr) -> Result<String, fmt::Error> {
    let (name, mut text) = (roots::NAME.to_bytes(), Text(String::new()));
    match report.windows(name.len()).position(|bytes| bytes == name) {
        Some(at) => {
            write_lossy(&report[..at], &mut text)?;
            write_lossy(title.to_bytes(), &mut text)?;
            write_lossy(&report[at + name.len()..], &mut text)?;
        }
        None => write_lossy(report, &mut text)?,
    }
    Ok(text.0)
}

/// A string that says when there is no memory.
struct Text(String);

impl fmt::Write for Text {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.try_reserve(text.len()).map_err(|_| fmt::Error)?;
        self.0.push_str(text);
        Ok(())
    }
}
