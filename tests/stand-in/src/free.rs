//! Frees.

use crate::chunk::{Chunk, Destructor};
use crate::limit;
use crate::process::first_free;

/// It is still there: its destructor refused, or others refer to it.
pub(crate) struct Refused;

impl Chunk {
    /// Frees it, unless it refuses. Of one that is referred to it takes the newest reference, and
    /// frees it only if that came from below itself.
    pub(crate) fn free(self) -> Result<(), Refused> {
        first_free();
        if let Some(reference) = self.reference() {
            let comes_from_below = reference.is_below(self);
            let _ = reference.free();
            return if comes_from_below { self.free() } else { Err(Refused) };
        }
        if self.is_busy() {
            return Ok(());
        }
        self.destruct()?;
        self.unlink();
        self.set_is_busy(true);
        self.free_children();
        limit::freed(self);
        self.release();
        Ok(())
    }

    fn destruct(self) -> Result<(), Refused> {
        match self.destructor() {
            Destructor::None => return Ok(()),
            Destructor::Running => return Err(Refused),
            Destructor::Is(function) => {
                self.set_destructor(Destructor::Running);
                // SAFETY: who has set it has promised that.
                if unsafe { function(self.object()) } == -1 {
                    // Unless it has set another one.
                    if let Destructor::Running = self.destructor() {
                        self.set_destructor(Destructor::Is(function));
                    }
                    return Err(Refused);
                }
            }
        }
        self.set_destructor(Destructor::None);
        Ok(())
    }

    /// Frees the children, those included that are made meanwhile. What refuses goes to whom it is
    /// referred from, else to the next parent.
    pub(crate) fn free_children(self) {
        while let Some(child) = self.newest() {
            let holder = child.reference().and_then(Chunk::known_parent);
            // A destructor may have moved it.
            if child.free().is_err() && child.known_parent() == Some(self) {
                child.steal(holder.or_else(|| self.known_parent()));
            }
        }
    }

    /// The same, but the child that its name lies in stays.
    pub(crate) fn free_all_but_name(self) {
        let name = self.children().find(|child| child.object().cast_const().cast() == self.name());
        if let Some(name) = name {
            name.unlink();
        }
        self.free_children();
        if let Some(name) = name {
            name.link(self);
        }
    }
}
