//! The traits of a value that its handles pass on, as `Box` and `Rc` do.

use core::borrow::Borrow;
use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};

use crate::guarded::Guarded;
use crate::shared::Shared;
use crate::tbox::TBox;

/// For handles that deref to their value, each with its own bound of `T`.
macro_rules! as_the_value {
    ($($Handle:ident[$($bound:tt)+])*) => {$(
        impl<T: fmt::Debug + $($bound)+> fmt::Debug for $Handle<'_, T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                (**self).fmt(f)
            }
        }

        impl<T: fmt::Display + $($bound)+> fmt::Display for $Handle<'_, T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                (**self).fmt(f)
            }
        }

        impl<T: PartialEq + $($bound)+> PartialEq for $Handle<'_, T> {
            fn eq(&self, other: &Self) -> bool {
                **self == **other
            }
        }

        impl<T: Eq + $($bound)+> Eq for $Handle<'_, T> {}

        impl<T: PartialOrd + $($bound)+> PartialOrd for $Handle<'_, T> {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                (**self).partial_cmp(&**other)
            }
        }

        impl<T: Ord + $($bound)+> Ord for $Handle<'_, T> {
            fn cmp(&self, other: &Self) -> Ordering {
                (**self).cmp(&**other)
            }
        }

        impl<T: Hash + $($bound)+> Hash for $Handle<'_, T> {
            fn hash<H: Hasher>(&self, state: &mut H) {
                (**self).hash(state);
            }
        }

        impl<T: $($bound)+> Borrow<T> for $Handle<'_, T> {
            fn borrow(&self) -> &T {
                self
            }
        }

        impl<T: $($bound)+> AsRef<T> for $Handle<'_, T> {
            fn as_ref(&self) -> &T {
                self
            }
        }
    )*};
}

as_the_value! { TBox[?Sized] Shared['static] Guarded['static] }
