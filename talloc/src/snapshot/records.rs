//! [`Records`]: the entries of a snapshot, in few bytes each.

use std::collections::TryReserveError;

use super::NONE;

/// The entries, in preorder. What most of them lack is in lists of its own.
#[derive(Debug, Clone, Default)]
pub(super) struct Records {
    list: Vec<Record>,
    /// The number of references that are held on an entry, where there are any.
    references: Sparse<u32>,
    /// The texts of strings, by the numbers of their names.
    texts: Sparse<u32>,
    /// The blocks of an entry with all below it, where not all of these are entries.
    blocks: Sparse<u64>,
    /// Empty if none is known.
    addresses: Vec<u64>,
    /// The sizes where their sum is beyond all numbers: own and total.
    wide: Vec<(u64, u64)>,
    /// The sum of all sizes.
    sum: u64,
}

/// While entries are pushed, `parent` and `end` are the halves of the blocks that were given, and
/// `size` is what was given.
#[derive(Debug, Clone, Copy)]
struct Record {
    name: u32,
    parent: u32,
    /// The number behind the last record of the subtree.
    end: u32,
    /// With the flags below.
    depth: u32,
    /// The sum of the sizes of all entries before this one.
    size: u64,
}

const REFERENCE: u32 = 1 << 31;
const MAX_DEPTH: u32 = REFERENCE - 1;

/// Values that few entries have, by the numbers of these.
#[derive(Debug, Clone)]
struct Sparse<T>(Vec<(u32, T)>);

impl<T> Default for Sparse<T> {
    fn default() -> Self {
        Sparse(Vec::new())
    }
}

impl<T: Copy> Sparse<T> {
    fn get(&self, index: u32) -> Option<T> {
        if self.0.is_empty() {
            return None;
        }
        let at = self.0.binary_search_by_key(&index, |pair| pair.0).ok()?;
        Some(self.0[at].1)
    }

    /// Of the last entry.
    fn set_last(&mut self, index: u32, value: T) -> Result<(), TryReserveError> {
        match self.0.last_mut() {
            Some(last) if last.0 == index => last.1 = value,
            _ => {
                self.0.try_reserve(1)?;
                self.0.push((index, value));
            }
        }
        Ok(())
    }

    fn truncate(&mut self, len: u32) {
        self.0.truncate(self.0.partition_point(|pair| pair.0 < len));
    }

    /// `kept` are the entries that are kept, in their order.
    fn retain(&mut self, kept: &[bool]) {
        let mut removed = 0;
        let mut at = 0;
        self.0.retain_mut(|pair| {
            while at < pair.0 as usize {
                removed += u32::from(!kept[at]);
                at += 1;
            }
            pair.0 -= removed;
            kept[at]
        });
    }
}

/// What is pushed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pushed {
    pub(super) name: u32,
    pub(super) depth: usize,
    pub(super) size: u64,
    /// 0 where `size` is that of the object alone.
    pub(super) blocks: u64,
    pub(super) is_reference: bool,
}

/// An entry that can still get something below it.
struct Open {
    index: u32,
    /// As they were given.
    depth: u32,
    blocks: u64,
    /// The sums over the children.
    below: (u64, u64),
}

/// Making them.
impl Records {
    pub(super) fn push(&mut self, pushed: Pushed) -> Result<(), TryReserveError> {
        self.list.try_reserve(1)?;
        // For what may be said of it later.
        self.references.0.try_reserve(1)?;
        if !self.addresses.is_empty() {
            self.addresses.try_reserve(1)?;
            self.addresses.push(0);
        }
        let depth = u32::try_from(pushed.depth).unwrap_or(MAX_DEPTH).min(MAX_DEPTH);
        self.list.push(Record {
            name: pushed.name,
            parent: pushed.blocks as u32,
            end: (pushed.blocks >> 32) as u32,
            depth: if pushed.is_reference { depth | REFERENCE } else { depth },
            size: pushed.size,
        });
        Ok(())
    }

    /// As it was pushed.
    pub(super) fn pushed(&self, index: usize) -> Option<Pushed> {
        self.list.get(index).map(|record| Pushed {
            name: record.name,
            depth: (record.depth & MAX_DEPTH) as usize,
            size: record.size,
            blocks: u64::from(record.end) << 32 | u64::from(record.parent),
            is_reference: record.depth & REFERENCE != 0,
        })
    }

    pub(super) fn set_depth(&mut self, index: usize, depth: usize) {
        let depth = u32::try_from(depth).unwrap_or(MAX_DEPTH).min(MAX_DEPTH);
        let record = &mut self.list[index];
        record.depth = record.depth & REFERENCE | depth;
    }

    /// How many references are held on the last entry, if that is an object.
    pub(super) fn set_references(&mut self, count: u32) {
        let last = self.list.len() as u32 - 1;
        let is_known = self.references.0.last().is_some_and(|pair| pair.0 == last);
        if !self.is_reference(last) && (count > 0 || is_known) {
            // There is room: see `push`.
            let _ = self.references.set_last(last, count);
        }
    }

    pub(super) fn set_text(&mut self, text: u32) -> Result<(), TryReserveError> {
        self.texts.set_last(self.list.len() as u32 - 1, text)
    }

    /// Of the last entry.
    pub(super) fn set_address(&mut self, address: u64) -> Result<(), TryReserveError> {
        if self.addresses.is_empty() && address != 0 {
            self.addresses.try_reserve(self.list.len())?;
            self.addresses.resize(self.list.len(), 0);
        }
        if let Some(last) = self.addresses.last_mut() {
            *last = address;
        }
        Ok(())
    }

    pub(super) fn truncate(&mut self, len: usize) {
        self.list.truncate(len);
        self.addresses.truncate(len);
        self.references.truncate(len as u32);
        self.texts.truncate(len as u32);
    }

    pub(super) fn retain(&mut self, mut keep: impl FnMut(usize) -> bool) {
        let kept: Vec<bool> = (0..self.list.len()).map(&mut keep).collect();
        let mut at = 0..;
        self.list.retain(|_| at.next().is_some_and(|at| kept[at]));
        let mut at = 0..;
        self.addresses.retain(|_| at.next().is_some_and(|at| kept[at]));
        self.references.retain(&kept);
        self.texts.retain(&kept);
    }

    /// All were pushed: computes what they are to one another.
    pub(super) fn finish(&mut self) -> Result<(), TryReserveError> {
        let mut open: Vec<Open> = Vec::new();
        for index in 0..self.list.len() {
            let depth = self.list[index].depth & MAX_DEPTH;
            while open.last().is_some_and(|open| open.depth >= depth) {
                self.close(&mut open, index as u32)?;
            }
            open.try_reserve(1)?;
            let (parent, level) = (open.last().map_or(NONE, |open| open.index), open.len() as u32);
            let record = &mut self.list[index];
            let blocks = u64::from(record.end) << 32 | u64::from(record.parent);
            record.parent = parent;
            record.end = index as u32 + 1;
            record.depth = record.depth & REFERENCE | level;
            if record.depth & REFERENCE == 0 {
                open.push(Open { index: index as u32, depth, blocks, below: (0, 0) });
            } else if let Some(parent) = open.last_mut() {
                parent.below.1 = parent.below.1.saturating_add(1);
            }
        }
        while !open.is_empty() {
            self.close(&mut open, self.list.len() as u32)?;
        }
        self.blocks.0.sort_unstable_by_key(|pair| pair.0);
        self.list.shrink_to_fit();
        self.addresses.shrink_to_fit();
        self.add_up()
    }

    /// Ends the entry that was opened last: its totals are known. Its own size is kept.
    fn close(&mut self, open: &mut Vec<Open>, end: u32) -> Result<(), TryReserveError> {
        let Some(Open { index, blocks: given, below: (size, blocks), .. }) = open.pop() else {
            return Ok(());
        };
        let record = &mut self.list[index as usize];
        record.end = end;
        let all = blocks.saturating_add(1);
        let (total, blocks) = match given {
            0 => (record.size.saturating_add(size), all),
            given => (record.size.max(size), given.max(all)),
        };
        record.size = total - size;
        if blocks != u64::from(end - index) {
            self.blocks.0.try_reserve(1)?;
            self.blocks.0.push((index, blocks));
        }
        if let Some(parent) = open.last_mut() {
            parent.below.0 = parent.below.0.saturating_add(total);
            parent.below.1 = parent.below.1.saturating_add(blocks);
        }
        Ok(())
    }

    /// Makes sums of the sizes, so that the total of each subtree is the difference of two.
    fn add_up(&mut self) -> Result<(), TryReserveError> {
        let sum = self.list.iter().try_fold(0_u64, |sum, record| sum.checked_add(record.size));
        let Some(sum) = sum else { return self.add_up_wide() };
        self.sum = sum;
        let mut before = 0;
        for record in &mut self.list {
            let own = record.size;
            record.size = before;
            before += own;
        }
        Ok(())
    }

    fn add_up_wide(&mut self) -> Result<(), TryReserveError> {
        self.wide.try_reserve_exact(self.list.len())?;
        self.wide.extend(self.list.iter().map(|record| (record.size, record.size)));
        for index in (0..self.list.len()).rev() {
            let (parent, total) = (self.list[index].parent, self.wide[index].1);
            if parent != NONE {
                let above = &mut self.wide[parent as usize].1;
                *above = above.saturating_add(total);
            }
        }
        Ok(())
    }
}

/// What they are.
impl Records {
    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    pub(super) fn name(&self, index: u32) -> u32 {
        self.list[index as usize].name
    }

    /// [`NONE`] for a root.
    pub(super) fn parent(&self, index: u32) -> u32 {
        self.list[index as usize].parent
    }

    /// The number behind the last entry of the subtree.
    pub(super) fn end(&self, index: u32) -> u32 {
        self.list[index as usize].end
    }

    pub(super) fn depth(&self, index: u32) -> u32 {
        self.list[index as usize].depth & MAX_DEPTH
    }

    pub(super) fn is_reference(&self, index: u32) -> bool {
        self.list[index as usize].depth & REFERENCE != 0
    }

    /// How many references are held on it.
    pub(super) fn references(&self, index: u32) -> u32 {
        self.references.get(index).unwrap_or(0)
    }

    pub(super) fn text(&self, index: u32) -> Option<u32> {
        self.texts.get(index)
    }

    pub(super) fn size(&self, index: u32) -> u64 {
        match self.wide.get(index as usize) {
            Some((own, _)) => *own,
            None => self.before(index + 1) - self.before(index),
        }
    }

    pub(super) fn total_size(&self, index: u32) -> u64 {
        match self.wide.get(index as usize) {
            Some((_, total)) => *total,
            None => self.before(self.end(index)) - self.before(index),
        }
    }

    fn before(&self, index: u32) -> u64 {
        self.list.get(index as usize).map_or(self.sum, |record| record.size)
    }

    pub(super) fn total_blocks(&self, index: u32) -> u64 {
        let listed = u64::from(self.end(index) - index);
        self.blocks.get(index).unwrap_or(listed)
    }

    /// 0 if it is not known.
    pub(super) fn address(&self, index: u32) -> u64 {
        self.addresses.get(index as usize).copied().unwrap_or(0)
    }

    /// The entries that references are held on.
    pub(super) fn held(&self) -> impl Iterator<Item = u32> + Clone + '_ {
        self.references.0.iter().filter(|pair| pair.1 > 0).map(|pair| pair.0)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = u32> + Clone + use<> {
        0..self.list.len() as u32
    }
}
