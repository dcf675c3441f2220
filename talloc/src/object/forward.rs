//! The traits of `T` that the handles of one value pass on, as `Box` and `Rc` do.

use core::borrow::{Borrow, BorrowMut};
use core::cmp::Ordering;
use core::error::Error;
use core::fmt;
use core::hash::{Hash, Hasher};

use crate::object::{Guarded, Shared, TBox};

/// What needs `&T` only. `?Sized` stands for the bound of a handle that may hold what
/// has no size.
macro_rules! forward {
    ($($handle:ident$(, ?$sized:ident)?;)*) => {$(
        impl<T: fmt::Debug$( + ?$sized)?> fmt::Debug for $handle<'_, T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                (**self).fmt(f)
            }
        }

        impl<T: fmt::Display$( + ?$sized)?> fmt::Display for $handle<'_, T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                (**self).fmt(f)
            }
        }

        impl<T$(: ?$sized)?> fmt::Pointer for $handle<'_, T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Pointer::fmt(&$handle::as_ptr(self), f)
            }
        }

        impl<T: PartialEq$( + ?$sized)?> PartialEq for $handle<'_, T> {
            fn eq(&self, other: &Self) -> bool {
                **self == **other
            }
        }

        impl<T: Eq$( + ?$sized)?> Eq for $handle<'_, T> {}

        impl<T: PartialOrd$( + ?$sized)?> PartialOrd for $handle<'_, T> {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                (**self).partial_cmp(&**other)
            }
        }

        impl<T: Ord$( + ?$sized)?> Ord for $handle<'_, T> {
            fn cmp(&self, other: &Self) -> Ordering {
                (**self).cmp(&**other)
            }
        }

        impl<T: Hash$( + ?$sized)?> Hash for $handle<'_, T> {
            fn hash<H: Hasher>(&self, state: &mut H) {
                (**self).hash(state);
            }
        }

        impl<T$(: ?$sized)?> Borrow<T> for $handle<'_, T> {
            fn borrow(&self) -> &T {
                self
            }
        }

        impl<T$(: ?$sized)?> AsRef<T> for $handle<'_, T> {
            fn as_ref(&self) -> &T {
                self
            }
        }

        impl<T: Error> Error for $handle<'_, T> {
            fn source(&self) -> Option<&(dyn Error + 'static)> {
                (**self).source()
            }
        }
    )*};
}

forward! {
    TBox, ?Sized;
    Shared;
    Guarded;
}

/// What needs `&mut T`.
macro_rules! forward_mut {
    ($($handle:ident$(, ?$sized:ident)?;)*) => {$(
        impl<T$(: ?$sized)?> BorrowMut<T> for $handle<'_, T> {
            fn borrow_mut(&mut self) -> &mut T {
                self
            }
        }

        impl<T$(: ?$sized)?> AsMut<T> for $handle<'_, T> {
            fn as_mut(&mut self) -> &mut T {
                self
            }
        }
    )*};
}

forward_mut! {
    TBox, ?Sized;
    Guarded;
}
