//! How trees are built.

use crate::error::{Error, OrRaise};
use crate::node::{Family, Fields, Room};
use crate::raw::Object;
use crate::raw::align::Aligned;
use crate::tree::{Movable, Tree, TreeCtx, ctx};

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
        Tree::try_build_or::<Error>(|t| Ok(f(t))).or_raise()
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
        Plot::new()?.fill(f)
    }
}

/// Where a tree is about to be.
pub(super) struct Plot<F: Family> {
    /// # Invariants
    ///
    /// It has no parent, also while leaks are reported.
    room: Room<'static, F>,
}

impl<F: Movable> Plot<F> {
    #[inline]
    pub(super) fn new() -> Result<Self, Error> {
        Ok(Plot { room: Room::untold_root()? })
    }

    /// With a pool for so many objects of so many bytes together.
    pub(super) fn pooled(objects: usize, bytes: usize) -> Result<Self, Error> {
        Ok(Plot { room: Room::untold_pooled_root(objects, bytes)? })
    }

    #[inline]
    pub(super) fn fill<E>(
        self,
        f: impl for<'t> FnOnce(&TreeCtx<'t>) -> Result<F::Of<'t>, E>,
    ) -> Result<Tree<F>, E> {
        let node = ctx::fill(self.room, f)?;
        // A new root; only what is below it uses its pool, if it has one.
        Ok(Tree::of(Whole(node.into_object())))
    }
}

/// The root of a whole tree, which meets the invariants of a [`Tree`].
pub(super) struct Whole<F>(Object<'static, Fields<F>>);

impl<F> Whole<F> {
    /// # Safety
    ///
    /// 1. It must meet them.
    pub(super) unsafe fn promised(root: Object<'static, Fields<F>>) -> Self {
        Whole(root)
    }

    #[inline]
    pub(super) fn into_root(self) -> Object<'static, Fields<F>> {
        self.0
    }
}
