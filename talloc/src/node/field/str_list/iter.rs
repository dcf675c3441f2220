//! [`StrListIter`].

use core::ffi::CStr;
use core::iter::FusedIterator;
use core::slice;

use crate::node::field::StrList;
use crate::string::Str;

/// The strings of a [`StrList`].
#[derive(Debug, Clone)]
pub struct StrListIter<'a> {
    strings: slice::Iter<'a, Str<'a>>,
}

impl<'a> StrListIter<'a> {
    #[inline]
    pub(super) fn new(strings: &'a [Str<'a>]) -> Self {
        StrListIter { strings: strings.iter() }
    }

    #[inline]
    fn text(string: &'a Str<'a>) -> &'a CStr {
        string
    }
}

impl<'a> Iterator for StrListIter<'a> {
    type Item = &'a CStr;

    fn next(&mut self) -> Option<&'a CStr> {
        self.strings.next().map(Self::text)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.strings.size_hint()
    }

    // Not by `next`, which measures each string.
    fn nth(&mut self, n: usize) -> Option<&'a CStr> {
        self.strings.nth(n).map(Self::text)
    }

    fn count(self) -> usize {
        self.strings.count()
    }

    fn last(mut self) -> Option<&'a CStr> {
        self.next_back()
    }
}

impl DoubleEndedIterator for StrListIter<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.strings.next_back().map(Self::text)
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
