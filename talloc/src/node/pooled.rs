//! [`Pooled`]: nodes that bring the memory for what is below them.

use core::ffi::{c_uint, c_void};
use core::ptr::NonNull;

use crate::context::CtxRef;
use crate::context::pool::{HEADER, PADDING};
use crate::error::{Error, MAX_SIZE, OrRaise};
use crate::node::{Family, Node, fill, fill_infallibly, name_of};
use crate::raw;
use crate::raw::align::Aligned;

/// The bytes that libtalloc puts before the header of a pool, in addition.
const POOL_HEADER: usize = 4 * size_of::<usize>();

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
    /// Panics when the struct and its pool are larger than [`MAX_SIZE`]; ends the
    /// process when memory is exhausted.
    #[inline]
    pub fn build<F: Family>(self, f: impl for<'t> FnOnce(&'t CtxRef) -> F::Of<'t>) -> Node<'p, F> {
        const { Aligned::<F::Of<'static>>::CHECK };
        let chunk = self.node_chunk::<F>().or_raise();
        // SAFETY: a new chunk of this family below the context, which lives for `'p`.
        unsafe { fill_infallibly(chunk, f) }
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
        let chunk = self.node_chunk::<F>()?;
        // SAFETY: a new chunk of this family below the context, which lives for `'p`.
        unsafe { fill(chunk, f) }
    }

    fn node_chunk<F: Family>(self) -> Result<NonNull<c_void>, Error> {
        // SAFETY: the context is live.
        unsafe { pooled_chunk::<F>(self.ctx.as_ptr(), self.objects, self.bytes) }
    }
}

/// A new chunk for a node, with a pool for so many objects of so many bytes together.
///
/// # Safety
///
/// 1. `parent` must be null or a live chunk of this thread's trees.
pub(crate) unsafe fn pooled_chunk<F: Family>(
    parent: *const c_void,
    objects: usize,
    bytes: usize,
) -> Result<NonNull<c_void>, Error> {
    let size = size_of::<F::Of<'static>>();
    // What libtalloc asks malloc for. Checked here, since it does not check
    // its own multiplication.
    let total = objects
        .checked_add(1)
        .and_then(|chunks| chunks.checked_mul(HEADER + POOL_HEADER + PADDING))
        .and_then(|headers| headers.checked_add(size)?.checked_add(bytes))
        .unwrap_or(usize::MAX);
    if total > MAX_SIZE {
        return Err(Error::TooLarge { size: total });
    }
    // It fits: each object counts more than 1 in `total`.
    let objects = objects as c_uint;
    // SAFETY: duty 1.
    unsafe { raw::pooled_object(parent, size, name_of::<F>(), objects, bytes) }
        .ok_or_else(|| Error::no_memory(total))
}
