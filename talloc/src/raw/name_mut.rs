//! [`NameMut`]: the name of a chunk, to be changed. [`Renaming`]: another one for a while.

use core::ffi::{CStr, c_char};

use talloc_sys as sys;

use crate::name::Name;
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
        // SAFETY: live; a `Name` is static.
        unsafe { sys::talloc_set_name_const(self.chunk.ptr().as_ptr(), name.as_ptr()) }
    }

    /// Sets it to what the chunk itself begins with.
    ///
    /// # Safety
    ///
    /// 1. That must be text with a NUL as long as the chunk is called so.
    #[inline]
    pub(crate) unsafe fn set_content(&mut self) {
        let chunk = self.chunk.ptr().as_ptr();
        // SAFETY: live; duty 1.
        unsafe { sys::talloc_set_name_const(chunk, chunk.cast()) }
    }

    /// Sets it to a copy of `text`, in a child called `.name`. `false` when there is no memory.
    pub(crate) fn set_copy(&mut self, text: &[u8]) -> bool {
        let Some(copy) = self.chunk.alloc_text(text, Name::new(c".name")) else { return false };
        let (chunk, copy) = (self.chunk.ptr().as_ptr(), copy.into_ptr());
        // SAFETY: live; a NUL ends the text, which goes with the chunk: nothing in Rust
        // leads to it, and talloc_free_children spares it (fact 8).
        unsafe { sys::talloc_set_name_const(chunk, copy.cast().as_ptr()) };
        true
    }
}

/// A chunk that may have another name while this lives, and has its own again when it goes.
pub(super) struct Renaming<'a> {
    chunk: &'a Chunk,
    own: *const c_char,
}

impl<'a> Renaming<'a> {
    pub(super) fn of(chunk: &'a Chunk) -> Self {
        Renaming { chunk, own: chunk.name_ptr() }
    }

    pub(super) fn set(&self, name: &'a CStr) {
        // SAFETY: live; the name outlives this, which replaces it.
        unsafe { sys::talloc_set_name_const(self.chunk.ptr().as_ptr(), name.as_ptr()) };
    }
}

impl Drop for Renaming<'_> {
    fn drop(&mut self) {
        // SAFETY: live; the name is what it was.
        unsafe { sys::talloc_set_name_const(self.chunk.ptr().as_ptr(), self.own) };
    }
}
