//! [`TreeCtx`]: the right to change how a tree is allocated.

use core::fmt;
use core::marker::PhantomData;
use core::ptr::NonNull;

use crate::context::CtxRef;
use crate::node::{Family, Fields, Node, Room};

/// A node of a [`Tree`](crate::Tree) as a context: what its fields are allocated on.
///
/// Only the closures of [`Tree::build`](crate::tree::Tree::build),
/// [`Tree::with_mut`](crate::tree::Tree::with_mut) and their relatives get one, while this thread
/// has the tree to itself. `'t` stands for the node: its fields have the same one, so that
/// a field of another node is refused. It cannot be kept, nor sent to another thread.
///
/// It does what a [`CtxRef`] does, as far as that fits what moves between threads. For
/// the rest, a tree is opened for good by [`Tree::into_local`](crate::tree::Tree::into_local).
///
/// ```
/// use talloc::tree::Str;
/// use talloc::{Error, Tree, TreeCtx};
///
/// talloc::node! { struct User<'t> { name: Str<'t>, shell: &'t str } }
///
/// fn user<'t>(t: &TreeCtx<'t>, name: &str) -> Result<User<'t>, Error> {
///     Ok(User { name: t.strdup(name)?, shell: t.alloc_str("/bin/sh") })
/// }
///
/// let anna = Tree::<User>::try_build(|t| user(t, "anna"))?;
/// assert!(anna.with(|anna| anna.name == "anna" && anna.shell == "/bin/sh"));
/// # Ok::<(), Error>(())
/// ```
#[repr(transparent)]
pub struct TreeCtx<'t> {
    /// # Invariants
    ///
    /// The chunk of a node that lives for `'t`. While there is a reference to this, no
    /// other thread touches a header of the tree. `'t` is the lifetime of a closure that
    /// is generic over it, and the fields of that node alone have it.
    ctx: CtxRef,
    // Invariant: one node's lifetime is never taken for another's.
    _brand: PhantomData<fn(&'t ()) -> &'t ()>,
}

/// Puts the fields of a node of a movable tree in their place.
#[inline]
pub(super) fn fill<'p, F: Family, E>(
    room: Room<'p, F>,
    f: impl for<'t> FnOnce(&TreeCtx<'t>) -> Result<F::Of<'t>, E>,
) -> Result<Node<'p, F>, E> {
    room.fill(|ctx| f(TreeCtx::of(ctx)))
}

/// Calls `f` with the struct of a node and the right to its tree.
#[inline]
pub(super) fn with_mut<F: Family, R>(
    node: &mut Fields<F>,
    f: impl for<'t> FnOnce(&TreeCtx<'t>, &mut F::Of<'t>) -> R,
) -> R {
    node.with_mut(|ctx, fields| f(TreeCtx::of(ctx), fields))
}

impl<'t> TreeCtx<'t> {
    /// Not for others than the two functions above: they have `'t` from a closure that is
    /// generic over it.
    #[inline]
    fn of(ctx: &'t CtxRef) -> &'t TreeCtx<'t> {
        // SAFETY: `TreeCtx` is a transparent `CtxRef`.
        unsafe { NonNull::from(ctx).cast::<TreeCtx<'t>>().as_ref() }
    }

    /// The node as a context for this thread. What is made on it must fit the tree.
    #[inline]
    pub(super) fn local(&self) -> &'t CtxRef {
        // SAFETY: the node lives for 't, and this thread has the tree to itself.
        unsafe { NonNull::from(&self.ctx).as_ref() }
    }
}

impl fmt::Debug for TreeCtx<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TreeCtx").field(&self.local()).finish()
    }
}
