//! [`Pools`]: what the members of pools say, and the pools themselves.

use std::collections::HashMap;

use super::layout::{ALIGN, HEADER, Header, POOL};
use super::pages::Pages;
use super::target::{Target, word};

/// What is known of a pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pool {
    pub(crate) members: u64,
    /// In bytes.
    pub(crate) size: u64,
    pub(crate) free: u64,
}

/// The number of members that were found of each pool, by the address of its header.
#[derive(Default)]
pub(super) struct Pools(HashMap<u64, u64>);

impl Pools {
    /// Counts a member.
    pub(super) fn add(&mut self, header: &Header) {
        if let Some(pool) = header.pool() {
            *self.0.entry(pool).or_default() += 1;
        }
    }
}

/// Reads what is before the headers of pools.
pub(super) struct PoolReader<'t>(Pages<'t>);

impl<'t> PoolReader<'t> {
    pub(super) fn new(target: &'t dyn Target) -> Self {
        PoolReader(Pages::new(target))
    }

    /// Whether it is the header of a pool without members.
    pub(super) fn is_empty_pool(&mut self, header: &Header) -> bool {
        header.is_pool() && self.read(header, &Pools::default()).is_some()
    }

    /// `None` if the pool and its members do not say the same.
    pub(super) fn read(&mut self, header: &Header, pools: &Pools) -> Option<Pool> {
        let start = header.address.checked_sub(POOL)?;
        let bytes: [u8; POOL as usize] = self.0.bytes(start)?;
        let (end, count, size) = (word(&bytes, 0)?, word(&bytes, 8)? as u32, word(&bytes, 16)?);
        let first = header.object();
        let free = first.checked_add(size)?.checked_sub(end).filter(|free| *free <= size)?;
        let members = pools.0.get(&header.address).copied().unwrap_or_default();
        // The pool counts itself.
        let is_whole = u64::from(count) == members + 1;
        // The smallest member has a header only.
        let has_room = members <= (size - free) / HEADER && end % ALIGN == 0;
        (is_whole && has_room).then_some(Pool { members, size, free })
    }
}
