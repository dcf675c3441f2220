//! Arrays under the names by which C knows the types of their elements.

use bytemuck::Zeroable;

use crate::array::take_array;
use crate::error::{Error, OrRaise};
use crate::name::Name;
use crate::object::{CType, Called, TBox, Typed};

/// Arrays.
impl<'p, T: CType> Typed<'p, T> {
    /// As [`CtxRef::alloc_slice_copy`](crate::CtxRef::alloc_slice_copy).
    ///
    /// # Panics
    ///
    /// As [`CtxRef::alloc_slice_copy`](crate::CtxRef::alloc_slice_copy).
    #[inline]
    pub fn alloc_slice_copy(self, values: &[T]) -> TBox<'p, [T]>
    where
        T: Copy,
    {
        self.try_alloc_slice_copy(values).or_raise()
    }

    /// As [`CtxRef::try_alloc_slice_copy`](crate::CtxRef::try_alloc_slice_copy).
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] or [`Error::TooLarge`].
    #[inline]
    pub fn try_alloc_slice_copy(self, values: &[T]) -> Result<TBox<'p, [T]>, Error>
    where
        T: Copy,
    {
        self.ctx.slice_copy_named(Self::NAME, values)
    }

    /// As [`CtxRef::alloc_slice_zeroed`](crate::CtxRef::alloc_slice_zeroed).
    ///
    /// # Panics
    ///
    /// As [`CtxRef::alloc_slice_copy`](crate::CtxRef::alloc_slice_copy).
    #[inline]
    pub fn alloc_slice_zeroed(self, len: usize) -> TBox<'p, [T]>
    where
        T: Zeroable,
    {
        self.try_alloc_slice_zeroed(len).or_raise()
    }

    /// As [`CtxRef::try_alloc_slice_zeroed`](crate::CtxRef::try_alloc_slice_zeroed).
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] or [`Error::TooLarge`].
    #[inline]
    pub fn try_alloc_slice_zeroed(self, len: usize) -> Result<TBox<'p, [T]>, Error>
    where
        T: Zeroable,
    {
        self.ctx.slice_zeroed_named(Self::NAME, len)
    }
}

/// Arrays from C, likewise.
impl<'p, T: CType> TBox<'p, [T]> {
    /// Takes over an array that C allocated with `talloc_array(ctx, T, n)`.
    ///
    /// # Errors
    ///
    /// As [`TBox::from_raw_typed`], and [`Error::WrongSize`] when the chunk is
    /// not a whole number of elements.
    ///
    /// # Safety
    ///
    /// 1. The duties of [`TBox::from_raw_typed`], for all elements.
    #[doc(alias = "talloc_array_length")]
    pub unsafe fn from_raw_slice_typed(ptr: *mut T) -> Result<Self, Error> {
        const { assert!(size_of::<T>() > 0, "zero-sized elements have no length in C") };
        // SAFETY: 1. duty 1.
        unsafe { take_array(ptr, Called::Exactly(Name::new(T::NAME))) }.map(TBox::of)
    }

    /// Takes over an array that C did not name after its type, such as that of a `talloc_memdup`,
    /// and calls it [`T::NAME`](CType::NAME) from then on.
    ///
    /// See [`TBox::from_raw_renamed`].
    ///
    /// # Errors
    ///
    /// [`Error::Null`]; [`Error::WrongSize`] when the chunk is not a whole number of
    /// elements. Nothing is freed or renamed then.
    ///
    /// # Safety
    ///
    /// 1. `ptr` must be null or a live talloc pointer of this thread, and if its size is a whole
    ///    number of `T`, it must be aligned for `T` and hold as many valid ones.
    /// 2. Duties 2 to 6 of [`TBox::from_raw_unchecked`].
    #[doc(alias = "talloc_memdup")]
    #[doc(alias = "talloc_array_size")]
    pub unsafe fn from_raw_slice_renamed(ptr: *mut T) -> Result<Self, Error> {
        const { assert!(size_of::<T>() > 0, "zero-sized elements have no length in C") };
        // SAFETY: 1. duties 1 and 2.
        unsafe { take_array(ptr, Called::Anew(Name::new(T::NAME))) }.map(TBox::of)
    }
}
