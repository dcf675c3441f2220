//! The traits of `[T]` that arrays pass on, as `Vec` does.

use core::borrow::{Borrow, BorrowMut};
use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};

use crate::node::field;
use crate::node::field::NoDrop;
use crate::tree;

macro_rules! as_the_slice {
    ($($module:ident::Array<T$(: $Bound:ident)?>)*) => {$(
        impl<'a, T$(: $Bound)?> IntoIterator for &'a $module::Array<'_, T> {
            type Item = &'a T;
            type IntoIter = core::slice::Iter<'a, T>;

            fn into_iter(self) -> Self::IntoIter {
                self.iter()
            }
        }

        impl<'a, T$(: $Bound)?> IntoIterator for &'a mut $module::Array<'_, T> {
            type Item = &'a mut T;
            type IntoIter = core::slice::IterMut<'a, T>;

            fn into_iter(self) -> Self::IntoIter {
                self.iter_mut()
            }
        }

        impl<T$(: $Bound)?> AsRef<[T]> for $module::Array<'_, T> {
            fn as_ref(&self) -> &[T] {
                self
            }
        }

        impl<T$(: $Bound)?> AsMut<[T]> for $module::Array<'_, T> {
            fn as_mut(&mut self) -> &mut [T] {
                self
            }
        }

        impl<T$(: $Bound)?> Borrow<[T]> for $module::Array<'_, T> {
            fn borrow(&self) -> &[T] {
                self
            }
        }

        impl<T$(: $Bound)?> BorrowMut<[T]> for $module::Array<'_, T> {
            fn borrow_mut(&mut self) -> &mut [T] {
                self
            }
        }

        impl<T: fmt::Debug$( + $Bound)?> fmt::Debug for $module::Array<'_, T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&**self, f)
            }
        }

        impl<T: PartialEq$( + $Bound)?> PartialEq for $module::Array<'_, T> {
            fn eq(&self, other: &Self) -> bool {
                **self == **other
            }
        }

        impl<T: Eq$( + $Bound)?> Eq for $module::Array<'_, T> {}

        impl<T: PartialOrd$( + $Bound)?> PartialOrd for $module::Array<'_, T> {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                (**self).partial_cmp(&**other)
            }
        }

        impl<T: Ord$( + $Bound)?> Ord for $module::Array<'_, T> {
            fn cmp(&self, other: &Self) -> Ordering {
                (**self).cmp(&**other)
            }
        }

        impl<T: Hash$( + $Bound)?> Hash for $module::Array<'_, T> {
            fn hash<H: Hasher>(&self, state: &mut H) {
                (**self).hash(state);
            }
        }

        impl<T: PartialEq<U>$( + $Bound)?, U> PartialEq<[U]> for $module::Array<'_, T> {
            fn eq(&self, other: &[U]) -> bool {
                **self == *other
            }
        }

        impl<T: PartialEq<U>$( + $Bound)?, U> PartialEq<&[U]> for $module::Array<'_, T> {
            fn eq(&self, other: &&[U]) -> bool {
                **self == **other
            }
        }

        impl<T: PartialEq<U>$( + $Bound)?, U, const N: usize> PartialEq<[U; N]> for $module::Array<'_, T> {
            fn eq(&self, other: &[U; N]) -> bool {
                **self == *other
            }
        }
    )*};
}

as_the_slice! {
    field::Array<T: NoDrop>
    tree::Array<T>
}
