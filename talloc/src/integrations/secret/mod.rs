//! Secrets: bytes and strings that are wiped when they are freed.

mod str;
mod string;

use core::ffi::{c_int, c_void};
use core::fmt;
use core::ptr::NonNull;

use ::zeroize::Zeroize;

use crate::array::growth::doubled;
use crate::context::CtxRef;
use crate::context::one_thread::one_thread;
use crate::error::{Error, MAX_SIZE, OrRaise, Rejected};
use crate::name::Name;
use crate::raw::Owned;
use crate::string::{Buffer, Content};

pub use self::str::SecretStr;
pub use self::string::SecretString;

/// All that a report shows of a secret.
const NAME: Name = Name::new(c"secret");

/// Growable bytes that are wiped when they are freed: a key, a token.
///
/// Needs the feature `zeroize`.
///
/// The chunk is overwritten with zeros by its libtalloc destructor, so also
/// when its parent is freed, when the handle was forgotten, and when C frees
/// it. A chunk that is too small is never resized in place: the bytes move to
/// a new one, and the old one is wiped and freed. The name in reports is
/// `secret`, and `Debug` shows nothing of the content.
///
/// ```
/// use talloc::{Ctx, SecretBytes};
///
/// let ctx = Ctx::new();
/// let mut key = SecretBytes::from_slice_in(&[0x5e; 32], &ctx);
/// key.expose_mut()[0] = 0;
/// assert_eq!(key.expose().len(), 32);
/// assert_eq!(format!("{key:?}"), "SecretBytes { .. }");
/// ```
///
/// What is not wiped is what was never in the chunk: the argument that was
/// copied, what [`expose`](SecretBytes::expose) was copied to, and pages that
/// the system has swapped out or dumped.
///
/// The destructor slot of the chunk is taken: C must not set a destructor,
/// resize the chunk, or allocate below it.
///
/// A [`TBox`](crate::TBox) of a `zeroize::Zeroizing` value does not do the
/// same: a small value is moved out of its chunk before it is dropped, and the
/// chunk is not wiped.
#[doc(alias = "talloc_keep_secret")]
#[must_use = "a secret is wiped and freed when its handle is dropped"]
pub struct SecretBytes<'p> {
    secret: Secret<'p, [u8]>,
}

one_thread!(['p] SecretBytes<'p>);

impl<'p> SecretBytes<'p> {
    /// Makes an empty secret with room for `capacity` bytes. With enough room
    /// from the start nothing ever moves.
    ///
    /// # Panics
    ///
    /// Panics when `capacity` is over [`MAX_SIZE`](crate::MAX_SIZE); ends the
    /// process when memory is exhausted.
    pub fn with_capacity_in(capacity: usize, ctx: &'p CtxRef) -> Self {
        SecretBytes::try_with_capacity_in(capacity, ctx).or_raise()
    }

    /// Like [`SecretBytes::with_capacity_in`], returning errors.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] or [`Error::TooLarge`].
    pub fn try_with_capacity_in(capacity: usize, ctx: &'p CtxRef) -> Result<Self, Error> {
        Ok(SecretBytes { secret: Secret::new(ctx, capacity)? })
    }

    /// Copies `bytes` into a secret of exactly this size.
    ///
    /// # Panics
    ///
    /// As [`SecretBytes::with_capacity_in`].
    pub fn from_slice_in(bytes: &[u8], ctx: &'p CtxRef) -> Self {
        SecretBytes::try_from_slice_in(bytes, ctx).or_raise()
    }

    /// Like [`SecretBytes::from_slice_in`], returning errors.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] or [`Error::TooLarge`].
    pub fn try_from_slice_in(bytes: &[u8], ctx: &'p CtxRef) -> Result<Self, Error> {
        let mut secret = SecretBytes::try_with_capacity_in(bytes.len(), ctx)?;
        secret.try_extend_from_slice(bytes)?;
        Ok(secret)
    }

    /// The bytes. Copies of them are the caller's to wipe.
    pub fn expose(&self) -> &[u8] {
        &self.secret.content
    }

    /// The bytes, to be changed in place.
    pub fn expose_mut(&mut self) -> &mut [u8] {
        &mut self.secret.content
    }

    /// How many bytes the secret has.
    pub fn len(&self) -> usize {
        self.expose().len()
    }

    /// Whether the secret has no bytes.
    pub fn is_empty(&self) -> bool {
        self.expose().is_empty()
    }

    /// Appends `bytes`. Without room they and the old ones move to a chunk of
    /// at least twice the size, and the old chunk is wiped.
    ///
    /// # Panics
    ///
    /// Panics when the secret would be over [`MAX_SIZE`](crate::MAX_SIZE) or
    /// has to move while C holds a reference to it; ends the process when
    /// memory is exhausted.
    pub fn extend_from_slice(&mut self, bytes: &[u8]) {
        self.try_extend_from_slice(bytes).or_raise()
    }

    /// Like [`SecretBytes::extend_from_slice`], returning errors.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`], [`Error::TooLarge`], or [`Error::Referenced`];
    /// the secret is as it was.
    pub fn try_extend_from_slice(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.secret.push(bytes)
    }

    /// Removes and wipes all bytes behind the first `len`; does nothing when
    /// there are none.
    pub fn truncate(&mut self, len: usize) {
        if let Some(end) = self.expose_mut().get_mut(len..) {
            end.zeroize();
            self.secret.content.truncate(len);
        }
    }

    /// Moves the secret under another parent; no copy.
    #[doc(alias = "talloc_steal")]
    #[doc(alias = "talloc_move")]
    pub fn steal<'q>(self, to: &'q CtxRef) -> SecretBytes<'q> {
        SecretBytes { secret: self.secret.steal(to) }
    }

    /// The pointer for C; the handle stays the owner. C must not move or free
    /// it, nor change it while the handle is in use.
    pub fn as_ptr(&self) -> *mut u8 {
        self.secret.content.ptr().as_ptr()
    }

    /// Hands the secret over to C, in a chunk of exactly its size, which is
    /// wiped when C frees it. `talloc_realloc` on it would leave a copy behind.
    ///
    /// # Errors
    ///
    /// If there was room for more bytes, they move to a new chunk, with the
    /// errors of [`SecretBytes::try_extend_from_slice`]. The secret is given back.
    ///
    /// ```
    /// let ctx = talloc::Ctx::new();
    /// let raw: *mut u8 = talloc::SecretBytes::from_slice_in(&[1, 2, 3], &ctx).into_raw()?;
    /// // C frees it, or leaves it to `ctx`; either way it is wiped.
    /// # assert!(!raw.is_null());
    /// # Ok::<(), talloc::Error>(())
    /// ```
    pub fn into_raw(mut self) -> Result<*mut u8, Rejected<Self>> {
        match self.secret.shrink() {
            Ok(()) => Ok(self.secret.content.into_owned().into_ptr().as_ptr().cast()),
            Err(error) => Err(Rejected::new(error, self)),
        }
    }
}

impl fmt::Debug for SecretBytes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretBytes").finish_non_exhaustive()
    }
}

/// What a secret holds.
struct Secret<'p, T: Content + ?Sized> {
    /// Its chunk is a child of `parent`, with the destructor [`wipe`].
    content: Buffer<'p, T>,
    parent: &'p CtxRef,
}

impl<'p, T: Content + ?Sized> Secret<'p, T> {
    fn new(parent: &'p CtxRef, capacity: usize) -> Result<Self, Error> {
        let content: Buffer<'p, T> = Buffer::new(parent, capacity, NAME)?;
        wipe_when_freed(content.as_owned());
        Ok(Secret { content, parent })
    }

    /// Appends `more`, with nothing changed on error.
    fn push(&mut self, more: &T) -> Result<(), Error> {
        if !self.content.push(more) {
            let nul = usize::from(T::NUL);
            let (size, len) = (self.content.capacity() + nul, self.content.as_bytes().len());
            let needed = (len + nul).checked_add(more.as_bytes().len());
            let needed = needed.ok_or(Error::TooLarge { size: usize::MAX })?;
            self.move_to(doubled(size, needed, 32, MAX_SIZE) - nul)?;
            self.content.push(more);
        }
        Ok(())
    }

    /// Cuts the chunk to the content.
    fn shrink(&mut self) -> Result<(), Error> {
        let len = self.content.as_bytes().len();
        if self.content.capacity() == len { Ok(()) } else { self.move_to(len) }
    }

    /// Moves the content to a new chunk, where there is room for it, and wipes and frees the
    /// old one.
    fn move_to(&mut self, capacity: usize) -> Result<(), Error> {
        if self.content.as_chunk().reference_count() > 0 {
            return Err(Error::Referenced);
        }
        let mut new = Self::new(self.parent, capacity)?;
        new.content.push(&self.content);
        *self = new;
        Ok(())
    }

    fn steal<'q>(self, to: &'q CtxRef) -> Secret<'q, T> {
        Secret { content: self.content.steal(to), parent: to }
    }
}

/// Makes a free overwrite the chunk first. It has no other destructor then.
fn wipe_when_freed(chunk: &Owned<'_>) {
    // SAFETY: 1. nobody uses the content of an owned chunk that is freed.
    unsafe { chunk.as_chunk().set_destructor(Some(wipe)) };
}

/// # Safety
///
/// 1. `chunk` must be an owned chunk that is being freed.
unsafe extern "C" fn wipe(chunk: *mut c_void) -> c_int {
    if let Some(chunk) = NonNull::new(chunk) {
        // SAFETY: 1. duty 1. It is leaked: libtalloc goes on to free it.
        unsafe { Owned::from_ptr(chunk) }.into_bytes().leak().zeroize();
    }
    0
}
