//! Taking an [`Array`] apart.

use core::iter::FusedIterator;

use crate::node::field::{Array, NoDrop};
use crate::raw;

/// The elements of an [`Array`], by value: what its `into_iter` returns.
///
/// The array is freed with this iterator. Elements that it has not returned and that own a
/// chunk leave it to its parent.
#[derive(Debug)]
pub struct ArrayIntoIter<'t, T: NoDrop> {
    /// # Invariants
    ///
    /// The elements from `next` on have not been returned. It is freed with this.
    array: Array<'t, T>,
    next: usize,
    len: usize,
}

impl<T: NoDrop> Iterator for ArrayIntoIter<'_, T> {
    type Item = T;

    #[inline]
    fn next(&mut self) -> Option<T> {
        if self.next == self.len {
            return None;
        }
        // SAFETY: in bounds, and valid. It is not returned again, and `T` has no drop glue.
        let value = unsafe { self.array.first.add(self.next).read() };
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

impl<T: NoDrop> Drop for ArrayIntoIter<'_, T> {
    fn drop(&mut self) {
        // SAFETY: live, and nobody else owns it. A refused free leaves it to its parent.
        unsafe { raw::free(self.array.first.cast()) };
    }
}

/// By value: elements that own a chunk can be freed, or stolen to another node. The array
/// itself is freed.
///
/// ```
/// use talloc::{Array, Ctx, Str};
///
/// talloc::node! { struct Words<'t> { all: Array<'t, Str<'t>> } }
///
/// let ctx = Ctx::new();
/// let mut one = ctx.build::<Words>(|t| Words {
///     all: t.alloc_slice_from_iter([t.strdup_c(c"a"), t.strdup_c(c"b")]).into(),
/// });
/// let mut two = ctx.build::<Words>(|t| Words { all: Array::new_in(t) });
/// one.with_mut(|t, one| {
///     let words = std::mem::replace(&mut one.all, Array::new_in(t));
///     two.with_mut(|t, two| two.all.extend(words.into_iter().map(|word| word.steal(t))));
/// });
/// assert_eq!((one.get().all.len(), two.get().all.len()), (0, 2));
/// assert_eq!(two.get().all[1], "b");
/// ```
impl<'t, T: NoDrop> IntoIterator for Array<'t, T> {
    type Item = T;
    type IntoIter = ArrayIntoIter<'t, T>;

    fn into_iter(self) -> ArrayIntoIter<'t, T> {
        let len = self.len();
        ArrayIntoIter { array: self, next: 0, len }
    }
}
