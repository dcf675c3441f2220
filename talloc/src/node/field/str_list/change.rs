//! Changing a [`StrList`] in place.

use core::ffi::{CStr, c_char};
use core::mem::ManuallyDrop;
use core::ptr::{self, NonNull};

use crate::array::{ArrayBuilder, array_size, resize_error};
use crate::context::CtxRef;
use crate::error::{Error, raise_memory};
use crate::node::field::array::gather;
use crate::node::field::str_list::NAME;
use crate::node::field::{Str, StrList};
use crate::raw;

/// A new string below a list; freed, unless it comes to stand in the list.
#[repr(transparent)]
struct NewText(
    /// # Invariants
    ///
    /// A live, NUL-terminated chunk below the list, and nobody else's.
    NonNull<c_char>,
);

impl NewText {
    fn below(list: &CtxRef, text: &str) -> Result<Self, Error> {
        let text = list.try_strdup(text)?;
        // SAFETY: a string is not null.
        Ok(NewText(unsafe { NonNull::new_unchecked(text.into_raw()) }))
    }

    fn into_raw(self) -> *mut c_char {
        ManuallyDrop::new(self).0.as_ptr()
    }
}

impl Drop for NewText {
    fn drop(&mut self) {
        // SAFETY: live, and nobody else's.
        unsafe { raw::free(self.0.cast()) };
    }
}

/// Changing the list. After an error it is as it was.
impl StrList<'_> {
    /// Adds a copy of `text` at the end.
    ///
    /// # Errors
    ///
    /// [`Error::InteriorNul`], or [`Error::Referenced`] when C holds a reference
    /// to the list.
    ///
    /// # Panics
    ///
    /// As [`CtxRef::strdup`].
    ///
    /// ```
    /// let ctx = talloc::Ctx::new();
    /// let mut hosts = ctx.strdup_list(["alpha"])?;
    /// hosts.push("beta")?;
    /// assert_eq!(hosts, ["alpha", "beta"]);
    /// # Ok::<(), talloc::Error>(())
    /// ```
    #[doc(alias = "str_list_add")]
    #[doc(alias = "str_list_add_const")]
    pub fn push(&mut self, text: &str) -> Result<(), Error> {
        raise_memory(self.try_push(text))
    }

    /// Like [`StrList::push`], returning all errors.
    ///
    /// # Errors
    ///
    /// As [`StrList::push`], [`Error::OutOfMemory`] or [`Error::TooLarge`].
    pub fn try_push(&mut self, text: &str) -> Result<(), Error> {
        self.insert_at(self.len(), text)
    }

    /// Adds a copy of `text` before the string at `index`, or at the end.
    ///
    /// # Errors
    ///
    /// As [`StrList::push`].
    ///
    /// # Panics
    ///
    /// When `index` is greater than the length, and as [`CtxRef::strdup`].
    ///
    /// ```
    /// let ctx = talloc::Ctx::new();
    /// let mut hosts = ctx.strdup_list(["beta"])?;
    /// hosts.insert(0, "alpha")?;
    /// assert_eq!(hosts, ["alpha", "beta"]);
    /// # Ok::<(), talloc::Error>(())
    /// ```
    #[track_caller]
    pub fn insert(&mut self, index: usize, text: &str) -> Result<(), Error> {
        raise_memory(self.try_insert(index, text))
    }

    /// Like [`StrList::insert`], returning all errors.
    ///
    /// # Errors
    ///
    /// As [`StrList::try_push`].
    ///
    /// # Panics
    ///
    /// When `index` is greater than the length.
    #[track_caller]
    pub fn try_insert(&mut self, index: usize, text: &str) -> Result<(), Error> {
        let len = self.len();
        assert!(index <= len, "no place {index} to insert at in a list of {len}");
        self.insert_at(index, text)
    }

    /// Adds copies of `texts` at the end; the list is resized once.
    ///
    /// # Errors
    ///
    /// As [`StrList::push`]; then none of them was added.
    ///
    /// # Panics
    ///
    /// As [`CtxRef::strdup`].
    ///
    /// ```
    /// let ctx = talloc::Ctx::new();
    /// let mut hosts = ctx.strdup_list(["alpha"])?;
    /// hosts.extend(["beta", "gamma"])?;
    /// assert_eq!(hosts, ["alpha", "beta", "gamma"]);
    /// # Ok::<(), talloc::Error>(())
    /// ```
    #[doc(alias = "str_list_append")]
    pub fn extend<'s>(&mut self, texts: impl IntoIterator<Item = &'s str>) -> Result<(), Error> {
        raise_memory(self.try_extend(texts))
    }

    /// Like [`StrList::extend`], returning all errors.
    ///
    /// # Errors
    ///
    /// As [`StrList::try_push`]; then none of them was added.
    pub fn try_extend<'s>(
        &mut self,
        texts: impl IntoIterator<Item = &'s str>,
    ) -> Result<(), Error> {
        let texts = texts.into_iter();
        let mut made = ArrayBuilder::new(self.as_ctx(), texts.size_hint().0, NAME)?;
        for text in texts {
            made.try_push(NewText::below(self.as_ctx(), text)?, || 0)?;
        }
        let (len, more) = (self.len(), made.len());
        if more == 0 {
            return Ok(());
        }
        self.resize(len + more)?;
        // SAFETY: the place of the null pointer; there is room for all of them.
        unsafe { made.move_to(self.first.add(len).cast()) };
        // SAFETY: behind them there is room for the null pointer.
        unsafe { self.first.add(len + more).write(ptr::null_mut()) };
        Ok(())
    }

    /// Replaces the string at `index` by a copy of `text`, and frees the old one.
    ///
    /// # Errors
    ///
    /// [`Error::InteriorNul`], [`Error::OutOfMemory`] or [`Error::TooLarge`].
    ///
    /// # Panics
    ///
    /// When there is no such string.
    ///
    /// ```
    /// let ctx = talloc::Ctx::new();
    /// let mut hosts = ctx.strdup_list(["alpha", "beta"])?;
    /// hosts.set(0, "gamma")?;
    /// assert_eq!(hosts, ["gamma", "beta"]);
    /// # Ok::<(), talloc::Error>(())
    /// ```
    #[track_caller]
    pub fn set(&mut self, index: usize, text: &str) -> Result<(), Error> {
        let len = self.len();
        assert!(index < len, "no string {index} to replace in a list of {len}");
        let new = NewText::below(self.as_ctx(), text)?;
        // SAFETY: in bounds. The old string is nobody's when the new one stands there.
        let old = unsafe { self.first.add(index).cast::<NewText>().replace(new) };
        drop(old);
        Ok(())
    }

    /// Takes the string at `index` out; those behind it move down by one.
    ///
    /// It still lies below the list, and goes with it: `free` it, or `steal` it.
    ///
    /// # Panics
    ///
    /// When there is no such string.
    ///
    /// ```
    /// let ctx = talloc::Ctx::new();
    /// let mut hosts = ctx.strdup_list(["alpha", "beta", "gamma"])?;
    /// hosts.remove(1).free();
    /// let first = hosts.remove(0).steal(&ctx);
    /// assert_eq!((first, hosts.len()), (ctx.strdup("alpha")?, 1));
    /// # Ok::<(), talloc::Error>(())
    /// ```
    #[doc(alias = "str_list_remove")]
    #[track_caller]
    pub fn remove(&mut self, index: usize) -> Str<'_> {
        let len = self.len();
        assert!(index < len, "no string {index} to remove in a list of {len}");
        // SAFETY: in bounds.
        let place = unsafe { self.first.add(index) };
        // SAFETY: in bounds; a string of the list is not null.
        let text = unsafe { NonNull::new_unchecked(place.read()) };
        // SAFETY: the other strings, and the null pointer.
        unsafe { place.copy_from(place.add(1), len - index) };
        self.cut(len - 1);
        // SAFETY: 1. a string below the list, which is borrowed, and in it no more.
        unsafe { Str::from_chunk(text) }
    }

    /// Frees all strings but the first `len`; a shorter list stays as it is.
    ///
    /// ```
    /// let ctx = talloc::Ctx::new();
    /// let mut hosts = ctx.strdup_list(["alpha", "beta", "gamma"])?;
    /// hosts.truncate(1);
    /// assert_eq!(hosts, ["alpha"]);
    /// assert_eq!(ctx.total_blocks(), 3);
    /// # Ok::<(), talloc::Error>(())
    /// ```
    pub fn truncate(&mut self, len: usize) {
        let count = self.len();
        if len >= count {
            return;
        }
        for index in (len..count).rev() {
            // The list is whole whenever a destructor of C may look at it.
            // SAFETY: in bounds; the string is nobody's when the list ends before it.
            drop(unsafe {
                NewText(NonNull::new_unchecked(self.first.add(index).replace(ptr::null_mut())))
            });
        }
        self.cut(len);
    }

    /// Frees all strings.
    pub fn clear(&mut self) {
        self.truncate(0);
    }

    /// Frees the strings of which `keep` does not say that they stay.
    ///
    /// Should `keep` panic, all are still there, perhaps in another order.
    ///
    /// ```
    /// let ctx = talloc::Ctx::new();
    /// let mut hosts = ctx.strdup_list(["alpha", "", "beta"])?;
    /// hosts.retain(|host| !host.is_empty());
    /// assert_eq!(hosts, ["alpha", "beta"]);
    /// # Ok::<(), talloc::Error>(())
    /// ```
    pub fn retain(&mut self, mut keep: impl FnMut(&CStr) -> bool) {
        // SAFETY: strings of the list, which is borrowed.
        let kept = gather(self.pointers_mut(), |text| keep(unsafe { CStr::from_ptr(*text) }));
        self.truncate(kept);
    }

    /// Sorts the strings by their bytes.
    ///
    /// ```
    /// let ctx = talloc::Ctx::new();
    /// let mut hosts = ctx.strdup_list(["gamma", "alpha", "beta"])?;
    /// hosts.sort();
    /// assert_eq!(hosts, ["alpha", "beta", "gamma"]);
    /// # Ok::<(), talloc::Error>(())
    /// ```
    pub fn sort(&mut self) {
        // SAFETY: strings of the list, which is borrowed.
        self.pointers_mut().sort_by_key(|text| unsafe { CStr::from_ptr(*text) });
    }

    fn pointers_mut(&mut self) -> &mut [*mut c_char] {
        let len = self.len();
        // SAFETY: as many valid pointers, borrowed exclusively.
        unsafe { core::slice::from_raw_parts_mut(self.first.as_ptr(), len) }
    }

    /// The list as a context, for its strings.
    fn as_ctx(&self) -> &CtxRef {
        // SAFETY: live as long as `self` is borrowed.
        unsafe { CtxRef::from_chunk(self.first.cast()) }
    }

    /// Adds a string at an index that is at most the length.
    fn insert_at(&mut self, index: usize, text: &str) -> Result<(), Error> {
        let text = NewText::below(self.as_ctx(), text)?;
        let len = self.len();
        self.resize(len + 1)?;
        // SAFETY: at most the place of the null pointer.
        let place = unsafe { self.first.add(index) };
        // SAFETY: what follows, with the null pointer, and room for one more.
        unsafe { place.copy_to(place.add(1), len + 1 - index) };
        // SAFETY: in bounds; what was there has moved up.
        unsafe { place.write(text.into_raw()) };
        Ok(())
    }

    /// Makes the chunk as large as `len` strings and the null pointer need,
    /// perhaps at another place. On error nothing has changed.
    fn resize(&mut self, len: usize) -> Result<(), Error> {
        let size = array_size::<*mut c_char>(len + 1)?;
        // SAFETY: 1. live and owned, the old address is replaced. 2. not 0.
        let moved = unsafe { raw::realloc(self.first.cast(), size, NAME) };
        self.first = moved.ok_or_else(|| resize_error(self.first.cast(), size))?.cast();
        Ok(())
    }

    /// Cuts the chunk behind the null pointer. Where libtalloc refuses, since C
    /// holds a reference, it stays longer than the list, which harms nobody.
    fn cut(&mut self, len: usize) {
        let _ = self.resize(len);
    }
}
