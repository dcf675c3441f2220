//! Making strings: methods of [`CtxRef`], and `TBox<str>`.

use core::ffi::{CStr, c_char};
use core::fmt;
use core::mem::{self, ManuallyDrop};
use core::num::NonZero;
use core::ptr::NonNull;

use crate::array::resize_as_named;
use crate::context::CtxRef;
use crate::error::{Error, OrRaise, Rejected, raise_memory};
use crate::name::Name;
use crate::object::TBox;
use crate::raw::{self, Owned};
use crate::string::format::{Draft, try_format_with};
use crate::string::{Buffer, Str, TString};

/// Strings. Their chunks hold exactly the text and a NUL. A [`Str`] is named by its text, as by
/// C's `talloc_strdup`, so that libtalloc's reports show it; what is not to be read there is a
/// secret (feature `zeroize`). What Rust owns and may change, a [`TString`] or a
/// `TBox<str>`, is named `char`, as by `talloc_array(ctx, char, n)`.
impl CtxRef {
    /// Copies `text` into a C string that belongs to this context: C's `talloc_strdup`.
    ///
    /// The result is one pointer, freed with its parent: the field type for
    /// structs that C reads. For a string that Rust owns and drops, see
    /// [`CtxRef::alloc_str`] and [`TString`].
    ///
    /// Reports show the text. A [snapshot](CtxRef::snapshot) calls it `char`, and knows
    /// [the text](crate::snapshot::Entry::text).
    ///
    /// # Errors
    ///
    /// [`Error::InteriorNul`] when the text contains a NUL: nothing is cut silently.
    ///
    /// # Panics
    ///
    /// Panics when the text is [`MAX_SIZE`](crate::MAX_SIZE) bytes or longer;
    /// ends the process when memory is exhausted. See [`CtxRef::try_strdup`].
    ///
    /// ```
    /// use talloc::{Ctx, Error};
    ///
    /// let ctx = Ctx::new();
    /// let host = ctx.strdup("localhost")?;
    /// assert_eq!(&*host, c"localhost");
    /// assert_eq!(ctx.strdup("a\0b").unwrap_err(), Error::InteriorNul { position: 1 });
    /// # Ok::<(), Error>(())
    /// ```
    #[doc(alias = "talloc_strdup")]
    #[inline]
    pub fn strdup(&self, text: &str) -> Result<Str<'_>, Error> {
        raise_memory(self.try_strdup(text))
    }

    /// Like [`CtxRef::strdup`], returning all errors.
    ///
    /// # Errors
    ///
    /// [`Error::InteriorNul`], [`Error::OutOfMemory`] or [`Error::TooLarge`].
    #[inline]
    pub fn try_strdup(&self, text: &str) -> Result<Str<'_>, Error> {
        match raw::find_nul(text.as_bytes()) {
            None => self.dup_bytes(text.as_bytes()),
            Some(position) => Err(Error::InteriorNul { position }),
        }
    }

    /// Copies at most `max` bytes of `text`, cut at a character boundary: C's
    /// `talloc_strndup`.
    ///
    /// # Errors
    ///
    /// [`Error::InteriorNul`] when the part that is copied contains a NUL.
    ///
    /// # Panics
    ///
    /// As [`CtxRef::strdup`].
    ///
    /// ```
    /// let ctx = talloc::Ctx::new();
    /// assert_eq!(&*ctx.strndup("größer", 3)?, c"gr");
    /// # Ok::<(), talloc::Error>(())
    /// ```
    #[doc(alias = "talloc_strndup")]
    pub fn strndup(&self, text: &str, max: usize) -> Result<Str<'_>, Error> {
        raise_memory(self.try_strndup(text, max))
    }

    /// Like [`CtxRef::strndup`], returning all errors.
    ///
    /// # Errors
    ///
    /// [`Error::InteriorNul`], [`Error::OutOfMemory`] or [`Error::TooLarge`].
    pub fn try_strndup(&self, text: &str, max: usize) -> Result<Str<'_>, Error> {
        let mut end = max.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        self.try_strdup(&text[..end])
    }

    /// Copies a C string, whatever its encoding.
    ///
    /// # Panics
    ///
    /// As [`CtxRef::strdup`].
    #[doc(alias = "talloc_strdup")]
    #[inline]
    pub fn strdup_c(&self, text: &CStr) -> Str<'_> {
        self.try_strdup_c(text).or_raise()
    }

    /// Like [`CtxRef::strdup_c`], returning errors.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] or [`Error::TooLarge`].
    #[inline]
    pub fn try_strdup_c(&self, text: &CStr) -> Result<Str<'_>, Error> {
        self.dup_bytes(text.to_bytes())
    }

    /// Allocates a string that Rust owns: what `Box<str>` is to the heap.
    ///
    /// The text may contain NULs.
    ///
    /// # Panics
    ///
    /// As [`CtxRef::strdup`].
    ///
    /// ```
    /// let ctx = talloc::Ctx::new();
    /// let word = ctx.alloc_str("word");
    /// assert_eq!(&*word, "word");
    /// ```
    #[doc(alias = "talloc_strdup")]
    #[inline]
    #[doc(alias = "str_list_join")]
    pub fn alloc_str(&self, text: &str) -> TBox<'_, str> {
        self.try_alloc_str(text).or_raise()
    }

    /// Like [`CtxRef::alloc_str`], returning errors.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] or [`Error::TooLarge`].
    #[inline]
    pub fn try_alloc_str(&self, text: &str) -> Result<TBox<'_, str>, Error> {
        Ok(TBox::of(Buffer::copy_of(text, self)?.into_object()))
    }

    /// Formats into a new string below this context: C's `talloc_asprintf`.
    /// Usually called as [`format!`](crate::format).
    ///
    /// The chunk has the text and its NUL, no more. A text of up to 64 bytes is
    /// put together on the stack, a longer one in its chunk, which grows, and is
    /// cut at the end. If a `Display` implementation panics, the string is freed.
    ///
    /// # Panics
    ///
    /// Panics when a formatting implementation reports an error, or when the
    /// text is too large; ends the process when memory is exhausted.
    #[doc(alias = "talloc_asprintf")]
    #[doc(alias = "talloc_vasprintf")]
    pub fn format(&self, arguments: fmt::Arguments<'_>) -> TString<'_> {
        self.try_format(arguments).or_raise()
    }

    /// Like [`CtxRef::format`], returning errors.
    ///
    /// # Errors
    ///
    /// [`Error::Format`], [`Error::OutOfMemory`] or [`Error::TooLarge`].
    ///
    /// ```
    /// let ctx = talloc::Ctx::new();
    /// let text = ctx.try_format(format_args!("{:>4}", 7))?;
    /// assert_eq!(text, "   7");
    /// # Ok::<(), talloc::Error>(())
    /// ```
    pub fn try_format(&self, arguments: fmt::Arguments<'_>) -> Result<TString<'_>, Error> {
        if let Some(literal) = arguments.as_str() {
            return TString::try_from_str_in(literal, self);
        }
        let mut draft = Draft::new(self);
        try_format_with(arguments, |text| draft.push(text))?;
        draft.finish()
    }

    #[inline]
    fn dup_bytes(&self, text: &[u8]) -> Result<Str<'_>, Error> {
        let copy = self.text_below(text)?;
        // SAFETY: 1. a new chunk below `self`; the callers have made sure that the text has no
        // NUL but the last.
        let mut copy = unsafe { Str::from_owned(copy) };
        copy.show_text();
        Ok(copy)
    }

    /// A new chunk called `char` with `text` and a NUL.
    #[inline]
    pub(super) fn text_below(&self, text: &[u8]) -> Result<Owned<'_>, Error> {
        match self.as_chunk().alloc_text(text, Name::CHAR) {
            Some(chunk) => Ok(chunk),
            None => Err(Error::no_memory(text.len() + 1)),
        }
    }
}

impl TString<'_> {
    /// Appends formatted text, returning exhausted memory as an error: C's
    /// `talloc_asprintf_append`. With `write!`, exhausted memory ends the process.
    ///
    /// # Errors
    ///
    /// [`Error::Format`] when an implementation reports an error, or as
    /// [`TString::try_reserve`]. The string is then as it was, and so it is if an
    /// implementation panics.
    ///
    /// ```
    /// let ctx = talloc::Ctx::new();
    /// let mut text = talloc::format!(ctx, "{}", 1);
    /// text.try_write_fmt(format_args!(" + {}", 2))?;
    /// assert_eq!(text, "1 + 2");
    /// # Ok::<(), talloc::Error>(())
    /// ```
    #[doc(alias = "talloc_asprintf_append")]
    #[doc(alias = "talloc_asprintf_append_buffer")]
    #[doc(alias = "talloc_vasprintf_append")]
    #[doc(alias = "talloc_vasprintf_append_buffer")]
    #[doc(alias = "talloc_asprintf_addbuf")]
    #[doc(alias = "talloc_asprintf_addsep")]
    pub fn try_write_fmt(&mut self, arguments: fmt::Arguments<'_>) -> Result<(), Error> {
        let undone = Undone { len: self.len(), string: self };
        try_format_with(arguments, |text| undone.string.try_push_str(text))?;
        mem::forget(undone);
        Ok(())
    }
}

/// Cuts a string to its former length when it is dropped.
struct Undone<'a, 'p> {
    string: &'a mut TString<'p>,
    len: usize,
}

impl Drop for Undone<'_, '_> {
    #[inline]
    fn drop(&mut self) {
        self.string.truncate(self.len);
    }
}

/// Formats into a new [`TString`] below a context: C's `talloc_asprintf`.
///
/// ```
/// let ctx = talloc::Ctx::new();
/// let line = talloc::format!(ctx, "{}: {:?}", "key", 1.5);
/// assert_eq!(line, "key: 1.5");
/// ```
#[doc(alias = "talloc_asprintf")]
#[doc(alias = "talloc_vasprintf")]
#[macro_export]
macro_rules! format {
    ($text:literal $($arg:tt)*) => {
        ::core::compile_error!(
            "`talloc::format!` takes a context first; that of std is `std::format!`"
        )
    };
    ($ctx:expr, $($arg:tt)*) => {
        $ctx.format(::core::format_args!($($arg)*))
    };
}

/// Strings.
impl<'p> TBox<'p, str> {
    /// Gives the string to its parent as a C string of one pointer.
    ///
    /// # Errors
    ///
    /// [`Error::InteriorNul`] when the text contains a NUL; it is given back.
    ///
    /// ```
    /// use talloc::{Ctx, Str, TBox};
    ///
    /// let ctx = Ctx::new();
    /// let name: Str<'_> = TBox::into_c_str(ctx.alloc_str("anna"))?;
    /// assert_eq!(name, c"anna");
    /// # Ok::<(), talloc::Error>(())
    /// ```
    pub fn into_c_str(b: Self) -> Result<Str<'p>, Rejected<Self>> {
        let text = Buffer::of_box(b);
        match text.as_c_str().map(|_| ()) {
            Ok(()) => Ok(text.into_str().shown()),
            Err(error) => Err(Rejected::new(error, TBox::of(text.into_object()))),
        }
    }

    /// The string with room to grow, without a copy. It keeps its name.
    ///
    /// ```
    /// use talloc::{Ctx, TBox};
    ///
    /// let ctx = Ctx::new();
    /// let mut path = TBox::into_string(ctx.alloc_str("/etc"));
    /// path.push_str("/passwd");
    /// assert_eq!(path, "/etc/passwd");
    /// ```
    #[inline]
    pub fn into_string(b: Self) -> TString<'p> {
        TString::of(Buffer::of_box(b))
    }

    /// Takes over a string that C made, without a copy.
    ///
    /// The text ends at the first NUL; the chunk is cut there, as far as it is
    /// larger. C names its strings after their content: such a one becomes `char`.
    /// Any other name stays.
    ///
    /// # Errors
    ///
    /// [`Error::Null`]; [`Error::MissingNul`] when there is none within the
    /// chunk; [`Error::InvalidUtf8`]; [`Error::Referenced`] when the chunk
    /// would have to be cut while C holds a reference to it. Nothing is freed
    /// or changed then.
    ///
    /// # Safety
    ///
    /// 1. `ptr` must be null or a live talloc pointer of this thread, not one into the middle
    ///    of a chunk or to a literal, its bytes initialised up to the first NUL, or all of them.
    /// 2. Duties 2, 3 and 6 of [`TBox::from_raw_unchecked`].
    ///
    /// ```
    /// use talloc::{Ctx, TBox};
    ///
    /// let ctx = Ctx::new();
    /// # let c_string = unsafe { talloc_sys::talloc_strdup(ctx.as_ptr(), c"from C".as_ptr()) };
    /// // SAFETY: C allocated the string below `ctx` and left it to us.
    /// let text = unsafe { TBox::from_raw_c_str(c_string) }?;
    /// assert_eq!(&*text, "from C");
    /// # Ok::<(), talloc::Error>(())
    /// ```
    pub unsafe fn from_raw_c_str(ptr: *mut c_char) -> Result<Self, Error> {
        let chunk = NonNull::new(ptr).ok_or(Error::Null)?.cast();
        // SAFETY: 1. duties 1 and 2. An error does not free it.
        let mut chunk = ManuallyDrop::new(unsafe { Owned::from_ptr(chunk) });
        let size = chunk.as_chunk().size();
        // SAFETY: 1. duties 1 and 2.
        let (text, has_nul) = unsafe { raw::up_to_nul(ptr.cast(), size) };
        if !has_nul {
            return Err(Error::MissingNul { size });
        }
        let len = core::str::from_utf8(text)?.len();
        let needed = NonZero::<usize>::MIN.saturating_add(len);
        if size > needed.get() {
            resize_as_named(&mut chunk, needed, Name::CHAR)?;
        }
        // The name may be the text so far, where it could be overwritten (fact 14).
        chunk.move_name_out(Name::CHAR);
        // SAFETY: 1. it is cut to the text and its NUL.
        let text = unsafe { Buffer::from_owned(ManuallyDrop::into_inner(chunk), len) };
        Ok(TBox::of(text.into_object()))
    }
}
