//! [`CtxRef`]: a context that someone else owns.

use core::ffi::{CStr, c_void};
use core::fmt;
use core::panic::{RefUnwindSafe, UnwindSafe};
use core::ptr::NonNull;

use crate::context::one_thread::one_thread;
use crate::error::Error;
use crate::name::Name;
use crate::raw::report::{Depth, report, write_lossy};
use crate::raw::{Chunk, Owned};

/// A context that someone else owns: C's `TALLOC_CTX *`, never null.
///
/// Every allocating method is defined here. An owned [`Ctx`](crate::Ctx)
/// derefs to it, every object gives it out by [`as_ctx`](crate::AsCtx), and a pointer from C
/// becomes one by [`CtxRef::from_ptr`], so a function that takes `&CtxRef`
/// serves all three:
///
/// ```
/// use talloc::{Ctx, CtxRef, TBox};
///
/// fn answer(ctx: &CtxRef) -> TBox<'_, u32> {
///     ctx.alloc(42)
/// }
///
/// let root = Ctx::new();
/// let first = answer(&root);
/// let below_first = answer(TBox::as_ctx(&first));
/// assert_eq!(*below_first, 42);
/// ```
///
/// What it makes, each method with a `try_` twin that returns exhausted memory as an error:
///
/// | method | what it makes |
/// |---|---|
/// | [`alloc`](CtxRef::alloc), [`alloc_with`](CtxRef::alloc_with), [`alloc_zeroed`](CtxRef::alloc_zeroed) | one value |
/// | [`alloc_slice_copy`](CtxRef::alloc_slice_copy), [`…_from_iter`](CtxRef::alloc_slice_from_iter), [`…_fill_with`](CtxRef::alloc_slice_fill_with), [`…_zeroed`](CtxRef::alloc_slice_zeroed) | an array |
/// | [`strdup`](CtxRef::strdup), [`strdup_list`](CtxRef::strdup_list) | `char *`, `char **` |
/// | [`alloc_str`](CtxRef::alloc_str), [`format!`](crate::format!) | strings of Rust, the second one grows |
/// | [`build`](CtxRef::build), [`pooled`](CtxRef::pooled) | a struct that owns its fields, and one with a pool |
/// | [`alloc_shared`](CtxRef::alloc_shared), [`alloc_guarded`](CtxRef::alloc_guarded), [`typed`](CtxRef::typed) | a value with several owners, one that can refuse to be freed, one that C knows by a name |
/// | [`new_child`](CtxRef::new_child), [`new_pool`](CtxRef::new_pool) | a context |
/// | [`adopt`](CtxRef::adopt) | the handle of what C has made |
///
/// `&CtxRef` and `Option<&CtxRef>` are one pointer with C's layout and can
/// stand in the signature of an `extern "C"` function, where `None` is `NULL`.
///
/// A context belongs to one thread: `&CtxRef` is neither `Send` nor `Sync`,
/// since libtalloc locks nothing.
// For C an incomplete type, behind a pointer.
#[repr(C)]
pub struct CtxRef(Chunk);

one_thread!([] CtxRef);

// A panic in the middle of an operation leaves every tree whole: each
// operation is one libtalloc call, or is undone by a guard.
impl UnwindSafe for CtxRef {}
impl RefUnwindSafe for CtxRef {}

/// Its pointer and its name.
impl CtxRef {
    /// Borrows a context that came from C.
    ///
    /// Any talloc pointer will do: every object is a context.
    ///
    /// # Errors
    ///
    /// [`Error::Null`] when `ptr` is null.
    ///
    /// # Safety
    ///
    /// 1. `ptr` must be null or a live talloc pointer, and stay live for `'a`. Its free has not
    ///    come to its children: this is not called by the destructor of a child that is
    ///    freed with it.
    /// 2. Only the current thread may use its tree, for `'a` and for as long as
    ///    objects live there that were allocated through the result.
    /// 3. For `'a`, nobody may rename it, or write to or free the text that is its name if that
    ///    lies elsewhere than in the object itself. Nobody may free or move what is
    ///    allocated under it through the result, or resize it.
    /// 4. No handle to it or to one of its parents may be stolen under it through the
    ///    result: libtalloc would make a loop.
    ///
    /// ```
    /// use talloc::CtxRef;
    ///
    /// # let c_pointer = unsafe { talloc_sys::talloc_new(std::ptr::null(), c"from C") };
    /// // SAFETY: C guarantees that the context lives until this function returns.
    /// let ctx = unsafe { CtxRef::from_ptr(c_pointer) }?;
    /// let _five = ctx.alloc(5);
    /// # drop(_five);
    /// # unsafe { talloc_sys::talloc_free(c_pointer) };
    /// # Ok::<(), talloc::Error>(())
    /// ```
    #[inline]
    pub unsafe fn from_ptr<'a>(ptr: *const c_void) -> Result<&'a CtxRef, Error> {
        match NonNull::new(ptr.cast_mut()) {
            // SAFETY: 1. duties 1 to 4: live for `'a`, and its name is kept.
            Some(chunk) => Ok(CtxRef::of(unsafe { Chunk::from_ptr(chunk) })),
            None => Err(Error::Null),
        }
    }

    /// The pointer for C. The context stays owned by whoever owned it.
    #[inline]
    pub fn as_ptr(&self) -> *mut c_void {
        self.chunk().as_ptr()
    }

    /// The same as `self`, for what concerns libtalloc.
    #[inline]
    pub(crate) fn as_chunk(&self) -> &Chunk {
        &self.0
    }

    #[inline]
    pub(crate) fn of(chunk: &Chunk) -> &CtxRef {
        // SAFETY: a struct of one field, without bytes.
        unsafe { &*(&raw const *chunk as *const CtxRef) }
    }

    #[inline]
    pub(crate) fn chunk(&self) -> NonNull<c_void> {
        self.0.ptr()
    }

    /// An uninitialised chunk below this context.
    #[inline]
    pub(crate) fn owned_below(&self, size: usize, name: Name) -> Result<Owned<'_>, Error> {
        match self.0.alloc(size, name) {
            Some(chunk) => Ok(chunk),
            None => Err(Error::no_memory(size)),
        }
    }

    /// The name that reports show.
    ///
    /// For objects made from Rust it is the name of the Rust type or the
    /// declared C name, unless they were given another one
    /// ([`Ctx::set_name`](crate::Ctx::set_name)). C's strings are named by their content,
    /// which may change; for these, and for whatever else is named by its own memory, it
    /// is `char`. In a `Drop` that runs because this very object is being freed, it is
    /// `UNNAMED` once that has come to the children, of which the name may be one.
    #[doc(alias = "talloc_get_name")]
    pub fn name(&self) -> &CStr {
        if self.is_being_freed() {
            return c"UNNAMED";
        }
        self.0.name().unwrap_or(c"char")
    }
}

/// What it is and what is below it.
impl CtxRef {
    /// Whether the free of this object has come to its children (fact 20).
    pub(crate) fn is_being_freed(&self) -> bool {
        self.0.is_being_freed()
    }

    /// The size in bytes of this object alone, as it was asked for: 0 for a
    /// plain context. Headers and padding are not counted.
    #[doc(alias = "talloc_get_size")]
    pub fn size(&self) -> usize {
        self.0.size()
    }

    /// The bytes of this object and of everything below it, without headers.
    ///
    /// Walks the whole subtree.
    #[doc(alias = "talloc_total_size")]
    pub fn total_size(&self) -> usize {
        self.0.total_size()
    }

    /// The number of chunks in this subtree, this one included.
    ///
    /// Walks the whole subtree.
    ///
    /// ```
    /// let ctx = talloc::Ctx::new();
    /// let _number = ctx.alloc(1_u8);
    /// assert_eq!(ctx.total_blocks(), 2);
    /// ```
    #[doc(alias = "talloc_total_blocks")]
    pub fn total_blocks(&self) -> usize {
        self.0.total_blocks()
    }

    /// Whether this context is `other` itself, its parent, or a parent of its parent.
    ///
    /// The cost grows with the depth of `other` and, on each level, with the
    /// number of siblings. Beyond 10,000 levels libtalloc gives up and the
    /// answer is `false`.
    ///
    /// ```
    /// use talloc::{Ctx, TBox};
    ///
    /// let ctx = Ctx::new();
    /// let number = ctx.alloc(1);
    /// assert!(ctx.is_ancestor_of(TBox::as_ctx(&number)));
    /// assert!(!TBox::as_ctx(&number).is_ancestor_of(&ctx));
    /// ```
    #[doc(alias = "talloc_is_parent")]
    #[doc(alias = "TALLOC_MAX_DEPTH")]
    pub fn is_ancestor_of(&self, other: &CtxRef) -> bool {
        self.0.is_ancestor_of(&other.0)
    }

    /// Writes libtalloc's own report of this subtree: one line for each chunk,
    /// with its name, the bytes and chunks below it, references and address. To print it, take
    /// [`CtxRef::report`].
    ///
    /// The text is what C's `talloc_report_full` prints. It is complete before
    /// the first byte is written, so `out` may well be a string of this tree.
    /// Strings are called by their text, which stands there whole, line ends included: what must
    /// not be read in a report is a secret (feature `zeroize`), or has a name of its own.
    /// Names that are not UTF-8 are shown with replacement characters. Each
    /// line costs a walk of its subtree, as in C; [`CtxRef::snapshot`] walks once.
    ///
    /// # Errors
    ///
    /// What `out` returns, and [`fmt::Error`] when there is no memory for the text.
    ///
    /// ```
    /// let ctx = talloc::Ctx::named(c"request");
    /// let _id = ctx.alloc(7_u64);
    /// let mut report = String::new();
    /// ctx.report_full(&mut report)?;
    /// assert!(report.starts_with("full talloc report on 'request'"));
    /// assert!(report.contains("u64"));
    /// # Ok::<(), std::fmt::Error>(())
    /// ```
    #[doc(alias = "talloc_report_full")]
    #[doc(alias = "talloc_report")]
    #[doc(alias = "talloc_report_depth_file")]
    pub fn report_full(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        let text = report(self.as_chunk().into(), Depth::Full).ok_or(fmt::Error)?;
        write_lossy(&text, out)
    }
}

impl fmt::Debug for CtxRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CtxRef").field("name", &self.name()).field("size", &self.size()).finish()
    }
}
