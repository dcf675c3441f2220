//! [`Buffer`]: text or bytes in a chunk, with room for more.

use core::ffi::CStr;
use core::marker::PhantomData;
use core::mem::MaybeUninit;
use core::num::NonZero;
use core::ops::{Deref, DerefMut};
use core::ptr::{self, NonNull};

use crate::array::resize_as_named;
use crate::context::CtxRef;
use crate::error::Error;
use crate::name::Name;
use crate::object::TBox;
use crate::raw::{Chunk, Object, Owned, as_uninit};
use crate::string::Str;

/// What a [`Buffer`] holds: `str` or bytes.
///
/// # Safety
///
/// 1. `from_bytes` must return the pointer that it got.
/// 2. No bytes, those of a value before a boundary, and those of one value behind those of
///    another must be a valid value.
pub(crate) unsafe trait Content {
    /// Whether a NUL follows it, for C.
    const NUL: bool;

    fn as_bytes(&self) -> &[u8];

    fn from_bytes(bytes: *mut [u8]) -> *mut Self;

    fn is_boundary(&self, position: usize) -> bool;
}

// SAFETY: 1. a cast. 2. text of whole characters is UTF-8.
unsafe impl Content for str {
    const NUL: bool = true;

    #[inline]
    fn as_bytes(&self) -> &[u8] {
        self.as_bytes()
    }

    #[inline]
    fn from_bytes(bytes: *mut [u8]) -> *mut str {
        bytes as *mut str
    }

    #[inline]
    fn is_boundary(&self, position: usize) -> bool {
        self.is_char_boundary(position)
    }
}

// SAFETY: 1. the pointer itself. 2. any bytes are valid.
unsafe impl Content for [u8] {
    const NUL: bool = false;

    #[inline]
    fn as_bytes(&self) -> &[u8] {
        self
    }

    #[inline]
    fn from_bytes(bytes: *mut [u8]) -> *mut [u8] {
        bytes
    }

    #[inline]
    fn is_boundary(&self, position: usize) -> bool {
        position <= self.len()
    }
}

/// A `T` at the start of an owned chunk, with room for more.
///
/// # Invariants
///
/// 1. The chunk has `size` bytes.
/// 2. The first `len` of them are a valid `T`, with a NUL behind them if `T::NUL`.
pub(crate) struct Buffer<'p, T: Content + ?Sized> {
    chunk: Owned<'p>,
    size: usize,
    len: usize,
    _content: PhantomData<T>,
}

impl<'p, T: Content + ?Sized> Buffer<'p, T> {
    /// An empty one.
    #[inline]
    pub(crate) fn new(ctx: &'p CtxRef, capacity: usize, name: Name) -> Result<Self, Error> {
        let size = capacity.checked_add(usize::from(T::NUL));
        let size = size.ok_or(Error::TooLarge { size: usize::MAX })?;
        let chunk = ctx.owned_below(size, name)?;
        let mut buffer = Self { chunk, size, len: 0, _content: PhantomData };
        buffer.end();
        Ok(buffer)
    }

    #[inline]
    pub(crate) fn as_chunk(&self) -> &Chunk {
        self.chunk.as_chunk()
    }

    #[cfg(feature = "zeroize")]
    #[inline]
    pub(crate) fn as_owned(&self) -> &Owned<'p> {
        &self.chunk
    }

    #[inline]
    pub(crate) fn ptr(&self) -> NonNull<u8> {
        self.chunk.ptr().cast()
    }

    /// How many bytes of content there is room for.
    #[inline]
    pub(crate) fn capacity(&self) -> usize {
        self.size - usize::from(T::NUL)
    }

    /// The content, and the bytes behind it.
    #[inline]
    fn parts(&mut self) -> (&mut T, &mut [MaybeUninit<u8>]) {
        let (start, len) = (self.chunk.ptr().as_ptr(), self.len);
        let content = T::from_bytes(ptr::slice_from_raw_parts_mut(start.cast(), len));
        // SAFETY: the invariants: valid; the other bytes follow. All of them are borrowed
        // exclusively.
        unsafe {
            let room = start.cast::<MaybeUninit<u8>>().add(len);
            (&mut *content, core::slice::from_raw_parts_mut(room, self.size - len))
        }
    }

    /// Writes the NUL.
    #[inline]
    fn end(&mut self) {
        if let (true, (_, [nul, ..])) = (T::NUL, self.parts()) {
            nul.write(0);
        }
    }

    /// Appends `more`, if there is room.
    #[inline]
    pub(crate) fn push(&mut self, more: &T) -> bool {
        let more = more.as_bytes();
        match self.parts().1.split_at_mut_checked(more.len()) {
            Some((place, rest)) if !T::NUL || !rest.is_empty() => {
                place.copy_from_slice(as_uninit(more));
                if T::NUL {
                    rest[0].write(0);
                }
            }
            _ => return false,
        }
        self.len += more.len();
        true
    }

    /// Removes what is behind the first `len` bytes, if there is anything.
    ///
    /// # Panics
    ///
    /// When that is in the middle of a character.
    pub(crate) fn truncate(&mut self, len: usize) {
        if len < self.len {
            assert!(self.is_boundary(len), "{len} is in the middle of a character");
            self.len = len;
            self.end();
        }
    }

    #[inline]
    pub(crate) fn steal<'q>(self, to: &'q CtxRef) -> Buffer<'q, T> {
        Buffer {
            chunk: self.chunk.steal(to.as_chunk()),
            size: self.size,
            len: self.len,
            _content: PhantomData,
        }
    }

    /// The content, which must fill its chunk.
    #[inline]
    pub(crate) fn into_object(mut self) -> Object<'p, T> {
        assert!(self.len == self.capacity(), "a buffer is not full");
        let content = NonNull::from(self.parts().0);
        let _ = self.chunk.into_ptr();
        // SAFETY: 1. an owned chunk: its name is given by the type. 2. it begins with a valid
        // `T`. 3. asked just now.
        unsafe { Object::from_ptr(content) }
    }

    /// The chunk, which may be larger than the content.
    #[cfg(feature = "zeroize")]
    #[inline]
    pub(crate) fn into_owned(self) -> Owned<'p> {
        self.chunk
    }
}

impl<'p> Buffer<'p, str> {
    /// The whole of a chunk that holds text and a NUL.
    ///
    /// # Safety
    ///
    /// 1. The chunk must have `len + 1` bytes: text, and the NUL.
    #[inline]
    pub(crate) unsafe fn from_owned(chunk: Owned<'p>, len: usize) -> Self {
        Buffer { chunk, size: len + 1, len, _content: PhantomData }
    }

    /// A copy of `text`, without room for more.
    #[inline]
    pub(crate) fn copy_of(text: &str, ctx: &'p CtxRef) -> Result<Self, Error> {
        let chunk = ctx.text_below(text.as_bytes())?;
        Ok(Buffer { chunk, size: text.len() + 1, len: text.len(), _content: PhantomData })
    }

    /// The same string, which fills its chunk.
    #[inline]
    pub(crate) fn of_box(text: TBox<'p, str>) -> Self {
        let len = text.len();
        let chunk = TBox::into_object(text).into_owned();
        // By the invariant of `TBox`.
        Buffer { chunk, size: len + 1, len, _content: PhantomData }
    }

    /// Changes the capacity, to no less than what is there. The chunk may move, and keeps its name.
    pub(crate) fn resize(&mut self, capacity: usize) -> Result<(), Error> {
        let size = NonZero::<usize>::MIN.checked_add(capacity.max(self.len));
        let size = size.ok_or(Error::TooLarge { size: usize::MAX })?;
        resize_as_named(&mut self.chunk, size, Name::CHAR)?;
        self.size = size.get();
        Ok(())
    }

    /// The text for C, if its only NUL is that behind it.
    pub(crate) fn as_c_str(&self) -> Result<&CStr, Error> {
        // SAFETY: a NUL follows the text.
        let text = unsafe { CStr::from_ptr(self.chunk.ptr().as_ptr().cast()) };
        match text.count_bytes() {
            len if len == self.len => Ok(text),
            position => Err(Error::InteriorNul { position }),
        }
    }

    /// Leaves the text to its parent. For C it ends at the first NUL: see
    /// [`as_c_str`](Buffer::as_c_str). The chunk keeps its name.
    #[inline]
    pub(crate) fn into_str(self) -> Str<'p> {
        // SAFETY: 1. an owned chunk; a NUL follows the text.
        unsafe { Str::from_owned(self.chunk) }
    }
}

impl<T: Content + ?Sized> Deref for Buffer<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        let start = self.chunk.ptr().as_ptr().cast();
        // SAFETY: invariant 2.
        unsafe { &*T::from_bytes(ptr::slice_from_raw_parts_mut(start, self.len)) }
    }
}

impl<T: Content + ?Sized> DerefMut for Buffer<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        self.parts().0
    }
}
