//! References: objects that stand for one more owner of another.

use core::ffi::{c_char, c_int, c_void};

use crate::chunk::{Chunk, Destructor};
use crate::free::Refused;
use crate::functions::named;

/// What such an object has.
#[derive(Clone, Copy)]
pub(crate) struct Reference {
    pub(crate) next: Option<Chunk>,
    previous: Option<Chunk>,
    pub(crate) to: Chunk,
    pub(crate) location: *const c_char,
}

impl Chunk {
    /// What it has if it is a reference.
    pub(crate) fn as_reference(self) -> Option<Reference> {
        // SAFETY: that is what a reference has.
        self.is_reference().then(|| unsafe { self.object().cast::<Reference>().read() })
    }

    fn set_reference_content(self, content: Reference) {
        // SAFETY: there is room for it.
        unsafe { self.object().cast::<Reference>().write(content) };
    }

    /// The references to it, the newest first.
    pub(crate) fn references(self) -> impl Iterator<Item = (Chunk, Reference)> {
        let with = |chunk: Chunk| Some((chunk, chunk.as_reference()?));
        core::iter::successors(self.reference().and_then(with), move |(_, reference)| {
            reference.next.and_then(with)
        })
    }

    /// Makes `holder` one more owner; `None` when there is no memory.
    pub(crate) fn refer(self, holder: Option<Chunk>, location: *const c_char) -> Option<()> {
        let chunk = named(holder, size_of::<Reference>(), core::ptr::null())?;
        chunk.mark_as_reference();
        chunk.set_destructor(Destructor::Is(unlink));
        let next = self.reference();
        chunk.set_reference_content(Reference { next, previous: None, to: self, location });
        if let Some((next, content)) = self.references().next() {
            next.set_reference_content(Reference { previous: Some(chunk), ..content });
        }
        self.set_reference(Some(chunk));
        Some(())
    }

    /// Ends the newest reference that this holder has.
    pub(crate) fn unrefer(self, holder: Option<Chunk>) -> Result<(), Refused> {
        let mut references = self.references();
        let found = references.find(|(reference, _)| reference.known_parent() == holder);
        found.ok_or(Refused)?.0.free()
    }
}

/// # Safety
///
/// 1. `object` must be a live reference.
unsafe extern "C" fn unlink(object: *mut c_void) -> c_int {
    // SAFETY: duty 1.
    let reference = unsafe { Chunk::of(object) }.and_then(Chunk::as_reference);
    let Reference { next, previous, to, .. } = reference.expect("a reference");
    match previous.and_then(|chunk| Some((chunk, chunk.as_reference()?))) {
        Some((chunk, content)) => chunk.set_reference_content(Reference { next, ..content }),
        None => to.set_reference(next),
    }
    if let Some((chunk, content)) = next.and_then(|chunk| Some((chunk, chunk.as_reference()?))) {
        chunk.set_reference_content(Reference { previous, ..content });
    }
    0
}
