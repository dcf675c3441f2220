//! Where the chunks of an arena come from.

use core::alloc::Layout;
use core::ptr::NonNull;

use bump_scope::alloc::{AllocError, Allocator};

use crate::integrations::block::Held;
use crate::name::Name;
use crate::raw::Parent;

const NAME: Name = Name::new(c"talloc::Arena");

/// A context that is there as long as this, or none.
#[derive(Clone, Copy)]
pub(super) struct Memory(Parent<'static>);

impl Memory {
    /// Without a parent, the process must be ready for roots.
    pub(super) fn of(parent: Parent<'static>) -> Self {
        Memory(parent)
    }
}

// SAFETY: the duties of the trait, as for `&CtxRef`: a block is a chunk below the context, or a
// root, which stays where it is until it is deallocated; a copy is the same context.
unsafe impl Allocator for Memory {
    #[inline]
    fn allocate(&self, layout: Layout) -> Result<NonNull<[u8]>, AllocError> {
        let held = Held::make(layout, |size| self.0.alloc(size, NAME));
        held.and_then(Held::into_block).ok_or(AllocError)
    }

    #[inline]
    unsafe fn deallocate(&self, ptr: NonNull<u8>, layout: Layout) {
        // A refused free leaves it to the context.
        // SAFETY: 1. the caller's duties.
        drop(unsafe { Held::new(ptr, layout) });
    }
}
