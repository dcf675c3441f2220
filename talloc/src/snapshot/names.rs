//! [`Names`]: names, each stored once.

use std::collections::TryReserveError;

/// Different names, numbered from 0 in the order of their arrival.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    bytes: Vec<u8>,
    /// Where each name ends in `bytes`.
    ends: Vec<usize>,
}

impl Names {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The text of a name.
    pub(super) fn get(&self, id: u32) -> &[u8] {
        let id = id as usize;
        let start = if id == 0 { 0 } else { self.ends[id - 1] };
        &self.bytes[start..self.ends[id]]
    }

    /// The number of a name, if it is known. Looks at all of them.
    pub(super) fn find(&self, name: &[u8]) -> Option<u32> {
        (0..self.len() as u32).find(|id| self.get(*id) == name)
    }

    /// Adds a name that is not there yet.
    pub(super) fn add(&mut self, name: &[u8]) -> Result<u32, TryReserveError> {
        self.bytes.try_reserve(name.len())?;
        self.ends.try_reserve(1)?;
        let id = self.ends.len() as u32;
        self.bytes.extend_from_slice(name);
        self.ends.push(self.bytes.len());
        Ok(id)
    }

    /// No name is added any more.
    pub(super) fn shrink_to_fit(&mut self) {
        self.bytes.shrink_to_fit();
        self.ends.shrink_to_fit();
    }
}
