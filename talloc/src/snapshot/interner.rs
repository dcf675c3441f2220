//! [`Interner`]: names that are still added, each stored once.

use std::collections::TryReserveError;
use std::hash::{BuildHasher, Hasher, RandomState};

use super::NONE;
use super::names::Names;

/// Names, and how to find out whether one is there already.
pub(super) struct Interner {
    names: Names,
    table: Table,
    /// Some that came more than once, by what [`spread`] makes of them: most entries have one of a
    /// few names.
    frequent: [u32; 256],
}

impl Interner {
    pub(super) fn new() -> Self {
        Interner { names: Names::default(), table: Table::new(), frequent: [NONE; 256] }
    }

    pub(super) fn names(&self) -> &Names {
        &self.names
    }

    /// The number of a name, which is added if it is new.
    pub(super) fn intern(&mut self, name: &[u8]) -> Result<u32, TryReserveError> {
        let frequent = &mut self.frequent[spread(name)];
        if *frequent != NONE && self.names.get(*frequent) == name {
            return Ok(*frequent);
        }
        let hash = self.table.hash(name);
        if let Some(id) = self.table.find(hash, |id| self.names.get(id) == name) {
            *frequent = id;
            return Ok(id);
        }
        self.table.try_reserve()?;
        let id = self.names.add(name)?;
        self.table.add(hash, id);
        Ok(id)
    }

    /// No name is added any more.
    pub(super) fn finish(self) -> Names {
        let Interner { mut names, table, .. } = self;
        drop(table);
        names.shrink_to_fit();
        names
    }
}

/// A number below 256 that names which are alike at their end seldom share.
fn spread(name: &[u8]) -> usize {
    let end = match name.last_chunk() {
        Some(end) => u64::from_le_bytes(*end),
        None => name.iter().fold(0, |end, byte| end << 8 | u64::from(*byte)),
    };
    let mixed = (end ^ name.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 56) as usize
}

/// The numbers of names, by their hashes.
///
/// Snapshots are made of text from elsewhere, too: the hash is keyed, so that
/// nobody can choose names that collide.
pub(super) struct Table {
    /// # Invariants
    ///
    /// Open addressing: the name [`NONE`] is a free slot.
    /// Empty, or a power of two with a free slot left.
    slots: Vec<Slot>,
    used: usize,
    hasher: RandomState,
}

#[derive(Clone, Copy)]
struct Slot {
    hash: u32,
    id: u32,
}

impl Table {
    pub(super) fn new() -> Self {
        Table { slots: Vec::new(), used: 0, hasher: RandomState::new() }
    }

    pub(super) fn hash(&self, name: &[u8]) -> u32 {
        let mut hasher = self.hasher.build_hasher();
        hasher.write(name);
        hasher.finish() as u32
    }

    /// The name with this hash that `is_wanted`.
    pub(super) fn find(&self, hash: u32, is_wanted: impl Fn(u32) -> bool) -> Option<u32> {
        let mask = self.slots.len().wrapping_sub(1);
        let mut at = hash as usize & mask;
        while let Some(slot) = self.slots.get(at).filter(|slot| slot.id != NONE) {
            if slot.hash == hash && is_wanted(slot.id) {
                return Some(slot.id);
            }
            at = (at + 1) & mask;
        }
        None
    }

    /// Makes room for one more name, with at most three of four slots in use.
    pub(super) fn try_reserve(&mut self) -> Result<(), TryReserveError> {
        if (self.used + 1) * 4 <= self.slots.len() * 3 {
            return Ok(());
        }
        let size = (self.slots.len() * 2).max(64);
        let mut slots = Vec::new();
        slots.try_reserve_exact(size)?;
        slots.resize(size, Slot { hash: 0, id: NONE });
        let all = core::mem::replace(&mut self.slots, slots);
        for slot in all.into_iter().filter(|slot| slot.id != NONE) {
            self.put(slot);
        }
        Ok(())
    }

    /// Adds a name that is not there yet, for which there is room.
    pub(super) fn add(&mut self, hash: u32, id: u32) {
        self.put(Slot { hash, id });
        self.used += 1;
    }

    fn put(&mut self, slot: Slot) {
        let mask = self.slots.len() - 1;
        let mut at = slot.hash as usize & mask;
        while self.slots[at].id != NONE {
            at = (at + 1) & mask;
        }
        self.slots[at] = slot;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_has_one_number() {
        let mut names = Interner::new();
        assert_eq!(names.names().find(b"x"), None);
        for _ in 0..3 {
            for i in 0..1000_u32 {
                assert_eq!(names.intern(format!("name {i}").as_bytes()), Ok(i));
            }
        }
        assert_eq!(names.intern(b""), Ok(1000));
        let names = names.finish();
        assert_eq!(names.len(), 1001);
        for i in 0..1000_u32 {
            let text = format!("name {i}");
            assert_eq!(names.find(text.as_bytes()), Some(i));
            assert_eq!(names.get(i), text.as_bytes());
        }
        assert_eq!((names.find(b""), names.get(1000)), (Some(1000), &b""[..]));
        assert_eq!(names.find(b"name"), None);
    }

    #[test]
    fn what_has_the_same_place_is_told_apart() {
        let mut names = Interner::new();
        let [one, other] = ["one", "other"].map(|start| format!("{start} with the same end"));
        let one_more = "sum with the same end";
        assert_eq!(spread(one.as_bytes()), spread(one_more.as_bytes()));
        for _ in 0..3 {
            for (id, name) in [&one, &other, one_more].into_iter().enumerate() {
                assert_eq!(names.intern(name.as_bytes()), Ok(id as u32));
            }
        }
    }
}
