//! Names, each stored once.

use std::collections::TryReserveError;
use std::hash::{BuildHasher, RandomState};

/// Names, each stored once, numbered from 0 in the order of their arrival.
///
/// Snapshots are made of text from elsewhere, too: the hash is keyed, so that
/// nobody can choose names that collide.
#[derive(Clone)]
pub(crate) struct Names {
    bytes: Vec<u8>,
    /// Where each name ends in `bytes`.
    ends: Vec<usize>,
    hashes: Vec<u32>,
    /// # Invariants
    ///
    /// Open addressing: 0 is a free slot, all else is the number of a name, plus 1.
    /// Empty, or a power of two with a free slot left.
    slots: Vec<u32>,
    hasher: RandomState,
}

impl Names {
    pub(crate) fn new() -> Self {
        Names {
            bytes: Vec::new(),
            ends: Vec::new(),
            hashes: Vec::new(),
            slots: Vec::new(),
            hasher: RandomState::new(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The text of a name.
    pub(crate) fn get(&self, id: u32) -> &[u8] {
        let id = id as usize;
        let start = if id == 0 { 0 } else { self.ends[id - 1] };
        &self.bytes[start..self.ends[id]]
    }

    /// The number of a name, if it is known.
    pub(crate) fn find(&self, name: &[u8]) -> Option<u32> {
        if self.slots.is_empty() {
            return None;
        }
        self.probe(name, self.hash(name)).ok()
    }

    /// The number of a name, which is added if it is new.
    pub(crate) fn intern(&mut self, name: &[u8]) -> Result<u32, TryReserveError> {
        self.grow_table()?;
        let hash = self.hash(name);
        let slot = match self.probe(name, hash) {
            Ok(id) => return Ok(id),
            Err(slot) => slot,
        };
        self.bytes.try_reserve(name.len())?;
        self.ends.try_reserve(1)?;
        self.hashes.try_reserve(1)?;
        let id = self.ends.len() as u32;
        self.bytes.extend_from_slice(name);
        self.ends.push(self.bytes.len());
        self.hashes.push(hash);
        self.slots[slot] = id + 1;
        Ok(id)
    }

    /// No name is added any more.
    pub(crate) fn finish(&mut self) {
        self.bytes.shrink_to_fit();
        self.ends.shrink_to_fit();
        self.hashes.shrink_to_fit();
    }

    fn hash(&self, name: &[u8]) -> u32 {
        self.hasher.hash_one(name) as u32
    }

    /// The name, or the free slot for it.
    fn probe(&self, name: &[u8], hash: u32) -> Result<u32, usize> {
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        loop {
            let Some(id) = self.slots[slot].checked_sub(1) else { return Err(slot) };
            if self.hashes[id as usize] == hash && self.get(id) == name {
                return Ok(id);
            }
            slot = (slot + 1) & mask;
        }
    }

    /// Makes room for one more name, with at most half of the slots in use.
    fn grow_table(&mut self) -> Result<(), TryReserveError> {
        if self.ends.len() * 2 < self.slots.len() {
            return Ok(());
        }
        let size = (self.slots.len() * 2).max(64);
        let mut slots = Vec::new();
        slots.try_reserve_exact(size)?;
        slots.resize(size, 0);
        for (id, hash) in self.hashes.iter().enumerate() {
            let mut slot = *hash as usize & (size - 1);
            while slots[slot] != 0 {
                slot = (slot + 1) & (size - 1);
            }
            slots[slot] = id as u32 + 1;
        }
        self.slots = slots;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_has_one_number() {
        let mut names = Names::new();
        assert_eq!(names.find(b"x"), None);
        for _ in 0..2 {
            for i in 0..1000_u32 {
                assert_eq!(names.intern(format!("name {i}").as_bytes()), Ok(i));
            }
        }
        assert_eq!(names.intern(b""), Ok(1000));
        assert_eq!(names.len(), 1001);
        for i in 0..1000_u32 {
            let text = format!("name {i}");
            assert_eq!(names.find(text.as_bytes()), Some(i));
            assert_eq!(names.get(i), text.as_bytes());
        }
        assert_eq!((names.find(b""), names.get(1000)), (Some(1000), &b""[..]));
        assert_eq!(names.find(b"name"), None);
    }
}
