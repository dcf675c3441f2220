//! [`Node`]: an owned owner node, and how one is built.

use core::convert::Infallible;
use core::ffi::c_void;
use core::fmt;
use core::mem::{self, ManuallyDrop};
use core::ptr::NonNull;

use crate::alloc::Aligned;
use crate::ctx_ref::CtxRef;
use crate::error::{Error, OrRaise, Rejected};
use crate::family::{Family, name_of};
use crate::field::Kept;
use crate::keep::sealed::Drops;
use crate::raw;
use crate::tbox::check_name;

/// An owned struct whose fields are its own talloc children.
///
/// Declared by [`node!`](crate::node), built by [`CtxRef::build`] and
/// its relatives. Fields are read through [`get`](Node::get), changed
/// through [`with_mut`](Node::with_mut). The node is stolen as one, and dropping
/// it frees it as one: a single `talloc_free`.
///
/// `Node<'p, Foo>` is short for `Node<'p, Foo<'_>>`; the lifetime of `Foo` in
/// this place means nothing. It is one pointer, C's `struct foo *`, and
/// `Option<Node<…>>` is one that may be `NULL`.
///
/// ```
/// use talloc::{Ctx, CtxRef, Node, Str};
///
/// talloc::node! {
///     struct Config<'t> {
///         address: Str<'t>,
///         port: u16,
///     }
/// }
///
/// fn load<'c>(ctx: &'c CtxRef, text: &str) -> Result<Node<'c, Config<'c>>, talloc::Error> {
///     ctx.try_build(|t| Ok(Config { address: t.strdup(text)?, port: 80 }))
/// }
///
/// let ctx = Ctx::new();
/// let mut config = load(&ctx, "127.0.0.1")?;
/// config.with_mut(|t, config| config.address.set(t, "::1"))?;
/// assert_eq!(config.get().address, "::1");
/// assert_eq!(config.get().port, 80);
/// # Ok::<(), talloc::Error>(())
/// ```
///
/// A field with drop glue (a `Vec`, say) is dropped when the node is freed, by
/// whichever side, before the node's children: the node then uses libtalloc's
/// destructor of its chunk, and C must not set another one. If such a `Drop`
/// panics, the process aborts after the panic's message, since nothing may
/// unwind through C. A forgotten node is freed with its parent.
#[repr(transparent)]
#[must_use = "a node is freed when its handle is dropped; `keep` it for the parent"]
pub struct Node<'p, F: Family> {
    kept: Kept<'p, F>,
}

/// Owner nodes.
impl CtxRef {
    /// Builds a struct that owns its fields below this context.
    ///
    /// The closure gets the node's own context, on which it allocates the
    /// fields, and returns the struct, which is then in its place for good. If
    /// it panics, the node and all fields are freed.
    ///
    /// The closure works for any `'t`: a field allocated elsewhere (a sibling,
    /// the first common mistake in C) does not compile, nor does letting a
    /// field out. The compiler then says that a borrow "must outlive
    /// `'static`", or that data "escapes the closure": use the closure's
    /// context. The family cannot be inferred from the closure, so it is named
    /// by the return type or as `build::<Config>`.
    ///
    /// # Panics
    ///
    /// Panics when the struct is larger than [`MAX_SIZE`](crate::MAX_SIZE);
    /// ends the process when memory is exhausted.
    ///
    /// ```
    /// talloc::node! { struct Numbers<'t> { all: talloc::Array<'t, u32> } }
    ///
    /// let ctx = talloc::Ctx::new();
    /// let numbers = ctx.build::<Numbers>(|t| Numbers { all: t.alloc_slice_copy(&[1, 2]).into() });
    /// assert_eq!(*numbers.get().all, [1, 2]);
    /// ```
    #[inline]
    pub fn build<F: Family>(&self, f: impl for<'t> FnOnce(&'t CtxRef) -> F::Of<'t>) -> Node<'_, F> {
        const { Aligned::<F::Of<'static>>::CHECK };
        match self.build_try(|t| Ok::<_, Infallible>(f(t))) {
            Ok(node) => node,
            Err(never) => match never {},
        }
    }

    /// Like [`CtxRef::build`] for a closure that may fail, with any error.
    ///
    /// The error cannot borrow from the node, so one that is allocated on the
    /// node does not compile. An error allocated on `self`, which outlives the
    /// node, does.
    ///
    /// # Errors
    ///
    /// What the closure returns. All that was made is freed.
    ///
    /// # Panics
    ///
    /// As [`CtxRef::build`].
    ///
    /// ```
    /// use talloc::{Ctx, Str, TString};
    ///
    /// talloc::node! { struct Host<'t> { name: Str<'t> } }
    ///
    /// let ctx = Ctx::new();
    /// let error: TString<'_> = ctx
    ///     .build_try::<Host, _>(|t| match t.strdup("a\0b") {
    ///         Ok(name) => Ok(Host { name }),
    ///         Err(error) => Err(talloc::format!(ctx, "host name: {error}")),
    ///     })
    ///     .map(|host| assert!(host.get().name.is_empty()))
    ///     .unwrap_err();
    /// assert!(error.starts_with("host name: NUL byte at position 1"));
    /// # assert_eq!(ctx.total_blocks(), 2);
    /// ```
    #[inline]
    pub fn build_try<F: Family, E>(
        &self,
        f: impl for<'t> FnOnce(&'t CtxRef) -> Result<F::Of<'t>, E>,
    ) -> Result<Node<'_, F>, E> {
        const { Aligned::<F::Of<'static>>::CHECK };
        let chunk = self.node_chunk::<F>().or_raise();
        // SAFETY: a new chunk of this family below `self`.
        unsafe { fill(chunk, f) }
    }

    /// Like [`CtxRef::build_try`], returning exhausted memory as an error too.
    ///
    /// # Errors
    ///
    /// What the closure returns, and [`Error::OutOfMemory`] or
    /// [`Error::TooLarge`] for the node itself. All that was made is freed.
    #[inline]
    pub fn try_build<F: Family, E: From<Error>>(
        &self,
        f: impl for<'t> FnOnce(&'t CtxRef) -> Result<F::Of<'t>, E>,
    ) -> Result<Node<'_, F>, E> {
        const { Aligned::<F::Of<'static>>::CHECK };
        let chunk = self.node_chunk::<F>()?;
        // SAFETY: a new chunk of this family below `self`.
        unsafe { fill(chunk, f) }
    }

    #[inline]
    fn node_chunk<F: Family>(&self) -> Result<NonNull<c_void>, Error> {
        const { Aligned::<F::Of<'static>>::CHECK };
        self.chunk_below(size_of::<F::Of<'static>>(), name_of::<F>())
    }
}

/// Puts the fields in their place.
///
/// # Safety
///
/// 1. `chunk` must be new, of the family's size, and known to nobody else.
/// 2. Its parent must live for `'p`.
#[inline]
pub(crate) unsafe fn fill<'p, F: Family, E>(
    chunk: NonNull<c_void>,
    f: impl for<'t> FnOnce(&'t CtxRef) -> Result<F::Of<'t>, E>,
) -> Result<Node<'p, F>, E> {
    let unfinished = Unfinished(chunk);
    // SAFETY: the chunk is live until the closure is done.
    let fields = f(unsafe { CtxRef::from_chunk(chunk) })?;
    let place = chunk.cast::<F::Of<'_>>();
    // SAFETY: the chunk has the size and alignment of the struct (duty 1).
    unsafe { place.write(fields) };
    mem::forget(unfinished);
    // SAFETY: the struct is valid until its chunk is freed, and borrows only
    // from its own children, which are freed later.
    unsafe { Drops::drop_when_freed(place) };
    // SAFETY: all invariants of `Kept` hold now (duty 2).
    Ok(Node::from_kept(unsafe { Kept::from_chunk(chunk) }))
}

/// A node whose fields are not there yet.
struct Unfinished(NonNull<c_void>);

impl Drop for Unfinished {
    fn drop(&mut self) {
        // SAFETY: live, and known to nobody else.
        unsafe { raw::free(self.0) };
    }
}

impl<'p, F: Family> Node<'p, F> {
    #[inline]
    pub(crate) fn from_kept(kept: Kept<'p, F>) -> Self {
        Node { kept }
    }

    /// The struct, to be read.
    #[inline]
    pub fn get(&self) -> &F::Of<'_> {
        self.kept.get()
    }

    /// The struct, to be changed, and the context for new fields: see [`Kept::with_mut`].
    ///
    /// ```
    /// talloc::node! { struct Log<'t> { last: Option<talloc::Str<'t>> } }
    ///
    /// let ctx = talloc::Ctx::new();
    /// let mut log = ctx.build::<Log>(|_| Log { last: None });
    /// log.with_mut(|t, log| -> Result<(), talloc::Error> {
    ///     log.last = Some(t.strdup("started")?);
    ///     Ok(())
    /// })?;
    /// assert_eq!(log.get().last.as_deref(), Some(c"started"));
    /// # Ok::<(), talloc::Error>(())
    /// ```
    #[inline]
    pub fn with_mut<'o, R>(
        &'o mut self,
        f: impl for<'t> FnOnce(&'t CtxRef, &'o mut F::Of<'t>) -> R,
    ) -> R {
        self.kept.with_mut(f)
    }

    /// The node as a context, to allocate below it for as long as it is borrowed.
    #[inline]
    pub fn as_ctx(&self) -> &CtxRef {
        self.kept.as_ctx()
    }

    /// Moves the node, with its fields, under another parent. One call, no copy.
    ///
    /// ```
    /// talloc::node! { struct Reply<'t> { text: talloc::Str<'t> } }
    ///
    /// let results = talloc::Ctx::new();
    /// let request = talloc::Ctx::new();
    /// let reply = request.try_build::<Reply, talloc::Error>(|t| Ok(Reply { text: t.strdup("ok")? }))?;
    /// let reply = reply.steal(&results);
    /// drop(request);
    /// assert_eq!(reply.get().text, "ok");
    /// # Ok::<(), talloc::Error>(())
    /// ```
    #[doc(alias = "talloc_steal")]
    #[doc(alias = "talloc_move")]
    #[inline]
    pub fn steal<'q>(self, to: &'q CtxRef) -> Node<'q, F::Of<'q>> {
        self.keep().steal(to)
    }

    /// Gives the node to its parent. Its fields are dropped and freed with it.
    ///
    /// ```
    /// use talloc::{Ctx, Kept, Str};
    ///
    /// talloc::node! { struct User<'t> { name: Str<'t> } }
    ///
    /// let ctx = Ctx::new();
    /// let user = ctx.build::<User>(|t| User { name: t.strdup_c(c"anna") });
    /// let user: Kept<'_, User<'_>> = user.keep();
    /// assert_eq!(user.get().name, "anna");
    /// drop(user);
    /// assert_eq!(ctx.total_blocks(), 3);
    /// ```
    #[doc(alias = "talloc_set_destructor")]
    #[inline]
    pub fn keep(self) -> Kept<'p, F> {
        let this = ManuallyDrop::new(self);
        // SAFETY: the invariants of the field, which `this` no longer uses.
        unsafe { Kept::from_chunk(this.kept.chunk()) }
    }

    /// Frees the node and its fields, and reports a refusal.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] when C holds a reference to the node or has set a
    /// destructor that said no. The node is given back, unchanged.
    ///
    /// ```
    /// talloc::node! { struct User<'t> { name: talloc::Str<'t> } }
    ///
    /// let ctx = talloc::Ctx::new();
    /// let user = ctx.build::<User>(|t| User { name: t.strdup_c(c"anna") });
    /// # assert_eq!(user.get().name, "anna");
    /// user.free()?;
    /// assert_eq!(ctx.total_blocks(), 1);
    /// # Ok::<(), talloc::Error>(())
    /// ```
    #[doc(alias = "talloc_free")]
    pub fn free(self) -> Result<(), Rejected<Self>> {
        let kept = self.keep();
        // SAFETY: live and owned; no borrow of it is left.
        if unsafe { raw::free(kept.chunk()) } {
            Ok(())
        } else {
            Err(Rejected::new(Error::Refused, Node { kept }))
        }
    }

    /// The pointer for C; the handle stays the owner.
    #[inline]
    pub fn as_ptr(&self) -> *mut F::Of<'_> {
        self.kept.as_ptr()
    }

    /// Hands the node over to C, which frees it or leaves it to its parent, on
    /// this thread. Only [`Node::from_raw`] takes it back.
    ///
    /// If the struct has drop glue, C must not set a destructor; for that there
    /// is [`Node::into_c`].
    ///
    /// ```
    /// talloc::node! { #[repr(C)] struct User<'t> as c"struct user" { name: talloc::Str<'t> } }
    ///
    /// let ctx = talloc::Ctx::new();
    /// let user = ctx.build::<User>(|t| User { name: t.strdup_c(c"anna") });
    /// let raw: *mut User<'_> = user.into_raw();
    /// // C frees it, or leaves it to `ctx`.
    /// # assert!(!raw.is_null());
    /// ```
    #[must_use = "the pointer is the only owner of the node"]
    #[inline]
    pub fn into_raw(self) -> *mut F::Of<'p> {
        self.keep().chunk().as_ptr().cast()
    }

    /// Takes over a node that C made, or that came from [`Node::into_raw`].
    ///
    /// If the struct has drop glue, this sets the destructor of its chunk, in the
    /// place of one that C has set.
    ///
    /// # Errors
    ///
    /// [`Error::Null`]; [`Error::WrongType`] when the object's name is not the
    /// declared C name (or, without one, the Rust type's); [`Error::WrongSize`]
    /// when it is smaller than the struct. Nothing is freed then.
    ///
    /// # Safety
    ///
    /// 1. `ptr` must be null or a live talloc pointer of this thread, and if
    ///    its name is right, it must hold a valid struct whose fields are its
    ///    children (or live longer), each owned by the struct alone. It was not
    ///    given away by [`Node::into_c`].
    /// 2. Nobody else may free it or use it while the handle lives.
    /// 3. Its parent must live for `'p`; without a parent, any `'p` will do.
    ///
    /// ```
    /// use talloc::{Ctx, Node};
    ///
    /// talloc::node! { #[repr(C)] struct User<'t> as c"struct user" { name: talloc::Str<'t> } }
    ///
    /// let ctx = Ctx::new();
    /// # let from_c = ctx.build::<User>(|t| User { name: t.strdup_c(c"anna") }).into_raw();
    /// // SAFETY: C made it by `talloc(ctx, struct user)`, with a name below it, and
    /// // left it to us.
    /// let user = unsafe { Node::<User<'_>>::from_raw(from_c) }?;
    /// assert_eq!(user.get().name, "anna");
    /// # Ok::<(), talloc::Error>(())
    /// ```
    #[doc(alias = "talloc_get_type")]
    pub unsafe fn from_raw(ptr: *mut F::Of<'_>) -> Result<Self, Error> {
        let place = NonNull::new(ptr).ok_or(Error::Null)?;
        // SAFETY: duty 1.
        unsafe { check_name(place.cast(), name_of::<F>()) }?;
        // SAFETY: duty 1.
        let found = unsafe { raw::size(place.cast()) };
        let expected = size_of::<F::Of<'static>>();
        if found < expected {
            return Err(Error::WrongSize { expected, found });
        }
        // SAFETY: duty 1.
        unsafe { Drops::drop_when_freed(place) };
        // SAFETY: duties 1 to 3, and name and size are right.
        Ok(Node::from_kept(unsafe { Kept::from_chunk(place.cast()) }))
    }
}

impl<F: Family> Drop for Node<'_, F> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: live and owned; no borrow of it is left. A refused free
        // leaves it to its parent, which is safe: its fields go with it.
        unsafe { raw::free(self.kept.chunk()) };
    }
}

impl<F: Family> fmt::Debug for Node<'_, F>
where
    for<'a> F::Of<'a>: fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kept.fmt(f)
    }
}

impl<F: Family> fmt::Display for Node<'_, F>
where
    for<'a> F::Of<'a>: fmt::Display,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

impl<F: Family> core::error::Error for Node<'_, F>
where
    for<'a> F::Of<'a>: core::error::Error,
{
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        self.get().source()
    }
}
