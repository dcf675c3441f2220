//! [`Blob`]: Samba's `DATA_BLOB`.

use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::marker::PhantomData;
use core::ops::Deref;
use core::ptr;

use crate::object::TBox;

/// Borrowed bytes as a pointer and a length: Samba's `DATA_BLOB`, ldb's
/// `struct ldb_val`, both `struct { uint8_t *data; size_t length; }`.
///
/// It can be a field of a `#[repr(C)]` struct, and be passed to and from C by
/// value. It derefs to `[u8]`. A `NULL` with length 0 is an empty one.
///
/// The bytes belong to something that lives for `'t`; dropping this does
/// nothing. To take over the bytes of a blob that C has made, see
/// [`CtxRef::adopt_blob`](crate::CtxRef::adopt_blob).
///
/// ```
/// use talloc::{Blob, Ctx};
///
/// let ctx = Ctx::new();
/// let blob: Blob<'_> = ctx.alloc_slice_copy(b"content").into();
/// assert_eq!(*blob, *b"content");
/// assert!(Blob::EMPTY.is_empty());
/// ```
#[doc(alias = "data_blob_const")]
#[doc(alias = "data_blob_string_const")]
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Blob<'t> {
    /// # Invariants
    ///
    /// Null, or the first of `length` initialised bytes that live for `'t` and
    /// do not change.
    data: *mut u8,
    length: usize,
    _bytes: PhantomData<&'t [u8]>,
}

impl<'t> Blob<'t> {
    /// No bytes: `NULL` and 0.
    pub const EMPTY: Self = Blob { data: ptr::null_mut(), length: 0, _bytes: PhantomData };

    /// The bytes, for as long as they live.
    #[inline]
    pub fn as_slice(self) -> &'t [u8] {
        if self.data.is_null() {
            return &[];
        }
        // SAFETY: by the invariant.
        unsafe { core::slice::from_raw_parts(self.data, self.length) }
    }

    /// Borrows bytes of C.
    ///
    /// # Safety
    ///
    /// 1. `data` must be null, or point to `length` initialised bytes of one object,
    ///    at most [`isize::MAX`], that live for `'t` and do not change, by C or
    ///    through a `&mut`, whether the result is used or not.
    ///
    /// ```
    /// let bytes = [1, 2, 3];
    /// // SAFETY: 1. Three bytes that live as long as the blob is used.
    /// let blob = unsafe { talloc::Blob::from_raw_parts(bytes.as_ptr(), 3) };
    /// assert_eq!(*blob, bytes);
    /// ```
    #[inline]
    pub unsafe fn from_raw_parts(data: *const u8, length: usize) -> Self {
        Blob { data: data.cast_mut(), length, _bytes: PhantomData }
    }

    /// The length as C has set it, also of a null pointer.
    pub(crate) fn length(self) -> usize {
        self.length
    }

    /// The pointer for C, which must not write to it; null for [`Blob::EMPTY`].
    #[inline]
    pub fn as_ptr(self) -> *const u8 {
        self.data
    }
}

impl Default for Blob<'_> {
    fn default() -> Self {
        Blob::EMPTY
    }
}

impl AsRef<[u8]> for Blob<'_> {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl<'t, const N: usize> From<&'t [u8; N]> for Blob<'t> {
    #[inline]
    fn from(bytes: &'t [u8; N]) -> Self {
        Blob::from(&bytes[..])
    }
}

impl<'t> From<&'t [u8]> for Blob<'t> {
    #[inline]
    fn from(bytes: &'t [u8]) -> Self {
        let data = bytes.as_ptr().cast_mut();
        Blob { data, length: bytes.len(), _bytes: PhantomData }
    }
}

/// The bytes are left to their parent; see [`TBox::leak`].
impl<'t> From<TBox<'t, [u8]>> for Blob<'t> {
    #[inline]
    fn from(bytes: TBox<'t, [u8]>) -> Self {
        let bytes = TBox::into_value(bytes);
        // The pointer of the chunk itself, so that C can free it.
        Blob { data: bytes.cast().as_ptr(), length: bytes.len(), _bytes: PhantomData }
    }
}

impl Deref for Blob<'_> {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        self.as_slice()
    }
}

impl fmt::Debug for Blob<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl PartialEq for Blob<'_> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Blob<'_> {}

impl PartialOrd for Blob<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Blob<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        (**self).cmp(&**other)
    }
}

impl Hash for Blob<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

impl PartialEq<[u8]> for Blob<'_> {
    fn eq(&self, other: &[u8]) -> bool {
        **self == *other
    }
}

impl<const N: usize> PartialEq<[u8; N]> for Blob<'_> {
    fn eq(&self, other: &[u8; N]) -> bool {
        **self == *other
    }
}
