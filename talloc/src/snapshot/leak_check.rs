//! Tests that fail when something is left in a tree.

use core::fmt;
use core::panic::Location;
use std::io::{self, Write};
use std::thread;

use super::Snapshot;
use super::leaks::Leaks;
use crate::context::CtxRef;

/// Fails a test that leaves objects in a context: panics when it is dropped and
/// there are more objects below the context than when it was made.
///
/// Make it before the objects, so that it is dropped after them. The panic says
/// how many objects of which type are left, by path; see [`Leaks`]. Objects are
/// counted by path, so one that is freed and made anew, or that has moved, is no
/// leak; neither is one that has grown.
///
/// It borrows the context, which therefore lives on and can be neither emptied
/// nor renamed meanwhile; contexts below it can. While the thread is panicking,
/// it prints what is left to the standard error, and does not panic.
///
/// ```
/// use talloc::{Ctx, LeakCheck};
///
/// let session = Ctx::named(c"session");
/// let _check = LeakCheck::new(&session);
/// let request = session.new_child_named(c"request");
/// assert_eq!(*request.alloc(7), 7);
/// ```
///
/// [`assert_no_leaks`] does the same around a closure.
#[must_use = "it looks for leaks when it is dropped"]
pub struct LeakCheck<'c> {
    ctx: &'c CtxRef,
    /// `None` once it was looked at.
    before: Option<Snapshot>,
    made: &'static Location<'static>,
}

impl<'c> LeakCheck<'c> {
    /// Notes what is below `ctx`.
    ///
    /// # Panics
    ///
    /// Ends the process when memory is exhausted.
    #[track_caller]
    pub fn new(ctx: &'c CtxRef) -> Self {
        LeakCheck { ctx, before: Some(ctx.snapshot()), made: Location::caller() }
    }

    /// Looks for leaks and ends the check, without a panic.
    ///
    /// # Errors
    ///
    /// What is left.
    ///
    /// ```
    /// use talloc::{Ctx, LeakCheck, TBox};
    ///
    /// let session = Ctx::named(c"session");
    /// let check = LeakCheck::new(&session);
    /// TBox::leak(session.alloc(7_u64));
    /// let leaks = check.finish().unwrap_err();
    /// assert_eq!((leaks.count(), leaks.size()), (1, 8));
    /// assert!(leaks.to_string().contains("session/u64"));
    /// ```
    pub fn finish(mut self) -> Result<(), Leaks> {
        self.look()
    }

    /// Takes the first snapshot away, so that nothing is looked at twice.
    fn look(&mut self) -> Result<(), Leaks> {
        match self.before.take() {
            Some(before) => Leaks::between(before, self.ctx.snapshot(), self.made),
            None => Ok(()),
        }
    }
}

impl Drop for LeakCheck<'_> {
    fn drop(&mut self) {
        let Err(leaks) = self.look() else { return };
        if thread::panicking() {
            // Nobody is left to tell if this fails.
            let _ = writeln!(io::stderr(), "{leaks}");
        } else {
            panic!("{leaks}");
        }
    }
}

impl fmt::Debug for LeakCheck<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LeakCheck")
            .field("ctx", &self.ctx)
            .field("made", &format_args!("{}", self.made))
            .finish_non_exhaustive()
    }
}

/// Calls `f` and asserts that it leaves no new objects below `ctx`.
///
/// # Panics
///
/// When it does, with [what is left](Leaks). A panic of `f` goes on; what is
/// left then is printed to the standard error.
///
/// ```
/// use talloc::Ctx;
///
/// let session = Ctx::named(c"session");
/// let sum = talloc::assert_no_leaks(&session, |ctx| {
///     let numbers = ctx.alloc_slice_copy(&[1, 2, 3]);
///     numbers.iter().sum::<i32>()
/// });
/// assert_eq!(sum, 6);
/// ```
///
/// ```should_panic
/// # let session = talloc::Ctx::named(c"session");
/// talloc::assert_no_leaks(&session, |ctx| {
///     talloc::TBox::leak(ctx.alloc(String::from("left")));
/// });
/// ```
#[track_caller]
pub fn assert_no_leaks<R>(ctx: &CtxRef, f: impl FnOnce(&CtxRef) -> R) -> R {
    let check = LeakCheck::new(ctx);
    let result = f(ctx);
    if let Err(leaks) = check.finish() {
        // Here and not in a destructor, so that the panic names the caller.
        panic!("{leaks}");
    }
    result
}
