//! Nodes within a tree: methods of [`TreeCtx`].

use crate::error::{Error, OrRaise};
use crate::node::Family;
use crate::raw::align::Aligned;
use crate::tree::{Kept, Movable, Tree, TreeCtx};

/// Nodes.
impl<'t> TreeCtx<'t> {
    /// Builds a struct that owns its fields below this node: see
    /// [`CtxRef::build`](crate::CtxRef::build).
    ///
    /// # Panics
    ///
    /// As [`Tree::build`].
    #[doc(alias = "talloc_zero")]
    #[inline]
    pub fn build<F: Movable>(
        &self,
        f: impl for<'u> FnOnce(&TreeCtx<'u>) -> F::Of<'u>,
    ) -> Kept<'t, F> {
        const { Aligned::<F::Of<'static>>::CHECK };
        self.try_build_or::<F, Error>(|u| Ok(f(u))).or_raise()
    }

    /// Like [`TreeCtx::build`] for a closure that may fail: see [`Tree::try_build`].
    ///
    /// # Errors
    ///
    /// As [`Tree::try_build`].
    #[doc(alias = "talloc_zero")]
    #[inline]
    pub fn try_build<F: Movable>(
        &self,
        f: impl for<'u> FnOnce(&TreeCtx<'u>) -> Result<F::Of<'u>, Error>,
    ) -> Result<Kept<'t, F>, Error> {
        const { Aligned::<F::Of<'static>>::CHECK };
        self.try_build_or(f)
    }

    /// Like [`TreeCtx::try_build`], with an error type of your own.
    ///
    /// # Errors
    ///
    /// As [`Tree::try_build_or`].
    #[doc(alias = "talloc_zero")]
    #[inline]
    pub fn try_build_or<F: Movable, E: From<Error>>(
        &self,
        f: impl for<'u> FnOnce(&TreeCtx<'u>) -> Result<F::Of<'u>, E>,
    ) -> Result<Kept<'t, F>, E> {
        const { Aligned::<F::Of<'static>>::CHECK };
        self.node_below::<F, E>(f).map(Kept::of)
    }

    /// Takes a whole tree into this one: the result of a worker, for example. One call, no
    /// copy. What shall leave again is a field `Tree<…>` instead, which stays a tree of
    /// its own.
    ///
    /// ```
    /// use std::thread;
    ///
    /// use talloc::Tree;
    /// use talloc::tree::{Array, Kept, Str};
    ///
    /// talloc::node! { struct Part<'t> { text: Str<'t> } }
    /// talloc::node! { struct Whole<'t> { parts: Array<'t, Kept<'t, Part<'static>>> } }
    ///
    /// let workers: Vec<_> = ["a", "b"]
    ///     .map(|text| thread::spawn(move || Tree::<Part>::try_build(|t| Ok(Part { text: t.strdup(text)? }))))
    ///     .into();
    /// let mut whole = Tree::<Whole>::build(|_| Whole { parts: Array::new() });
    /// for worker in workers {
    ///     let part = worker.join().unwrap()?;
    ///     whole.with_mut(|t, whole| {
    ///         let part = t.attach(part);
    ///         whole.parts.push(t, part);
    ///     });
    /// }
    /// assert!(whole.with(|whole| whole.parts[1].get().text == "b"));
    /// # Ok::<(), talloc::Error>(())
    /// ```
    #[doc(alias = "talloc_steal")]
    #[inline]
    pub fn attach<F: Family>(&self, tree: Tree<F>) -> Kept<'t, F> {
        Kept::of(self.moved_below(tree))
    }
}
