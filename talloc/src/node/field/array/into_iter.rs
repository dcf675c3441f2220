//! Taking an [`Array`] apart.

use core::fmt;
use core::iter::FusedIterator;
use core::marker::PhantomData;

use crate::node::field::{Array, NoDrop};
use crate::raw::Owned;

/// The elements of an [`Array`], by value: what its `into_iter` returns.
///
/// The array is freed with this iterator. Elements that it has not returned and that own a
/// chunk leave it to its parent.
pub struct ArrayIntoIter<'t, T: NoDrop> {
    /// # Invariants
    ///
    /// It begins with `len` elements, those from `next` on have not been returned.
    chunk: Owned<'t>,
    next: usize,
    len: usize,
    _owns: PhantomData<T>,
}

impl<T: NoDrop> fmt::Debug for ArrayIntoIter<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ArrayIntoIter").field("left", &self.len()).finish_non_exhaustive()
    }
}

impl<T: NoDrop> Iterator for ArrayIntoIter<'_, T> {
    type Item = T;

    #[inline]
    fn next(&mut self) -> Option<T> {
        if self.next == self.len {
            return None;
        }
        // SAFETY: by the invariant it is valid. It is not returned again, and `T` has no
        // drop glue.
        let value = unsafe { self.chunk.ptr().cast::<T>().add(self.next).read() };
        self.next += 1;
        Some(value)
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.len - self.next, Some(self.len - self.next))
    }
}

impl<T: NoDrop> ExactSizeIterator for ArrayIntoIter<'_, T> {}
impl<T: NoDrop> FusedIterator for ArrayIntoIter<'_, T> {}

impl<'t, T: NoDrop> IntoIterator for Array<'t, T> {
    type Item = T;
    type IntoIter = ArrayIntoIter<'t, T>;

    fn into_iter(self) -> ArrayIntoIter<'t, T> {
        let len = self.len();
        ArrayIntoIter { chunk: self.into_owned(), next: 0, len, _owns: PhantomData }
    }
}
