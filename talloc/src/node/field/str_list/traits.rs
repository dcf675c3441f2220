//! Traits of [`StrList`]: those of a slice of C strings.

use core::cmp::Ordering;
use core::ffi::CStr;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::ops::Index;

use crate::node::field::StrList;

/// Panics when there is no such string.
impl Index<usize> for StrList<'_> {
    type Output = CStr;

    #[track_caller]
    fn index(&self, index: usize) -> &CStr {
        match self.get(index) {
            Some(text) => text,
            None => panic!("no string {index} in a list of {}", self.len()),
        }
    }
}

impl fmt::Debug for StrList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self).finish()
    }
}

impl PartialEq for StrList<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for StrList<'_> {}

impl PartialEq<[&str]> for StrList<'_> {
    fn eq(&self, other: &[&str]) -> bool {
        self.iter().map(CStr::to_bytes).eq(other.iter().map(|text| text.as_bytes()))
    }
}

impl<const N: usize> PartialEq<[&str; N]> for StrList<'_> {
    fn eq(&self, other: &[&str; N]) -> bool {
        *self == other[..]
    }
}

impl PartialOrd for StrList<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for StrList<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.iter().cmp(other.iter())
    }
}

impl Hash for StrList<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_usize(self.len());
        self.iter().for_each(|text| text.hash(state));
    }
}
