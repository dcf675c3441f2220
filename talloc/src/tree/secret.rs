//! [`SecretStr`]: a secret `char *` in a tree.

use core::ffi::{CStr, c_char};
use core::fmt;

use crate::error::{Error, raise_memory};
use crate::integrations::secret;
use crate::tree::TreeCtx;
use crate::tree::below::Below;

/// A secret C string of one pointer in a tree that moves between threads, overwritten when
/// it is freed, by whichever side and on whichever thread.
///
/// Needs the feature `zeroize`. It is `Send` and `Sync`. Otherwise as
/// [`talloc::SecretStr`](crate::SecretStr).
///
/// ```
/// use talloc::Tree;
/// use talloc::tree::SecretStr;
///
/// talloc::node! { struct Login<'t> { password: SecretStr<'t> } }
///
/// let mut login =
///     Tree::<Login>::try_build(|t| Ok(Login { password: t.strdup_secret("hunter2")? }))?;
/// login.with_mut(|t, login| login.password.set(t, "correct horse"))?;
/// login.with(|login| assert_eq!(login.password.expose(), c"correct horse"));
/// # Ok::<(), talloc::Error>(())
/// ```
#[doc(alias = "talloc_keep_secret")]
#[repr(transparent)]
pub struct SecretStr<'t> {
    /// # Invariants
    ///
    /// Its parent is the node of a movable tree that `'t` stands for, or lies below that.
    inner: secret::SecretStr<'t>,
}

// SAFETY: it leads to its text and no further without a `TreeCtx`, as a `&'t mut CStr`.
unsafe impl Send for SecretStr<'_> {}
// SAFETY: as for `Send`.
unsafe impl Sync for SecretStr<'_> {}

/// Secrets: needs the feature `zeroize`.
impl<'t> TreeCtx<'t> {
    /// Copies a secret into a C string of this node, which is overwritten when it is freed.
    ///
    /// Needs the feature `zeroize`.
    ///
    /// # Errors
    ///
    /// [`Error::InteriorNul`] when the text contains a NUL.
    ///
    /// # Panics
    ///
    /// As [`TreeCtx::strdup`].
    #[doc(alias = "talloc_keep_secret")]
    #[doc(alias = "talloc_strdup")]
    pub fn strdup_secret(&self, text: &str) -> Result<SecretStr<'t>, Error> {
        raise_memory(self.try_strdup_secret(text))
    }

    /// Like [`TreeCtx::strdup_secret`], returning all errors.
    ///
    /// Needs the feature `zeroize`.
    ///
    /// # Errors
    ///
    /// As [`TreeCtx::try_strdup`].
    pub fn try_strdup_secret(&self, text: &str) -> Result<SecretStr<'t>, Error> {
        self.secret_below(text).map(SecretStr::of)
    }
}

impl<'t> SecretStr<'t> {
    pub(super) fn of(text: Below<'t, secret::SecretStr<'t>>) -> Self {
        SecretStr { inner: text.into_inner() }
    }

    /// The secret.
    pub fn expose(&self) -> &CStr {
        self.inner.expose()
    }

    /// Replaces the secret, and overwrites and frees the old one.
    ///
    /// # Errors
    ///
    /// [`Error::InteriorNul`], [`Error::OutOfMemory`] or [`Error::TooLarge`]; the old
    /// secret stays.
    pub fn set(&mut self, t: &TreeCtx<'t>, text: &str) -> Result<(), Error> {
        self.inner.set(t.local(), text)
    }

    /// Overwrites and frees the secret now instead of with its node.
    #[doc(alias = "talloc_free")]
    pub fn free(self, t: &TreeCtx<'t>) {
        let _this_thread_has_the_tree: &TreeCtx<'t> = t;
        self.inner.free();
    }

    /// The pointer for C, which must only read the text, and not as a talloc pointer.
    pub fn as_ptr(&self) -> *mut c_char {
        self.inner.as_ptr()
    }
}

impl fmt::Debug for SecretStr<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
