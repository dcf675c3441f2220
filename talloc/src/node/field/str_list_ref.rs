//! [`StrListRef`]: C's `const char **`.

use core::ffi::{CStr, c_char};
use core::fmt;
use core::marker::PhantomData;
use core::ptr::NonNull;
use core::{iter, slice};

use crate::node::field::{CStrRef, StrList};

/// A borrowed list of strings of one pointer, ended by `NULL`: C's `const char **`, or
/// `const char *const *`, not null itself.
///
/// What C only lends: constants, `argv`, `environ`, a list that belongs to another object.
/// `Option<StrListRef>` is such a pointer that may be `NULL`. The list need not be
/// talloc's. Where a count tells how many there are, it is an
/// [`Items<CStrRef>`](crate::Items); what owns its strings is a [`StrList`].
///
/// The strings are counted at each use; [`as_slice`](StrListRef::as_slice) counts them once.
///
/// ```
/// use talloc::StrListRef;
///
/// /// `size_t longest(const char *const *words)`
/// #[unsafe(no_mangle)]
/// pub extern "C" fn longest(words: Option<StrListRef<'_>>) -> usize {
///     let words = words.into_iter().flatten();
///     words.map(|word| word.count_bytes()).max().unwrap_or(0)
/// }
///
/// let ctx = talloc::Ctx::new();
/// let words = ctx.strdup_list(["to", "be", "or", "not"])?;
/// assert_eq!(longest(Some((&words).into())), 3);
/// assert_eq!(longest(None), 0);
/// # Ok::<(), talloc::Error>(())
/// ```
#[repr(transparent)]
#[derive(Clone, Copy)]
pub struct StrListRef<'a> {
    /// # Invariants
    ///
    /// The first of some number of pointers to NUL-terminated strings, and then a null pointer. They
    /// live for `'a` and do not change.
    first: NonNull<Option<CStrRef<'a>>>,
    _list: PhantomData<&'a CStr>,
}

impl<'a> StrListRef<'a> {
    /// The strings, counted once.
    ///
    /// ```
    /// let ctx = talloc::Ctx::new();
    /// let list = ctx.strdup_list(["alpha", "beta"])?;
    /// let strings = talloc::StrListRef::from(&list).as_slice();
    /// assert_eq!((strings.len(), strings[1].as_str()), (2, "beta"));
    /// # Ok::<(), talloc::Error>(())
    /// ```
    #[doc(alias = "str_list_length")]
    pub fn as_slice(self) -> &'a [CStrRef<'a>] {
        // SAFETY: by the invariant: no place behind the null pointer is asked for.
        let is_string = |place: &usize| unsafe { self.first.add(*place).as_ref() }.is_some();
        let len = (0..).take_while(is_string).count();
        // SAFETY: by the invariant: so many are there and not null.
        unsafe { slice::from_raw_parts(self.first.cast().as_ptr(), len) }
    }

    /// The strings in order.
    pub fn iter(self) -> iter::Copied<slice::Iter<'a, CStrRef<'a>>> {
        self.as_slice().iter().copied()
    }

    /// Borrows a list of C.
    ///
    /// # Safety
    ///
    /// 1. `ptr` must be null, or aligned and point to some number of pointers to NUL-terminated
    ///    strings, initialised up to their NULs, and then a null pointer.
    /// 2. The list and the strings must live for `'a` and not change, by C or through a `&mut`,
    ///    whether the result is used or not.
    ///
    /// ```
    /// use std::ffi::c_char;
    /// use talloc::StrListRef;
    ///
    /// # let list: [*const c_char; 3] = [c"a".as_ptr(), c"b".as_ptr(), std::ptr::null()];
    /// # let names = list.as_ptr();
    /// // SAFETY: 1., 2. `const char *const names[] = { "a", "b", NULL };`
    /// let names = unsafe { StrListRef::from_ptr(names) }.unwrap();
    /// assert!(names.iter().map(|name| name.as_str()).eq(["a", "b"]));
    /// ```
    #[inline]
    pub unsafe fn from_ptr(ptr: *const *const c_char) -> Option<Self> {
        NonNull::new(ptr.cast_mut())
            .map(|first| StrListRef { first: first.cast(), _list: PhantomData })
    }

    /// The pointer for C, which must not write there.
    #[inline]
    pub fn as_ptr(self) -> *const *const c_char {
        self.first.as_ptr().cast()
    }
}

impl<'a> From<&'a StrList<'_>> for StrListRef<'a> {
    #[inline]
    fn from(list: &'a StrList<'_>) -> Self {
        // A list meets the invariant, and is borrowed for 'a.
        StrListRef { first: list.as_chunk().ptr().cast(), _list: PhantomData }
    }
}

/// The strings in order.
impl<'a> IntoIterator for StrListRef<'a> {
    type Item = CStrRef<'a>;
    type IntoIter = iter::Copied<slice::Iter<'a, CStrRef<'a>>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Debug for StrListRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl PartialEq for StrListRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl Eq for StrListRef<'_> {}
