//! Making a [`StrList`]: methods of [`CtxRef`].

use core::ffi::CStr;

use crate::array::ArrayBuilder;
use crate::context::CtxRef;
use crate::error::{Error, OrRaise, raise_memory};
use crate::node::field::StrList;
use crate::node::field::str_list::NAME;
use crate::node::field::str_list::change::Entry;
use crate::object::TBox;
use crate::raw;

/// For [`CtxRef::strdup_split`].
impl StrList<'_> {
    /// What Samba splits lists at: blanks, tabs, commas, semicolons and line ends.
    pub const SEPARATORS: &'static str = " \t,;\n\r";
}

/// Lists of strings.
impl CtxRef {
    /// Copies strings into a NULL-terminated array that belongs to this context.
    ///
    /// # Errors
    ///
    /// [`Error::InteriorNul`] for the first string that contains a NUL; all
    /// that was made is freed.
    ///
    /// # Panics
    ///
    /// As [`CtxRef::strdup`].
    #[doc(alias = "str_list_copy")]
    #[doc(alias = "str_list_make_single")]
    #[doc(alias = "str_list_make_empty")]
    pub fn strdup_list<'s>(
        &self,
        texts: impl IntoIterator<Item = &'s str>,
    ) -> Result<StrList<'_>, Error> {
        raise_memory(self.try_strdup_list(texts))
    }

    /// Like [`CtxRef::strdup_list`], returning all errors.
    ///
    /// # Errors
    ///
    /// [`Error::InteriorNul`], [`Error::OutOfMemory`] or [`Error::TooLarge`];
    /// all that was made is freed.
    pub fn try_strdup_list<'s>(
        &self,
        texts: impl IntoIterator<Item = &'s str>,
    ) -> Result<StrList<'_>, Error> {
        let texts = texts.into_iter();
        let room = texts.size_hint().0;
        self.list_with_room(room, texts, Entry::below)
    }

    /// Copies C strings, whatever their encoding, into a NULL-terminated array that belongs to this
    /// context: `argv`, or any other list that C lends.
    ///
    /// # Panics
    ///
    /// As [`CtxRef::strdup`].
    ///
    /// ```
    /// use talloc::StrListRef;
    ///
    /// let ctx = talloc::Ctx::new();
    /// # let list = ctx.strdup_list(["a", "b"])?;
    /// # let lent = StrListRef::from(&list);
    /// // `lent` is a `const char **` of C's.
    /// let own = ctx.strdup_list_c(lent.iter().map(|text| text.as_c_str()));
    /// assert_eq!(own, ["a", "b"]);
    /// # Ok::<(), talloc::Error>(())
    /// ```
    #[doc(alias = "str_list_copy")]
    #[doc(alias = "str_list_copy_const")]
    pub fn strdup_list_c<'s>(&self, texts: impl IntoIterator<Item = &'s CStr>) -> StrList<'_> {
        self.try_strdup_list_c(texts).or_raise()
    }

    /// Like [`CtxRef::strdup_list_c`], returning errors.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] or [`Error::TooLarge`]; all that was made is freed.
    pub fn try_strdup_list_c<'s>(
        &self,
        texts: impl IntoIterator<Item = &'s CStr>,
    ) -> Result<StrList<'_>, Error> {
        let texts = texts.into_iter();
        let room = texts.size_hint().0;
        self.list_with_room(room, texts, Entry::below_c)
    }

    /// Splits `text` at each character of `separators` into a NULL-terminated
    /// array that belongs to this context: Samba's `str_list_make`.
    ///
    /// Pieces without a character are left out, so that `"a,, b"` has two.
    /// Quotes and backslashes are characters like any other.
    ///
    /// # Errors
    ///
    /// [`Error::InteriorNul`] when the text contains a NUL.
    ///
    /// # Panics
    ///
    /// As [`CtxRef::strdup`].
    ///
    /// ```
    /// use talloc::{Ctx, StrList};
    ///
    /// let ctx = Ctx::new();
    /// let hosts = ctx.strdup_split("alpha, beta;gamma\n", StrList::SEPARATORS)?;
    /// assert_eq!(hosts, ["alpha", "beta", "gamma"]);
    /// let path = ctx.strdup_split("/bin:/usr/bin", ":")?;
    /// assert_eq!(path, ["/bin", "/usr/bin"]);
    /// # Ok::<(), talloc::Error>(())
    /// ```
    #[doc(alias = "str_list_make")]
    #[doc(alias = "str_list_make_v3")]
    pub fn strdup_split(&self, text: &str, separators: &str) -> Result<StrList<'_>, Error> {
        raise_memory(self.try_strdup_split(text, separators))
    }

    /// Like [`CtxRef::strdup_split`], returning all errors.
    ///
    /// # Errors
    ///
    /// [`Error::InteriorNul`], [`Error::OutOfMemory`] or [`Error::TooLarge`];
    /// all that was made is freed.
    pub fn try_strdup_split(&self, text: &str, separators: &str) -> Result<StrList<'_>, Error> {
        if let Some(position) = raw::find_nul(text.as_bytes()) {
            return Err(Error::InteriorNul { position });
        }
        let pieces = text.split(|c| separators.contains(c)).filter(|piece| !piece.is_empty());
        self.list_with_room(pieces.clone().count(), pieces, Entry::below)
    }

    /// Makes a list with room for so many strings at first.
    fn list_with_room<T>(
        &self,
        room: usize,
        texts: impl Iterator<Item = T>,
        entry: fn(&CtxRef, T) -> Result<Entry, Error>,
    ) -> Result<StrList<'_>, Error> {
        let mut list = ArrayBuilder::new(self, room.saturating_add(1), NAME)?;
        for text in texts {
            // Below the list, whose chunk may move later: children stay attached.
            let text = entry(list.as_ctx(), text)?;
            list.try_push(text, || 0)?;
        }
        list.try_push(Entry::NULL, || 0)?;
        let list = list.finish_cut(self)?;
        Ok(StrList::of(TBox::into_object(list).into_owned()))
    }
}
