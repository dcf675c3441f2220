//! [`BlobBuf`]: a `DATA_BLOB` that owns its bytes.

use core::mem::ManuallyDrop;
use core::ops::{Deref, DerefMut};
use core::ptr::{self, NonNull};

use crate::array::resize_error;
use crate::context::CtxRef;
use crate::error::{Error, OrRaise, Rejected};
use crate::name::Name;
use crate::node::field::Blob;
use crate::object::TBox;
use crate::raw::{Elements, NewName, Object, Owned};

mod traits;

/// Bytes of a struct as a pointer and a length, which belong to their parent:
/// Samba's `DATA_BLOB` as the owner of `data`, in C
/// `struct { uint8_t *data; size_t length; }`.
///
/// Made by [`CtxRef::alloc_blob`]. It derefs to `[u8]`. An empty one is `NULL`
/// and 0, as `data_blob_null` is, and has no chunk; so what makes it longer takes
/// the context for the chunk, as `data_blob_append` does. To borrow bytes, and to
/// pass them to C, there is [`Blob`].
///
/// Dropping it does nothing: the memory goes with its parent.
///
/// ```
/// use talloc::{BlobBuf, Ctx};
///
/// talloc::node! { #[repr(C)] struct Packet<'t> { body: BlobBuf<'t> } }
///
/// let ctx = Ctx::new();
/// let mut packet = ctx.build::<Packet>(|_| Packet { body: BlobBuf::EMPTY });
/// packet.with_mut(|t, packet| {
///     packet.body.extend_from_slice(t, b"content");
///     packet.body.truncate(3);
///     packet.body[0] = b'k';
/// });
/// assert_eq!(packet.get().body, *b"kon");
/// ```
#[doc(alias = "DATA_BLOB")]
#[must_use = "the bytes stay with their parent until that is freed; `free` them, or keep them in a field"]
#[repr(C)]
pub struct BlobBuf<'t> {
    /// # Invariants
    ///
    /// `NULL`, and `length` is 0; or a chunk of which the first `length` bytes are
    /// initialised. C does not change it behind a borrow.
    data: Option<ManuallyDrop<Owned<'t>>>,
    length: usize,
}

/// Blobs.
impl CtxRef {
    /// Copies bytes into a blob that belongs to this context: Samba's
    /// `data_blob_talloc`.
    ///
    /// # Panics
    ///
    /// Panics when there are more than [`MAX_SIZE`](crate::MAX_SIZE) bytes; ends
    /// the process when memory is exhausted.
    ///
    /// ```
    /// let ctx = talloc::Ctx::new();
    /// let blob = ctx.alloc_blob(b"content");
    /// assert_eq!(blob, *b"content");
    /// ```
    #[doc(alias = "data_blob_talloc")]
    #[doc(alias = "data_blob_dup_talloc")]
    pub fn alloc_blob(&self, bytes: &[u8]) -> BlobBuf<'_> {
        self.try_alloc_blob(bytes).or_raise()
    }

    /// Like [`CtxRef::alloc_blob`], returning errors.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] or [`Error::TooLarge`].
    pub fn try_alloc_blob(&self, bytes: &[u8]) -> Result<BlobBuf<'_>, Error> {
        match bytes {
            [] => Ok(BlobBuf::EMPTY),
            bytes => self.try_alloc_slice_copy(bytes).map(BlobBuf::from),
        }
    }
}

impl<'t> BlobBuf<'t> {
    /// No bytes: `NULL` and 0.
    #[doc(alias = "data_blob_null")]
    pub const EMPTY: Self = BlobBuf { data: None, length: 0 };

    #[inline]
    fn of(chunk: Owned<'t>, length: usize) -> Self {
        BlobBuf { data: Some(ManuallyDrop::new(chunk)), length }
    }

    #[inline]
    fn elements(&mut self) -> Option<Elements<'_, 't, u8>> {
        let chunk = self.data.as_mut()?;
        let name = NewName::Kept { size: chunk.as_chunk().size() };
        // SAFETY: 1. by the invariant; `length` follows what is done with them.
        Some(unsafe { Elements::new(chunk, self.length, name) })
    }

    #[cold]
    fn resize_error(&self, size: usize) -> Error {
        self.data
            .as_ref()
            .map_or(Error::no_memory(size), |chunk| resize_error(chunk.as_chunk(), size))
    }

    #[inline]
    fn into_owned(self) -> Option<Owned<'t>> {
        self.data.map(ManuallyDrop::into_inner)
    }

    /// Replaces the bytes by a copy of `bytes` below `ctx`, and frees the old ones.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] or [`Error::TooLarge`]; the old bytes stay.
    ///
    /// ```
    /// let ctx = talloc::Ctx::new();
    /// let mut blob = ctx.alloc_blob(b"old");
    /// blob.set(&ctx, b"newer")?;
    /// assert_eq!(blob, *b"newer");
    /// # Ok::<(), talloc::Error>(())
    /// ```
    pub fn set(&mut self, ctx: &'t CtxRef, bytes: &[u8]) -> Result<(), Error> {
        let new = ctx.try_alloc_blob(bytes)?;
        core::mem::replace(self, new).free();
        Ok(())
    }

    /// Adds a copy of `bytes` at the end: Samba's `data_blob_append`.
    ///
    /// The chunk grows to what is needed, and may move; one that is `NULL` is
    /// made below `ctx`.
    ///
    /// # Panics
    ///
    /// As [`CtxRef::alloc_blob`], and when C holds a reference to the bytes.
    ///
    /// ```
    /// use talloc::{BlobBuf, Ctx};
    ///
    /// let ctx = Ctx::new();
    /// let mut blob = BlobBuf::EMPTY;
    /// blob.extend_from_slice(&ctx, b"con");
    /// blob.extend_from_slice(&ctx, b"tent");
    /// assert_eq!(blob, *b"content");
    /// ```
    #[doc(alias = "data_blob_append")]
    #[doc(alias = "data_blob_realloc")]
    #[doc(alias = "data_blob_pad")]
    #[track_caller]
    pub fn extend_from_slice(&mut self, ctx: &'t CtxRef, bytes: &[u8]) {
        self.try_extend_from_slice(ctx, bytes).or_raise();
    }

    /// Like [`BlobBuf::extend_from_slice`], returning errors; the bytes are then
    /// as they were.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`], [`Error::TooLarge`] or [`Error::Referenced`].
    pub fn try_extend_from_slice(&mut self, ctx: &'t CtxRef, bytes: &[u8]) -> Result<(), Error> {
        let Some(mut elements) = self.elements() else {
            *self = ctx.try_alloc_blob(bytes)?;
            return Ok(());
        };
        match elements.append(bytes) {
            Ok(()) => {
                self.length += bytes.len();
                Ok(())
            }
            Err(size) => Err(self.resize_error(size)),
        }
    }

    /// Cuts the bytes to the first `length`; a shorter blob stays as it is.
    ///
    /// The chunk shrinks, and may move; where C holds a reference to it, it
    /// stays as large as it is. With 0, it is freed.
    ///
    /// ```
    /// let ctx = talloc::Ctx::new();
    /// let mut blob = ctx.alloc_blob(b"content");
    /// blob.truncate(3);
    /// assert_eq!(blob, *b"con");
    /// ```
    #[doc(alias = "data_blob_realloc")]
    pub fn truncate(&mut self, length: usize) {
        if length >= self.length {
            return;
        }
        match self.elements() {
            Some(mut elements) if length > 0 => {
                // It stays larger if libtalloc does not want to.
                let _ = elements.cut(length);
                self.length = length;
            }
            _ => self.clear(),
        }
    }

    /// Frees the bytes; the blob is [`BlobBuf::EMPTY`] then.
    #[doc(alias = "data_blob_free")]
    #[doc(alias = "data_blob_clear_free")]
    pub fn clear(&mut self) {
        core::mem::take(self).free();
    }

    /// Frees the bytes now instead of with their parent.
    #[doc(alias = "talloc_free")]
    pub fn free(self) {
        // A refused free leaves it to its parent.
        drop(self.into_owned());
    }

    /// Moves the bytes under another parent; no copy.
    ///
    /// ```
    /// use talloc::Ctx;
    ///
    /// let (session, request) = (Ctx::new(), Ctx::new());
    /// let blob = request.alloc_blob(b"content").steal(&session);
    /// drop(request);
    /// assert_eq!(blob, *b"content");
    /// ```
    #[doc(alias = "talloc_steal")]
    #[doc(alias = "talloc_move")]
    pub fn steal<'q>(self, to: &'q CtxRef) -> BlobBuf<'q> {
        let length = self.length;
        match self.into_owned() {
            Some(chunk) => BlobBuf::of(chunk.steal(to.as_chunk()), length),
            None => BlobBuf::EMPTY,
        }
    }

    /// The bytes as C passes them by value, and as what only borrows them.
    #[inline]
    pub fn as_blob(&self) -> Blob<'_> {
        // SAFETY: 1. null, or as many initialised bytes, which are borrowed.
        unsafe { Blob::from_raw_parts(self.as_ptr(), self.length) }
    }

    /// Leaves the bytes to their parent for good: they can no longer be changed
    /// or moved. So they are handed to C, which may free them when no copy of the
    /// blob is in use any more.
    #[inline]
    pub fn leak(self) -> Blob<'t> {
        // SAFETY: 1. null, or as many initialised bytes, which are nobody's but
        // their parent's, and so do not change for 't.
        unsafe { Blob::from_raw_parts(self.as_ptr(), self.length) }
    }

    /// Takes the bytes as an owned handle. Without bytes, it is a new chunk below
    /// `ctx`.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`], or [`Error::Referenced`] when the chunk is longer
    /// than the blob and C holds a reference to it; it is given back.
    ///
    /// ```
    /// use talloc::{Ctx, TBox};
    ///
    /// let ctx = Ctx::new();
    /// let bytes: TBox<'_, [u8]> = ctx.alloc_blob(b"content").into_boxed_slice(&ctx)?;
    /// assert_eq!(*bytes, *b"content");
    /// # Ok::<(), talloc::Error>(())
    /// ```
    pub fn into_boxed_slice(mut self, ctx: &'t CtxRef) -> Result<TBox<'t, [u8]>, Rejected<Self>> {
        let length = self.length;
        let (Some(chunk), 1..) = (&mut self.data, length) else {
            // A blob of C without bytes may have a chunk, which libtalloc would not resize to
            // nothing (fact 12), or one with a length no chunk.
            return match ctx.try_alloc_slice_copy(&[]) {
                Ok(empty) => {
                    self.free();
                    Ok(empty)
                }
                Err(error) => Err(Rejected::new(error, self)),
            };
        };
        chunk.move_name_out(Name::of::<[u8]>());
        if chunk.as_chunk().size() != length {
            if let Some(Err(size)) = self.elements().map(|mut elements| elements.cut(length)) {
                return Err(Rejected::new(self.resize_error(size), self));
            }
        }
        let chunk = self.into_owned().expect("a blob with bytes has a chunk");
        // SAFETY: 1. exactly these bytes.
        Ok(TBox::of(unsafe { Object::array(chunk, length) }))
    }

    /// Takes over the bytes of a blob that C has made.
    ///
    /// The chunk may be longer than the blob. To get an owned handle of C's bytes
    /// on a known context, see [`CtxRef::adopt_blob`].
    ///
    /// # Errors
    ///
    /// [`Error::Null`] when there is a length without a pointer;
    /// [`Error::WrongSize`] when the chunk is smaller than the length.
    ///
    /// # Safety
    ///
    /// 1. The pointer of `blob` must be null or that of a live talloc chunk of
    ///    this thread, as libtalloc gave it, below a parent that lives for `'t`;
    ///    as many of its bytes as the length says must be initialised.
    /// 2. Nobody else may own, free, move, resize, rename, change or look at it, through another
    ///    copy of `blob` or
    ///    whatever pointer, handle or reference (that of an earlier `leak` included, and the name
    ///    of another chunk that lies there) while the result is in use, or, once it is freed,
    ///    afterwards.
    /// 3. It is not being freed: this is not called by a destructor of it or above it. No handle
    ///    to a parent of it is stolen below it through the result.
    /// 4. A destructor that C has given it must be sound to call whenever it is freed, also below
    ///    another parent.
    ///
    /// ```
    /// use talloc::{Blob, BlobBuf, Ctx};
    ///
    /// let ctx = Ctx::new();
    /// let from_c: Blob<'_> = ctx.alloc_slice_copy(b"content").into();
    /// // SAFETY: 1 and 2. A new chunk below `ctx`, of which this is the only user.
    /// let mut blob: BlobBuf<'_> = unsafe { BlobBuf::from_raw(from_c) }?;
    /// blob[0] = b'k';
    /// assert_eq!(blob, *b"kontent");
    /// # Ok::<(), talloc::Error>(())
    /// ```
    pub unsafe fn from_raw(blob: Blob<'_>) -> Result<Self, Error> {
        let (data, length) = (blob.as_ptr().cast_mut(), blob.length());
        let Some(chunk) = NonNull::new(data.cast()) else {
            return if length == 0 { Ok(BlobBuf::EMPTY) } else { Err(Error::Null) };
        };
        // SAFETY: 1. duties 1 to 4. An error does not free it.
        let mut chunk = ManuallyDrop::new(unsafe { Owned::from_ptr(chunk) });
        let found = chunk.as_chunk().size();
        if found < length {
            return Err(Error::WrongSize { expected: length, found });
        }
        chunk.move_name_out(Name::of::<[u8]>());
        Ok(BlobBuf { data: Some(chunk), length })
    }

    /// The pointer for C; null for an empty blob. C must not free it while this
    /// value is in use.
    #[inline]
    pub fn as_ptr(&self) -> *mut u8 {
        self.data.as_ref().map_or(ptr::null_mut(), |chunk| chunk.ptr().as_ptr().cast())
    }
}

impl Deref for BlobBuf<'_> {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        self.as_blob().as_slice()
    }
}

impl DerefMut for BlobBuf<'_> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [u8] {
        self.elements().map_or(&mut [], Elements::into_slice)
    }
}

/// The bytes are left to their parent. An empty array keeps its chunk.
impl<'t> From<TBox<'t, [u8]>> for BlobBuf<'t> {
    #[inline]
    fn from(bytes: TBox<'t, [u8]>) -> Self {
        let length = bytes.len();
        BlobBuf::of(TBox::into_object(bytes).into_owned(), length)
    }
}
