//! [`SecretString`]: a growable secret text.

use core::ffi::CStr;
use core::fmt;

use ::zeroize::Zeroize;

use crate::context::CtxRef;
use crate::context::one_thread::one_thread;
use crate::error::{Error, OrRaise, Rejected};
use crate::integrations::secret::{Secret, SecretStr};

/// A growable UTF-8 string that is wiped when it is freed: a password, an API key.
///
/// Needs the feature `zeroize`.
///
/// What [`SecretBytes`](crate::SecretBytes) is to bytes, with the same properties. A NUL always
/// follows the text. For structs that C reads, [`SecretString::into_c_str`]
/// makes a field of it.
///
/// Formatting writes straight into the secret; what a `Display` implementation
/// keeps for itself while it works is not wiped.
///
/// ```
/// use std::fmt::Write;
/// use talloc::{Ctx, SecretString};
///
/// let ctx = Ctx::new();
/// let key = SecretString::from_str_in("sk-1234", &ctx);
/// let mut header = SecretString::with_capacity_in(64, &ctx);
/// write!(header, "Bearer {}", key.expose())?;
/// assert_eq!(header.as_c_str().unwrap(), c"Bearer sk-1234");
/// # Ok::<(), std::fmt::Error>(())
/// ```
#[doc(alias = "talloc_keep_secret")]
#[must_use = "a secret is wiped and freed when its handle is dropped"]
pub struct SecretString<'p> {
    text: Secret<'p, str>,
}

one_thread!(['p] SecretString<'p>);

impl<'p> SecretString<'p> {
    /// Makes an empty secret with room for `capacity` bytes of text. With
    /// enough room from the start nothing ever moves.
    ///
    /// # Panics
    ///
    /// Panics when `capacity` is [`MAX_SIZE`](crate::MAX_SIZE) or more; ends the
    /// process when memory is exhausted.
    pub fn with_capacity_in(capacity: usize, ctx: &'p CtxRef) -> Self {
        SecretString::try_with_capacity_in(capacity, ctx).or_raise()
    }

    /// Like [`SecretString::with_capacity_in`], returning errors.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] or [`Error::TooLarge`].
    pub fn try_with_capacity_in(capacity: usize, ctx: &'p CtxRef) -> Result<Self, Error> {
        Ok(SecretString { text: Secret::new(ctx, capacity)? })
    }

    /// Copies `text` into a secret of exactly its size.
    ///
    /// # Panics
    ///
    /// As [`SecretString::with_capacity_in`].
    #[doc(alias = "talloc_strdup")]
    pub fn from_str_in(text: &str, ctx: &'p CtxRef) -> Self {
        SecretString::try_from_str_in(text, ctx).or_raise()
    }

    /// Like [`SecretString::from_str_in`], returning errors.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] or [`Error::TooLarge`].
    pub fn try_from_str_in(text: &str, ctx: &'p CtxRef) -> Result<Self, Error> {
        let mut secret = SecretString::try_with_capacity_in(text.len(), ctx)?;
        secret.try_push_str(text)?;
        Ok(secret)
    }

    /// The text. Copies of it are the caller's to wipe.
    pub fn expose(&self) -> &str {
        &self.text.content
    }

    /// The text for C, valid until the secret changes.
    ///
    /// # Errors
    ///
    /// [`Error::InteriorNul`] when the text contains a NUL.
    pub fn as_c_str(&self) -> Result<&CStr, Error> {
        self.text.content.as_c_str()
    }

    /// The length of the text in bytes.
    pub fn len(&self) -> usize {
        self.expose().len()
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.expose().is_empty()
    }

    /// Appends `text`. Without room it moves, with what was there, to a chunk
    /// of at least twice the size, and the old chunk is wiped.
    ///
    /// # Panics
    ///
    /// As [`SecretBytes::extend_from_slice`](crate::SecretBytes::extend_from_slice).
    #[doc(alias = "talloc_strdup_append")]
    pub fn push_str(&mut self, text: &str) {
        self.try_push_str(text).or_raise()
    }

    /// Like [`SecretString::push_str`], returning errors.
    ///
    /// # Errors
    ///
    /// As [`SecretBytes::try_extend_from_slice`](crate::SecretBytes::try_extend_from_slice); the secret is as it was.
    pub fn try_push_str(&mut self, text: &str) -> Result<(), Error> {
        self.text.push(text)
    }

    /// Wipes the text and keeps the memory.
    pub fn clear(&mut self) {
        self.text.content.zeroize();
        self.text.content.truncate(0);
    }

    /// Moves the secret under another parent; no copy.
    #[doc(alias = "talloc_steal")]
    #[doc(alias = "talloc_move")]
    pub fn steal<'q>(self, to: &'q CtxRef) -> SecretString<'q> {
        SecretString { text: self.text.steal(to) }
    }

    /// Gives the secret to its parent, as a field of one pointer.
    ///
    /// # Errors
    ///
    /// [`Error::InteriorNul`] when the text contains a NUL. If there was room
    /// for more text, it moves to a chunk of its size, with the errors of
    /// [`SecretBytes::try_extend_from_slice`](crate::SecretBytes::try_extend_from_slice). The secret is given back.
    ///
    /// ```
    /// use talloc::{Ctx, SecretString};
    ///
    /// let ctx = Ctx::new();
    /// let mut password = SecretString::with_capacity_in(32, &ctx);
    /// password.push_str("hunter2");
    /// assert_eq!(password.into_c_str()?.expose(), c"hunter2");
    /// # Ok::<(), talloc::Error>(())
    /// ```
    pub fn into_c_str(mut self) -> Result<SecretStr<'p>, Rejected<Self>> {
        match self.as_c_str().map(|_| ()).and_then(|()| self.text.shrink()) {
            Ok(()) => Ok(SecretStr::of(self.text.content.into_str())),
            Err(error) => Err(Rejected::new(error, self)),
        }
    }
}

impl fmt::Write for SecretString<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push_str(text);
        Ok(())
    }
}

impl fmt::Debug for SecretString<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretString").finish_non_exhaustive()
    }
}
