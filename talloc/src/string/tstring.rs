//! [`TString`]: a growable string.

use core::ffi::{CStr, c_void};
use core::fmt;
use core::marker::PhantomData;
use core::mem::ManuallyDrop;
use core::ptr::NonNull;

use crate::array::growth::doubled;
use crate::array::resize_error;
use crate::context::CtxRef;
use crate::context::one_thread::one_thread;
use crate::error::{Error, MAX_SIZE, OrRaise, Rejected};
use crate::name::Name;
use crate::node::field::Str;
use crate::object::TBox;
use crate::raw;

/// A growable UTF-8 string in talloc memory: what `String` is to the heap.
///
/// It is one chunk named `char`, always with a NUL behind the text. Growth
/// doubles the capacity, so that n appends cost time in n (C's
/// `talloc_asprintf_append` searches the end of the string each time). The
/// chunk may move when it grows. Before C gets it, it is cut to the length of
/// the text and its NUL, so that `talloc_array_length` is right:
/// [`TString::into_c_str`], [`TString::into_boxed_str`].
///
/// ```
/// use std::fmt::Write;
/// use talloc::{Ctx, TString};
///
/// let ctx = Ctx::new();
/// let mut path = TString::from_str_in("/etc", &ctx);
/// path.push('/');
/// write!(path, "{}.{}", "smb", "conf")?;
/// assert_eq!(path, "/etc/smb.conf");
/// # Ok::<(), std::fmt::Error>(())
/// ```
///
/// Dropping it frees it. The `try_` methods return exhausted memory as an
/// error and leave the string as it was; the plain ones end the process.
#[must_use = "a string is freed when its handle is dropped"]
pub struct TString<'p> {
    /// # Invariants
    ///
    /// A live chunk of `capacity + 1` bytes that this handle owns, below a
    /// parent that lives for `'p`.
    text: NonNull<u8>,
    /// # Invariants
    ///
    /// At most `capacity`. The first `len` bytes are UTF-8; the next one is NUL.
    len: usize,
    capacity: usize,
    _parent: PhantomData<&'p ()>,
}

one_thread!(['p] TString<'p>);

impl<'p> TString<'p> {
    /// Makes an empty string below `ctx`, without room for text.
    ///
    /// # Panics
    ///
    /// Ends the process when memory is exhausted.
    #[inline]
    pub fn new_in(ctx: &'p CtxRef) -> Self {
        TString::with_capacity_in(0, ctx)
    }

    /// Makes an empty string with room for `capacity` bytes.
    ///
    /// # Panics
    ///
    /// Panics when `capacity` is [`MAX_SIZE`](crate::MAX_SIZE) or more; ends
    /// the process when memory is exhausted.
    #[inline]
    pub fn with_capacity_in(capacity: usize, ctx: &'p CtxRef) -> Self {
        TString::try_with_capacity_in(capacity, ctx).or_raise()
    }

    /// Like [`TString::with_capacity_in`], returning errors.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] or [`Error::TooLarge`].
    #[inline]
    pub fn try_with_capacity_in(capacity: usize, ctx: &'p CtxRef) -> Result<Self, Error> {
        let text = ctx.chunk_below(size_for(capacity)?, Name::CHAR)?.cast::<u8>();
        // SAFETY: the chunk has at least one byte.
        unsafe { text.write(0) };
        Ok(TString { text, len: 0, capacity, _parent: PhantomData })
    }

    /// Copies `text` into a new string.
    ///
    /// # Panics
    ///
    /// As [`TString::with_capacity_in`].
    #[doc(alias = "talloc_strdup")]
    #[inline]
    pub fn from_str_in(text: &str, ctx: &'p CtxRef) -> Self {
        TString::try_from_str_in(text, ctx).or_raise()
    }

    /// Like [`TString::from_str_in`], returning errors.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] or [`Error::TooLarge`].
    #[inline]
    pub fn try_from_str_in(text: &str, ctx: &'p CtxRef) -> Result<Self, Error> {
        let mut string = TString::try_with_capacity_in(text.len(), ctx)?;
        // SAFETY: the capacity is the length of the text.
        unsafe { string.append(text) };
        Ok(string)
    }

    /// The text.
    #[inline]
    pub fn as_str(&self) -> &str {
        // SAFETY: the invariant of `len`.
        unsafe { core::str::from_utf8_unchecked(self.bytes().as_ref()) }
    }

    /// The text, to be changed in place.
    #[inline]
    pub fn as_mut_str(&mut self) -> &mut str {
        // SAFETY: the invariant of `len`; `str` keeps it.
        unsafe { core::str::from_utf8_unchecked_mut(self.bytes().as_mut()) }
    }

    /// The text for C, valid until the string changes.
    ///
    /// # Errors
    ///
    /// [`Error::InteriorNul`] when the text contains a NUL.
    ///
    /// ```
    /// let ctx = talloc::Ctx::new();
    /// let path = talloc::format!(ctx, "/run/{}", 7);
    /// assert_eq!(path.as_c_str()?, c"/run/7");
    /// # Ok::<(), talloc::Error>(())
    /// ```
    pub fn as_c_str(&self) -> Result<&CStr, Error> {
        if let Some(position) = raw::find_nul(self.as_bytes()) {
            return Err(Error::InteriorNul { position });
        }
        // SAFETY: the byte behind the text is part of the chunk.
        let bytes = unsafe { core::slice::from_raw_parts(self.text.as_ptr(), self.len + 1) };
        // SAFETY: it is NUL, and the only one.
        Ok(unsafe { CStr::from_bytes_with_nul_unchecked(bytes) })
    }

    /// How many bytes the string can hold without growing.
    #[inline]
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// Makes room for at least `additional` more bytes.
    ///
    /// # Panics
    ///
    /// Panics when the string would be too large or C holds a reference to it;
    /// ends the process when memory is exhausted.
    ///
    /// ```
    /// use talloc::{Ctx, TString};
    ///
    /// let ctx = Ctx::new();
    /// let mut text = TString::new_in(&ctx);
    /// text.reserve(100);
    /// assert!(text.capacity() >= 100);
    /// ```
    #[inline]
    pub fn reserve(&mut self, additional: usize) {
        self.try_reserve(additional).or_raise()
    }

    /// Like [`TString::reserve`], returning errors.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`], [`Error::TooLarge`], or [`Error::Referenced`].
    #[inline]
    pub fn try_reserve(&mut self, additional: usize) -> Result<(), Error> {
        if additional <= self.capacity - self.len { Ok(()) } else { self.grow(additional) }
    }

    /// Appends `text`: C's `talloc_strdup_append_buffer`, in amortised constant
    /// time for each byte.
    ///
    /// # Panics
    ///
    /// As [`TString::reserve`].
    #[doc(alias = "talloc_strdup_append")]
    #[doc(alias = "talloc_strdup_append_buffer")]
    #[doc(alias = "talloc_strndup_append")]
    #[doc(alias = "talloc_strndup_append_buffer")]
    #[doc(alias = "talloc_append_string")]
    #[inline]
    pub fn push_str(&mut self, text: &str) {
        self.try_push_str(text).or_raise()
    }

    /// Like [`TString::push_str`], returning errors.
    ///
    /// # Errors
    ///
    /// As [`TString::try_reserve`]; the string is as it was.
    #[inline]
    pub fn try_push_str(&mut self, text: &str) -> Result<(), Error> {
        self.try_reserve(text.len())?;
        // SAFETY: there is room now.
        unsafe { self.append(text) };
        Ok(())
    }

    /// Appends one character.
    ///
    /// # Panics
    ///
    /// As [`TString::reserve`].
    #[inline]
    pub fn push(&mut self, c: char) {
        self.push_str(c.encode_utf8(&mut [0; 4]));
    }

    /// Removes the last character and returns it.
    pub fn pop(&mut self) -> Option<char> {
        let last = self.chars().next_back()?;
        self.truncate(self.len - last.len_utf8());
        Some(last)
    }

    /// Cuts the text to `len` bytes; does nothing when it is shorter. The
    /// memory is kept.
    ///
    /// # Panics
    ///
    /// Panics when `len` is in the middle of a character.
    ///
    /// ```
    /// let ctx = talloc::Ctx::new();
    /// let mut path = talloc::format!(ctx, "/etc/{}", "passwd");
    /// path.truncate(4);
    /// assert_eq!(path, "/etc");
    /// ```
    pub fn truncate(&mut self, len: usize) {
        if len < self.len {
            assert!(self.is_char_boundary(len), "{len} is in the middle of a character");
            // SAFETY: a boundary within the text.
            unsafe { self.set_len(len) };
        }
    }

    /// Empties the string and keeps its memory.
    pub fn clear(&mut self) {
        // SAFETY: nothing is UTF-8.
        unsafe { self.set_len(0) };
    }

    /// Moves the string under another parent; no copy.
    #[doc(alias = "talloc_steal")]
    #[doc(alias = "talloc_move")]
    #[inline]
    pub fn steal<'q>(self, to: &'q CtxRef) -> TString<'q> {
        // SAFETY: both chunks are live; `to` is no descendant of the string: its
        // borrow would have kept `self` from being moved here.
        unsafe { raw::steal(to.as_ptr(), self.text.cast()) };
        let TString { text, len, capacity, .. } = *ManuallyDrop::new(self);
        TString { text, len, capacity, _parent: PhantomData }
    }

    /// Cuts the chunk to the text and its NUL and returns it as a fixed string.
    ///
    /// # Panics
    ///
    /// Only if libtalloc cannot make the chunk smaller.
    ///
    /// ```
    /// use talloc::{Ctx, TBox};
    ///
    /// let ctx = Ctx::new();
    /// let path = talloc::format!(ctx, "/run/{}", 7).into_boxed_str();
    /// assert_eq!(&*path, "/run/7");
    /// assert_eq!(TBox::as_ctx(&path).size(), path.len() + 1);
    /// ```
    #[inline]
    pub fn into_boxed_str(mut self) -> TBox<'p, str> {
        self.shrink().or_raise();
        let this = ManuallyDrop::new(self);
        // SAFETY: the pointer that libtalloc gave, with the length of the text;
        // owned, below a parent that lives for 'p. `this` no longer frees it.
        unsafe { TBox::from_value(NonNull::new_unchecked(with_len(this.text, this.len))) }
    }

    /// Cuts the chunk to the text and its NUL and gives it to its parent, as a
    /// C string of one pointer.
    ///
    /// # Errors
    ///
    /// [`Error::InteriorNul`] when the text contains a NUL, so that C would see
    /// only a part; [`Error::Referenced`] when C holds a reference to the
    /// string. The string is given back.
    ///
    /// ```
    /// let ctx = talloc::Ctx::new();
    /// let path = talloc::format!(ctx, "/run/{}", 7).into_c_str()?;
    /// assert_eq!(&*path, c"/run/7");
    /// # Ok::<(), talloc::Error>(())
    /// ```
    pub fn into_c_str(mut self) -> Result<Str<'p>, Rejected<Self>> {
        if let Err(error) = self.as_c_str().map(|_| ()).and_then(|()| self.shrink()) {
            return Err(Rejected::new(error, self));
        }
        let text = ManuallyDrop::new(self).text;
        // SAFETY: a NUL-terminated chunk that nobody else owns, below a parent
        // that lives for 'p.
        Ok(unsafe { Str::from_chunk(text.cast()) })
    }

    /// Like [`TString::into_c_str`], for messages: each NUL in the text becomes a `?`.
    ///
    /// # Panics
    ///
    /// As [`TString::into_boxed_str`].
    ///
    /// ```
    /// let ctx = talloc::Ctx::new();
    /// let message = talloc::format!(ctx, "no such file: {}", "a\0b").into_c_str_lossy();
    /// assert_eq!(message, c"no such file: a?b");
    /// ```
    pub fn into_c_str_lossy(self) -> Str<'p> {
        // SAFETY: the first `len` bytes are initialised, and the string is
        // owned; a NUL and a `?` are both whole characters of UTF-8.
        let bytes = unsafe { self.bytes().as_mut() };
        bytes.iter_mut().filter(|byte| **byte == 0).for_each(|byte| *byte = b'?');
        self.into_c_str().map_err(Error::from).or_raise()
    }

    /// Leaves the text to its parent, cut to its length.
    ///
    /// # Panics
    ///
    /// As [`TString::into_boxed_str`].
    #[inline]
    pub fn leak<'a>(self) -> &'a mut str
    where
        'p: 'a,
    {
        TBox::leak(self.into_boxed_str())
    }

    /// The string as a pointer for C; the handle stays the owner.
    #[inline]
    pub fn as_ptr(&self) -> *const u8 {
        self.text.as_ptr()
    }

    /// Makes a string out of a chunk that holds text and a NUL.
    ///
    /// # Safety
    ///
    /// 1. `text` must be a live chunk of `len + 1` bytes that nobody else owns,
    ///    below a parent that lives for `'p`: `len` bytes of UTF-8 and a NUL.
    #[inline]
    pub(crate) unsafe fn from_parts(text: NonNull<u8>, len: usize) -> Self {
        TString { text, len, capacity: len, _parent: PhantomData }
    }

    #[inline]
    fn bytes(&self) -> NonNull<[u8]> {
        NonNull::slice_from_raw_parts(self.text, self.len)
    }

    /// # Safety
    ///
    /// 1. The capacity must suffice.
    #[inline]
    unsafe fn append(&mut self, text: &str) {
        // SAFETY: duty 1; `text` is another object, since the string is
        // borrowed exclusively.
        unsafe {
            self.text.add(self.len).copy_from_nonoverlapping(NonNull::from(text).cast(), text.len())
        };
        // SAFETY: UTF-8 and UTF-8 make UTF-8.
        unsafe { self.set_len(self.len + text.len()) };
    }

    /// # Safety
    ///
    /// 1. The first `len` bytes must be UTF-8, and `len` at most the capacity.
    #[inline]
    unsafe fn set_len(&mut self, len: usize) {
        self.len = len;
        // SAFETY: the chunk has one byte more than the capacity.
        unsafe { self.text.add(len).write(0) };
    }

    #[cold]
    fn grow(&mut self, additional: usize) -> Result<(), Error> {
        let needed =
            self.len.checked_add(additional).ok_or(Error::TooLarge { size: usize::MAX })?;
        // One byte is for the NUL.
        self.resize(doubled(self.capacity, needed, 32, MAX_SIZE - 1))
    }

    #[inline]
    fn shrink(&mut self) -> Result<(), Error> {
        if self.capacity == self.len { Ok(()) } else { self.resize(self.len) }
    }

    /// Changes the capacity, which must not be less than the length.
    fn resize(&mut self, capacity: usize) -> Result<(), Error> {
        let (chunk, size) = (self.text.cast::<c_void>(), size_for(capacity)?);
        // SAFETY: live, and the old address is replaced; `size` is not 0.
        let moved = unsafe { raw::realloc(chunk, size, Name::CHAR) };
        self.text = moved.ok_or_else(|| resize_error(chunk, size))?.cast();
        self.capacity = capacity;
        Ok(())
    }
}

/// The chunk's size for this many bytes of text.
#[inline]
fn size_for(capacity: usize) -> Result<usize, Error> {
    capacity.checked_add(1).ok_or(Error::TooLarge { size: usize::MAX })
}

/// A text pointer that keeps what libtalloc gave, with a length.
#[inline]
pub(crate) fn with_len(text: NonNull<u8>, len: usize) -> *mut str {
    core::ptr::slice_from_raw_parts_mut(text.as_ptr(), len) as *mut str
}

impl Drop for TString<'_> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: live and owned. A refused free leaves it to its parent.
        unsafe { raw::free(self.text.cast()) };
    }
}

impl fmt::Write for TString<'_> {
    #[inline]
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push_str(text);
        Ok(())
    }
}
