//! How trees are built.

use core::convert::Infallible;
use core::ffi::c_void;
use core::ptr::{self, NonNull};

use crate::error::{Error, OrRaise};
use crate::node::{self, Family, fill, name_of};
use crate::process::trees;
use crate::raw;
use crate::raw::align::Aligned;
use crate::tree::{Movable, Tree, TreeCtx};

/// Building it.
impl<F: Family> Tree<F> {
    /// Builds a struct that owns its fields and moves between threads: C's
    /// `talloc_zero(NULL, struct config)`.
    ///
    /// The closure gets the tree's own context, on which it allocates the fields, and
    /// returns the struct, which is then in its place for good. If it panics, all that
    /// was made is freed. It works for any `'t`: a field allocated elsewhere does not
    /// compile. The family cannot be inferred: it is named, as in `Tree::<Config>::build`.
    ///
    /// # Panics
    ///
    /// Panics when the struct is larger than [`MAX_SIZE`](crate::MAX_SIZE); ends the process
    /// when memory is exhausted.
    ///
    /// ```
    /// use talloc::Tree;
    /// use talloc::tree::Array;
    ///
    /// talloc::node! { struct Numbers<'t> { all: Array<'t, u32> } }
    ///
    /// let numbers = Tree::<Numbers>::build(|t| Numbers { all: t.alloc_slice_copy(&[1, 2]) });
    /// assert_eq!(numbers.with(|numbers| numbers.all.len()), 2);
    /// ```
    #[doc(alias = "talloc_zero")]
    #[doc(alias = "talloc_new")]
    #[inline]
    pub fn build(f: impl for<'t> FnOnce(&TreeCtx<'t>) -> F::Of<'t>) -> Self
    where
        F: Movable,
    {
        const { Aligned::<F::Of<'static>>::CHECK };
        let chunk = root_chunk::<F>().or_raise();
        // SAFETY: a new root.
        unsafe { Tree::from_kept(fill_node_infallibly(chunk, f)) }
    }

    /// Like [`Tree::build`] for a closure that may fail, returning exhausted memory as an
    /// error too.
    ///
    /// # Errors
    ///
    /// What the closure returns, and [`Error::OutOfMemory`] or [`Error::TooLarge`] for the
    /// struct itself. All that was made is freed.
    ///
    /// ```
    /// use talloc::tree::{Kept, Str};
    /// use talloc::{Error, Tree, TreeCtx};
    ///
    /// talloc::node! { struct Log<'t> { path: Str<'t> } }
    /// talloc::node! { struct Server<'t> { name: Str<'t>, log: Option<Kept<'t, Log<'static>>> } }
    ///
    /// fn load(path: &str) -> Result<Tree<Server<'_>>, Error> {
    ///     Tree::<Server>::try_build(|t| {
    ///         Ok(Server {
    ///             name: t.strdup("main")?,
    ///             log: Some(t.try_build(|t| Ok(Log { path: t.strdup(path)? }))?),
    ///         })
    ///     })
    /// }
    ///
    /// load("/var/log/main")?.with(|server| {
    ///     assert_eq!(server.name, "main");
    ///     assert_eq!(server.log.as_ref().unwrap().get().path, "/var/log/main");
    /// });
    /// assert_eq!(load("\0").err(), Some(Error::InteriorNul { position: 0 }));
    /// # Ok::<(), Error>(())
    /// ```
    #[doc(alias = "talloc_zero")]
    #[inline]
    pub fn try_build(
        f: impl for<'t> FnOnce(&TreeCtx<'t>) -> Result<F::Of<'t>, Error>,
    ) -> Result<Self, Error>
    where
        F: Movable,
    {
        const { Aligned::<F::Of<'static>>::CHECK };
        Tree::try_build_or(f)
    }

    /// Like [`Tree::try_build`], with an error type of your own.
    ///
    /// # Errors
    ///
    /// What the closure returns, and [`Error::OutOfMemory`] or [`Error::TooLarge`] for the
    /// struct itself, turned into an `E`. All that was made is freed.
    #[doc(alias = "talloc_zero")]
    #[inline]
    pub fn try_build_or<E: From<Error>>(
        f: impl for<'t> FnOnce(&TreeCtx<'t>) -> Result<F::Of<'t>, E>,
    ) -> Result<Self, E>
    where
        F: Movable,
    {
        const { Aligned::<F::Of<'static>>::CHECK };
        let chunk = root_chunk::<F>()?;
        // SAFETY: a new root.
        unsafe { Ok(Tree::from_kept(fill_node(chunk, f)?)) }
    }
}

#[inline]
fn root_chunk<F: Family>() -> Result<NonNull<c_void>, Error> {
    let size = size_of::<F::Of<'static>>();
    // SAFETY: null makes a root.
    let make = || unsafe { raw::alloc(ptr::null(), size, name_of::<F>()) };
    match trees::announce().then(make).flatten() {
        Some(chunk) => Ok(chunk),
        None => Err(Error::no_memory(size)),
    }
}

/// Puts the fields of a node of a movable tree in their place.
///
/// # Safety
///
/// 1. The duties of [`fill`].
/// 2. The chunk must be in a movable tree, or the root of one, and this thread must have the
///    tree to itself.
#[inline]
pub(super) unsafe fn fill_node<'p, F: Family, E>(
    chunk: NonNull<c_void>,
    f: impl for<'t> FnOnce(&TreeCtx<'t>) -> Result<F::Of<'t>, E>,
) -> Result<node::Kept<'p, F>, E> {
    // SAFETY: duties 1 and 2; the closure is generic over the lifetime.
    let node = unsafe { fill(chunk, |ctx| f(TreeCtx::of(ctx))) }?;
    Ok(node.keep())
}

/// # Safety
///
/// 1. The duties of [`fill_node`].
#[inline]
pub(super) unsafe fn fill_node_infallibly<'p, F: Family>(
    chunk: NonNull<c_void>,
    f: impl for<'t> FnOnce(&TreeCtx<'t>) -> F::Of<'t>,
) -> node::Kept<'p, F> {
    // SAFETY: duty 1.
    match unsafe { fill_node(chunk, |t| Ok::<_, Infallible>(f(t))) } {
        Ok(node) => node,
        Err(never) => match never {},
    }
}
