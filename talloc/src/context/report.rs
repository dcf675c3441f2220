//! libtalloc's own report of a context, to be printed.

use core::fmt;

use crate::context::CtxRef;

/// What [`CtxRef::report`] returns.
struct Report<'a>(&'a CtxRef);

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.report_full(f)
    }
}

impl CtxRef {
    /// libtalloc's own report of this subtree where something is printed: C's
    /// `talloc_report_full(ctx, stdout)`.
    ///
    /// The text is made each time that it is printed, as by [`CtxRef::report_full`], which returns
    /// exhausted memory as an error. Printing it is an error then, so that `println!` and
    /// `to_string` panic.
    ///
    /// ```
    /// let ctx = talloc::Ctx::named(c"request");
    /// let _id = ctx.alloc(7_u64);
    /// println!("{}", ctx.report());
    /// assert!(ctx.report().to_string().contains("u64"));
    /// ```
    #[doc(alias = "talloc_report_full")]
    pub fn report(&self) -> impl fmt::Display {
        Report(self)
    }
}
