//! [`SecretStr`]: a secret `char *`.

use core::ffi::{CStr, c_char};
use core::fmt;
use core::mem;

use crate::context::CtxRef;
use crate::context::one_thread::one_thread;
use crate::error::{Error, raise_memory};
use crate::integrations::secret::{NAME, SecretString, wipe_when_freed};
use crate::node::field::{NoDrop, Str};

/// Secrets.
impl CtxRef {
    /// Copies `text` into a C string that is wiped when it is freed: the field
    /// for structs that C reads.
    ///
    /// Needs the feature `zeroize`.
    ///
    /// # Errors
    ///
    /// [`Error::InteriorNul`] when the text contains a NUL.
    ///
    /// # Panics
    ///
    /// As [`CtxRef::strdup`].
    #[doc(alias = "talloc_keep_secret")]
    #[doc(alias = "talloc_strdup")]
    pub fn strdup_secret(&self, text: &str) -> Result<SecretStr<'_>, Error> {
        raise_memory(self.try_strdup_secret(text))
    }

    /// Like [`CtxRef::strdup_secret`], returning all errors.
    ///
    /// Needs the feature `zeroize`.
    ///
    /// # Errors
    ///
    /// [`Error::InteriorNul`], [`Error::OutOfMemory`] or [`Error::TooLarge`].
    pub fn try_strdup_secret(&self, text: &str) -> Result<SecretStr<'_>, Error> {
        Ok(SecretString::try_from_str_in(text, self)?.into_c_str()?)
    }
}

/// A NUL-terminated secret of one pointer that belongs to its parent: a
/// `char *` that C can read, and that is wiped when it is freed.
///
/// Needs the feature `zeroize`.
///
/// What [`Str`](crate::Str) is to other strings; made by
/// [`CtxRef::strdup_secret`] and [`SecretString::into_c_str`].
/// `Option<SecretStr>` is a `char *` that may be `NULL`. It never becomes a
/// `Str` or another string that could move or shorten it without a wipe.
///
/// Dropping it does nothing: it goes, and is wiped, with its parent. The struct
/// around it needs no destructor; the chunk of the string has one, so C must
/// not set its own there, nor resize the string.
///
/// ```
/// use talloc::{Ctx, SecretStr, Str};
///
/// talloc::node! {
///     #[derive(Debug)]
///     #[repr(C)]
///     struct Backend<'t> as c"struct backend" {
///         url: Str<'t>,
///         api_key: SecretStr<'t>,
///     }
/// }
///
/// let ctx = Ctx::new();
/// let backend = ctx.try_build::<Backend>(|t| {
///     Ok(Backend { url: t.strdup("https://ai.example")?, api_key: t.strdup_secret("sk-1234")? })
/// })?;
/// assert_eq!(backend.get().api_key.expose(), c"sk-1234");
/// assert!(!format!("{backend:?}").contains("1234"));
/// # assert_eq!(backend.get().url, "https://ai.example");
/// # Ok::<(), talloc::Error>(())
/// ```
#[doc(alias = "talloc_keep_secret")]
#[repr(transparent)]
#[must_use = "a secret stays with its parent: put it into a field, or `free` it"]
pub struct SecretStr<'t> {
    /// The destructor of its chunk is [`wipe`].
    text: Str<'t>,
}

one_thread!(['t] SecretStr<'t>);

#[diagnostic::do_not_recommend]
impl NoDrop for SecretStr<'_> {}

impl<'t> SecretStr<'t> {
    pub(super) fn of(text: Str<'t>) -> Self {
        SecretStr { text }
    }

    /// The text. Copies of it are the caller's to wipe.
    pub fn expose(&self) -> &CStr {
        &self.text
    }

    /// Replaces the text by a copy of `text` below `ctx`, and wipes and frees
    /// the old one.
    ///
    /// # Errors
    ///
    /// [`Error::InteriorNul`], [`Error::OutOfMemory`] or [`Error::TooLarge`];
    /// the old text stays.
    pub fn set(&mut self, ctx: &'t CtxRef, text: &str) -> Result<(), Error> {
        let new = ctx.try_strdup_secret(text)?;
        mem::replace(self, new).free();
        Ok(())
    }

    /// Wipes and frees the string now instead of with its parent.
    #[doc(alias = "talloc_free")]
    pub fn free(self) {
        self.text.free();
    }

    /// Moves the string under another parent; no copy.
    #[doc(alias = "talloc_steal")]
    #[doc(alias = "talloc_move")]
    pub fn steal<'q>(self, to: &'q CtxRef) -> SecretStr<'q> {
        SecretStr { text: self.text.steal(to) }
    }

    /// The pointer for C; C must not free it while this value is in use.
    pub fn as_ptr(&self) -> *mut c_char {
        self.text.as_ptr()
    }

    /// Hands the string to C, which frees it or leaves it to its parent; it is
    /// wiped then. `talloc_realloc` on it would leave a copy behind.
    #[must_use = "the pointer is the only owner of the secret"]
    pub fn into_raw(self) -> *mut c_char {
        self.text.as_ptr()
    }

    /// Takes over a string from C, whatever its encoding, and makes a secret
    /// of it: C's `talloc_keep_secret` of Samba.
    ///
    /// The whole chunk will be wiped when it is freed, and its name, which C
    /// makes of the content, becomes `secret`.
    ///
    /// # Errors
    ///
    /// [`Error::Null`] when `ptr` is null.
    ///
    /// # Safety
    ///
    /// 1. `ptr` must be null or a live, NUL-terminated talloc chunk of this
    ///    thread, as libtalloc gave it, below a parent that lives for `'t`.
    /// 2. Nobody else may own, free, move, resize, rename, read or change it, through whatever
    ///    pointer, handle or reference (that of an earlier `leak` included, and the name of
    ///    another chunk that lies there) while the result is in use, or, once it is freed,
    ///    afterwards.
    /// 3. It must have no destructor, except that of a secret: this sets one.
    /// 4. It is not being freed: this is not called by a destructor of it or above it. No handle
    ///    to a parent of it is stolen below it through the result.
    ///
    /// ```
    /// use talloc::{Ctx, SecretStr};
    ///
    /// let ctx = Ctx::new();
    /// # let c_string = unsafe { talloc_sys::talloc_strdup(ctx.as_ptr(), c"hunter2".as_ptr()) };
    /// // SAFETY: C made the string by talloc_strdup below `ctx` and left it to us.
    /// let password = unsafe { SecretStr::from_raw(c_string) }?;
    /// assert_eq!(password.expose(), c"hunter2");
    /// # Ok::<(), talloc::Error>(())
    /// ```
    pub unsafe fn from_raw(ptr: *mut c_char) -> Result<Self, Error> {
        // SAFETY: 1. and 2. duties 1 and 2. 3. duty 4. 4. it has none but that of a secret (duty 3).
        let mut text = unsafe { Str::from_raw(ptr) }?;
        text.name_mut().set(NAME);
        // Nothing is overwritten (duty 3).
        wipe_when_freed(text.as_owned());
        Ok(SecretStr { text })
    }
}

impl fmt::Debug for SecretStr<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretStr").finish_non_exhaustive()
    }
}
