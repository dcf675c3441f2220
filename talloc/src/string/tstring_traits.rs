//! The traits of `String` that [`TString`] shares.

use core::borrow::{Borrow, BorrowMut};
use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::ops::{AddAssign, Deref, DerefMut};
use std::ffi::OsStr;
use std::path::Path;

use crate::object::TBox;
use crate::string::TString;

impl Deref for TString<'_> {
    type Target = str;

    #[inline]
    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl DerefMut for TString<'_> {
    #[inline]
    fn deref_mut(&mut self) -> &mut str {
        self.as_mut_str()
    }
}

impl fmt::Debug for TString<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for TString<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.as_str(), f)
    }
}

impl PartialEq for TString<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for TString<'_> {}

impl PartialEq<str> for TString<'_> {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for TString<'_> {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl PartialOrd for TString<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for TString<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl Hash for TString<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl Borrow<str> for TString<'_> {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl BorrowMut<str> for TString<'_> {
    fn borrow_mut(&mut self) -> &mut str {
        self.as_mut_str()
    }
}

impl AsMut<str> for TString<'_> {
    fn as_mut(&mut self) -> &mut str {
        self.as_mut_str()
    }
}

impl AsRef<OsStr> for TString<'_> {
    fn as_ref(&self) -> &OsStr {
        self.as_str().as_ref()
    }
}

impl AsRef<Path> for TString<'_> {
    fn as_ref(&self) -> &Path {
        self.as_str().as_ref()
    }
}

impl PartialEq<String> for TString<'_> {
    fn eq(&self, other: &String) -> bool {
        self.as_str() == other
    }
}

impl<'s> Extend<&'s char> for TString<'_> {
    fn extend<I: IntoIterator<Item = &'s char>>(&mut self, chars: I) {
        self.extend(chars.into_iter().copied());
    }
}

impl Extend<String> for TString<'_> {
    fn extend<I: IntoIterator<Item = String>>(&mut self, texts: I) {
        texts.into_iter().for_each(|text| self.push_str(&text));
    }
}

impl AsRef<str> for TString<'_> {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<[u8]> for TString<'_> {
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl AddAssign<&str> for TString<'_> {
    fn add_assign(&mut self, text: &str) {
        self.push_str(text);
    }
}

impl Extend<char> for TString<'_> {
    fn extend<I: IntoIterator<Item = char>>(&mut self, chars: I) {
        let chars = chars.into_iter();
        self.reserve(chars.size_hint().0);
        chars.for_each(|c| self.push(c));
    }
}

impl<'s> Extend<&'s str> for TString<'_> {
    fn extend<I: IntoIterator<Item = &'s str>>(&mut self, texts: I) {
        texts.into_iter().for_each(|text| self.push_str(text));
    }
}

impl<'p> From<TString<'p>> for TBox<'p, str> {
    fn from(string: TString<'p>) -> Self {
        string.into_boxed_str()
    }
}

impl<'p> From<TBox<'p, str>> for TString<'p> {
    fn from(text: TBox<'p, str>) -> Self {
        TBox::into_string(text)
    }
}
