//! [`Sparse`]: values that few entries have.

use std::collections::TryReserveError;

/// Values that few entries have, by the numbers of these.
#[derive(Debug, Clone)]
pub(super) struct Sparse<T>(Vec<(u32, T)>);

impl<T> Default for Sparse<T> {
    fn default() -> Self {
        Sparse(Vec::new())
    }
}

impl<T: Copy> Sparse<T> {
    pub(super) fn get(&self, index: u32) -> Option<T> {
        self.place(index).map(|at| self.0[at].1)
    }

    pub(super) fn get_mut(&mut self, index: u32) -> Option<&mut T> {
        self.place(index).map(|at| &mut self.0[at].1)
    }

    fn place(&self, index: u32) -> Option<usize> {
        if self.0.is_empty() {
            return None;
        }
        self.0.binary_search_by_key(&index, |pair| pair.0).ok()
    }

    /// All pairs, in the order of the entries.
    pub(super) fn pairs(&self) -> &[(u32, T)] {
        &self.0
    }

    /// For one value more.
    pub(super) fn try_reserve(&mut self) -> Result<(), TryReserveError> {
        self.0.try_reserve(1)
    }

    /// Of the last entry.
    pub(super) fn set_last(&mut self, index: u32, value: T) -> Result<(), TryReserveError> {
        match self.0.last_mut() {
            Some(last) if last.0 == index => last.1 = value,
            _ => self.add(index, value)?,
        }
        Ok(())
    }

    /// Of any entry that has none yet; [`Sparse::sort`] must follow.
    pub(super) fn add(&mut self, index: u32, value: T) -> Result<(), TryReserveError> {
        self.try_reserve()?;
        self.0.push((index, value));
        Ok(())
    }

    pub(super) fn sort(&mut self) {
        self.0.sort_unstable_by_key(|pair| pair.0);
    }

    pub(super) fn truncate(&mut self, len: u32) {
        self.0.truncate(self.0.partition_point(|pair| pair.0 < len));
    }

    /// `kept` are the entries that are kept, in their order.
    pub(super) fn retain(&mut self, kept: &[bool]) {
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
