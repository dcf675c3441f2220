//! [`StrList`]: C's `char **` that ends with `NULL`.

use core::ffi::{CStr, c_char};
use core::fmt;
use core::marker::PhantomData;
use core::ptr::{self, NonNull};

use crate::array_builder::ArrayBuilder;
use crate::ctx_ref::CtxRef;
use crate::error::Error;
use crate::name::Name;
use crate::one_thread::one_thread;
use crate::raw;
use crate::string::raise_memory;
use crate::tbox::TBox;

/// A NULL-terminated array of strings that belongs to its parent: C's `char **`.
///
/// The strings are children of the array, so that it is freed as one.
/// Dropping it does nothing: the memory goes with its parent.
///
/// ```
/// let ctx = talloc::Ctx::new();
/// let hosts = ctx.strdup_list(["alpha", "beta"])?;
/// assert_eq!(hosts.iter().last(), Some(c"beta"));
/// # Ok::<(), talloc::Error>(())
/// ```
#[repr(transparent)]
pub struct StrList<'t> {
    /// # Invariants
    ///
    /// A live chunk of pointers, below a parent that lives for `'t`: strings
    /// that live as long as it, and then a null pointer. Nobody else owns it
    /// on the Rust side, and C does not change it behind a borrow.
    first: NonNull<*mut c_char>,
    _parent: PhantomData<&'t ()>,
}

one_thread!(['t] StrList<'t>);

impl CtxRef {
    /// Copies strings into a NULL-terminated array that belongs to this context.
    ///
    /// # Errors
    ///
    /// [`Error::InteriorNul`] for the first string that contains a NUL; all
    /// that was made is freed.
    ///
    /// # Panics
    ///
    /// As [`CtxRef::strdup`].
    pub fn strdup_list<'s>(
        &self,
        texts: impl IntoIterator<Item = &'s str>,
    ) -> Result<StrList<'_>, Error> {
        raise_memory(self.try_strdup_list(texts))
    }

    /// Like [`CtxRef::strdup_list`], returning all errors.
    ///
    /// # Errors
    ///
    /// [`Error::InteriorNul`], [`Error::OutOfMemory`] or [`Error::TooLarge`];
    /// all that was made is freed.
    pub fn try_strdup_list<'s>(
        &self,
        texts: impl IntoIterator<Item = &'s str>,
    ) -> Result<StrList<'_>, Error> {
        let texts = texts.into_iter();
        let room = texts.size_hint().0.saturating_add(1);
        let mut list = ArrayBuilder::new(self, room, Name::new(c"char *"))?;
        for text in texts {
            // Below the list, whose chunk may move later: children stay attached.
            let text = list.as_ctx().try_strdup(text)?.into_raw();
            list.try_push(text, || 0)?;
        }
        list.try_push(ptr::null_mut(), || 0)?;
        // SAFETY: the list is below `self`.
        let list = unsafe { list.finish_cut(self) }?;
        Ok(StrList { first: TBox::into_value(list).cast(), _parent: PhantomData })
    }
}

impl<'t> StrList<'t> {
    /// The strings in order.
    ///
    /// ```
    /// let ctx = talloc::Ctx::new();
    /// let hosts = ctx.strdup_list(["alpha", "beta"])?;
    /// let lengths: Vec<usize> = hosts.iter().map(|host| host.to_bytes().len()).collect();
    /// assert_eq!(lengths, [5, 4]);
    /// # Ok::<(), talloc::Error>(())
    /// ```
    pub fn iter(&self) -> StrListIter<'_> {
        StrListIter { next: self.first.as_ptr(), _list: PhantomData }
    }

    /// Whether the list has no string.
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// The number of strings, counted at each call.
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// Frees the list and its strings now instead of with its parent.
    #[doc(alias = "talloc_free")]
    pub fn free(self) {
        // SAFETY: live, and nobody else owns it. A refused free leaves it to
        // its parent.
        unsafe { raw::free(self.first.cast()) };
    }

    /// Hands the list to C, which frees it or leaves it to its parent.
    pub fn into_raw(self) -> *mut *mut c_char {
        self.first.as_ptr()
    }

    /// Takes over a list from C.
    ///
    /// # Errors
    ///
    /// [`Error::Null`] when `ptr` is null.
    ///
    /// # Safety
    ///
    /// 1. `ptr` must be null or a live talloc chunk of this thread, below a
    ///    parent that lives for `'t`: pointers to NUL-terminated strings that
    ///    live as long as it, and then a null pointer.
    /// 2. Nobody else may free, move or change it while the result is in use.
    ///
    /// ```
    /// use talloc::{Ctx, StrList};
    ///
    /// let ctx = Ctx::new();
    /// let raw = ctx.strdup_list(["alpha", "beta"])?.into_raw();
    /// // SAFETY: it comes from `into_raw`, its parent is `ctx`.
    /// let back = unsafe { StrList::from_raw(raw) }?;
    /// assert_eq!(back.len(), 2);
    /// # Ok::<(), talloc::Error>(())
    /// ```
    pub unsafe fn from_raw(ptr: *mut *mut c_char) -> Result<Self, Error> {
        let first = NonNull::new(ptr).ok_or(Error::Null)?;
        Ok(StrList { first, _parent: PhantomData })
    }

    /// The pointer for C; C must not free it while this value is in use.
    pub fn as_ptr(&self) -> *mut *mut c_char {
        self.first.as_ptr()
    }
}

/// The strings of a [`StrList`].
#[derive(Debug, Clone)]
pub struct StrListIter<'a> {
    next: *const *mut c_char,
    _list: PhantomData<&'a CStr>,
}

impl<'a> Iterator for StrListIter<'a> {
    type Item = &'a CStr;

    fn next(&mut self) -> Option<&'a CStr> {
        // SAFETY: `next` is at most at the null pointer that ends the list.
        let text = unsafe { ptr::read(self.next) };
        if text.is_null() {
            return None;
        }
        // SAFETY: not at the end, so there is one more place.
        self.next = unsafe { self.next.add(1) };
        // SAFETY: by the invariant of the list, which is borrowed for 'a.
        Some(unsafe { CStr::from_ptr(text) })
    }
}

impl core::iter::FusedIterator for StrListIter<'_> {}

impl<'a> IntoIterator for &'a StrList<'_> {
    type Item = &'a CStr;
    type IntoIter = StrListIter<'a>;

    fn into_iter(self) -> StrListIter<'a> {
        self.iter()
    }
}

impl fmt::Debug for StrList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self).finish()
    }
}
