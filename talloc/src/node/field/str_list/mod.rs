//! [`StrList`]: C's `char **` that ends with `NULL`.

use core::ffi::{CStr, c_char};
use core::mem::ManuallyDrop;
use core::ptr::NonNull;

use crate::context::CtxRef;
use crate::context::one_thread::one_thread;
use crate::error::Error;
use crate::name::Name;
use crate::raw::{Chunk, Owned};
use crate::string::Str;

mod change;
mod iter;
mod make;
mod traits;

pub use iter::StrListIter;

/// The name of the chunk.
const NAME: Name = Name::new(c"char *");

/// A NULL-terminated array of strings that belongs to its parent: C's `char **`.
///
/// The strings are children of the array, so that it is freed and moved as one.
/// Its length is counted at each use, up to the `NULL`, as in C: `get`, `len`
/// and `iter` look at all pointers. `Option<StrList>` is a `char **` that may be
/// `NULL`.
///
/// Dropping it does nothing: the memory goes with its parent.
///
/// ```
/// let ctx = talloc::Ctx::new();
/// let mut hosts = ctx.strdup_list(["alpha", "beta"])?;
/// hosts.push("gamma")?;
/// hosts.remove(0).free();
/// assert_eq!(hosts, ["beta", "gamma"]);
/// assert_eq!(&hosts[1], c"gamma");
/// # Ok::<(), talloc::Error>(())
/// ```
///
/// A change resizes the array (`talloc_realloc`), which may move; the strings
/// stay where they are.
#[must_use = "the list stays with its parent until that is freed; `free` it, or keep it in a field"]
#[repr(transparent)]
pub struct StrList<'t> {
    /// # Invariants
    ///
    /// A live chunk of pointers, below a parent that lives for `'t`: strings,
    /// and then a null pointer. Each string is a NUL-terminated chunk below this
    /// one. Nobody else owns any of them on the Rust side, and C does not change
    /// them behind a borrow.
    chunk: ManuallyDrop<Owned<'t>>,
}

one_thread!(['t] StrList<'t>);

/// Reading, moving and freeing the list.
impl<'t> StrList<'t> {
    /// Of a chunk that meets the invariants of the field.
    #[inline]
    fn of(chunk: Owned<'t>) -> Self {
        StrList { chunk: ManuallyDrop::new(chunk) }
    }

    #[inline]
    fn into_owned(self) -> Owned<'t> {
        ManuallyDrop::into_inner(self.chunk)
    }

    #[inline]
    pub(crate) fn as_chunk(&self) -> &Chunk {
        self.chunk.as_chunk()
    }

    /// The strings, without the null pointer. Counts them.
    fn strings(&self) -> &[Str<'_>] {
        let first = self.chunk.ptr().cast::<Option<Str<'_>>>();
        // SAFETY: by the invariant: `count` is at most the place of the null pointer, and
        // what is before it are strings.
        unsafe {
            let count = (0..).take_while(|count| first.add(*count).as_ref().is_some()).count();
            core::slice::from_raw_parts(first.cast().as_ptr(), count)
        }
    }

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
        StrListIter::new(self.strings())
    }

    /// Whether the list has no string.
    pub fn is_empty(&self) -> bool {
        // SAFETY: there is always the null pointer.
        unsafe { self.chunk.ptr().cast::<Option<Str<'_>>>().as_ref() }.is_none()
    }

    /// The number of strings.
    #[doc(alias = "str_list_length")]
    pub fn len(&self) -> usize {
        self.strings().len()
    }

    /// The string at `index`, if there is one.
    ///
    /// ```
    /// let ctx = talloc::Ctx::new();
    /// let hosts = ctx.strdup_list(["alpha", "beta"])?;
    /// assert_eq!((hosts.get(1), hosts.get(2)), (Some(c"beta"), None));
    /// # Ok::<(), talloc::Error>(())
    /// ```
    pub fn get(&self, index: usize) -> Option<&CStr> {
        self.iter().nth(index)
    }

    /// The first string, if there is one.
    pub fn first(&self) -> Option<&CStr> {
        self.iter().next()
    }

    /// The last string, if there is one.
    pub fn last(&self) -> Option<&CStr> {
        self.iter().next_back()
    }

    /// Whether one of the strings is `text`.
    ///
    /// ```
    /// let ctx = talloc::Ctx::new();
    /// let hosts = ctx.strdup_list(["alpha", "beta"])?;
    /// assert!(hosts.contains("beta") && !hosts.contains("gamma"));
    /// # Ok::<(), talloc::Error>(())
    /// ```
    #[doc(alias = "str_list_check")]
    pub fn contains(&self, text: &str) -> bool {
        self.iter().any(|string| string.to_bytes() == text.as_bytes())
    }

    /// Frees the list and its strings now instead of with its parent.
    #[doc(alias = "talloc_free")]
    pub fn free(self) {
        drop(self.into_owned());
    }

    /// Moves the list with its strings under another parent; no copy.
    ///
    /// ```
    /// use talloc::Ctx;
    ///
    /// let (session, request) = (Ctx::new(), Ctx::new());
    /// let hosts = request.strdup_list(["alpha"])?.steal(&session);
    /// drop(request);
    /// assert_eq!(hosts, ["alpha"]);
    /// # Ok::<(), talloc::Error>(())
    /// ```
    #[doc(alias = "talloc_steal")]
    #[doc(alias = "talloc_move")]
    #[inline]
    pub fn steal<'q>(self, to: &'q CtxRef) -> StrList<'q> {
        StrList::of(self.into_owned().steal(to.as_chunk()))
    }

    /// Hands the list to C, which frees it or leaves it to its parent.
    pub fn into_raw(self) -> *mut *mut c_char {
        self.chunk.ptr().as_ptr().cast()
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
    ///    parent that lives for `'t`: pointers to strings, and then a null pointer.
    /// 2. Each string must be a child of `ptr`, as by
    ///    `talloc_strdup(list, …)`, and NUL-terminated. None may stand there twice.
    /// 3. Nobody else may own, free, move, resize, rename or change the list or a string, through
    ///    whatever pointer, handle or reference (that of an earlier `leak` included, and the name
    ///    of another chunk that lies there) while the result is in use, or, once it is freed,
    ///    afterwards.
    /// 4. It is not being freed: this is not called by a destructor of it or above it. No handle
    ///    to a parent of it is stolen below it through the result.
    /// 5. A destructor that C has given it must be sound to call whenever it is freed, also below
    ///    another parent.
    ///
    /// (A list of constants, or of strings of something else, is a
    /// [`StrListRef`](crate::StrListRef).)
    ///
    /// ```
    /// use talloc::{Ctx, StrList};
    ///
    /// let ctx = Ctx::new();
    /// let raw = ctx.strdup_list(["alpha", "beta"])?.into_raw();
    /// // SAFETY: 1 to 3. It comes from `into_raw`, its parent is `ctx`.
    /// let back = unsafe { StrList::from_raw(raw) }?;
    /// assert_eq!(back.len(), 2);
    /// # Ok::<(), talloc::Error>(())
    /// ```
    pub unsafe fn from_raw(ptr: *mut *mut c_char) -> Result<Self, Error> {
        let chunk = NonNull::new(ptr.cast()).ok_or(Error::Null)?;
        // SAFETY: 1. duties 1 to 5.
        Ok(StrList::of(unsafe { Owned::from_ptr(chunk) }))
    }

    /// The pointer for C; C must not free it while this value is in use.
    pub fn as_ptr(&self) -> *mut *mut c_char {
        self.chunk.ptr().as_ptr().cast()
    }
}
