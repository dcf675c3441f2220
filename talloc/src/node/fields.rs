//! [`Fields`]: the struct of a node, in its chunk.

use core::marker::PhantomData;
use core::ptr::NonNull;

use crate::context::CtxRef;
use crate::node::Family;
use crate::object::Drops;
use crate::raw::{Chunk, Object, Owned};

/// The struct of a node, at the beginning of its chunk. `&Fields` is one to be read, `&mut
/// Fields` one to be changed, and an `Object` of it a node.
///
/// # Invariants
///
/// 1. It is that of a live chunk, as `chunk` says.
/// 2. There is a valid `F::Of<'x>`, where `'x` is the time until the chunk is freed. C does
///    not change it behind a borrow. If it has drop glue, the chunk's destructor runs it.
#[repr(C)]
pub(crate) struct Fields<F> {
    // The pointer that C gave stays as it is, also behind a reference.
    chunk: Chunk,
    // Invariant: a handle of one family never becomes one of another, so that what is
    // read, written and dropped is what was put in.
    _family: PhantomData<fn(F) -> F>,
}

impl<F: Family> Fields<F> {
    /// The node of a chunk with a struct in it.
    ///
    /// # Safety
    ///
    /// 1. The invariants must hold but for the destructor, and nothing else drops the struct.
    #[inline]
    pub(crate) unsafe fn complete(chunk: Owned<'_>) -> Object<'_, Self> {
        let place = chunk.into_ptr().cast::<F::Of<'_>>();
        // SAFETY: 1. duty 1. 2. the struct borrows from what is below its chunk, and that is
        // freed later. 1. duty 1, and with the destructor.
        unsafe {
            Drops::drop_when_freed(place);
            Object::from_ptr(place.cast())
        }
    }

    #[inline]
    pub(crate) fn get(&self) -> &F::Of<'_> {
        // SAFETY: invariant 2; borrowed no longer than `self`.
        F::shorten(unsafe { NonNull::from(self).cast::<F::Of<'_>>().as_ref() })
    }

    /// See [`Kept::with_mut`](crate::node::Kept::with_mut).
    #[inline]
    pub(crate) fn with_mut<'o, R>(
        &'o mut self,
        f: impl for<'t> FnOnce(&'t CtxRef, &'o mut F::Of<'t>) -> R,
    ) -> R {
        let this = NonNull::from(&mut *self);
        // Its name lies elsewhere: `f` may write to the struct.
        let ctx = CtxRef::of(&self.chunk);
        // SAFETY: invariant 2; borrowed exclusively for 'o. For the closure its lifetime is
        // an unknown one, so that it cannot rely on its length.
        f(ctx, unsafe { this.cast::<F::Of<'_>>().as_mut() })
    }
}
