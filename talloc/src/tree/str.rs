//! [`Str`]: C's `char *` in a tree.

use core::ffi::{CStr, c_char};
use core::ops::Deref;

use crate::array::resize_error;
use crate::error::Error;
use crate::name::Name;
use crate::node::field;
use crate::raw::{self, Elements, NewName, WithNul};
use crate::string::text_of;
use crate::tree::TreeCtx;
use crate::tree::below::Below;

/// A NUL-terminated string of one pointer in a tree that moves between threads: C's `char *`.
///
/// Made by [`TreeCtx::strdup`] and its relatives. It derefs to [`CStr`]; the length is
/// counted at each use, as in C. `Option<Str>` is a `char *` that may be `NULL`. It is `Send` and
/// `Sync`. Dropping it does nothing: the memory goes with its node.
///
/// ```
/// use talloc::Tree;
/// use talloc::tree::Str;
///
/// talloc::node! { struct Host<'t> { name: Str<'t> } }
///
/// let mut host = Tree::<Host>::try_build(|t| Ok(Host { name: t.strdup("localhost")? }))?;
/// host.with_mut(|t, host| host.name.push_str(t, ".example.org"))?;
/// assert!(host.with(|host| host.name == "localhost.example.org"));
/// # Ok::<(), talloc::Error>(())
/// ```
#[repr(transparent)]
pub struct Str<'t> {
    /// # Invariants
    ///
    /// Its parent is the node of a movable tree that `'t` stands for, or lies below that.
    inner: field::Str<'t>,
}

// SAFETY: it leads to its text and no further without a `TreeCtx`, as a `&'t mut CStr`.
unsafe impl Send for Str<'_> {}
// SAFETY: as for `Send`.
unsafe impl Sync for Str<'_> {}

impl<'t> Str<'t> {
    /// The text where a `&str` is wanted, counted and checked at each call.
    ///
    /// For text that Rust made; of what C has put in, [`CStr::to_str`] says where it is not UTF-8.
    ///
    /// # Panics
    ///
    /// Panics when the bytes are not UTF-8.
    ///
    /// ```
    /// use talloc::Tree;
    /// use talloc::tree::Str;
    ///
    /// talloc::node! { struct Host<'t> { name: Str<'t> } }
    ///
    /// let host = Tree::<Host>::try_build(|t| Ok(Host { name: t.strdup("localhost")? }))?;
    /// assert!(host.with(|host| host.name.as_str().starts_with("local")));
    /// # Ok::<(), talloc::Error>(())
    /// ```
    #[inline]
    #[track_caller]
    pub fn as_str(&self) -> &str {
        text_of(self)
    }

    #[inline]
    pub(super) fn of(text: Below<'t, field::Str<'t>>) -> Self {
        Str { inner: text.into_inner() }
    }

    #[cfg(feature = "serde")]
    pub(super) fn inner(&self) -> &field::Str<'t> {
        &self.inner
    }

    /// Replaces the text, and frees the old one.
    ///
    /// # Errors
    ///
    /// [`Error::InteriorNul`], [`Error::OutOfMemory`] or [`Error::TooLarge`]; the old text
    /// stays.
    #[inline]
    pub fn set(&mut self, t: &TreeCtx<'t>, text: &str) -> Result<(), Error> {
        self.inner.set(t.local(), text)
    }

    /// Appends text: C's `talloc_strdup_append`.
    ///
    /// # Errors
    ///
    /// As [`Str::set`].
    #[doc(alias = "talloc_strdup_append")]
    pub fn push_str(&mut self, t: &TreeCtx<'t>, text: &str) -> Result<(), Error> {
        let _this_thread_has_the_tree: &TreeCtx<'t> = t;
        if let Some(position) = raw::find_nul(text.as_bytes()) {
            return Err(Error::InteriorNul { position });
        }
        let old = self.to_bytes().len();
        // SAFETY: of `as_owned_mut`: 1. it is as it was when libtalloc refuses; else a NUL is put
        // behind what is there. Of `Elements`: 1. by the invariant of a string.
        let mut bytes =
            unsafe { Elements::new(self.inner.as_owned_mut(), old, NewName::Of(Name::CHAR)) };
        let result = bytes.append(WithNul(text.as_bytes()));
        result.map_err(|size| resize_error(self.inner.as_chunk(), size))?;
        self.inner.show_text();
        Ok(())
    }

    /// Frees the string now instead of with its node.
    #[doc(alias = "talloc_free")]
    #[inline]
    pub fn free(self, t: &TreeCtx<'t>) {
        let _this_thread_has_the_tree: &TreeCtx<'t> = t;
        self.inner.free();
    }

    /// The text for as long as the node lives. It can no longer be replaced.
    #[inline]
    pub fn leak(self) -> &'t CStr {
        self.inner.leak()
    }

    /// The pointer for C, which must only read the text, and not as a talloc pointer.
    #[inline]
    pub fn as_ptr(&self) -> *mut c_char {
        self.inner.as_ptr()
    }
}

impl Deref for Str<'_> {
    type Target = CStr;

    #[inline]
    fn deref(&self) -> &CStr {
        &self.inner
    }
}
