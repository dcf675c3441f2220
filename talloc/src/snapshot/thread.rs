//! A snapshot of all roots of a thread.

use super::capture::{add, capture};
use super::{Builder, Snapshot};
use crate::error::Error;
use crate::process::roots;
use crate::raw::walk::Step;

/// Of a thread.
impl Snapshot {
    /// Takes a snapshot of all roots of this thread, while leaks are reported.
    ///
    /// Its one root stands for the thread, is called as in the leak report, `contexts of thread main`,
    /// and counts as one block. Below it is what [`report_full`](crate::report_full) shows, which
    /// says what that is, and what is left out.
    ///
    /// As any snapshot, it is plain data: it can be compared with an earlier one, and sent to the
    /// thread that prints those of all threads. It walks all that the thread has, once.
    ///
    /// # Errors
    ///
    /// [`Error::RootsUnknown`] when leaks are not reported, and as for [`report_full`](crate::report_full).
    /// [`Error::OutOfMemory`].
    ///
    /// ```
    /// use talloc::{Ctx, Snapshot};
    ///
    /// talloc::enable_leak_report();
    /// let before = Snapshot::of_thread()?;
    /// let server = Ctx::named(c"server");
    /// let _port = server.alloc(80_u16);
    /// let after = Snapshot::of_thread()?;
    /// assert_eq!((after.total_size(), after.total_blocks()), (2, 3));
    /// println!("{}", after.diff(&before));
    /// # talloc::disable_leak_report();
    /// # assert!(Snapshot::of_thread().is_err());
    /// # Ok::<(), talloc::Error>(())
    /// ```
    #[doc(alias = "talloc_report_full")]
    #[doc(alias = "talloc_report_depth_cb")]
    pub fn of_thread() -> Result<Self, Error> {
        let taken = roots::look(|hidden, title| {
            // Not the hidden root itself: its name is another, and its address nobody's.
            let title =
                |builder: &mut Builder| builder.try_push(0, title.to_bytes(), 0).map(|_| ());
            let Some(hidden) = hidden else {
                let mut builder = Snapshot::builder();
                title(&mut builder)?;
                return builder.try_finish();
            };
            capture(hidden, |builder: &mut Builder, step: &Step<'_>| match step.depth {
                0 => title(builder),
                _ => add(builder, step),
            })
        });
        taken.unwrap_or(Err(Error::RootsUnknown))
    }
}
