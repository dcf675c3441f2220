//! Making arrays: methods of [`CtxRef`].

use core::mem::MaybeUninit;

use bytemuck::Zeroable;

use crate::array::{ArrayBuilder, extent};
use crate::context::CtxRef;
use crate::error::{Error, OrRaise};
use crate::name::Name;
use crate::object::TBox;
use crate::raw::align::Aligned;
use crate::raw::{Extent, Object};

/// Arrays. The chunk has exactly the bytes of its elements, so that C's
/// `talloc_array_length` is right; they are named after `[T]`.
impl CtxRef {
    #[inline]
    pub(crate) fn slice_copy_named<T: Copy>(
        &self,
        name: Name,
        values: &[T],
    ) -> Result<TBox<'_, [T]>, Error> {
        match Object::places(self.as_chunk(), &Extent::of(values), name) {
            Some(places) => Ok(TBox::of(places.copied(values))),
            None => Err(Error::no_memory(size_of_val(values))),
        }
    }

    #[inline]
    pub(crate) fn slice_zeroed_named<T: Zeroable>(
        &self,
        name: Name,
        len: usize,
    ) -> Result<TBox<'_, [T]>, Error> {
        let extent = extent::<T>(len)?;
        match Object::zeroed_array(self.as_chunk(), &extent, name) {
            Some(array) => Ok(TBox::of(array)),
            None => Err(Error::no_memory(extent.size())),
        }
    }

    /// Allocates a copy of an array: C's `talloc_memdup`.
    ///
    /// # Panics
    ///
    /// Panics when the array is over [`MAX_SIZE`](crate::MAX_SIZE) bytes; ends
    /// the process when memory is exhausted. See [`CtxRef::try_alloc_slice_copy`].
    ///
    /// ```
    /// let ctx = talloc::Ctx::new();
    /// let primes = ctx.alloc_slice_copy(&[2, 3, 5, 7]);
    /// assert_eq!(primes[3], 7);
    /// ```
    #[doc(alias = "talloc_memdup")]
    #[doc(alias = "talloc_array")]
    #[inline]
    pub fn alloc_slice_copy<T: Copy>(&self, values: &[T]) -> TBox<'_, [T]> {
        const { Aligned::<T>::CHECK };
        self.try_alloc_slice_copy(values).or_raise()
    }

    /// Like [`CtxRef::alloc_slice_copy`], returning errors.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] or [`Error::TooLarge`].
    #[inline]
    pub fn try_alloc_slice_copy<T: Copy>(&self, values: &[T]) -> Result<TBox<'_, [T]>, Error> {
        const { Aligned::<T>::CHECK };
        self.slice_copy_named(Name::of::<[T]>(), values)
    }

    /// Allocates an array of clones.
    ///
    /// If a clone panics, those made before are dropped and the array is freed.
    ///
    /// # Panics
    ///
    /// As [`CtxRef::alloc_slice_copy`].
    ///
    /// ```
    /// let ctx = talloc::Ctx::new();
    /// let words = ctx.alloc_slice_clone(&[String::from("one"), String::from("two")]);
    /// assert_eq!(words[1], "two");
    /// ```
    #[doc(alias = "talloc_memdup")]
    #[inline]
    pub fn alloc_slice_clone<T: Clone>(&self, values: &[T]) -> TBox<'_, [T]> {
        const { Aligned::<T>::CHECK };
        self.try_alloc_slice_clone(values).or_raise()
    }

    /// Like [`CtxRef::alloc_slice_clone`], returning errors.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] or [`Error::TooLarge`].
    #[inline]
    pub fn try_alloc_slice_clone<T: Clone>(&self, values: &[T]) -> Result<TBox<'_, [T]>, Error> {
        const { Aligned::<T>::CHECK };
        self.try_alloc_slice_fill_with(values.len(), |index| values[index].clone())
    }

    /// Allocates an array of `len` elements, each made by `f` from its index.
    ///
    /// If `f` panics, the elements made before are dropped and the array is freed.
    ///
    /// # Panics
    ///
    /// As [`CtxRef::alloc_slice_copy`].
    ///
    /// ```
    /// let ctx = talloc::Ctx::new();
    /// let squares = ctx.alloc_slice_fill_with(4, |i| i * i);
    /// assert_eq!(*squares, [0, 1, 4, 9]);
    /// ```
    #[doc(alias = "talloc_array")]
    #[doc(alias = "talloc_array_ptrtype")]
    #[inline]
    pub fn alloc_slice_fill_with<T>(&self, len: usize, f: impl FnMut(usize) -> T) -> TBox<'_, [T]> {
        const { Aligned::<T>::CHECK };
        self.try_alloc_slice_fill_with(len, f).or_raise()
    }

    /// Like [`CtxRef::alloc_slice_fill_with`], returning errors. `f` is not
    /// called on error.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] or [`Error::TooLarge`].
    #[inline]
    pub fn try_alloc_slice_fill_with<T>(
        &self,
        len: usize,
        mut f: impl FnMut(usize) -> T,
    ) -> Result<TBox<'_, [T]>, Error> {
        const { Aligned::<T>::CHECK };
        let mut builder = ArrayBuilder::new(self, len, Name::of::<[T]>())?;
        for index in 0..len {
            builder.push(f(index));
        }
        Ok(builder.finish_full())
    }

    /// Allocates an array of what the iterator yields.
    ///
    /// With an exact `size_hint` this is one allocation; otherwise the array
    /// grows by doubling and is cut to its length at the end. If the iterator
    /// panics, what it yielded before is dropped and the array is freed.
    ///
    /// # Panics
    ///
    /// As [`CtxRef::alloc_slice_copy`].
    ///
    /// ```
    /// let ctx = talloc::Ctx::new();
    /// let words = ctx.alloc_slice_from_iter("a b c".split(' ').map(str::len));
    /// assert_eq!(*words, [1, 1, 1]);
    /// ```
    #[doc(alias = "talloc_array")]
    #[inline]
    pub fn alloc_slice_from_iter<T>(&self, iter: impl IntoIterator<Item = T>) -> TBox<'_, [T]> {
        const { Aligned::<T>::CHECK };
        self.try_alloc_slice_from_iter(iter).or_raise()
    }

    /// Like [`CtxRef::alloc_slice_from_iter`], returning errors. What was
    /// yielded before the error is dropped.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] or [`Error::TooLarge`].
    pub fn try_alloc_slice_from_iter<T>(
        &self,
        iter: impl IntoIterator<Item = T>,
    ) -> Result<TBox<'_, [T]>, Error> {
        const { Aligned::<T>::CHECK };
        let mut iter = iter.into_iter();
        let mut builder = ArrayBuilder::new(self, iter.size_hint().0, Name::of::<[T]>())?;
        while let Some(value) = iter.next() {
            builder.try_push(value, || iter.size_hint().0)?;
        }
        builder.finish_cut(self)
    }

    /// Allocates an array with all bytes zero: C's `talloc_zero_array`.
    ///
    /// # Panics
    ///
    /// As [`CtxRef::alloc_slice_copy`].
    ///
    /// ```
    /// let ctx = talloc::Ctx::new();
    /// let buffer = ctx.alloc_slice_zeroed::<u8>(4096);
    /// assert!(buffer.iter().all(|&byte| byte == 0));
    /// ```
    #[doc(alias = "talloc_zero_array")]
    #[doc(alias = "talloc_zero_size")]
    #[inline]
    pub fn alloc_slice_zeroed<T: Zeroable>(&self, len: usize) -> TBox<'_, [T]> {
        const { Aligned::<T>::CHECK };
        self.try_alloc_slice_zeroed(len).or_raise()
    }

    /// Like [`CtxRef::alloc_slice_zeroed`], returning errors.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] or [`Error::TooLarge`].
    #[inline]
    pub fn try_alloc_slice_zeroed<T: Zeroable>(&self, len: usize) -> Result<TBox<'_, [T]>, Error> {
        const { Aligned::<T>::CHECK };
        self.slice_zeroed_named(Name::of::<[T]>(), len)
    }

    /// Allocates an array whose elements are not initialised: C's `talloc_array`.
    ///
    /// # Panics
    ///
    /// As [`CtxRef::alloc_slice_copy`].
    #[doc(alias = "talloc_array")]
    #[doc(alias = "talloc_size")]
    #[doc(alias = "talloc_array_size")]
    #[doc(alias = "talloc_array_p")]
    #[inline]
    pub fn alloc_slice_uninit<T>(&self, len: usize) -> TBox<'_, [MaybeUninit<T>]> {
        const { Aligned::<T>::CHECK };
        self.try_alloc_slice_uninit(len).or_raise()
    }

    /// Like [`CtxRef::alloc_slice_uninit`], returning errors.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] or [`Error::TooLarge`].
    #[inline]
    pub fn try_alloc_slice_uninit<T>(
        &self,
        len: usize,
    ) -> Result<TBox<'_, [MaybeUninit<T>]>, Error> {
        const { Aligned::<T>::CHECK };
        let extent = extent::<T>(len)?;
        match Object::places(self.as_chunk(), &extent, Name::of::<[T]>()) {
            Some(places) => Ok(TBox::of(places)),
            None => Err(Error::no_memory(extent.size())),
        }
    }
}
