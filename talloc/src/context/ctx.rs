//! [`Ctx`]: an owned context.

use core::ffi::{CStr, c_void};
use core::fmt;
use core::ops::Deref;
use core::ptr::NonNull;

use crate::context::CtxRef;
use crate::context::one_thread::one_thread;
use crate::error::{Error, OrRaise, Rejected};
use crate::name::Name;
use crate::process::roots;
use crate::raw::{Handle, NameMut, Object, Owned, Release};

/// An owned context: an object without content, made to be a parent.
///
/// `Ctx<'static>` is a root. `Ctx<'p>` hangs below a parent that it borrows
/// for `'p`. Dropping it is one `talloc_free`: everything below it goes too.
/// So nothing below it can be used after it, and while a handle below it
/// lives, the context can be neither dropped, moved, stolen nor emptied: the
/// borrow checker says so.
///
/// ```
/// use talloc::Ctx;
///
/// let request = Ctx::named(c"request");
/// let scratch = request.new_child();
/// let line = talloc::format!(scratch, "{} + {}", 1, 2);
/// assert_eq!(line, "1 + 2");
/// drop(line);
/// drop(scratch);
/// assert_eq!(request.total_blocks(), 1);
/// ```
///
/// A forgotten `Ctx<'p>` is freed with its parent; a forgotten root is never
/// freed. `Ctx` is one pointer and can stand in an `extern "C"` signature: C
/// frees it then on the same thread, since the handle is not `Send`. A root that
/// C may use on another thread is handed over by [`Ctx::into_raw`].
#[repr(transparent)]
#[must_use = "a context frees everything below it when it is dropped"]
pub struct Ctx<'p> {
    chunk: Handle<Root<'p>>,
}

/// What is freed with its handle.
#[repr(transparent)]
struct Root<'p>(Owned<'p>);

impl Release for Root<'_> {
    #[inline]
    fn release(self) {
        // A refused free leaves it to its parent, which is safe.
        let _ = roots::free(self.0.into()).map_err(Object::into_ptr);
    }
}

one_thread!(['p] Ctx<'p>);

/// Roots.
impl Ctx<'static> {
    /// Makes a root context, which reports call after the place of this call:
    /// `talloc_new: src/main.rs:7`.
    ///
    /// # Panics
    ///
    /// Ends the process when memory is exhausted; see [`Ctx::try_new`].
    ///
    /// ```
    /// let ctx = talloc::Ctx::new();
    /// let number = ctx.alloc(7);
    /// assert_eq!(*number, 7);
    /// assert!(ctx.is_ancestor_of(talloc::TBox::as_ctx(&number)));
    /// ```
    #[doc(alias = "talloc_new")]
    #[doc(alias = "talloc_init")]
    #[expect(clippy::new_without_default, reason = "a root is a decision, not a default")]
    #[inline]
    #[track_caller]
    pub fn new() -> Self {
        Ctx::try_new().or_raise()
    }

    /// Makes a root context with a name of its own for reports.
    ///
    /// # Panics
    ///
    /// Ends the process when memory is exhausted; see [`Ctx::try_named`].
    #[doc(alias = "talloc_named_const")]
    #[inline]
    pub fn named(name: &'static CStr) -> Self {
        Ctx::try_named(name).or_raise()
    }

    /// Like [`Ctx::new`], returning exhausted memory as an error.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`].
    #[inline]
    #[track_caller]
    pub fn try_new() -> Result<Self, Error> {
        Ctx::root(Name::of_caller())
    }

    /// Like [`Ctx::named`], returning exhausted memory as an error.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`].
    #[inline]
    pub fn try_named(name: &'static CStr) -> Result<Self, Error> {
        Ctx::root(Name::new(name))
    }

    #[inline]
    fn root(name: Name) -> Result<Self, Error> {
        match roots::alloc(0, name) {
            Some(chunk) => Ok(Ctx::of(chunk)),
            None => Err(Error::no_memory(0)),
        }
    }
}

/// Contexts below this one.
impl CtxRef {
    /// Makes a context below this one: C's `talloc_new(ctx)`.
    ///
    /// Reports call it after the place of this call, as C's do: `talloc_new: src/main.rs:7`. In a
    /// function that is `#[track_caller]` it is the place of the caller.
    ///
    /// # Panics
    ///
    /// Ends the process when memory is exhausted; see [`CtxRef::try_new_child`].
    #[doc(alias = "talloc_new")]
    #[inline]
    #[track_caller]
    pub fn new_child(&self) -> Ctx<'_> {
        self.try_new_child().or_raise()
    }

    /// Makes a context below this one with a name of its own for reports.
    ///
    /// # Panics
    ///
    /// Ends the process when memory is exhausted; see [`CtxRef::try_new_child_named`].
    ///
    /// ```
    /// let root = talloc::Ctx::new();
    /// let scratch = root.new_child_named(c"scratch");
    /// assert_eq!(scratch.name(), c"scratch");
    /// ```
    #[doc(alias = "talloc_named_const")]
    #[inline]
    pub fn new_child_named(&self, name: &'static CStr) -> Ctx<'_> {
        self.try_new_child_named(name).or_raise()
    }

    /// Like [`CtxRef::new_child`], returning exhausted memory as an error.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`].
    #[inline]
    #[track_caller]
    pub fn try_new_child(&self) -> Result<Ctx<'_>, Error> {
        Ok(Ctx::of(self.owned_below(0, Name::of_caller())?))
    }

    /// Like [`CtxRef::new_child_named`], returning exhausted memory as an error.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`].
    #[inline]
    pub fn try_new_child_named(&self, name: &'static CStr) -> Result<Ctx<'_>, Error> {
        Ok(Ctx::of(self.owned_below(0, Name::new(name))?))
    }
}

/// Owning it.
impl<'p> Ctx<'p> {
    /// Moves this context, with everything below it, under another parent.
    ///
    /// One call, no copy; all addresses stay valid.
    ///
    /// ```
    /// use talloc::Ctx;
    ///
    /// let (session, request) = (Ctx::named(c"session"), Ctx::named(c"request"));
    /// let result = request.new_child_named(c"result").steal(&session);
    /// drop(request);
    /// assert!(session.is_ancestor_of(&result));
    /// ```
    #[doc(alias = "talloc_steal")]
    #[doc(alias = "talloc_move")]
    #[inline]
    pub fn steal<'q>(self, to: &'q CtxRef) -> Ctx<'q> {
        Ctx::of(self.into_owned().steal(to.as_chunk()))
    }

    /// Frees everything below this context and keeps the context: a reset.
    ///
    /// Values given to it by [`TBox::keep`](crate::TBox::keep) are dropped. What
    /// stays: a name that [`Ctx::set_name`] gave, and
    /// [`Guarded`](crate::Guarded) objects that refuse, which leave the context.
    /// Takes `&mut`, so no handle or reference from below can be alive.
    ///
    /// ```
    /// let mut ctx = talloc::Ctx::new();
    /// for _ in 0..3 {
    ///     let _text: &mut str = talloc::TBox::leak(ctx.alloc_str("scratch"));
    ///     ctx.free_children();
    /// }
    /// assert_eq!(ctx.total_blocks(), 1);
    /// ```
    #[doc(alias = "talloc_free_children")]
    #[doc(alias = "reset")]
    #[inline]
    pub fn free_children(&mut self) {
        self.chunk.0.free_children();
    }

    /// Frees the context and everything below it, and reports a refusal.
    ///
    /// Dropping does the same and leaves a refused context to its parent.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] when C holds a reference to the context or has set a
    /// destructor that said no. The context is given back, unchanged. (A root to
    /// which C holds exactly one reference goes to the holder instead; libtalloc
    /// counts that as freed.)
    ///
    /// ```
    /// let session = talloc::Ctx::new();
    /// let request = session.new_child();
    /// request.free()?;
    /// assert_eq!(session.total_blocks(), 1);
    /// # Ok::<(), talloc::Error>(())
    /// ```
    #[doc(alias = "talloc_free")]
    #[doc(alias = "talloc_destroy")]
    pub fn free(self) -> Result<(), Rejected<Self>> {
        roots::free(self.into_owned().into())
            .map_err(|object| Rejected::new(Error::Refused, Ctx::of(object.into_owned())))
    }

    /// Leaves the context to its parent, which will free it; a root stays for
    /// the rest of the process.
    ///
    /// ```
    /// use talloc::{Ctx, CtxRef};
    ///
    /// let session = Ctx::new();
    /// let request: &CtxRef = session.new_child().leak();
    /// assert_eq!(*request.alloc(7), 7);
    /// assert_eq!(session.total_blocks(), 2);
    /// ```
    #[inline]
    pub fn leak(self) -> &'p CtxRef {
        CtxRef::of(self.into_owned().leak())
    }

    /// Hands the context over to C, which frees it or leaves it to its parent.
    ///
    /// A root may be used by another thread then, with all that is below it. While
    /// leaks are reported ([`enable_leak_report`](crate::enable_leak_report)), the
    /// call walks the newer siblings of the context, and a root leaves the report.
    ///
    /// ```
    /// let session = talloc::Ctx::new();
    /// let raw: *mut std::ffi::c_void = session.new_child().into_raw();
    /// // C frees it, or leaves it to `session`.
    /// # assert!(!raw.is_null());
    /// ```
    #[must_use = "the pointer is the only owner of the context"]
    #[inline]
    pub fn into_raw(self) -> *mut c_void {
        roots::let_go(Object::from(self.into_owned())).as_ptr().cast()
    }

    /// Takes a context over from C, or back from [`Ctx::into_raw`].
    ///
    /// A context has no content. An object with content is a [`TBox`](crate::TBox) or a
    /// [`Node`](crate::Node), also one that is opaque; where nothing is to be known of it,
    /// there is [`Ctx::from_raw_unchecked`].
    ///
    /// # Errors
    ///
    /// [`Error::Null`] when `ptr` is null, [`Error::WrongSize`] when the object has content.
    /// Nothing is freed then.
    ///
    /// # Safety
    ///
    /// 1. `ptr` must be null or a live talloc pointer of this thread.
    /// 2. Duties 2 and 3 of [`Ctx::from_raw_unchecked`].
    /// 3. A destructor that C has given it must be sound to call whenever it is freed, also below
    ///    another parent.
    ///
    /// ```
    /// use talloc::Ctx;
    ///
    /// let raw = Ctx::named(c"from C").into_raw();
    /// // SAFETY: a root that nobody else owns.
    /// let ctx = unsafe { Ctx::from_raw(raw) }?;
    /// assert_eq!(ctx.name(), c"from C");
    /// # Ok::<(), talloc::Error>(())
    /// ```
    #[inline]
    pub unsafe fn from_raw(ptr: *mut c_void) -> Result<Self, Error> {
        let chunk = NonNull::new(ptr).ok_or(Error::Null)?;
        // SAFETY: 1. the duties, which are those of `from_raw_unchecked`.
        let chunk = unsafe { Owned::from_ptr(chunk) };
        match chunk.as_chunk().size() {
            0 => Ok(Ctx::of(chunk)),
            found => {
                let _not_freed = chunk.into_ptr();
                Err(Error::WrongSize { expected: 0, found })
            }
        }
    }

    /// Takes any object over as a context, whatever its name, size and content.
    ///
    /// The content is freed with it and not otherwise looked at; nothing is dropped but by
    /// the object's destructor.
    ///
    /// # Safety
    ///
    /// 1. `ptr` must be a live talloc pointer of this thread.
    /// 2. From now on, until it is handed out by [`Ctx::into_raw`] or its relatives, nobody else
    ///    may free, move, resize or rename it; and once the handle has freed it, nobody may use
    ///    it, its content or what was below it, through whatever pointer, handle or reference,
    ///    that of an earlier `leak` or `keep` included. The same holds for what is below it
    ///    once the handle has emptied it.
    /// 3. Its parent must live for `'p`; without a parent, any `'p` will do. It is not
    ///    being freed: this is not called by its destructor, or by one below it. No handle to
    ///    it or to a parent of it is stolen below it through the result: libtalloc would make
    ///    a loop.
    /// 4. A destructor that C has given it must be sound to call whenever it is freed, also below
    ///    another parent.
    #[inline]
    pub unsafe fn from_raw_unchecked(ptr: *mut c_void) -> Self {
        // SAFETY: 1. duties 1 to 3; a talloc pointer is not null.
        Ctx::of(unsafe { Owned::from_ptr(NonNull::new_unchecked(ptr)) })
    }

    #[inline]
    pub(super) fn of(chunk: Owned<'p>) -> Self {
        Ctx { chunk: Handle::new(Root(chunk)) }
    }

    #[inline]
    pub(crate) fn name_mut(&mut self) -> NameMut<'_> {
        self.chunk.0.name_mut()
    }

    #[inline]
    fn into_owned(self) -> Owned<'p> {
        self.chunk.into_inner().0
    }
}

impl Deref for Ctx<'_> {
    type Target = CtxRef;

    #[inline]
    fn deref(&self) -> &CtxRef {
        CtxRef::of(self.chunk.0.as_chunk())
    }
}

impl AsRef<CtxRef> for Ctx<'_> {
    fn as_ref(&self) -> &CtxRef {
        self
    }
}

impl fmt::Debug for Ctx<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ctx").field("name", &self.name()).field("size", &self.size()).finish()
    }
}
