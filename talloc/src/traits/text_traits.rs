//! The traits of strings that deref to [`CStr`].

use core::borrow::Borrow;
use core::cmp::Ordering;
use core::ffi::CStr;
use core::fmt;
use core::hash::{Hash, Hasher};

use crate::node::field;
use crate::tree;

macro_rules! as_the_text {
    ($($text:ty)*) => {$(
        impl AsRef<CStr> for $text {
            fn as_ref(&self) -> &CStr {
                self
            }
        }

        impl Borrow<CStr> for $text {
            fn borrow(&self) -> &CStr {
                self
            }
        }

        impl fmt::Debug for $text {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&**self, f)
            }
        }

        /// Bytes that are not UTF-8 are shown as replacement characters.
        impl fmt::Display for $text {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.to_string_lossy())
            }
        }

        impl PartialEq for $text {
            fn eq(&self, other: &Self) -> bool {
                **self == **other
            }
        }

        impl Eq for $text {}

        impl PartialEq<str> for $text {
            fn eq(&self, other: &str) -> bool {
                self.to_bytes() == other.as_bytes()
            }
        }

        impl PartialEq<&str> for $text {
            fn eq(&self, other: &&str) -> bool {
                *self == **other
            }
        }

        impl PartialEq<CStr> for $text {
            fn eq(&self, other: &CStr) -> bool {
                **self == *other
            }
        }

        impl PartialEq<&CStr> for $text {
            fn eq(&self, other: &&CStr) -> bool {
                **self == **other
            }
        }

        impl PartialOrd for $text {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }

        impl Ord for $text {
            fn cmp(&self, other: &Self) -> Ordering {
                (**self).cmp(&**other)
            }
        }

        impl Hash for $text {
            fn hash<H: Hasher>(&self, state: &mut H) {
                (**self).hash(state);
            }
        }
    )*};
}

as_the_text! { field::Str<'_> field::CStrRef<'_> tree::Str<'_> }
