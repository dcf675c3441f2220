//! [`CStrRef`]: C's `const char *`.

use core::ffi::{CStr, c_char};
use core::marker::PhantomData;
use core::ops::Deref;
use core::ptr::NonNull;

use crate::string::text_of;

/// A borrowed string of one pointer: C's `const char *`, not null.
///
/// `&CStr` is two words and cannot stand in a C signature or struct; this can,
/// and `Option<CStrRef>` is a `const char *` that may be `NULL`. It derefs to
/// [`CStr`]; the length is counted at each use. The string need not be talloc's.
///
/// ```
/// use talloc::{CStrRef, CtxRef, Node, Str};
///
/// talloc::node! { #[repr(C)] pub struct User<'t> as c"struct user" { name: Str<'t> } }
///
/// /// `struct user *user_new(TALLOC_CTX *ctx, const char *name)`
/// #[unsafe(no_mangle)]
/// pub extern "C" fn user_new<'c>(
///     ctx: &'c CtxRef,
///     name: Option<CStrRef<'_>>,
/// ) -> Option<Node<'c, User<'c>>> {
///     let name = name?;
///     ctx.try_build(|t| Ok(User { name: t.try_strdup_c(&name)? })).ok()
/// }
///
/// let ctx = talloc::Ctx::new();
/// assert_eq!(user_new(&ctx, Some(c"anna".into())).unwrap().get().name, "anna");
/// assert!(user_new(&ctx, None).is_none());
/// ```
#[repr(transparent)]
#[derive(Clone, Copy)]
pub struct CStrRef<'a> {
    /// # Invariants
    ///
    /// A NUL-terminated string that lives for `'a` and does not change.
    text: NonNull<c_char>,
    _text: PhantomData<&'a CStr>,
}

impl<'a> CStrRef<'a> {
    /// The string, for as long as it lives.
    #[inline]
    pub fn as_c_str(self) -> &'a CStr {
        // SAFETY: by the invariant.
        unsafe { CStr::from_ptr(self.text.as_ptr()) }
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
    /// let text: talloc::CStrRef<'_> = c"text".into();
    /// assert_eq!(text.as_str().to_uppercase(), "TEXT");
    /// ```
    #[inline]
    #[track_caller]
    pub fn as_str(self) -> &'a str {
        text_of(self.as_c_str())
    }

    /// Borrows a string of C.
    ///
    /// # Safety
    ///
    /// 1. `ptr` must be null, or point to a NUL-terminated string, initialised up to
    ///    its NUL, that lives for `'a` and does not change, by C or through a `&mut`,
    ///    whether the result is used or not.
    ///
    /// ```
    /// // SAFETY: 1. A constant of the program.
    /// let text = unsafe { talloc::CStrRef::from_ptr(c"text".as_ptr()) };
    /// assert_eq!(text.unwrap().to_str(), Ok("text"));
    /// ```
    #[inline]
    pub unsafe fn from_ptr(ptr: *const c_char) -> Option<Self> {
        NonNull::new(ptr.cast_mut()).map(|text| CStrRef { text, _text: PhantomData })
    }

    /// The pointer for C, which must not write to it.
    #[inline]
    pub fn as_ptr(self) -> *const c_char {
        self.text.as_ptr()
    }
}

impl<'a> From<&'a CStr> for CStrRef<'a> {
    #[inline]
    fn from(text: &'a CStr) -> Self {
        // The pointer is never written through.
        let text = NonNull::from(text).cast();
        CStrRef { text, _text: PhantomData }
    }
}

/// The empty string.
impl Default for CStrRef<'_> {
    fn default() -> Self {
        c"".into()
    }
}

impl Deref for CStrRef<'_> {
    type Target = CStr;

    #[inline]
    fn deref(&self) -> &CStr {
        self.as_c_str()
    }
}
