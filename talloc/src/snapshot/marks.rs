//! [`Marks`]: what is known of every 64th entry, so that little need be kept of the others.

use std::collections::TryReserveError;

/// The distance of two marks.
pub(super) const STEP: u32 = 64;

/// Which entries have one, and what it says: less than half a byte for each entry.
#[derive(Debug, Clone, Default)]
pub(super) struct Marks {
    /// The parents of the entries with a mark.
    parents: Vec<u32>,
    /// The sums of the sizes before them, and that of all at the end.
    sums: Vec<u128>,
}

impl Marks {
    pub(super) fn try_reserve(&mut self, entries: usize) -> Result<(), TryReserveError> {
        let marks = entries / STEP as usize + 1;
        self.parents.try_reserve_exact(marks)?;
        self.sums.try_reserve_exact(marks)
    }

    /// Of each entry, in their order.
    pub(super) fn add_parent(&mut self, index: u32, parent: u32) {
        if index % STEP == 0 {
            self.parents.push(parent);
        }
    }

    /// Of each entry, in their order, and of the one that would come behind them.
    pub(super) fn add_sum(&mut self, index: u32, sum: u128) {
        if index % STEP == 0 {
            self.sums.push(sum);
        }
    }

    /// The last mark at or before an entry.
    pub(super) fn start(index: u32) -> u32 {
        index - index % STEP
    }

    /// The parent of an entry with a mark.
    pub(super) fn parent(&self, marked: u32) -> u32 {
        self.parents[(marked / STEP) as usize]
    }

    /// The sizes of all before an entry with a mark.
    pub(super) fn sum(&self, marked: u32) -> u128 {
        self.sums[(marked / STEP) as usize]
    }
}
