//! Changing a [`StrList`] in place.

use core::ffi::CStr;
use core::mem;

use crate::array::{ArrayBuilder, Grow, append_made, resize_error};
use crate::context::CtxRef;
use crate::error::{Error, raise_memory};
use crate::node::field::StrList;
use crate::node::field::array::gather;
use crate::node::field::str_list::NAME;
use crate::raw::{Elements, NewName, Owned, Source};
use crate::string::Str;

/// An entry of a list: a string below it, freed when this is dropped, or the null pointer.
#[repr(transparent)]
pub(super) struct Entry(Option<Str<'static>>);

impl Entry {
    /// The end of a list.
    pub(super) const NULL: Entry = Entry(None);

    /// A copy of `text` below the list.
    pub(super) fn below(list: &CtxRef, text: &str) -> Result<Self, Error> {
        list.try_strdup(text).map(Entry::of)
    }

    /// The same of a C string.
    pub(super) fn below_c(list: &CtxRef, text: &CStr) -> Result<Self, Error> {
        list.try_strdup_c(text).map(Entry::of)
    }

    /// Of a new string below the list.
    fn of(text: Str<'_>) -> Self {
        let text = text.into_owned();
        // SAFETY: 1. an owned string, the parent of which is the list. It goes into the list,
        // or is freed while the list is borrowed: it lives no longer.
        Entry(Some(unsafe { Str::from_owned(Owned::from_ptr(text.into_ptr())) }))
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
impl<'t> StrList<'t> {
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
        append_made(self, |parent| {
            let mut made = ArrayBuilder::new(parent, texts.size_hint().0, NAME)?;
            for text in texts {
                made.try_push(Entry::below(parent, text)?, || 0)?;
            }
            Ok(made)
        })
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
        let new = Entry::below(self.as_parent(), text)?;
        // Dropped when the new one stands there.
        drop(mem::replace(&mut self.entries().as_mut_slice()[index], new));
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
        let mut entries = self.entries();
        let len = entries.len() - 1;
        assert!(index < len, "no string {index} to remove in a list of {len}");
        // The string comes to stand behind the null pointer.
        entries.as_mut_slice()[index..].rotate_left(1);
        let text = mem::replace(&mut entries.as_mut_slice()[len], Entry::NULL).0.take();
        // The list stays longer if libtalloc does not want to.
        let _ = entries.cut(len);
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
        let mut entries = self.entries();
        let count = entries.len() - 1;
        if len >= count {
            return;
        }
        for index in (len..count).rev() {
            // The list is whole whenever a destructor of C may look at it.
            drop(mem::replace(&mut entries.as_mut_slice()[index], Entry::NULL));
        }
        // It stays longer if libtalloc does not want to.
        let _ = entries.cut(len + 1);
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
        let kept = gather(self.texts_mut(), |entry| keep(entry.text()));
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
        self.texts_mut().sort_by(|a, b| a.text().cmp(b.text()));
    }

    /// The strings, and the null pointer.
    fn entries(&mut self) -> Elements<'_, 't, Entry> {
        let len = self.len() + 1;
        // SAFETY: 1. by the invariant; who changes them ends them with a null pointer again.
        unsafe { Elements::new(&mut self.chunk, len, NewName::Of(NAME)) }
    }

    fn texts_mut(&mut self) -> &mut [Entry] {
        self.entries().into_slice().split_last_mut().map_or(&mut [], |(_null, texts)| texts)
    }

    fn insert_at(&mut self, index: usize, text: &str) -> Result<(), Error> {
        let new = Entry::below(self.as_parent(), text)?;
        let mut entries = self.entries();
        match entries.append([new]) {
            Ok(()) => {
                entries.as_mut_slice()[index..].rotate_right(1);
                Ok(())
            }
            Err(size) => Err(resize_error(self.as_chunk(), size)),
        }
    }
}

impl Grow<Entry> for StrList<'_> {
    fn as_parent(&self) -> &CtxRef {
        CtxRef::of(self.as_chunk())
    }

    fn append(&mut self, more: impl Source<Entry>) -> Result<(), Error> {
        let mut entries = self.entries();
        let null = entries.len() - 1;
        match entries.append(more) {
            Ok(()) => {
                entries.as_mut_slice()[null..].rotate_left(1);
                Ok(())
            }
            Err(size) => Err(resize_error(self.as_chunk(), size)),
        }
    }
}
