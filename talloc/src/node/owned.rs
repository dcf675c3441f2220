//! [`Node`]: an owned owner node.

use crate::context::CtxRef;
use crate::error::{Error, Rejected};
use crate::node::{Family, Fields, Kept, name_of};
use crate::object::{Called, check_size, take};
use crate::process::roots;
use crate::raw::align::Aligned;
use crate::raw::{Handle, NameMut, Object};

/// An owned struct whose fields are its own talloc children.
///
/// Declared by [`node!`](crate::node!), built by [`CtxRef::build`] and
/// its relatives, or as a [`root`](crate::root). Fields are read through [`get`](Node::get),
/// changed through [`with_mut`](Node::with_mut). The node is stolen as one, and dropping it frees
/// it as one: a single `talloc_free`.
///
/// `F` is the family, named by its `'static` member. [`talloc::Node`](crate::Node) is
/// this type for any member, so that a signature says `Node<'_, Foo<'_>>`. `Node<'static,
/// F>` is a root, or lies below something that is never freed. It is one pointer, C's
/// `struct foo *`, and `Option<Node<…>>` is one that may be `NULL`.
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
    kept: Handle<Kept<'p, F>>,
}

impl<'p, F: Family> Node<'p, F> {
    #[inline]
    pub(crate) fn of(node: Object<'p, Fields<F>>) -> Self {
        Node { kept: Handle::new(Kept::of(node)) }
    }

    #[inline]
    pub(crate) fn into_object(self) -> Object<'p, Fields<F>> {
        self.keep().into_object()
    }

    #[inline]
    pub(crate) fn fields_mut(&mut self) -> &mut Fields<F> {
        self.kept.fields_mut()
    }

    #[inline]
    pub(crate) fn name_mut(&mut self) -> NameMut<'_> {
        self.kept.name_mut()
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
    #[doc(alias = "get_mut")]
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
    /// let reply = request.try_build::<Reply>(|t| Ok(Reply { text: t.strdup("ok")? }))?;
    /// let reply = reply.steal(&results);
    /// drop(request);
    /// assert_eq!(reply.get().text, "ok");
    /// # Ok::<(), talloc::Error>(())
    /// ```
    #[doc(alias = "talloc_steal")]
    #[doc(alias = "talloc_move")]
    #[inline]
    pub fn steal<'q>(self, to: &'q CtxRef) -> Node<'q, F> {
        self.keep().steal(to)
    }

    /// Takes the node, with its fields, from its parent and makes it a root. One call,
    /// no copy.
    ///
    /// ```
    /// use talloc::{Ctx, Node, Str};
    ///
    /// talloc::node! { struct Reply<'t> { text: Str<'t> } }
    ///
    /// fn answer() -> Node<'static, Reply<'static>> {
    ///     let request = Ctx::new();
    ///     request.build::<Reply>(|t| Reply { text: t.strdup_c(c"ok") }).into_root()
    /// }
    ///
    /// assert_eq!(answer().get().text, "ok");
    /// ```
    #[doc(alias = "talloc_steal")]
    #[inline]
    pub fn into_root(self) -> Node<'static, F> {
        Node::of(roots::from_child(self.into_object()))
    }

    /// Gives the node to its parent; a root stays for the rest of the process. Its fields are
    /// dropped and freed with it.
    ///
    /// ```
    /// use talloc::{Ctx, Kept, Str};
    ///
    /// talloc::node! { struct User<'t> { name: Str<'t> } }
    ///
    /// let ctx = Ctx::new();
    /// let user = ctx.build::<User>(|t| User { name: t.strdup_c(c"anna") });
    /// let user: Kept<'_, User<'static>> = user.keep();
    /// assert_eq!(user.get().name, "anna");
    /// drop(user);
    /// assert_eq!(ctx.total_blocks(), 3);
    /// ```
    #[doc(alias = "talloc_set_destructor")]
    #[inline]
    pub fn keep(self) -> Kept<'p, F> {
        self.kept.into_inner()
    }

    /// Frees the node and its fields, and reports a refusal.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] when C holds a reference to the node or has set a
    /// destructor that said no. The node is given back, unchanged. (A root to which C
    /// holds exactly one reference goes to the holder instead; libtalloc counts that as
    /// freed. Its fields go with it then.)
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
        roots::free(self.into_object())
            .map_err(|node| Rejected::new(Error::Refused, Node::of(node)))
    }

    /// The pointer for C; the handle stays the owner.
    #[inline]
    pub fn as_ptr(&self) -> *mut F::Of<'_> {
        self.kept.as_ptr()
    }

    /// Hands the node over to C, which frees it or leaves it to its parent, on
    /// this thread. Only [`Node::from_raw`] takes it back. While leaks are reported
    /// ([`enable_leak_report`](crate::enable_leak_report)), the call walks the newer
    /// siblings of the node, and a root leaves the report.
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
        roots::let_go(self.into_object()).as_ptr().cast()
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
    ///    its name is right, it must be aligned for the struct and hold a valid one.
    /// 2. What safe code can follow in the struct leads to what is below the object (or to what is
    ///    never freed), since a safe `steal` takes the object away from what lies beside it.
    ///    A field type that owns ([`Str`](crate::Str), [`Array`](crate::Array), [`Kept`], …)
    ///    leads to a talloc chunk of its own, which nothing else owns, and which lies neither
    ///    in the chunk of another field or element nor below it (the strings of a `StrList`
    ///    are its own). No field of [`talloc::tree`](crate::tree) that leads to a chunk is in it:
    ///    such a struct, and what came from [`Tree::into_raw`](crate::tree::Tree::into_raw), is
    ///    taken over by [`Tree::from_raw`](crate::tree::Tree::from_raw). For a literal there is
    ///    [`CStrRef`](crate::CStrRef), for elements that C has allocated on their array
    ///    [`Items`](crate::Items).
    /// 3. It was not given away by [`Node::into_c`].
    /// 4. From now on, until it is handed out by [`Node::into_raw`] or its relatives, nobody else
    ///    may free, move, resize, rename or use it or what is below it, through whatever
    ///    pointer, handle or reference.
    /// 5. Its parent must live for `'p`; without a parent, any `'p` will do. It is not
    ///    being freed: this is not called by its destructor, or by one below it. No handle to
    ///    it or to a parent of it is stolen below it through the result: libtalloc would make
    ///    a loop.
    /// 6. A destructor that C has given it must be sound to call whenever it is freed, also below
    ///    another parent.
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
    /// let user = unsafe { Node::<User>::from_raw(from_c) }?;
    /// assert_eq!(user.get().name, "anna");
    /// # Ok::<(), talloc::Error>(())
    /// ```
    #[doc(alias = "talloc_get_type")]
    pub unsafe fn from_raw(ptr: *mut F::Of<'_>) -> Result<Self, Error> {
        // SAFETY: 1. duties 1 to 6.
        unsafe { Node::take(ptr, Called::Exactly(name_of::<F>()), usize::MAX) }
    }

    /// Takes over a node that C did not name after its type, and calls it by the declared C
    /// name (or, without one, the Rust type's) from then on.
    ///
    /// C names an object after the place that made it in `talloc_size`, `talloc_zero_size` and
    /// `talloc_memdup`, and in whatever a program has made of these; `talloc_ptrtype` and
    /// `talloc_named_const` name it in other ways. What it was called is not looked at, so
    /// only its size can tell that it is something else. On a context:
    /// [`Renamed`](crate::Renamed).
    ///
    /// # Errors
    ///
    /// [`Error::Null`]; [`Error::WrongSize`] when the object is not as large as the struct, unless
    /// that is opaque: a struct without content. Nothing is freed or renamed then.
    ///
    /// # Safety
    ///
    /// 1. `ptr` must be null or a live talloc pointer of this thread, and if it has the size of
    ///    the struct, or that has none, it must be aligned for it and hold a valid one.
    /// 2. Duties 2 to 6 of [`Node::from_raw`].
    ///
    /// ```
    /// use talloc::{Ctx, Node};
    ///
    /// talloc::node! { #[repr(C)] struct User<'t> as c"struct user" { name: talloc::Str<'t> } }
    ///
    /// let ctx = Ctx::new();
    /// # let from_c = ctx.build::<User>(|t| User { name: t.strdup_c(c"anna") })
    /// #     .with_name_const(c"user.c:7").into_raw();
    /// // SAFETY: 1. C made a `struct user` by `talloc_zero_size`, with a name below it. 2. It
    /// // left it to us.
    /// let user = unsafe { Node::<User>::from_raw_renamed(from_c) }?;
    /// assert_eq!((user.get().name.as_str(), user.as_ctx().name()), ("anna", c"struct user"));
    /// # Ok::<(), talloc::Error>(())
    /// ```
    #[doc(alias = "talloc_set_type")]
    #[doc(alias = "talloc_size")]
    #[doc(alias = "talloc_zero_size")]
    #[doc(alias = "talloc_memdup")]
    #[doc(alias = "talloc_ptrtype")]
    pub unsafe fn from_raw_renamed(ptr: *mut F::Of<'_>) -> Result<Self, Error> {
        // An opaque struct may be of any size.
        let most = Some(size_of::<F::Of<'static>>()).filter(|size| *size > 0).unwrap_or(usize::MAX);
        // SAFETY: 1. duties 1 and 2.
        unsafe { Node::take(ptr, Called::Anew(name_of::<F>()), most) }
    }

    /// # Safety
    ///
    /// 1. The duties of [`Node::from_raw`]; what has another name must be valid, too, if it
    ///    is taken whatever it is called.
    unsafe fn take(ptr: *mut F::Of<'_>, called: Called, most: usize) -> Result<Self, Error> {
        const { Aligned::<F::Of<'static>>::CHECK };
        let sizes = size_of::<F::Of<'static>>()..=most;
        // SAFETY: of `take`: 1. duty 1. Of `complete`: 1. duty 1, and name and size are right.
        Ok(Node::of(unsafe {
            Fields::complete(take(ptr.cast(), called, |chunk| check_size(chunk, sizes))?.0)
        }))
    }
}
