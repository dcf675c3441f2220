//! How an [`Array`] grows.

use core::mem::MaybeUninit;
use core::num::NonZero;
use core::ptr::NonNull;

use crate::array::array_size;
use crate::array::growth::doubled;
use crate::error::{Error, MAX_SIZE, OrRaise};
use crate::name::Name;
use crate::raw::align::Aligned;
use crate::tree::{Array, TreeCtx};

/// Growing. The plain methods panic when the array would be over
/// [`MAX_SIZE`](crate::MAX_SIZE) bytes, and end the process when memory is exhausted.
impl<'t, T> Array<'t, T> {
    /// The number of elements that the chunk has room for.
    #[doc(alias = "talloc_array_length")]
    #[inline]
    pub fn capacity(&self, t: &TreeCtx<'t>) -> usize {
        if size_of::<T>() == 0 {
            return usize::MAX;
        }
        self.as_chunk(t).map_or(0, |chunk| chunk.size() / size_of::<T>())
    }

    /// Makes room for so many more elements at least, as [`Vec::reserve`] does.
    ///
    /// # Panics
    ///
    /// Panics when that is too large; ends the process when memory is exhausted.
    #[doc(alias = "talloc_realloc")]
    #[inline]
    pub fn reserve(&mut self, t: &TreeCtx<'t>, additional: usize) {
        const { Aligned::<T>::CHECK };
        self.try_reserve(t, additional).or_raise()
    }

    /// Like [`Array::reserve`], returning errors.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`], [`Error::TooLarge`], or [`Error::Referenced`] when C holds a
    /// reference to the array, which stays as it was.
    #[doc(alias = "talloc_realloc")]
    #[inline]
    pub fn try_reserve(&mut self, t: &TreeCtx<'t>, additional: usize) -> Result<(), Error> {
        const { Aligned::<T>::CHECK };
        let capacity = self.capacity(t);
        // The capacity is never below the length.
        if additional <= capacity - self.len() {
            Ok(())
        } else {
            self.grow(t, capacity, additional)
        }
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, t: &TreeCtx<'t>, capacity: usize, additional: usize) -> Result<(), Error> {
        let needed = self.len().checked_add(additional);
        let needed = needed.ok_or(Error::TooLarge { size: usize::MAX })?;
        let most = MAX_SIZE / size_of::<T>().max(1);
        self.resize(t, doubled(capacity, needed, 4, most))
    }

    /// Cuts the chunk to the elements, or frees it if there are none. Where libtalloc has
    /// nothing to gain by that, or no memory, it stays as it is.
    pub fn shrink_to_fit(&mut self, t: &TreeCtx<'t>) {
        if self.is_empty() {
            core::mem::take(self).free(t);
        } else if self.len() < self.capacity(t) && size_of::<T>() > 0 {
            let _as_it_is = self.resize(t, self.len());
        }
    }

    /// Gives the array a chunk of so many elements: not less than it has, and not 0. They have
    /// a size, or there would have been room.
    fn resize(&mut self, t: &TreeCtx<'t>, capacity: usize) -> Result<(), Error> {
        match NonZero::new(array_size::<T>(capacity)?) {
            Some(size) => self.set_size(t, size, Name::of::<[T]>()),
            None => Ok(()),
        }
    }

    /// The places behind the last element for so many more.
    #[inline]
    fn room(&mut self, t: &TreeCtx<'t>, additional: usize) -> Result<&mut [MaybeUninit<T>], Error> {
        self.try_reserve(t, additional)?;
        // SAFETY: 1. to the end of the elements. 2. the chunk has room for so many more.
        unsafe {
            let end = self.first.cast().add(self.len);
            Ok(NonNull::slice_from_raw_parts(end, additional).as_mut())
        }
    }

    /// Appends an element.
    ///
    /// # Panics
    ///
    /// As [`Array::reserve`].
    #[inline]
    pub fn push(&mut self, t: &TreeCtx<'t>, value: T) {
        const { Aligned::<T>::CHECK };
        self.try_push(t, value).or_raise()
    }

    /// Like [`Array::push`], returning errors.
    ///
    /// # Errors
    ///
    /// As [`Array::try_reserve`].
    #[inline]
    pub fn try_push(&mut self, t: &TreeCtx<'t>, value: T) -> Result<(), Error> {
        self.room(t, 1)?[0].write(value);
        self.len += 1;
        Ok(())
    }

    /// Puts an element at `index`, and those from there on behind it.
    ///
    /// # Panics
    ///
    /// Panics when `index` is behind the end; as [`Array::reserve`].
    #[inline]
    pub fn insert(&mut self, t: &TreeCtx<'t>, index: usize, value: T) {
        const { Aligned::<T>::CHECK };
        self.try_insert(t, index, value).or_raise()
    }

    /// Like [`Array::insert`], returning errors.
    ///
    /// # Errors
    ///
    /// As [`Array::try_reserve`].
    ///
    /// # Panics
    ///
    /// Panics when `index` is behind the end.
    #[inline]
    pub fn try_insert(&mut self, t: &TreeCtx<'t>, index: usize, value: T) -> Result<(), Error> {
        let _in_bounds = &self[index..];
        self.try_push(t, value)?;
        self[index..].rotate_right(1);
        Ok(())
    }

    /// Appends what the iterator yields. If that panics, what it has yielded is there.
    ///
    /// # Panics
    ///
    /// As [`Array::reserve`].
    #[inline]
    pub fn extend(&mut self, t: &TreeCtx<'t>, values: impl IntoIterator<Item = T>) {
        const { Aligned::<T>::CHECK };
        self.try_extend(t, values).or_raise()
    }

    /// Like [`Array::extend`], returning errors. What was yielded before is there.
    ///
    /// # Errors
    ///
    /// As [`Array::try_reserve`].
    pub fn try_extend(
        &mut self,
        t: &TreeCtx<'t>,
        values: impl IntoIterator<Item = T>,
    ) -> Result<(), Error> {
        let values = values.into_iter();
        self.try_reserve(t, values.size_hint().0)?;
        for value in values {
            self.try_push(t, value)?;
        }
        Ok(())
    }

    /// Appends copies of elements.
    ///
    /// # Panics
    ///
    /// As [`Array::reserve`].
    #[inline]
    pub fn extend_from_slice(&mut self, t: &TreeCtx<'t>, values: &[T])
    where
        T: Copy,
    {
        const { Aligned::<T>::CHECK };
        self.try_extend_from_slice(t, values).or_raise()
    }

    /// Like [`Array::extend_from_slice`], returning errors.
    ///
    /// # Errors
    ///
    /// As [`Array::try_reserve`].
    #[inline]
    pub fn try_extend_from_slice(&mut self, t: &TreeCtx<'t>, values: &[T]) -> Result<(), Error>
    where
        T: Copy,
    {
        for (place, value) in self.room(t, values.len())?.iter_mut().zip(values) {
            place.write(*value);
        }
        self.len += values.len();
        Ok(())
    }
}
