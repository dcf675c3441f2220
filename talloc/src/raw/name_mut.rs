//! [`NameMut`]: the name of a chunk, to be changed.

use crate::name::Name;
use crate::raw;
use crate::raw::Chunk;

/// The name of a chunk that is owned.
///
/// # Invariants
///
/// The owner is borrowed exclusively, so that nobody holds the old name. (The struct of a node
/// may: that text stays as long as the node.)
pub(crate) struct NameMut<'a> {
    pub(super) chunk: &'a Chunk,
}

impl NameMut<'_> {
    #[inline]
    pub(crate) fn set(&mut self, name: Name) {
        // SAFETY: 1. live. 2. a `Name` is static.
        unsafe { raw::set_name(self.chunk.ptr(), name.as_ptr()) }
    }

    /// Sets it to a copy of `text`, in a child called `.name`. `false` when there is no memory.
    pub(crate) fn set_copy(&mut self, text: &[u8]) -> bool {
        let Some(copy) = self.chunk.alloc_text(text, Name::new(c".name")) else { return false };
        let copy = copy.into_ptr();
        // SAFETY: 1. live. 2. a NUL ends the text, which goes with the chunk: nothing in Rust
        // leads to it, and talloc_free_children spares it (fact 8).
        unsafe { raw::set_name(self.chunk.ptr(), copy.cast().as_ptr()) };
        true
    }
}
