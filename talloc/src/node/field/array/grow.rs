//! Growing an [`Array`] in place.

use core::mem;

use crate::array::{ArrayBuilder, Grow, GrowInPlace, append_counted, append_made, can_be_cut};
use crate::context::CtxRef;
use crate::error::{Error, OrRaise};
use crate::name::Name;
use crate::node::field::{Array, NoDrop};
use crate::raw::Source;

/// Growing. The plain methods panic when the array would be over
/// [`MAX_SIZE`](crate::MAX_SIZE) bytes, or when C holds a reference to it, and
/// end the process when memory is exhausted; the `try_` methods return
/// [`Error::TooLarge`], [`Error::Referenced`] and [`Error::OutOfMemory`]. After an
/// error the array is as it was. A value that was to be added is lost then; a
/// chunk that it owned stays with its parent.
impl<T: NoDrop> Array<'_, T> {
    /// Adds an element at the end.
    ///
    /// # Panics
    ///
    /// When it is too large or C holds a reference to it; ends the process when
    /// memory is exhausted.
    ///
    /// ```
    /// use talloc::{Array, Ctx};
    ///
    /// let ctx = Ctx::new();
    /// let mut ports: Array<'_, u16> = ctx.alloc_slice_copy(&[80]).into();
    /// ports.push(443);
    /// assert_eq!(ports, [80, 443]);
    /// ```
    #[doc(alias = "talloc_realloc")]
    #[inline]
    #[track_caller]
    pub fn push(&mut self, value: T) {
        self.try_push(value).or_raise();
    }

    /// Like [`Array::push`], returning errors.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`], [`Error::TooLarge`] or [`Error::Referenced`].
    #[inline]
    pub fn try_push(&mut self, value: T) -> Result<(), Error> {
        self.append([value])
    }

    /// Adds an element before the one at `index`, or at the end.
    ///
    /// # Panics
    ///
    /// When `index` is greater than the length, and as [`Array::push`].
    ///
    /// ```
    /// use talloc::{Array, Ctx};
    ///
    /// let ctx = Ctx::new();
    /// let mut ports: Array<'_, u16> = ctx.alloc_slice_copy(&[80, 443]).into();
    /// ports.insert(1, 8080);
    /// assert_eq!(ports, [80, 8080, 443]);
    /// ```
    #[track_caller]
    pub fn insert(&mut self, index: usize, value: T) {
        self.try_insert(index, value).or_raise();
    }

    /// Like [`Array::insert`], returning errors.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`], [`Error::TooLarge`] or [`Error::Referenced`].
    ///
    /// # Panics
    ///
    /// When `index` is greater than the length.
    #[track_caller]
    pub fn try_insert(&mut self, index: usize, value: T) -> Result<(), Error> {
        let len = self.len();
        assert!(index <= len, "no place {index} to insert at in an array of {len}");
        self.try_push(value)?;
        self[index..].rotate_right(1);
        Ok(())
    }

    /// Adds a copy of `values` at the end: one resize, one copy.
    ///
    /// # Panics
    ///
    /// As [`Array::push`].
    ///
    /// ```
    /// use talloc::{Array, Ctx};
    ///
    /// let ctx = Ctx::new();
    /// let mut ports: Array<'_, u16> = ctx.alloc_slice_copy(&[80]).into();
    /// ports.extend_from_slice(&[443, 8080]);
    /// assert_eq!(ports, [80, 443, 8080]);
    /// ```
    #[track_caller]
    pub fn extend_from_slice(&mut self, values: &[T])
    where
        T: Copy,
    {
        self.try_extend_from_slice(values).or_raise();
    }

    /// Like [`Array::extend_from_slice`], returning errors.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`], [`Error::TooLarge`] or [`Error::Referenced`].
    pub fn try_extend_from_slice(&mut self, values: &[T]) -> Result<(), Error>
    where
        T: Copy,
    {
        self.append(values)
    }

    /// Adds what the iterator yields, as [`Extend::extend`] does, returning errors.
    ///
    /// By one resize if the iterator says how many there are; otherwise, and for one-byte elements
    /// of an empty array, they are made in a chunk of their own first. If the iterator panics, or
    /// there is an error, the array is as it was. (Not if C has taken a reference to it meanwhile:
    /// it then keeps what was added, or, where there are places without an element, the process
    /// ends.)
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`], [`Error::TooLarge`] or [`Error::Referenced`].
    ///
    /// ```
    /// use talloc::{Array, Ctx};
    ///
    /// let ctx = Ctx::new();
    /// let mut squares: Array<'_, u32> = ctx.alloc_slice_copy(&[0]).into();
    /// squares.try_extend((1..4).map(|i| i * i))?;
    /// assert_eq!(squares, [0, 1, 4, 9]);
    /// # Ok::<(), talloc::Error>(())
    /// ```
    pub fn try_extend(&mut self, iter: impl IntoIterator<Item = T>) -> Result<(), Error> {
        let mut iter = iter.into_iter().fuse();
        let undone = Undone { len: self.len(), array: self };
        match iter.size_hint() {
            (count @ 1.., Some(most)) if count == most && can_be_cut::<T>(undone.len) => {
                append_counted(undone.array, count, &mut iter)?;
            }
            _ => {}
        }
        // All of them, or those that it did not speak of.
        if let Some(first) = iter.next() {
            append_all(undone.array, first, iter)?;
        }
        mem::forget(undone);
        Ok(())
    }
}

/// Puts elements behind an array that are made below it first.
fn append_all<T: NoDrop>(
    array: &mut Array<'_, T>,
    first: T,
    mut more: impl Iterator<Item = T>,
) -> Result<(), Error> {
    append_made(array, |parent| {
        let room = more.size_hint().0.saturating_add(1);
        let mut made = ArrayBuilder::new(parent, room, Name::of::<[T]>())?;
        made.push(first);
        while let Some(value) = more.next() {
            made.try_push(value, || more.size_hint().0)?;
        }
        Ok(made)
    })
}

/// Cuts an array to its former length when it is dropped.
struct Undone<'a, 't, T: NoDrop> {
    array: &'a mut Array<'t, T>,
    len: usize,
}

impl<T: NoDrop> Drop for Undone<'_, '_, T> {
    #[inline]
    fn drop(&mut self) {
        if self.len < self.array.len() {
            // Refused, it has more elements, all of them valid.
            let _ = self.array.elements().cut(self.len);
        }
    }
}

impl<T: NoDrop> Grow<T> for Array<'_, T> {
    fn as_parent(&self) -> &CtxRef {
        CtxRef::of(self.as_chunk())
    }

    #[inline]
    fn append(&mut self, more: impl Source<T>) -> Result<(), Error> {
        match self.elements().append(more) {
            Ok(()) => Ok(()),
            Err(size) => Err(self.resize_error(size)),
        }
    }
}

impl<T: NoDrop> GrowInPlace<T> for Array<'_, T> {
    #[inline]
    fn append_with(&mut self, count: usize, make: impl FnMut() -> Option<T>) -> Result<(), Error> {
        match self.elements().append_with(count, make) {
            Ok(()) => Ok(()),
            Err(size) => Err(self.resize_error(size)),
        }
    }
}

/// By one resize; panics and ends the process as [`Array::push`] does.
impl<T: NoDrop> Extend<T> for Array<'_, T> {
    #[track_caller]
    fn extend<I: IntoIterator<Item = T>>(&mut self, iter: I) {
        self.try_extend(iter).or_raise();
    }
}

/// By one resize; panics and ends the process as [`Array::push`] does.
impl<'a, T: NoDrop + Copy + 'a> Extend<&'a T> for Array<'_, T> {
    #[track_caller]
    fn extend<I: IntoIterator<Item = &'a T>>(&mut self, iter: I) {
        self.try_extend(iter.into_iter().copied()).or_raise();
    }
}
