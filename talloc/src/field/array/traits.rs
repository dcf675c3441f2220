//! The traits of `[T]` that [`Array`] passes on, as `Vec` does.

use core::borrow::{Borrow, BorrowMut};
use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};

use crate::field::{Array, NoDrop};

impl<'a, T: NoDrop> IntoIterator for &'a Array<'_, T> {
    type Item = &'a T;
    type IntoIter = core::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'a, T: NoDrop> IntoIterator for &'a mut Array<'_, T> {
    type Item = &'a mut T;
    type IntoIter = core::slice::IterMut<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}

impl<T: NoDrop> AsRef<[T]> for Array<'_, T> {
    fn as_ref(&self) -> &[T] {
        self
    }
}

impl<T: NoDrop> AsMut<[T]> for Array<'_, T> {
    fn as_mut(&mut self) -> &mut [T] {
        self
    }
}

impl<T: NoDrop> Borrow<[T]> for Array<'_, T> {
    fn borrow(&self) -> &[T] {
        self
    }
}

impl<T: NoDrop> BorrowMut<[T]> for Array<'_, T> {
    fn borrow_mut(&mut self) -> &mut [T] {
        self
    }
}

impl<T: NoDrop + fmt::Debug> fmt::Debug for Array<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl<T: NoDrop + PartialEq> PartialEq for Array<'_, T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: NoDrop + Eq> Eq for Array<'_, T> {}

impl<T: NoDrop + PartialEq<U>, U> PartialEq<[U]> for Array<'_, T> {
    fn eq(&self, other: &[U]) -> bool {
        **self == *other
    }
}

impl<T: NoDrop + PartialEq<U>, U> PartialEq<&[U]> for Array<'_, T> {
    fn eq(&self, other: &&[U]) -> bool {
        **self == **other
    }
}

impl<T: NoDrop + PartialEq<U>, U, const N: usize> PartialEq<[U; N]> for Array<'_, T> {
    fn eq(&self, other: &[U; N]) -> bool {
        **self == *other
    }
}

impl<T: NoDrop + PartialOrd> PartialOrd for Array<'_, T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        (**self).partial_cmp(&**other)
    }
}

impl<T: NoDrop + Ord> Ord for Array<'_, T> {
    fn cmp(&self, other: &Self) -> Ordering {
        (**self).cmp(&**other)
    }
}

impl<T: NoDrop + Hash> Hash for Array<'_, T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}
