//! [`Pooled`]: a pool for a whole tree.

use crate::error::{Error, OrRaise};
use crate::raw::align::Aligned;
use crate::tree::build::Plot;
use crate::tree::{Movable, Tree, TreeCtx};

/// Builds trees that bring the memory for what is in them.
///
/// It is one `malloc` for the struct and room for `objects` more objects of `bytes` bytes
/// together. What does not fit comes from `malloc` as usual. The pool moves with its tree.
///
/// ```
/// use talloc::tree::{self, Str};
///
/// talloc::node! { struct Line<'t> { text: Str<'t> } }
///
/// let line = tree::pooled(1, 80).try_build::<Line>(|t| Ok(Line { text: t.strdup("text")? }))?;
/// std::thread::spawn(move || assert!(line.with(|line| line.text == "text"))).join().unwrap();
/// # Ok::<(), talloc::Error>(())
/// ```
#[doc(alias = "talloc_pooled_object")]
pub const fn pooled(objects: usize, bytes: usize) -> Pooled {
    Pooled { objects, bytes }
}

/// Builds trees with a pool: see [`pooled`].
#[derive(Debug, Clone, Copy)]
pub struct Pooled {
    objects: usize,
    bytes: usize,
}

impl Pooled {
    /// As [`Tree::build`].
    ///
    /// # Panics
    ///
    /// Panics when the struct and its pool are larger than [`MAX_SIZE`](crate::MAX_SIZE); ends
    /// the process when memory is exhausted.
    #[inline]
    pub fn build<F: Movable>(self, f: impl for<'t> FnOnce(&TreeCtx<'t>) -> F::Of<'t>) -> Tree<F> {
        const { Aligned::<F::Of<'static>>::CHECK };
        self.try_build_or::<F, Error>(|t| Ok(f(t))).or_raise()
    }

    /// As [`Tree::try_build`].
    ///
    /// # Errors
    ///
    /// What the closure returns, and [`Error::OutOfMemory`] or [`Error::TooLarge`] for the
    /// struct and its pool. All that was made is freed.
    #[inline]
    pub fn try_build<F: Movable>(
        self,
        f: impl for<'t> FnOnce(&TreeCtx<'t>) -> Result<F::Of<'t>, Error>,
    ) -> Result<Tree<F>, Error> {
        const { Aligned::<F::Of<'static>>::CHECK };
        self.try_build_or(f)
    }

    /// As [`Tree::try_build_or`].
    ///
    /// # Errors
    ///
    /// As [`Pooled::try_build`], with an error type of your own.
    #[inline]
    pub fn try_build_or<F: Movable, E: From<Error>>(
        self,
        f: impl for<'t> FnOnce(&TreeCtx<'t>) -> Result<F::Of<'t>, E>,
    ) -> Result<Tree<F>, E> {
        const { Aligned::<F::Of<'static>>::CHECK };
        Plot::pooled(self.objects, self.bytes)?.fill(f)
    }
}
