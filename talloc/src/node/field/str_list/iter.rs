//! [`StrListIter`].

use core::ffi::{CStr, c_char};
use core::iter::FusedIterator;
use core::marker::PhantomData;
use core::slice;

use crate::node::field::StrList;

/// The strings of a [`StrList`].
#[derive(Debug, Clone)]
pub struct StrListIter<'a> {
    /// # Invariants
    ///
    /// Pointers to NUL-terminated strings that live for `'a` and do not change.
    pointers: slice::Iter<'a, *mut c_char>,
    _strings: PhantomData<&'a CStr>,
}

impl<'a> StrListIter<'a> {
    /// # Safety
    ///
    /// 1. The pointers must meet the invariants of the field.
    #[inline]
    pub(super) unsafe fn new(pointers: &'a [*mut c_char]) -> Self {
        StrListIter { pointers: pointers.iter(), _strings: PhantomData }
    }

    #[inline]
    fn text(pointer: &'a *mut c_char) -> &'a CStr {
        // SAFETY: by the invariant: only called with a pointer of the iterator.
        unsafe { CStr::from_ptr(*pointer) }
    }
}

impl<'a> Iterator for StrListIter<'a> {
    type Item = &'a CStr;

    fn next(&mut self) -> Option<&'a CStr> {
        self.pointers.next().map(Self::text)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.pointers.size_hint()
    }

    // Not by `next`, which measures each string.
    fn nth(&mut self, n: usize) -> Option<&'a CStr> {
        self.pointers.nth(n).map(Self::text)
    }

    fn count(self) -> usize {
        self.pointers.count()
    }

    fn last(mut self) -> Option<&'a CStr> {
        self.next_back()
    }
}

impl DoubleEndedIterator for StrListIter<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.pointers.next_back().map(Self::text)
    }
}

impl ExactSizeIterator for StrListIter<'_> {}

impl FusedIterator for StrListIter<'_> {}

impl<'a> IntoIterator for &'a StrList<'_> {
    type Item = &'a CStr;
    type IntoIter = StrListIter<'a>;

    fn into_iter(self) -> StrListIter<'a> {
        self.iter()
    }
}
