//! [`StrList`]: C's `char **` in a tree.

use core::ffi::c_char;
use core::fmt;

use crate::error::{Error, raise_memory};
use crate::node::field::{self, StrListIter};
use crate::tree::TreeCtx;
use crate::tree::below::Below;

/// A NULL-terminated array of strings in a tree that moves between threads: C's `char **`.
///
/// The strings are children of the array, so that it is freed as one. It is `Send` and
/// `Sync`. Dropping it does nothing: the memory goes with its node. A list that grows is an
/// `Array<'t, Str<'t>>`.
///
/// ```
/// use talloc::Tree;
/// use talloc::tree::StrList;
///
/// talloc::node! { struct Hosts<'t> { names: StrList<'t> } }
///
/// let hosts =
///     Tree::<Hosts>::try_build(|t| Ok(Hosts { names: t.strdup_list(["alpha", "beta"])? }))?;
/// hosts.with(|hosts| assert_eq!(hosts.names.iter().last(), Some(c"beta")));
/// # Ok::<(), talloc::Error>(())
/// ```
#[repr(transparent)]
pub struct StrList<'t> {
    /// # Invariants
    ///
    /// Its parent is the node of a movable tree that `'t` stands for, or lies below that.
    inner: field::StrList<'t>,
}

// SAFETY: it leads to its texts and no further without a `TreeCtx`, as a `&'t mut [&'t CStr]`.
unsafe impl Send for StrList<'_> {}
// SAFETY: as for `Send`.
unsafe impl Sync for StrList<'_> {}

/// Lists of strings.
impl<'t> TreeCtx<'t> {
    /// Copies strings into a NULL-terminated array of this node.
    ///
    /// # Errors
    ///
    /// [`Error::InteriorNul`] for the first string that contains a NUL; all that was made
    /// is freed.
    ///
    /// # Panics
    ///
    /// As [`TreeCtx::strdup`].
    pub fn strdup_list<'s>(
        &self,
        texts: impl IntoIterator<Item = &'s str>,
    ) -> Result<StrList<'t>, Error> {
        raise_memory(self.try_strdup_list(texts))
    }

    /// Like [`TreeCtx::strdup_list`], returning all errors.
    ///
    /// # Errors
    ///
    /// [`Error::InteriorNul`], [`Error::OutOfMemory`] or [`Error::TooLarge`]; all that was
    /// made is freed.
    pub fn try_strdup_list<'s>(
        &self,
        texts: impl IntoIterator<Item = &'s str>,
    ) -> Result<StrList<'t>, Error> {
        self.list_below(texts).map(StrList::of)
    }
}

impl<'t> StrList<'t> {
    #[inline]
    pub(super) fn of(list: Below<'t, field::StrList<'t>>) -> Self {
        StrList { inner: list.into_inner() }
    }

    #[cfg(feature = "serde")]
    pub(super) fn inner(&self) -> &field::StrList<'t> {
        &self.inner
    }

    /// The strings in order.
    pub fn iter(&self) -> StrListIter<'_> {
        self.inner.iter()
    }

    /// Whether the list has no string.
    pub fn is_empty(&self) -> bool {
        self.inner.is_empty()
    }

    /// The number of strings, counted at each call.
    pub fn len(&self) -> usize {
        self.inner.len()
    }

    /// Frees the list and its strings now instead of with its node.
    #[doc(alias = "talloc_free")]
    pub fn free(self, t: &TreeCtx<'t>) {
        let _this_thread_has_the_tree: &TreeCtx<'t> = t;
        self.inner.free();
    }

    /// The pointer for C, which must only read the texts, and not as talloc pointers.
    pub fn as_ptr(&self) -> *mut *mut c_char {
        self.inner.as_ptr()
    }
}

impl<'a> IntoIterator for &'a StrList<'_> {
    type Item = &'a core::ffi::CStr;
    type IntoIter = StrListIter<'a>;

    fn into_iter(self) -> StrListIter<'a> {
        self.iter()
    }
}

impl fmt::Debug for StrList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
