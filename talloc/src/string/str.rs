//! [`Str`]: C's `char *`.

use core::ffi::{CStr, c_char};
use core::mem::ManuallyDrop;
use core::ops::Deref;
use core::ptr::NonNull;

use crate::context::CtxRef;
use crate::context::one_thread::one_thread;
use crate::error::{Error, Rejected};
use crate::name::Name;
use crate::object::TBox;
#[cfg(feature = "zeroize")]
use crate::raw::NameMut;
use crate::raw::{Chunk, Owned};

/// A NUL-terminated string of one pointer that belongs to its parent: C's `char *`.
///
/// Made by [`CtxRef::strdup`] and its relatives, and by [`TString::into_c_str`](crate::TString::into_c_str).
/// It derefs to [`CStr`]; the length is counted at each use, as in C.
/// `Option<Str>` is a `char *` that may be `NULL`. As in C, its chunk is named by the text.
///
/// Dropping it does nothing: the memory goes with its parent.
///
/// ```
/// use talloc::Ctx;
///
/// let ctx = Ctx::new();
/// let mut host = ctx.strdup("localhost")?;
/// assert_eq!(host.to_str(), Ok("localhost"));
/// host.set(&ctx, "example.org")?;
/// assert_eq!(host, *"example.org");
/// # Ok::<(), talloc::Error>(())
/// ```
#[must_use = "the string stays with its parent until that is freed; `free` it, or keep it in a field"]
#[repr(transparent)]
pub struct Str<'t> {
    /// # Invariants
    ///
    /// A live, NUL-terminated chunk below a parent that lives for `'t`. Nobody
    /// else owns it on the Rust side, and C does not change it behind a borrow.
    text: ManuallyDrop<Owned<'t>>,
}

one_thread!(['t] Str<'t>);

impl<'t> Str<'t> {
    /// # Safety
    ///
    /// 1. The chunk must meet the invariants of the field.
    #[inline]
    pub(crate) unsafe fn from_owned(text: Owned<'t>) -> Self {
        Str { text: ManuallyDrop::new(text) }
    }

    #[inline]
    pub(crate) fn into_owned(self) -> Owned<'t> {
        ManuallyDrop::into_inner(self.text)
    }

    #[inline]
    pub(crate) fn as_chunk(&self) -> &Chunk {
        self.text.as_chunk()
    }

    /// The same, named by its text, as C does, unless the program has given it another name.
    pub(super) fn shown(mut self) -> Self {
        if self.as_chunk().is_named(Name::CHAR) {
            self.show_text();
        }
        self
    }

    /// Names the chunk by its text.
    #[inline]
    pub(crate) fn show_text(&mut self) {
        // SAFETY: 1. by the invariant, until it is given away, or becomes something else, which
        // has another name.
        unsafe { self.text.name_mut().set_content() };
    }

    #[cfg(feature = "zeroize")]
    #[inline]
    pub(crate) fn as_owned(&self) -> &Owned<'t> {
        &self.text
    }

    #[cfg(feature = "zeroize")]
    #[inline]
    pub(crate) fn name_mut(&mut self) -> NameMut<'_> {
        self.text.name_mut()
    }

    /// # Safety
    ///
    /// 1. The chunk must have a NUL-terminated text again before anything else happens.
    #[inline]
    pub(crate) unsafe fn as_owned_mut(&mut self) -> &mut Owned<'t> {
        &mut self.text
    }

    /// The text where a `&str` is wanted, counted and checked at each call.
    ///
    /// For text that Rust made, or that C made of ASCII or UTF-8. Where C passes on what it
    /// was given (a file name, a line of a client), [`CStr::to_str`] returns what is wrong
    /// with it, and `to_string_lossy` replaces it.
    ///
    /// # Panics
    ///
    /// Panics when the bytes are not UTF-8.
    ///
    /// ```
    /// fn connect(host: &str) -> usize {
    ///     host.len()
    /// }
    ///
    /// let ctx = talloc::Ctx::new();
    /// let host = ctx.strdup("localhost")?;
    /// assert_eq!(connect(host.as_str()), 9);
    /// # Ok::<(), talloc::Error>(())
    /// ```
    #[inline]
    #[track_caller]
    pub fn as_str(&self) -> &str {
        text_of(self)
    }

    /// Replaces the text by a copy of `text` below `ctx`, and frees the old one.
    ///
    /// # Errors
    ///
    /// [`Error::InteriorNul`], [`Error::OutOfMemory`] or [`Error::TooLarge`];
    /// the old text stays.
    ///
    /// ```
    /// let ctx = talloc::Ctx::new();
    /// let mut shell = ctx.strdup("/bin/sh")?;
    /// shell.set(&ctx, "/bin/bash")?;
    /// assert_eq!(shell, "/bin/bash");
    /// assert_eq!(ctx.total_blocks(), 2);
    /// # Ok::<(), talloc::Error>(())
    /// ```
    pub fn set(&mut self, ctx: &'t CtxRef, text: &str) -> Result<(), Error> {
        let new = ctx.try_strdup(text)?;
        core::mem::replace(self, new).free();
        Ok(())
    }

    /// Frees the string now instead of with its parent.
    #[doc(alias = "talloc_free")]
    #[inline]
    pub fn free(self) {
        drop(self.into_owned());
    }

    /// Moves the string under another parent; no copy.
    ///
    /// ```
    /// use talloc::Ctx;
    ///
    /// let (session, request) = (Ctx::new(), Ctx::new());
    /// let name = request.strdup("anna")?.steal(&session);
    /// drop(request);
    /// assert_eq!(name, "anna");
    /// # Ok::<(), talloc::Error>(())
    /// ```
    #[doc(alias = "talloc_steal")]
    #[doc(alias = "talloc_move")]
    #[inline]
    pub fn steal<'q>(self, to: &'q CtxRef) -> Str<'q> {
        Str { text: ManuallyDrop::new(self.into_owned().steal(to.as_chunk())) }
    }

    /// Takes the string as an owned Rust string, without a copy. Named by its text, it becomes
    /// `char`; any other name stays.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidUtf8`], or [`Error::Referenced`] when C holds a
    /// reference to it; it is given back.
    ///
    /// ```
    /// use talloc::{Ctx, TBox};
    ///
    /// let ctx = Ctx::new();
    /// let name: TBox<'_, str> = ctx.strdup("anna")?.into_boxed_str()?;
    /// assert_eq!(&*name, "anna");
    /// # Ok::<(), talloc::Error>(())
    /// ```
    pub fn into_boxed_str(self) -> Result<TBox<'t, str>, Rejected<Self>> {
        // SAFETY: 1. live, and initialised up to its NUL. 2. owned by `self` alone, below a
        // parent that lives for 't.
        match unsafe { TBox::from_raw_c_str(self.as_ptr()) } {
            Ok(text) => Ok(text),
            Err(error) => Err(Rejected::new(error, self)),
        }
    }

    /// The text for as long as the parent lives. It can no longer be replaced
    /// or moved.
    #[inline]
    pub fn leak(self) -> &'t CStr {
        // SAFETY: by the invariant; nobody owns it any more but its parent.
        unsafe { CStr::from_ptr(self.text.ptr().as_ptr().cast()) }
    }

    /// The pointer for C; C must not free it while this value is in use.
    #[inline]
    pub fn as_ptr(&self) -> *mut c_char {
        self.text.ptr().as_ptr().cast()
    }

    /// Hands the string to C, which frees it or leaves it to its parent.
    #[must_use = "the pointer is the only owner of the string"]
    #[inline]
    pub fn into_raw(self) -> *mut c_char {
        self.text.ptr().as_ptr().cast()
    }

    /// Takes over a string from C, whatever its encoding.
    ///
    /// # Errors
    ///
    /// [`Error::Null`] when `ptr` is null.
    ///
    /// # Safety
    ///
    /// 1. `ptr` must be null or a live, NUL-terminated talloc chunk of this
    ///    thread, as libtalloc gave it, below a parent that lives for `'t`: no literal, and no
    ///    place within a chunk (for these there is [`CStrRef`](crate::CStrRef)).
    /// 2. Nobody else may own, free, move, resize, rename or change it, through
    ///    whatever pointer, handle or reference (that of an earlier `leak` included, and the name
    ///    of another chunk that lies there) while the result is in use, or, once it is freed,
    ///    afterwards.
    /// 3. It is not being freed: this is not called by a destructor of it or above it. No handle
    ///    to a parent of it is stolen below it through the result.
    /// 4. A destructor that C has given it must be sound to call whenever it is freed, also below
    ///    another parent.
    ///
    /// ```
    /// use talloc::{Ctx, Str};
    ///
    /// let ctx = Ctx::new();
    /// # let from_c = unsafe { talloc_sys::talloc_strdup(ctx.as_ptr(), c"anna".as_ptr()) };
    /// // SAFETY: C made it by talloc_strdup below `ctx` and left it to us.
    /// let name = unsafe { Str::from_raw(from_c) }?;
    /// assert_eq!(name, "anna");
    /// # Ok::<(), talloc::Error>(())
    /// ```
    pub unsafe fn from_raw(ptr: *mut c_char) -> Result<Self, Error> {
        // SAFETY: 1. duties 1 to 4.
        NonNull::new(ptr.cast())
            .map(|text| unsafe { Str::from_owned(Owned::from_ptr(text)) })
            .ok_or(Error::Null)
    }
}

/// For `as_str`.
#[inline]
#[track_caller]
pub(crate) fn text_of(text: &CStr) -> &str {
    match text.to_str() {
        Ok(text) => text,
        Err(error) => panic!("`as_str` of a C string that is not UTF-8: {error}"),
    }
}

impl Deref for Str<'_> {
    type Target = CStr;

    #[inline]
    fn deref(&self) -> &CStr {
        // SAFETY: by the invariant.
        unsafe { CStr::from_ptr(self.text.ptr().as_ptr().cast()) }
    }
}
