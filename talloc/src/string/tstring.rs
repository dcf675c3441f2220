//! [`TString`]: a growable string.

use core::ffi::CStr;
use core::fmt;

use crate::array::growth::doubled;
use crate::context::CtxRef;
use crate::context::one_thread::one_thread;
use crate::error::{Error, MAX_SIZE, OrRaise, Rejected};
use crate::name::Name;
use crate::object::TBox;
use crate::raw::Chunk;
use crate::string::{Buffer, Str};

/// A growable UTF-8 string in talloc memory: what `String` is to the heap.
///
/// It is one chunk named `char` (or as the `TBox<str>` was that it was made of), always with
/// a NUL behind the text. Growth doubles the capacity, so that n appends cost time in n (C's
/// `talloc_asprintf_append` searches the end of the string each time). The chunk may move
/// when it grows. Before C gets it, it is cut to the length of the text and its NUL, so that
/// `talloc_array_length` is right: [`TString::into_c_str`], [`TString::into_boxed_str`].
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
    text: Buffer<'p, str>,
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
        Ok(TString::of(Buffer::new(ctx, capacity, Name::CHAR)?))
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
        Ok(TString::of(Buffer::copy_of(text, ctx)?))
    }

    /// The text.
    #[inline]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The text, to be changed in place.
    #[inline]
    pub fn as_mut_str(&mut self) -> &mut str {
        &mut self.text
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
        self.text.as_c_str()
    }

    /// How many bytes the string can hold without growing.
    #[inline]
    pub fn capacity(&self) -> usize {
        self.text.capacity()
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
        if additional <= self.capacity() - self.len() { Ok(()) } else { self.grow(additional) }
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
        if !self.text.push(text) {
            self.grow_and_push_or_raise(text);
        }
    }

    /// Like [`TString::push_str`], returning errors.
    ///
    /// # Errors
    ///
    /// As [`TString::try_reserve`]; the string is as it was.
    #[inline]
    pub fn try_push_str(&mut self, text: &str) -> Result<(), Error> {
        if self.text.push(text) { Ok(()) } else { self.grow_and_push(text) }
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
        self.truncate(self.len() - last.len_utf8());
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
        self.text.truncate(len);
    }

    /// Empties the string and keeps its memory.
    pub fn clear(&mut self) {
        self.text.truncate(0);
    }

    /// Moves the string under another parent; no copy.
    #[doc(alias = "talloc_steal")]
    #[doc(alias = "talloc_move")]
    #[inline]
    pub fn steal<'q>(self, to: &'q CtxRef) -> TString<'q> {
        TString::of(self.text.steal(to))
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
        TBox::of(self.text.into_object())
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
        match self.as_c_str().map(|_| ()).and_then(|()| self.shrink()) {
            Ok(()) => Ok(self.text.into_str().shown()),
            Err(error) => Err(Rejected::new(error, self)),
        }
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
    pub fn into_c_str_lossy(mut self) -> Str<'p> {
        // SAFETY: a NUL and a `?` are both whole characters of UTF-8.
        let bytes = unsafe { self.as_bytes_mut() };
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
        self.text.ptr().as_ptr()
    }

    #[inline]
    pub(super) fn of(text: Buffer<'p, str>) -> Self {
        TString { text }
    }

    #[inline]
    pub(crate) fn as_chunk(&self) -> &Chunk {
        self.text.as_chunk()
    }

    #[cold]
    fn grow(&mut self, additional: usize) -> Result<(), Error> {
        let needed =
            self.len().checked_add(additional).ok_or(Error::TooLarge { size: usize::MAX })?;
        // One byte is for the NUL.
        let ahead = doubled(self.capacity(), needed, 32, MAX_SIZE - 1);
        // What is needed may be there when the step ahead is not, under a limit above all.
        self.text.resize(ahead).or_else(|_| self.text.resize(needed))
    }

    #[cold]
    #[inline(never)]
    fn grow_and_push(&mut self, text: &str) -> Result<(), Error> {
        self.grow(text.len())?;
        self.text.push(text);
        Ok(())
    }

    /// With the error here, `push_str` needs no place for it.
    #[cold]
    #[inline(never)]
    fn grow_and_push_or_raise(&mut self, text: &str) {
        self.grow_and_push(text).or_raise();
    }

    #[inline]
    pub(super) fn shrink(&mut self) -> Result<(), Error> {
        if self.capacity() == self.len() { Ok(()) } else { self.text.resize(self.len()) }
    }
}

impl fmt::Write for TString<'_> {
    #[inline]
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push_str(text);
        Ok(())
    }
}
