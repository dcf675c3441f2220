//! [`Kept`]: a node within a tree.

use crate::node::{self, Family, Fields};
use crate::raw::Object;
use crate::tree::below::Below;
use crate::tree::{TreeCtx, ctx};

/// A node of a tree that moves between threads, as a field of another: C's `struct foo *`.
///
/// Made by [`TreeCtx::build`] and [`TreeCtx::attach`]. The only way to the node, which goes
/// with its parent, or by [`free`](Kept::free). `Option<Kept<…>>` is a pointer that may be
/// `NULL`. The other struct is named with `'static`: "`Peer` of any lifetime".
///
/// It is `Send` and `Sync` if its struct is.
///
/// ```
/// use talloc::Tree;
/// use talloc::tree::{Kept, Str};
///
/// talloc::node! { struct Peer<'t> { name: Str<'t> } }
/// talloc::node! { struct Session<'t> { peer: Option<Kept<'t, Peer<'static>>> } }
///
/// let mut session = Tree::<Session>::build(|t| Session {
///     peer: Some(t.build(|p| Peer { name: p.strdup_c(c"bob") })),
/// });
/// session.with_mut(|t, session| {
///     let peer = session.peer.as_mut().unwrap();
///     peer.with_mut(t, |p, peer| peer.name.set(p, "anna"))
/// })?;
/// session.with(|session| assert_eq!(session.peer.as_ref().unwrap().get().name, "anna"));
/// session.with_mut(|t, session| session.peer.take().unwrap().free(t));
/// assert_eq!(session.total_blocks(), 1);
/// # Ok::<(), talloc::Error>(())
/// ```
#[repr(transparent)]
pub struct Kept<'t, F: Family> {
    /// # Invariants
    ///
    /// Its parent is the node of a movable tree that `'t` stands for, or lies below that.
    inner: node::Kept<'t, F>,
}

// SAFETY: it leads to its struct and no further without a `TreeCtx`, as a `&'t mut F::Of<'_>`.
unsafe impl<F: Family> Send for Kept<'_, F> where for<'u> F::Of<'u>: Send {}
// SAFETY: as for `Send`.
unsafe impl<F: Family> Sync for Kept<'_, F> where for<'u> F::Of<'u>: Sync {}

impl<'t, F: Family> Kept<'t, F> {
    #[inline]
    pub(super) fn of(node: Below<'t, Object<'t, Fields<F>>>) -> Self {
        Kept { inner: node::Kept::of(node.into_inner()) }
    }

    /// The struct, to be read.
    #[inline]
    pub fn get(&self) -> &F::Of<'_> {
        self.inner.get()
    }

    /// The struct, to be changed, and the context for new fields: see
    /// [`Tree::with_mut`](crate::tree::Tree::with_mut).
    #[inline]
    pub fn with_mut<R>(
        &mut self,
        t: &TreeCtx<'t>,
        f: impl for<'u> FnOnce(&TreeCtx<'u>, &mut F::Of<'u>) -> R,
    ) -> R {
        let _this_thread_has_the_tree: &TreeCtx<'t> = t;
        ctx::with_mut(self.inner.fields_mut(), f)
    }

    /// Frees the node and its fields now instead of with its parent.
    #[doc(alias = "talloc_free")]
    #[inline]
    pub fn free(self, t: &TreeCtx<'t>) {
        let _this_thread_has_the_tree: &TreeCtx<'t> = t;
        self.inner.free();
    }
}
