//! Shrinking an [`Array`] in place.

use core::marker::PhantomData;

use crate::error::{Error, OrRaise};
use crate::node::field::{Array, NoDrop};

/// Refuses at compile time what could not be told from one element when empty.
struct Emptied<T>(PhantomData<T>);

impl<T> Emptied<T> {
    const CHECK: () = assert!(
        size_of::<T>() > 1,
        "an `Array` of one-byte elements cannot shrink: libtalloc keeps at least one byte, \
         which C would count. Bytes that come and go are a `BlobBuf`"
    );
}

/// Shrinking. The plain methods panic when C holds a reference to the array; the
/// `try_` methods return [`Error::Referenced`], and [`Error::OutOfMemory`] in the
/// theory of the C allocator. Unless it is said, the array is as it was after an
/// error. For elements of one byte none of them compiles (see [`Array`]).
impl<T: NoDrop> Array<'_, T> {
    /// Takes the last element out, if there is one.
    ///
    /// # Panics
    ///
    /// When C holds a reference to the array.
    ///
    /// ```
    /// use talloc::{Array, Ctx};
    ///
    /// let ctx = Ctx::new();
    /// let mut ports: Array<'_, u16> = ctx.alloc_slice_copy(&[80, 443]).into();
    /// assert_eq!((ports.pop(), ports.pop(), ports.pop()), (Some(443), Some(80), None));
    /// assert!(ports.is_empty());
    /// ```
    #[doc(alias = "talloc_realloc")]
    #[track_caller]
    pub fn pop(&mut self) -> Option<T> {
        const { Emptied::<T>::CHECK };
        self.try_pop().or_raise()
    }

    /// Like [`Array::pop`], returning errors.
    ///
    /// # Errors
    ///
    /// [`Error::Referenced`] or [`Error::OutOfMemory`].
    pub fn try_pop(&mut self) -> Result<Option<T>, Error> {
        const { Emptied::<T>::CHECK };
        let mut elements = self.elements();
        match elements.len().checked_sub(1) {
            None => Ok(None),
            Some(last) => elements.remove(last).map(Some).map_err(|size| self.resize_error(size)),
        }
    }

    /// Takes the element at `index` out; those behind it move down by one.
    ///
    /// # Panics
    ///
    /// When there is no such element, and as [`Array::pop`].
    ///
    /// ```
    /// use talloc::{Array, Ctx};
    ///
    /// let ctx = Ctx::new();
    /// let mut ports: Array<'_, u16> = ctx.alloc_slice_copy(&[80, 443, 8080]).into();
    /// assert_eq!(ports.remove(0), 80);
    /// assert_eq!(ports, [443, 8080]);
    /// ```
    #[track_caller]
    pub fn remove(&mut self, index: usize) -> T {
        const { Emptied::<T>::CHECK };
        self.try_remove(index).or_raise()
    }

    /// Like [`Array::remove`], returning errors.
    ///
    /// # Errors
    ///
    /// [`Error::Referenced`] or [`Error::OutOfMemory`].
    ///
    /// # Panics
    ///
    /// When there is no such element.
    #[track_caller]
    pub fn try_remove(&mut self, index: usize) -> Result<T, Error> {
        const { Emptied::<T>::CHECK };
        let mut elements = self.elements();
        let len = elements.len();
        assert!(index < len, "no element {index} to remove in an array of {len}");
        elements.remove(index).map_err(|size| self.resize_error(size))
    }

    /// Takes the element at `index` out and puts the last one in its place.
    ///
    /// # Panics
    ///
    /// As [`Array::remove`].
    ///
    /// ```
    /// use talloc::{Array, Ctx};
    ///
    /// let ctx = Ctx::new();
    /// let mut ports: Array<'_, u16> = ctx.alloc_slice_copy(&[80, 443, 8080]).into();
    /// assert_eq!(ports.swap_remove(0), 80);
    /// assert_eq!(ports, [8080, 443]);
    /// ```
    #[track_caller]
    pub fn swap_remove(&mut self, index: usize) -> T {
        const { Emptied::<T>::CHECK };
        self.try_swap_remove(index).or_raise()
    }

    /// Like [`Array::swap_remove`], returning errors.
    ///
    /// # Errors
    ///
    /// [`Error::Referenced`] or [`Error::OutOfMemory`].
    ///
    /// # Panics
    ///
    /// When there is no such element.
    #[track_caller]
    pub fn try_swap_remove(&mut self, index: usize) -> Result<T, Error> {
        const { Emptied::<T>::CHECK };
        let mut elements = self.elements();
        let len = elements.len();
        assert!(index < len, "no element {index} to remove in an array of {len}");
        elements.as_mut_slice().swap(index, len - 1);
        elements.remove(len - 1).map_err(|size| {
            self.swap(index, len - 1);
            self.resize_error(size)
        })
    }

    /// Cuts the array to its first `len` elements; a shorter one stays as it is.
    ///
    /// # Panics
    ///
    /// As [`Array::pop`].
    ///
    /// ```
    /// use talloc::{Array, Ctx};
    ///
    /// let ctx = Ctx::new();
    /// let mut ports: Array<'_, u16> = ctx.alloc_slice_copy(&[80, 443, 8080]).into();
    /// ports.truncate(1);
    /// assert_eq!(ports, [80]);
    /// ```
    #[track_caller]
    pub fn truncate(&mut self, len: usize) {
        const { Emptied::<T>::CHECK };
        self.try_truncate(len).or_raise();
    }

    /// Like [`Array::truncate`], returning errors.
    ///
    /// # Errors
    ///
    /// [`Error::Referenced`] or [`Error::OutOfMemory`].
    pub fn try_truncate(&mut self, len: usize) -> Result<(), Error> {
        const { Emptied::<T>::CHECK };
        let mut elements = self.elements();
        if len < elements.len() {
            elements.cut(len).map_err(|size| self.resize_error(size))
        } else {
            Ok(())
        }
    }

    /// Takes all elements away.
    ///
    /// # Panics
    ///
    /// As [`Array::pop`].
    #[track_caller]
    pub fn clear(&mut self) {
        const { Emptied::<T>::CHECK };
        self.truncate(0);
    }

    /// Like [`Array::clear`], returning errors.
    ///
    /// # Errors
    ///
    /// [`Error::Referenced`] or [`Error::OutOfMemory`].
    pub fn try_clear(&mut self) -> Result<(), Error> {
        const { Emptied::<T>::CHECK };
        self.try_truncate(0)
    }

    /// Keeps the elements of which `keep` says so, in their order.
    ///
    /// Should `keep` panic, all elements are still there, perhaps in another order.
    ///
    /// # Panics
    ///
    /// As [`Array::pop`].
    ///
    /// ```
    /// use talloc::{Array, Ctx};
    ///
    /// let ctx = Ctx::new();
    /// let mut ports: Array<'_, u16> = ctx.alloc_slice_copy(&[80, 443, 8080]).into();
    /// ports.retain(|port| *port < 1024);
    /// assert_eq!(ports, [80, 443]);
    /// ```
    #[track_caller]
    pub fn retain(&mut self, keep: impl FnMut(&T) -> bool) {
        const { Emptied::<T>::CHECK };
        self.try_retain(keep).or_raise();
    }

    /// Like [`Array::retain`], returning errors. After an error all elements are
    /// still there, those to be kept first.
    ///
    /// # Errors
    ///
    /// [`Error::Referenced`] or [`Error::OutOfMemory`].
    pub fn try_retain(&mut self, keep: impl FnMut(&T) -> bool) -> Result<(), Error> {
        const { Emptied::<T>::CHECK };
        let kept = gather(self, keep);
        self.try_truncate(kept)
    }
}

/// Brings the elements that are wanted to the front, in their order, and counts
/// them. By swaps, so that a panic of `wanted` loses and doubles none.
pub(in crate::node::field) fn gather<T>(
    values: &mut [T],
    mut wanted: impl FnMut(&T) -> bool,
) -> usize {
    let mut kept = 0;
    for index in 0..values.len() {
        if wanted(&values[index]) {
            values.swap(kept, index);
            kept += 1;
        }
    }
    kept
}
