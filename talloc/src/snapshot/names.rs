//! [`Names`]: names, each stored once.

use std::collections::TryReserveError;

/// Different names, numbered from 0 in the order of their arrival.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    bytes: Vec<u8>,
    /// Where each name ends in `bytes`, without what is beyond 32 bits.
    ends: Vec<u32>,
    /// The names that end beyond one more 4 GiB than those before them.
    turns: Vec<u32>,
}

impl Names {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The text of a name.
    pub(super) fn get(&self, id: u32) -> &[u8] {
        let start = id.checked_sub(1).map_or(0, |before| self.end(before));
        &self.bytes[start..self.end(id)]
    }

    fn end(&self, id: u32) -> usize {
        let turns = self.turns.partition_point(|turn| *turn <= id) as u64;
        (turns << 32 | u64::from(self.ends[id as usize])) as usize
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
        let end = self.bytes.len() as u64 + name.len() as u64;
        let turns = (end >> 32) as usize;
        self.turns.try_reserve(turns - self.turns.len())?;
        self.turns.resize(turns, id);
        self.bytes.extend_from_slice(name);
        self.ends.push(end as u32);
        Ok(id)
    }

    /// No name is added any more.
    pub(super) fn shrink_to_fit(&mut self) {
        self.bytes.shrink_to_fit();
        self.ends.shrink_to_fit();
    }
}
