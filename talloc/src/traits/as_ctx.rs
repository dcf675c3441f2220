//! [`AsCtx`]: every object of a tree is a context.

use crate::context::{Ctx, CtxRef};
use crate::node::field::{Array, NoDrop, Str, StrList};
use crate::node::{Family, Kept, Node, Pooled};
use crate::object::{Guarded, TBox};
use crate::string::TString;

/// What is a context: all owners and fields that have a chunk of their own.
///
/// For code that takes any of them. What is allocated below an object borrows it: in
/// the meantime it can be read, but not changed, resized, moved, stolen or freed. What is
/// still there later, since it was kept or leaked, stays attached when the object moves,
/// and goes with it.
///
/// ```
/// use talloc::{AsCtx, Ctx, CtxRef};
///
/// fn blocks(objects: &[&dyn AsCtx]) -> usize {
///     objects.iter().map(|object| object.as_ctx().total_blocks()).sum()
/// }
///
/// let ctx = Ctx::new();
/// let (number, text) = (ctx.alloc(1), ctx.strdup("text")?);
/// let _below: &CtxRef = text.as_ctx().new_child().leak();
/// assert_eq!(blocks(&[&number, &text, &ctx]), 1 + 2 + 4);
/// # Ok::<(), talloc::Error>(())
/// ```
///
/// Where this trait is in scope, `b.as_ctx()` is that of the box, as is
/// [`TBox::as_ctx`]`(&b)` without it.
///
/// [`Shared`](crate::Shared) and [`SharedNode`](crate::SharedNode) are none: the object
/// is below whichever owner goes last, so another handle could steal it below what was
/// allocated under it through this one. A secret is none either: where it has no room, it
/// moves to a new chunk, and all that was below the old one would be freed. A
/// [`BlobBuf`](crate::BlobBuf) may have no chunk. Their parent does instead.
///
/// The trait may be implemented for your own types, by the context of one of their fields.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no context",
    note = "`Shared`, `SharedNode`, `BlobBuf` and secrets are none; allocate below their parent"
)]
pub trait AsCtx {
    /// The object as a context, to allocate below it for as long as it is borrowed.
    fn as_ctx(&self) -> &CtxRef;
}

impl AsCtx for CtxRef {
    #[inline]
    fn as_ctx(&self) -> &CtxRef {
        self
    }
}

impl AsCtx for Ctx<'_> {
    #[inline]
    fn as_ctx(&self) -> &CtxRef {
        self
    }
}

impl<T: AsCtx + ?Sized> AsCtx for &T {
    #[inline]
    fn as_ctx(&self) -> &CtxRef {
        (**self).as_ctx()
    }
}

impl<T: ?Sized> AsCtx for TBox<'_, T> {
    #[inline]
    fn as_ctx(&self) -> &CtxRef {
        TBox::as_ctx(self)
    }
}

impl<T: 'static> AsCtx for Guarded<'_, T> {
    #[inline]
    fn as_ctx(&self) -> &CtxRef {
        Guarded::as_ctx(self)
    }
}

impl<F: Family> AsCtx for Node<'_, F> {
    #[inline]
    fn as_ctx(&self) -> &CtxRef {
        self.as_ctx()
    }
}

impl<F: Family> AsCtx for Kept<'_, F> {
    #[inline]
    fn as_ctx(&self) -> &CtxRef {
        self.as_ctx()
    }
}

/// The context that it builds on.
impl AsCtx for Pooled<'_> {
    #[inline]
    fn as_ctx(&self) -> &CtxRef {
        self.ctx
    }
}

impl AsCtx for TString<'_> {
    #[inline]
    fn as_ctx(&self) -> &CtxRef {
        CtxRef::of(self.as_chunk())
    }
}

impl AsCtx for Str<'_> {
    #[inline]
    fn as_ctx(&self) -> &CtxRef {
        CtxRef::of(self.as_chunk())
    }
}

impl<T: NoDrop> AsCtx for Array<'_, T> {
    #[inline]
    fn as_ctx(&self) -> &CtxRef {
        CtxRef::of(self.as_chunk())
    }
}

impl AsCtx for StrList<'_> {
    #[inline]
    fn as_ctx(&self) -> &CtxRef {
        CtxRef::of(self.as_chunk())
    }
}
