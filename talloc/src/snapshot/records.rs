//! [`Records`]: the entries of a snapshot, in few bytes each.

use std::collections::TryReserveError;

use super::NONE;
use super::marks::{Marks, STEP};
use super::sparse::Sparse;

/// The entries, in preorder. What most of them lack is in lists of its own, and what can be found
/// from their neighbours is not kept: the parent is the nearest one before that is less deep, and
/// the total is a sum.
#[derive(Debug, Clone, Default)]
pub(super) struct Records {
    list: Vec<Record>,
    /// The sizes that are [`LARGE`].
    sizes: Sparse<u64>,
    /// The blocks of an entry with all below it, where not all of these are entries. While entries
    /// are pushed, those that were given and are [`LARGE`].
    blocks: Sparse<u64>,
    /// The number of references that are held on an entry, where there are any.
    references: Sparse<u32>,
    /// The texts of strings, by the numbers of their names.
    texts: Sparse<u32>,
    /// Empty if none is known.
    addresses: Vec<u64>,
    marks: Marks,
}

#[derive(Debug, Clone, Copy)]
struct Record {
    name: u32,
    /// With the flag below.
    depth: u32,
    /// The number of entries of the subtree; while entries are pushed, the blocks that were given.
    len: u32,
    /// Its own; while entries are pushed, the size that was given.
    size: u32,
}

const REFERENCE: u32 = 1 << 31;
const MAX_DEPTH: u32 = REFERENCE - 1;

/// For a number in another list, since it is this or more.
const LARGE: u32 = u32::MAX;

/// The number as it is kept in a record.
fn small(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(LARGE)
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

impl Open {
    /// The totals of a child.
    fn add(&mut self, size: u64, blocks: u64) {
        let (sizes, all) = self.below;
        self.below = (sizes.saturating_add(size), all.saturating_add(blocks));
    }
}

/// Making them.
impl Records {
    pub(super) fn push(&mut self, pushed: Pushed) -> Result<(), TryReserveError> {
        let index = self.list.len() as u32;
        self.list.try_reserve(1)?;
        // For what may be said of it later.
        self.references.try_reserve()?;
        if !self.addresses.is_empty() {
            self.addresses.try_reserve(1)?;
        }
        let (len, size) = (small(pushed.blocks), small(pushed.size));
        if len == LARGE {
            self.blocks.try_reserve()?;
        }
        if size == LARGE {
            self.sizes.add(index, pushed.size)?;
        }
        if len == LARGE {
            self.blocks.add(index, pushed.blocks)?;
        }
        if !self.addresses.is_empty() {
            self.addresses.push(0);
        }
        let depth = u32::try_from(pushed.depth).unwrap_or(MAX_DEPTH).min(MAX_DEPTH);
        let depth = if pushed.is_reference { depth | REFERENCE } else { depth };
        self.list.push(Record { name: pushed.name, depth, len, size });
        Ok(())
    }

    /// As it was pushed.
    #[inline]
    pub(super) fn pushed(&self, index: usize) -> Option<Pushed> {
        self.list.get(index).map(|record| Pushed {
            name: record.name,
            depth: (record.depth & MAX_DEPTH) as usize,
            size: self.size(index as u32),
            blocks: match record.len {
                LARGE => self.blocks.get(index as u32).unwrap_or(LARGE.into()),
                blocks => blocks.into(),
            },
            is_reference: record.depth & REFERENCE != 0,
        })
    }

    #[inline]
    pub(super) fn set_depth(&mut self, index: usize, depth: usize) {
        let depth = u32::try_from(depth).unwrap_or(MAX_DEPTH).min(MAX_DEPTH);
        let record = &mut self.list[index];
        record.depth = record.depth & REFERENCE | depth;
    }

    /// How many references are held on the last entry, if that is an object.
    #[inline]
    pub(super) fn set_references(&mut self, count: u32) {
        let last = self.list.len() as u32 - 1;
        let is_known = self.references.pairs().last().is_some_and(|pair| pair.0 == last);
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
        self.sizes.truncate(len as u32);
        self.blocks.truncate(len as u32);
        self.references.truncate(len as u32);
        self.texts.truncate(len as u32);
    }

    pub(super) fn retain(&mut self, mut keep: impl FnMut(usize) -> bool) {
        let kept: Vec<bool> = (0..self.list.len()).map(&mut keep).collect();
        let mut at = 0..;
        self.list.retain(|_| at.next().is_some_and(|at| kept[at]));
        let mut at = 0..;
        self.addresses.retain(|_| at.next().is_some_and(|at| kept[at]));
        self.sizes.retain(&kept);
        self.blocks.retain(&kept);
        self.references.retain(&kept);
        self.texts.retain(&kept);
    }

    /// All were pushed: computes what they are to one another.
    pub(super) fn finish(&mut self) -> Result<(), TryReserveError> {
        self.list.shrink_to_fit();
        self.addresses.shrink_to_fit();
        self.marks.try_reserve(self.list.len())?;
        let given = core::mem::take(&mut self.blocks);
        let mut open: Vec<Open> = Vec::new();
        for index in 0..self.list.len() as u32 {
            let depth = self.list[index as usize].depth & MAX_DEPTH;
            while open.last().is_some_and(|open| open.depth >= depth) {
                self.close(&mut open, index)?;
            }
            open.try_reserve(1)?;
            let level = open.len() as u32;
            self.marks.add_parent(index, open.last().map_or(NONE, |open| open.index));
            let next = self.list.get(index as usize + 1);
            let is_leaf = next.is_none_or(|next| next.depth & MAX_DEPTH <= depth);
            let record = &mut self.list[index as usize];
            let blocks = match record.len {
                LARGE => given.get(index).unwrap_or(LARGE.into()),
                blocks => blocks.into(),
            };
            record.len = 1;
            record.depth = record.depth & REFERENCE | level;
            if !is_leaf && record.depth & REFERENCE == 0 {
                open.push(Open { index, depth, blocks, below: (0, 0) });
                continue;
            }
            let blocks = blocks.max(1);
            if blocks > 1 {
                self.blocks.add(index, blocks)?;
            }
            if let Some(parent) = open.last_mut() {
                parent.add(self.size(index), blocks);
            }
        }
        while !open.is_empty() {
            self.close(&mut open, self.list.len() as u32)?;
        }
        self.blocks.sort();
        self.add_up();
        Ok(())
    }

    /// Ends the entry that was opened last: its totals are known. Its own size is kept.
    fn close(&mut self, open: &mut Vec<Open>, end: u32) -> Result<(), TryReserveError> {
        let Some(Open { index, blocks: given, below: (size, blocks), .. }) = open.pop() else {
            return Ok(());
        };
        let own = self.size(index);
        let all = blocks.saturating_add(1);
        let (total, blocks) = match given {
            0 => (own.saturating_add(size), all),
            given => (own.max(size), given.max(all)),
        };
        let record = &mut self.list[index as usize];
        record.len = end - index;
        // No more than it was before, so that it stays where it is.
        if record.size != LARGE {
            record.size = small(total - size);
        } else if let Some(large) = self.sizes.get_mut(index) {
            *large = total - size;
        }
        if blocks != u64::from(end - index) {
            self.blocks.add(index, blocks)?;
        }
        if let Some(parent) = open.last_mut() {
            parent.add(total, blocks);
        }
        Ok(())
    }

    fn add_up(&mut self) {
        let (len, mut sum) = (self.list.len() as u32, 0);
        for index in 0..len {
            self.marks.add_sum(index, sum);
            sum += u128::from(self.size(index));
        }
        self.marks.add_sum(len, sum);
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

    /// [`NONE`] for a root. Looks at the entries before it, and leaps from mark to mark.
    pub(super) fn parent(&self, index: u32) -> u32 {
        let depth = self.depth(index);
        if depth == 0 {
            return NONE;
        }
        // None of those that were passed is less deep.
        let mut passed = index;
        loop {
            let start = Marks::start(passed);
            if let Some(found) = (start..passed).rev().find(|before| self.depth(*before) < depth) {
                return found;
            }
            passed = self.marks.parent(start);
            if self.depth(passed) < depth {
                return passed;
            }
        }
    }

    /// The number behind the last entry of the subtree.
    pub(super) fn end(&self, index: u32) -> u32 {
        index + self.list[index as usize].len
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

    #[inline]
    pub(super) fn size(&self, index: u32) -> u64 {
        match self.list[index as usize].size {
            LARGE => self.sizes.get(index).unwrap_or(LARGE.into()),
            size => size.into(),
        }
    }

    pub(super) fn total_size(&self, index: u32) -> u64 {
        let end = self.end(index);
        let sum = match end - index {
            1 => return self.size(index),
            len if len <= STEP => self.sum(index, end),
            _ => self.before(end) - self.before(index),
        };
        u64::try_from(sum).unwrap_or(u64::MAX)
    }

    /// The sizes of some entries.
    fn sum(&self, start: u32, end: u32) -> u128 {
        (start..end).map(|index| u128::from(self.size(index))).sum()
    }

    /// The sizes of all entries before this one.
    fn before(&self, index: u32) -> u128 {
        let start = Marks::start(index);
        self.marks.sum(start) + self.sum(start, index)
    }

    pub(super) fn total_blocks(&self, index: u32) -> u64 {
        let listed = u64::from(self.list[index as usize].len);
        self.blocks.get(index).unwrap_or(listed)
    }

    /// 0 if it is not known.
    pub(super) fn address(&self, index: u32) -> u64 {
        self.addresses.get(index as usize).copied().unwrap_or(0)
    }

    /// The entries that references are held on.
    pub(super) fn held(&self) -> impl Iterator<Item = u32> + Clone + '_ {
        self.references.pairs().iter().filter(|pair| pair.1 > 0).map(|pair| pair.0)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = u32> + Clone + use<> {
        0..self.list.len() as u32
    }
}
