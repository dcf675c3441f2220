//! [`SharedNode`]: an owner node with several owners.

use core::mem;

use crate::context::CtxRef;
use crate::error::{Error, OrRaise, Rejected};
use crate::node::{Family, Fields, Node, name_of};
use crate::object::Claim;

/// An owner node with several owners, each under a parent of its own choice: C's
/// `talloc_reference(conn, cfg)` for a struct with its strings.
///
/// Made by [`Node::share`]. The node, with all its fields, lives as long as one of its
/// handles. Each handle is an object below its parent; dropping it, or freeing its
/// parent, gives up this share and no other, in any order. It can be read only, until a
/// handle is alone ([`SharedNode::with_mut`], [`SharedNode::into_node`]).
///
/// [`talloc::SharedNode`](crate::SharedNode) is this type for a struct with any lifetime.
/// For values without fields of their own there is [`Shared`](crate::Shared), with the
/// same costs.
///
/// ```
/// use talloc::{Ctx, Str};
///
/// talloc::node! { struct Config<'t> { name: Str<'t> } }
///
/// let (server, connection) = (Ctx::new(), Ctx::new());
/// let config = server.build::<Config>(|t| Config { name: t.strdup_c(c"main") }).share(&server);
/// let theirs = config.clone_in(&connection);
/// drop(config);
/// drop(server);
/// assert_eq!(theirs.get().name, "main");
/// assert_eq!(theirs.owners(), 1);
/// ```
///
/// A forgotten handle keeps its share until its parent is freed. A share below the node
/// itself is never given up, and neither is the node then, as with `Rc`.
#[doc(alias = "talloc_reference")]
#[doc(alias = "talloc_unlink")]
#[must_use = "a share is given up when its handle is dropped; `keep` it for the parent"]
pub struct SharedNode<'p, F: Family> {
    claim: Claim<'p, Fields<F>>,
}

/// Several owners.
impl<F: Family> Node<'_, F> {
    /// Makes the node one with several owners; `ctx` holds the first share.
    ///
    /// # Panics
    ///
    /// Ends the process when memory is exhausted; see [`Node::try_share`].
    #[doc(alias = "talloc_reference")]
    pub fn share(self, ctx: &CtxRef) -> SharedNode<'_, F> {
        self.try_share(ctx).map_err(Error::from).or_raise()
    }

    /// Like [`Node::share`], returning the error with the node.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`].
    #[doc(alias = "talloc_reference")]
    pub fn try_share(self, ctx: &CtxRef) -> Result<SharedNode<'_, F>, Rejected<Self>> {
        match Claim::first(ctx, self.into_object()) {
            Ok(claim) => Ok(SharedNode { claim }),
            Err((error, node)) => Err(Rejected::new(error, Node::of(node))),
        }
    }
}

impl<'p, F: Family> SharedNode<'p, F> {
    /// The struct, to be read.
    #[inline]
    pub fn get(&self) -> &F::Of<'_> {
        self.claim.get().get()
    }

    /// One more handle for the node, with a share below `ctx`.
    ///
    /// # Panics
    ///
    /// Ends the process when memory is exhausted; see [`SharedNode::try_clone_in`].
    #[doc(alias = "talloc_reference")]
    #[doc(alias = "talloc_increase_ref_count")]
    pub fn clone_in<'q>(&self, ctx: &'q CtxRef) -> SharedNode<'q, F> {
        self.try_clone_in(ctx).or_raise()
    }

    /// Like [`SharedNode::clone_in`], returning exhausted memory as an error.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`]; there is no new share then.
    pub fn try_clone_in<'q>(&self, ctx: &'q CtxRef) -> Result<SharedNode<'q, F>, Error> {
        Ok(SharedNode { claim: self.claim.again(ctx)? })
    }

    /// How many owners the node has: handles, forgotten and kept ones included, and
    /// whoever refers to it in C.
    ///
    /// Walks the references of the node.
    #[doc(alias = "talloc_reference_count")]
    pub fn owners(&self) -> usize {
        self.claim.owners()
    }

    /// The struct, to be changed, and the context for new fields, if this handle is the
    /// node's only owner; else `None`, and `f` is not called. See [`Node::with_mut`].
    ///
    /// ```
    /// use talloc::{Ctx, Str};
    ///
    /// talloc::node! { struct Config<'t> { name: Str<'t> } }
    ///
    /// let ctx = Ctx::new();
    /// let mut one = ctx.build::<Config>(|t| Config { name: t.strdup_c(c"a") }).share(&ctx);
    /// let two = one.clone_in(&ctx);
    /// assert!(one.with_mut(|_, _| ()).is_none());
    /// drop(two);
    /// one.with_mut(|t, config| config.name.set(t, "b")).expect("one owner")?;
    /// assert_eq!(one.get().name, "b");
    /// # Ok::<(), talloc::Error>(())
    /// ```
    pub fn with_mut<'o, R>(
        &'o mut self,
        f: impl for<'t> FnOnce(&'t CtxRef, &'o mut F::Of<'t>) -> R,
    ) -> Option<R> {
        self.claim.get_mut().map(|fields| fields.with_mut(f))
    }

    /// Takes the node as one with one owner, below `to`, if this handle is the only
    /// owner.
    ///
    /// # Errors
    ///
    /// The handle, when the node has other owners.
    ///
    /// ```
    /// use talloc::{Ctx, Str};
    ///
    /// talloc::node! { struct Config<'t> { name: Str<'t> } }
    ///
    /// let (session, request) = (Ctx::new(), Ctx::new());
    /// let shared = request.build::<Config>(|t| Config { name: t.strdup_c(c"a") }).share(&request);
    /// let own = shared.into_node(&session).ok().expect("one owner");
    /// drop(request);
    /// assert_eq!(own.get().name, "a");
    /// ```
    pub fn into_node(self, to: &CtxRef) -> Result<Node<'_, F>, Self> {
        match self.claim.into_sole(to) {
            Ok(node) => Ok(Node::of(node.with_destructor())),
            Err(claim) => Err(SharedNode { claim }),
        }
    }

    /// Leaves this share to its parent, which gives it up when it is freed.
    ///
    /// ```
    /// use talloc::{Ctx, Str};
    ///
    /// talloc::node! { struct Config<'t> { name: Str<'t> } }
    ///
    /// let (server, connection) = (Ctx::new(), Ctx::new());
    /// let ours = server.build::<Config>(|t| Config { name: t.strdup_c(c"main") }).share(&server);
    /// let theirs: &Config<'_> = ours.clone_in(&connection).keep();
    /// assert_eq!((theirs.name.as_str(), ours.owners()), ("main", 2));
    /// drop(connection);
    /// assert_eq!(ours.owners(), 1);
    /// ```
    pub fn keep(self) -> &'p F::Of<'p> {
        self.claim.keep().get()
    }

    /// Moves this share under another parent.
    #[doc(alias = "talloc_steal")]
    #[doc(alias = "talloc_reparent")]
    pub fn steal<'q>(self, to: &'q CtxRef) -> SharedNode<'q, F> {
        SharedNode { claim: self.claim.steal(to) }
    }

    /// Whether two handles share one node.
    pub fn ptr_eq(&self, other: &SharedNode<'_, F>) -> bool {
        self.claim.object() == other.claim.object()
    }

    /// The node's pointer for C, which may read it while this handle lives and refer to
    /// it by `talloc_reference`.
    pub fn as_ptr(&self) -> *mut F::Of<'_> {
        self.claim.object().as_ptr().cast()
    }

    /// Takes a share in a node that C has made and goes on to own: C's
    /// `talloc_reference(ctx, ptr)`.
    ///
    /// # Errors
    ///
    /// [`Error::Null`]; [`Error::WrongType`] and [`Error::WrongSize`] as for
    /// [`Node::from_raw`]; [`Error::OutOfMemory`].
    ///
    /// # Safety
    ///
    /// 1. `ptr` must be null or a live talloc pointer of this thread, and if its name is
    ///    right, it must be aligned for the struct and hold a valid one, whose fields are
    ///    below it, and are none of [`talloc::tree`](crate::tree).
    /// 2. As long as there are handles for it, or references from them, nobody else may
    ///    change the struct or what is below it, nor have a `&mut` to it; and C may give up
    ///    its own shares, but not free the object otherwise, and after the last one of its
    ///    shares not use it.
    /// 3. A destructor of the object must be sound to run when the last owner goes.
    ///
    /// A struct with drop glue does not compile: C would not run it.
    ///
    /// ```
    /// use talloc::{Ctx, SharedNode};
    ///
    /// talloc::node! { #[repr(C)] struct User<'t> as c"struct user" { name: talloc::Str<'t> } }
    ///
    /// let (c, ctx) = (Ctx::new(), Ctx::new());
    /// # let from_c = c.build::<User>(|t| User { name: t.strdup_c(c"anna") }).into_raw();
    /// // SAFETY: 1. C's `struct user`, with its name below it. 2., 3. C does not change it,
    /// // and set no destructor.
    /// let user = unsafe { SharedNode::<User>::from_ptr_in(from_c, &ctx) }?;
    /// drop(c);
    /// assert_eq!(user.get().name, "anna");
    /// # Ok::<(), talloc::Error>(())
    /// ```
    #[doc(alias = "talloc_reference")]
    pub unsafe fn from_ptr_in(ptr: *mut F::Of<'_>, ctx: &'p CtxRef) -> Result<Self, Error> {
        const { assert!(!mem::needs_drop::<F::Of<'static>>(), "C does not run the drop glue") };
        // SAFETY: duties 1 to 3; it has no drop glue.
        let claim =
            unsafe { Claim::of_c(ptr.cast(), name_of::<F>(), size_of::<F::Of<'static>>(), ctx) }?;
        Ok(SharedNode { claim })
    }
}
