//! [`Pooled`]: nodes that bring the memory for what is below them.

use crate::context::CtxRef;
use crate::error::{Error, OrRaise};
use crate::node::{Family, Node, Room};
use crate::raw::align::Aligned;

/// Nodes with a pool.
impl CtxRef {
    /// Builds a node that brings a pool for its fields: C's `talloc_pooled_object`.
    ///
    /// The pool has room for the struct and for `objects` more chunks of `bytes`
    /// bytes together, headers and padding not counted: for example 2 and 30 for
    /// two strings, their NULs included. So the node and its fields are one
    /// `malloc`. These are estimates: what does not fit comes from `malloc`. For
    /// the rest it is a pool like that of [`Ctx::pool`](crate::Ctx::pool) and a node like any other.
    ///
    /// ```
    /// use talloc::{Ctx, Error, Str};
    ///
    /// talloc::node! { struct User<'t> { name: Str<'t>, shell: Str<'t> } }
    ///
    /// let ctx = Ctx::new();
    /// let (name, shell) = ("anna", "/bin/sh");
    /// let room = name.len() + 1 + shell.len() + 1;
    /// let user = ctx.pooled(2, room).try_build::<User>(|t| {
    ///     Ok(User { name: t.strdup(name)?, shell: t.strdup(shell)? })
    /// })?;
    /// assert_eq!(user.get().shell, "/bin/sh");
    /// # assert_eq!(user.get().name, "anna");
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// There is no such thing for a [`TBox`](crate::TBox): its value cannot point to
    /// what is below it. A pool and an object in it serve that case.
    #[doc(alias = "talloc_pooled_object")]
    #[inline]
    pub fn pooled(&self, objects: usize, bytes: usize) -> Pooled<'_> {
        Pooled { ctx: self, objects, bytes }
    }
}

/// A context that builds nodes with a pool.
///
/// Made by [`CtxRef::pooled`].
///
/// ```
/// use talloc::{Ctx, Str};
///
/// talloc::node! { struct Line<'t> { text: Str<'t> } }
///
/// let ctx = Ctx::new();
/// let lines = ctx.pooled(1, 80);
/// let first = lines.build::<Line>(|t| Line { text: t.strdup_c(c"first") });
/// let second = lines.build::<Line>(|t| Line { text: t.strdup_c(c"second") });
/// assert_eq!(first.get().text, "first");
/// assert_eq!(second.get().text, "second");
/// ```
#[derive(Debug, Clone, Copy)]
#[must_use = "it builds nothing by itself"]
pub struct Pooled<'p> {
    pub(crate) ctx: &'p CtxRef,
    objects: usize,
    bytes: usize,
}

impl<'p> Pooled<'p> {
    /// As [`CtxRef::build`].
    ///
    /// # Panics
    ///
    /// Panics when the struct and its pool are larger than [`MAX_SIZE`](crate::MAX_SIZE); ends the
    /// process when memory is exhausted.
    #[inline]
    pub fn build<F: Family>(self, f: impl for<'t> FnOnce(&'t CtxRef) -> F::Of<'t>) -> Node<'p, F> {
        const { Aligned::<F::Of<'static>>::CHECK };
        self.room().or_raise().fill_infallibly(f)
    }

    /// As [`CtxRef::try_build`].
    ///
    /// # Errors
    ///
    /// What the closure returns, and [`Error::OutOfMemory`] or [`Error::TooLarge`]
    /// for the node and its pool. All that was made is freed.
    #[inline]
    pub fn try_build<F: Family>(
        self,
        f: impl for<'t> FnOnce(&'t CtxRef) -> Result<F::Of<'t>, Error>,
    ) -> Result<Node<'p, F>, Error> {
        const { Aligned::<F::Of<'static>>::CHECK };
        self.try_build_or(f)
    }

    /// As [`CtxRef::try_build_or`].
    ///
    /// # Errors
    ///
    /// As [`Pooled::try_build`], with an error type of your own.
    #[inline]
    pub fn try_build_or<F: Family, E: From<Error>>(
        self,
        f: impl for<'t> FnOnce(&'t CtxRef) -> Result<F::Of<'t>, E>,
    ) -> Result<Node<'p, F>, E> {
        const { Aligned::<F::Of<'static>>::CHECK };
        self.room()?.fill(f)
    }

    #[inline]
    fn room<F: Family>(self) -> Result<Room<'p, F>, Error> {
        Room::pooled_below(self.ctx, self.objects, self.bytes)
    }
}
