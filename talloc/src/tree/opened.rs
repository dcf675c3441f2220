//! [`Opened`]: a tree that has become a node of one thread.

use core::fmt;
use core::marker::PhantomData;
use core::ptr::NonNull;

use crate::context::CtxRef;
use crate::context::one_thread::one_thread;
use crate::error::{Error, OrRaise};
use crate::node::{self, Family, Fields, Member, Room, name_of};
use crate::process::roots;
use crate::raw::Object;
use crate::raw::align::Aligned;
use crate::tree::{Movable, Tree, TreeCtx, ctx};

/// The struct of a tree, as the struct of a node that stays on its thread.
///
/// Made by [`Tree::into_local`] of a tree that has moved enough, and by
/// [`CtxRef::build_tree`] of what never shall: so one function fills both. A
/// `Node<'_, Opened<'_, Config<'static>>>` can be stolen, be a field as `Kept<'t, Opened<'static,
/// Config<'static>>>`, and everything can be below it. Its fields are read by [`with`](Opened::with), and
/// changed by [`Node::tree_mut`](crate::node::Node::tree_mut).
///
/// ```
/// use std::rc::Rc;
///
/// use talloc::tree::{Opened, Str};
/// use talloc::{Ctx, CtxRef, Error, Node, TBox, Tree, TreeCtx};
///
/// talloc::node! { struct Config<'t> { address: Str<'t> } }
///
/// fn load<'t>(t: &TreeCtx<'t>) -> Result<Config<'t>, Error> {
///     Ok(Config { address: t.strdup("::1")? })
/// }
///
/// fn load_here(ctx: &CtxRef) -> Result<Node<'_, Opened<'_, Config<'static>>>, Error> {
///     ctx.try_build_tree::<Config>(load)
/// }
///
/// let ctx = Ctx::new();
/// let mut here = load_here(&ctx)?;
/// here.tree_mut(|t, config| config.address.set(t, "::2"))?;
/// assert!(here.get().with(|config| config.address == "::2"));
///
/// let moved = std::thread::spawn(|| Tree::<Config>::try_build(load)).join().unwrap()?;
/// let moved = moved.into_local().steal(&ctx);
/// TBox::keep(moved.as_ctx().alloc(Rc::new(7)));
/// # Ok::<(), Error>(())
/// ```
#[repr(transparent)]
pub struct Opened<'t, F: Family> {
    /// # Invariants
    ///
    /// In its chunk for good: nothing but this module makes one, and nothing gives it
    /// out but closures that are generic over its lifetime.
    fields: F::Of<'t>,
    _one_thread: PhantomData<*mut ()>,
}

one_thread!(['t, F: Family] Opened<'t, F>);

impl<F: Family> Opened<'_, F> {
    /// The struct, to be read: see [`Tree::with`]. Other threads may read it, too, in a
    /// scope.
    #[inline]
    pub fn with<R>(&self, f: impl for<'t> FnOnce(&F::Of<'t>) -> R) -> R {
        f(&self.fields)
    }
}

#[diagnostic::do_not_recommend]
impl<F: Family> Member for Opened<'_, F> {
    type Family = Opened<'static, F>;
}

#[diagnostic::do_not_recommend]
impl<F: Family> Family for Opened<'static, F> {
    type Of<'t> = Opened<'t, F>;

    const C_NAME: Option<&'static core::ffi::CStr> = F::C_NAME;

    fn shorten<'short, 'long: 'short>(node: &'short Opened<'long, F>) -> &'short Opened<'short, F> {
        // SAFETY: the same type but for a lifetime that nobody relies on: `with` takes
        // closures that work for any.
        unsafe { NonNull::from(node).cast().as_ref() }
    }
}

impl<F: Family> fmt::Debug for Opened<'_, F>
where
    for<'a> F::Of<'a>: fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.with(|fields| fields.fmt(f))
    }
}

/// As a tree of one thread.
impl<F: Family> Tree<F> {
    /// Makes the tree one of this thread, for good: a root as [`talloc::root`](crate::root)
    /// makes it, with which everything can be done that stays on a thread. One call at
    /// most, no copy.
    ///
    /// A struct without a C name gets one more name, that of `Opened<F>`, in reports and for
    /// [`Node::from_raw`](crate::node::Node::from_raw).
    pub fn into_local(self) -> node::Node<'static, Opened<'static, F>> {
        let root = roots::told(self.into_object());
        // SAFETY: 1. as it was. 2. a valid `Opened`, which the struct is but for its name; so is
        // the destructor.
        let mut node =
            unsafe { Object::<Fields<Opened<'static, F>>>::from_ptr(root.into_ptr().cast()) };
        if F::C_NAME.is_none() {
            node.name_mut().set(name_of::<Opened<'static, F>>());
        }
        node::Node::of(node)
    }
}

/// Nodes with the fields of [`talloc::tree`](crate::tree).
impl CtxRef {
    /// Builds what a [`Tree`] consists of as a node below this context, by the same
    /// function: see [`Opened`].
    ///
    /// # Panics
    ///
    /// As [`CtxRef::build`].
    #[doc(alias = "talloc_zero")]
    pub fn build_tree<F: Movable>(
        &self,
        f: impl for<'t> FnOnce(&TreeCtx<'t>) -> F::Of<'t>,
    ) -> node::Node<'_, Opened<'static, F>> {
        const { Aligned::<F::Of<'static>>::CHECK };
        self.try_build_tree_or::<F, Error>(|t| Ok(f(t))).or_raise()
    }

    /// Like [`CtxRef::build_tree`] for a closure that may fail: see [`Tree::try_build`].
    ///
    /// # Errors
    ///
    /// As [`CtxRef::try_build`].
    #[doc(alias = "talloc_zero")]
    pub fn try_build_tree<F: Movable>(
        &self,
        f: impl for<'t> FnOnce(&TreeCtx<'t>) -> Result<F::Of<'t>, Error>,
    ) -> Result<node::Node<'_, Opened<'static, F>>, Error> {
        const { Aligned::<F::Of<'static>>::CHECK };
        self.try_build_tree_or(f)
    }

    /// Like [`CtxRef::try_build_tree`], with an error type of your own.
    ///
    /// # Errors
    ///
    /// As [`CtxRef::try_build_or`].
    #[doc(alias = "talloc_zero")]
    pub fn try_build_tree_or<F: Movable, E: From<Error>>(
        &self,
        f: impl for<'t> FnOnce(&TreeCtx<'t>) -> Result<F::Of<'t>, E>,
    ) -> Result<node::Node<'_, Opened<'static, F>>, E> {
        const { Aligned::<F::Of<'static>>::CHECK };
        ctx::fill(Room::below(self)?, |t| Ok(Opened { fields: f(t)?, _one_thread: PhantomData }))
    }
}

/// Nodes that were trees.
impl<F: Family> node::Node<'_, Opened<'static, F>> {
    /// The struct, to be changed, and the context for new fields: see [`Tree::with_mut`].
    #[inline]
    pub fn tree_mut<R>(&mut self, f: impl for<'t> FnOnce(&TreeCtx<'t>, &mut F::Of<'t>) -> R) -> R {
        ctx::with_mut(self.fields_mut(), |t, opened| f(t, &mut opened.fields))
    }
}

/// Nodes that were trees.
impl<F: Family> node::Kept<'_, Opened<'static, F>> {
    /// The struct, to be changed, and the context for new fields: see [`Tree::with_mut`].
    #[inline]
    pub fn tree_mut<R>(&mut self, f: impl for<'t> FnOnce(&TreeCtx<'t>, &mut F::Of<'t>) -> R) -> R {
        ctx::with_mut(self.fields_mut(), |t, opened| f(t, &mut opened.fields))
    }
}
