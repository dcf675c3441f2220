//! Changing a [`StrList`] in place.

use core::ffi::CStr;
use core::mem::{self, MaybeUninit};
use core::num::NonZero;
use core::ptr;

use crate::array::{ArrayBuilder, array_size, resize};
use crate::context::CtxRef;
use crate::error::{Error, raise_memory};
use crate::node::field::StrList;
use crate::node::field::array::gather;
use crate::node::field::str_list::NAME;
use crate::raw::Owned;
use crate::string::Str;

/// An entry of a list: a string below it, freed when this is dropped, or the null pointer.
#[repr(transparent)]
pub(super) struct Entry(Option<Str<'static>>);

impl Entry {
    /// The end of a list.
    pub(super) const NULL: Entry = Entry(None);

    /// A copy of `text` below the list.
    pub(super) fn below(list: &CtxRef, text: &str) -> Result<Self, Error> {
        let text = list.try_strdup(text)?.into_owned();
        // SAFETY: 1. an owned string, the parent of which is the list. It goes into the list,
        // or is freed while the list is borrowed: it lives no longer.
        Ok(Entry(Some(unsafe { Str::from_owned(Owned::from_ptr(text.into_ptr())) })))
    }

    /// The text; that of the null pointer is empty.
    fn text(&self) -> &CStr {
        self.0.as_deref().unwrap_or_default()
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        if let Some(text) = self.0.take() {
            text.free();
        }
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
    #[doc(alias = "str_list_add_printf")]
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
            made.try_push(Entry::below(self.as_ctx(), text)?, || 0)?;
        }
        // SAFETY: 1. it goes before the borrow of this list ends.
        let made = unsafe { made.detached() };
        let (len, more) = (self.len(), made.len());
        if more == 0 {
            return Ok(());
        }
        // SAFETY: 1. asked just now. 2. all of it is written: the new ones, and the end.
        let places = unsafe { self.grow(len, more) }?;
        places[more].write(Entry::NULL);
        made.move_to(places);
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
        let new = Entry::below(self.as_ctx(), text)?;
        // Dropped when the new one stands there.
        drop(mem::replace(&mut self.entries(len)[index], new));
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
        // With the null pointer: the string comes to stand behind it.
        let entries = self.entries(len + 1);
        entries[index..].rotate_left(1);
        let text = mem::replace(&mut entries[len], Entry::NULL).0.take();
        self.cut(len - 1);
        text.expect("a string is not null")
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
            drop(mem::replace(&mut self.entries(count)[index], Entry::NULL));
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
    #[doc(alias = "str_list_unique")]
    pub fn retain(&mut self, mut keep: impl FnMut(&CStr) -> bool) {
        let len = self.len();
        let kept = gather(self.entries(len), |entry| keep(entry.text()));
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
        let len = self.len();
        self.entries(len).sort_by(|a, b| a.text().cmp(b.text()));
    }

    /// The first `count` entries, of which the null pointer may be the last.
    fn entries(&mut self, count: usize) -> &mut [Entry] {
        // SAFETY: 1. the callers count them. By the invariant all are valid.
        unsafe { &mut *(ptr::from_mut(self.chunk.places::<Entry>(count)) as *mut [Entry]) }
    }

    fn as_ctx(&self) -> &CtxRef {
        CtxRef::of(self.as_chunk())
    }

    fn insert_at(&mut self, index: usize, text: &str) -> Result<(), Error> {
        let new = Entry::below(self.as_ctx(), text)?;
        let len = self.len();
        // SAFETY: 1. asked just now. 2. all of it is written: the new one, and the end.
        let places = unsafe { self.grow(len, 1) }?;
        places[0].write(new);
        places[1].write(Entry::NULL);
        self.entries(len + 1)[index..].rotate_right(1);
        Ok(())
    }

    /// Makes room for `more` strings and the null pointer behind the first `len`, which are all.
    ///
    /// # Safety
    ///
    /// 1. `len` must be the length.
    /// 2. All that is returned must be written before anything else happens.
    unsafe fn grow(&mut self, len: usize, more: usize) -> Result<&mut [MaybeUninit<Entry>], Error> {
        self.resize(len + more)?;
        // SAFETY: 1. it has that size now.
        Ok(&mut unsafe { self.chunk.places(len + more + 1) }[len..])
    }

    /// Resizes the list for `len` strings and the null pointer.
    fn resize(&mut self, len: usize) -> Result<(), Error> {
        let size = NonZero::new(array_size::<Entry>(len + 1)?).unwrap_or(NonZero::<usize>::MIN);
        resize(&mut self.chunk, size, NAME)
    }

    /// Gives back what is behind the null pointer, if libtalloc takes it.
    fn cut(&mut self, len: usize) {
        let _ = self.resize(len);
    }
}
