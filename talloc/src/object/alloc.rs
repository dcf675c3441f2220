//! Allocating single objects: methods of [`CtxRef`].

use core::mem::MaybeUninit;

use bytemuck::Zeroable;

use crate::context::CtxRef;
use crate::error::{Error, OrRaise};
use crate::name::Name;
use crate::object::TBox;
use crate::raw::Object;
use crate::raw::align::Aligned;

/// Objects.
impl CtxRef {
    #[inline]
    pub(crate) fn uninit_named<T>(&self, name: Name) -> Result<TBox<'_, MaybeUninit<T>>, Error> {
        match self.as_chunk().room::<T>(name) {
            Some(room) => Ok(TBox::of(room)),
            None => Err(Error::no_memory(size_of::<T>())),
        }
    }

    #[inline]
    pub(crate) fn alloc_with_named<T>(
        &self,
        name: Name,
        f: impl FnOnce() -> T,
    ) -> Result<TBox<'_, T>, Error> {
        // The handle frees the chunk if `f` panics.
        // Written in one expression, so that the result of `f` needs no place
        // of its own.
        Ok(TBox::write(self.uninit_named(name)?, f()))
    }

    #[inline]
    pub(crate) fn zeroed_named<T: Zeroable>(&self, name: Name) -> Result<TBox<'_, T>, Error> {
        match Object::zeroed(self.as_chunk(), name) {
            Some(object) => Ok(TBox::of(object)),
            None => Err(Error::no_memory(size_of::<T>())),
        }
    }

    /// Allocates `value` below this context.
    ///
    /// The object is named after its Rust type. `value` is moved into its
    /// chunk; see [`CtxRef::alloc_with`] for large values.
    ///
    /// A `T` that needs an alignment above 16 bytes (8 on 32-bit targets) does
    /// not compile.
    ///
    /// # Panics
    ///
    /// Panics when `T` is larger than [`MAX_SIZE`](crate::MAX_SIZE); ends the
    /// process when memory is exhausted. See [`CtxRef::try_alloc`].
    ///
    /// ```
    /// let ctx = talloc::Ctx::new();
    /// let point = ctx.alloc((1.0, 2.0));
    /// assert_eq!(point.1, 2.0);
    /// ```
    #[doc(alias = "talloc")]
    #[doc(alias = "talloc_ptrtype")]
    #[doc(alias = "talloc_p")]
    #[inline]
    pub fn alloc<T>(&self, value: T) -> TBox<'_, T> {
        const { Aligned::<T>::CHECK };
        self.try_alloc(value).or_raise()
    }

    /// Like [`CtxRef::alloc`], returning errors. `value` is dropped on error.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] or [`Error::TooLarge`].
    #[inline]
    pub fn try_alloc<T>(&self, value: T) -> Result<TBox<'_, T>, Error> {
        const { Aligned::<T>::CHECK };
        self.try_alloc_with(|| value)
    }

    /// Allocates first, then calls `f` and puts its result in the chunk.
    ///
    /// So `f` is not called when memory is exhausted, and the result of `f` is
    /// the only copy. Whether the compiler builds it in the chunk or on the
    /// stack first is up to its optimiser. To be sure that a large value never
    /// passes the stack, start from [`CtxRef::alloc_zeroed`], or build an array
    /// with [`CtxRef::alloc_slice_fill_with`] and convert it to `TBox<[T; N]>`.
    ///
    /// If `f` panics, the chunk is freed.
    ///
    /// # Panics
    ///
    /// As [`CtxRef::alloc`].
    ///
    /// ```
    /// let ctx = talloc::Ctx::new();
    /// let table = ctx.alloc_with(|| [0_u32; 100_000]);
    /// assert_eq!(table.len(), 100_000);
    /// ```
    #[doc(alias = "talloc")]
    #[inline]
    pub fn alloc_with<T>(&self, f: impl FnOnce() -> T) -> TBox<'_, T> {
        const { Aligned::<T>::CHECK };
        self.try_alloc_with(f).or_raise()
    }

    /// Like [`CtxRef::alloc_with`], returning errors. `f` is not called on error.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] or [`Error::TooLarge`].
    #[inline]
    pub fn try_alloc_with<T>(&self, f: impl FnOnce() -> T) -> Result<TBox<'_, T>, Error> {
        const { Aligned::<T>::CHECK };
        self.alloc_with_named(Name::of::<T>(), f)
    }

    /// Allocates an object with all bytes zero, for types where that is a valid
    /// value: C's `talloc_zero`.
    ///
    /// [`Zeroable`] is the trait of bytemuck, version 1. For a struct of yours, `cargo add bytemuck
    /// --features derive`, and `#[derive(bytemuck::Zeroable)]`.
    ///
    /// # Panics
    ///
    /// As [`CtxRef::alloc`].
    ///
    /// ```
    /// let ctx = talloc::Ctx::new();
    /// let counters = ctx.alloc_zeroed::<[u64; 8]>();
    /// assert_eq!(*counters, [0; 8]);
    /// ```
    #[doc(alias = "talloc_zero")]
    #[doc(alias = "talloc_zero_p")]
    #[inline]
    pub fn alloc_zeroed<T: Zeroable>(&self) -> TBox<'_, T> {
        const { Aligned::<T>::CHECK };
        self.try_alloc_zeroed().or_raise()
    }

    /// Like [`CtxRef::alloc_zeroed`], returning errors.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] or [`Error::TooLarge`].
    #[inline]
    pub fn try_alloc_zeroed<T: Zeroable>(&self) -> Result<TBox<'_, T>, Error> {
        const { Aligned::<T>::CHECK };
        self.zeroed_named(Name::of::<T>())
    }

    /// Allocates an object whose bytes are not initialised.
    ///
    /// # Panics
    ///
    /// As [`CtxRef::alloc`].
    ///
    /// ```
    /// use talloc::{Ctx, TBox};
    ///
    /// let ctx = Ctx::new();
    /// let number = TBox::write(ctx.alloc_uninit::<u64>(), 9);
    /// assert_eq!(*number, 9);
    /// ```
    #[doc(alias = "talloc")]
    #[inline]
    pub fn alloc_uninit<T>(&self) -> TBox<'_, MaybeUninit<T>> {
        const { Aligned::<T>::CHECK };
        self.try_alloc_uninit().or_raise()
    }

    /// Like [`CtxRef::alloc_uninit`], returning errors.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] or [`Error::TooLarge`].
    #[inline]
    pub fn try_alloc_uninit<T>(&self) -> Result<TBox<'_, MaybeUninit<T>>, Error> {
        const { Aligned::<T>::CHECK };
        self.uninit_named(Name::of::<T>())
    }
}
