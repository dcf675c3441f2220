//! [`Kept`]: an owner node that belongs to its parent.

use core::mem::ManuallyDrop;

use crate::context::CtxRef;
use crate::error::Error;
use crate::node::{Family, Fields, Node};
use crate::process::roots;
use crate::raw::{NameMut, Object, Release};

/// An owner node that belongs to its parent: C's `struct foo *` in a field.
///
/// Made by [`Node::keep`]. It is the only way to the node on the Rust side, but
/// dropping it does nothing: the node goes with its parent, and its fields are
/// dropped then. `Option<Kept<…>>` is a pointer that may be `NULL`.
///
/// The other struct is named with `'static` in the type of a field: that is its
/// family, "`Peer` of any lifetime". Its fields live exactly as long as the node.
///
/// ```
/// use talloc::{Ctx, Kept, Str};
///
/// talloc::node! { struct Peer<'t> { name: Str<'t> } }
/// talloc::node! { struct Session<'t> { peer: Option<Kept<'t, Peer<'static>>> } }
///
/// let ctx = Ctx::new();
/// let mut session = ctx.try_build::<Session>(|t| {
///     let peer = t.try_build(|p| Ok(Peer { name: p.strdup("bob")? }))?;
///     Ok(Session { peer: Some(peer.keep()) })
/// })?;
/// // Take the peer out of the session, and let it outlive it.
/// let bob = session.with_mut(|_, session| session.peer.take().unwrap().steal(&ctx));
/// drop(session);
/// assert_eq!(bob.get().name, "bob");
/// # Ok::<(), talloc::Error>(())
/// ```
#[repr(transparent)]
pub struct Kept<'p, F: Family> {
    node: ManuallyDrop<Object<'p, Fields<F>>>,
}

impl<'p, F: Family> Kept<'p, F> {
    #[inline]
    pub(crate) fn of(node: Object<'p, Fields<F>>) -> Self {
        Kept { node: ManuallyDrop::new(node) }
    }

    #[inline]
    pub(crate) fn name_mut(&mut self) -> NameMut<'_> {
        self.node.name_mut()
    }

    #[inline]
    pub(crate) fn into_object(self) -> Object<'p, Fields<F>> {
        ManuallyDrop::into_inner(self.node)
    }

    #[inline]
    pub(crate) fn fields_mut(&mut self) -> &mut Fields<F> {
        &mut self.node
    }

    /// The struct, to be read.
    #[inline]
    pub fn get(&self) -> &F::Of<'_> {
        self.node.get()
    }

    /// The struct, to be changed, and the context for new fields: its own chunk.
    ///
    /// The closure works for any `'t`, so that nothing but what is allocated on
    /// the node (or `'static`) can be stored in it, and nothing that belongs to
    /// the node can leave it. Where that is tried, the compiler says that a
    /// borrow "must outlive `'static`", or that data "escapes the closure".
    ///
    /// ```
    /// talloc::node! { struct User<'t> { name: talloc::Str<'t> } }
    ///
    /// let ctx = talloc::Ctx::new();
    /// let mut user = ctx.build::<User>(|t| User { name: t.strdup_c(c"anna") }).keep();
    /// user.with_mut(|t, user| user.name.set(t, "bob"))?;
    /// assert_eq!(user.get().name, "bob");
    /// # Ok::<(), talloc::Error>(())
    /// ```
    #[doc(alias = "get_mut")]
    #[inline]
    pub fn with_mut<'o, R>(
        &'o mut self,
        f: impl for<'t> FnOnce(&'t CtxRef, &'o mut F::Of<'t>) -> R,
    ) -> R {
        self.node.with_mut(f)
    }

    /// The node as a context, to allocate below it for as long as it is borrowed.
    #[inline]
    pub fn as_ctx(&self) -> &CtxRef {
        CtxRef::of(self.node.as_chunk())
    }

    /// Moves the node, with its fields, under another parent, and takes it as
    /// a handle. One call, no copy.
    #[doc(alias = "talloc_steal")]
    #[doc(alias = "talloc_move")]
    #[inline]
    pub fn steal<'q>(self, to: &'q CtxRef) -> Node<'q, F> {
        Node::of(self.into_object().steal(to.as_chunk()))
    }

    /// Frees the node and its fields now instead of with its parent.
    ///
    /// ```
    /// talloc::node! { struct User<'t> { name: talloc::Str<'t> } }
    ///
    /// let ctx = talloc::Ctx::new();
    /// let user = ctx.build::<User>(|t| User { name: t.strdup_c(c"anna") }).keep();
    /// # assert_eq!(user.get().name, "anna");
    /// user.free();
    /// assert_eq!(ctx.total_blocks(), 1);
    /// ```
    #[doc(alias = "talloc_free")]
    #[inline]
    pub fn free(self) {
        drop(Node::of(self.into_object()));
    }

    /// Takes over a node that C made and leaves it to its parent.
    ///
    /// As [`Node::from_raw`], followed by [`Node::keep`]. It is also the way to change a node
    /// that C owns and lends for a call (`int config_add(struct config *, …)`): the value frees
    /// nothing, also when there is a panic. It must then not be freed or stolen.
    ///
    /// # Errors
    ///
    /// As [`Node::from_raw`].
    ///
    /// # Safety
    ///
    /// 1. The duties of [`Node::from_raw`].
    ///
    /// ```
    /// use talloc::{Ctx, Kept};
    ///
    /// talloc::node! { #[repr(C)] struct User<'t> as c"struct user" { name: talloc::Str<'t> } }
    ///
    /// let ctx = Ctx::new();
    /// # let from_c = ctx.build::<User>(|t| User { name: t.strdup_c(c"anna") }).into_raw();
    /// // SAFETY: 1. C made it by `talloc(ctx, struct user)`, with a name below it, and
    /// // left it to us.
    /// let user = unsafe { Kept::<User>::from_raw(from_c) }?;
    /// assert_eq!(user.get().name, "anna");
    /// # Ok::<(), talloc::Error>(())
    /// ```
    #[doc(alias = "talloc_get_type")]
    pub unsafe fn from_raw(ptr: *mut F::Of<'_>) -> Result<Self, Error> {
        // SAFETY: duty 1.
        unsafe { Node::from_raw(ptr) }.map(Node::keep)
    }

    /// Takes over a node that C did not name after its type, and leaves it to its parent.
    ///
    /// As [`Node::from_raw_renamed`], followed by [`Node::keep`].
    ///
    /// # Errors
    ///
    /// As [`Node::from_raw_renamed`].
    ///
    /// # Safety
    ///
    /// 1. The duties of [`Node::from_raw_renamed`].
    #[doc(alias = "talloc_zero_size")]
    pub unsafe fn from_raw_renamed(ptr: *mut F::Of<'_>) -> Result<Self, Error> {
        // SAFETY: duty 1.
        unsafe { Node::from_raw_renamed(ptr) }.map(Node::keep)
    }

    /// The pointer for C; C must not free it while this value is in use.
    #[inline]
    pub fn as_ptr(&self) -> *mut F::Of<'_> {
        self.node.ptr().as_ptr().cast()
    }
}

impl<F: Family> Release for Kept<'_, F> {
    #[inline]
    fn release(self) {
        // A refused free leaves it to its parent, which is safe: its fields go with it.
        let _ = roots::free(self.into_object()).map_err(Object::into_ptr);
    }
}
