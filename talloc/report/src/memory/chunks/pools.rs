//! [`Pools`]: what the members of pools say, and the pools themselves.

use std::collections::HashMap;

use serde::Serialize;

use super::layout::{ALIGN, HEADER, Header, POOL};
use crate::memory::target::pages::Pages;
use crate::memory::target::{Target, word};

/// What is known of a pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct Pool {
    /// In bytes.
    pub(crate) size: u64,
    pub(crate) free: u64,
    pub(crate) members: u64,
}

/// The number of members that were found of each pool, by the address of its header.
#[derive(Default)]
pub(crate) struct Pools(HashMap<u64, u64>);

impl Pools {
    /// Counts a member.
    pub(crate) fn add(&mut self, header: &Header) {
        if let Some(pool) = header.pool() {
            *self.0.entry(pool).or_default() += 1;
        }
    }
}

/// What a pool says of itself.
pub(crate) struct Head {
    /// Where its free room begins.
    end: u64,
    /// Its members, and itself.
    count: u32,
    size: u64,
    free: u64,
}

/// Reads what is before the headers of pools.
pub(crate) struct PoolReader<'t>(Pages<'t>);

impl<'t> PoolReader<'t> {
    pub(crate) fn new(target: &'t dyn Target) -> Self {
        PoolReader(Pages::new(target))
    }

    /// `None` if no pool of libtalloc begins so.
    pub(crate) fn head(&mut self, header: &Header) -> Option<Head> {
        let head = self.head_at(header.address)?;
        // The smallest member has a header only.
        let has_room = u64::from(head.count) <= 1 + (head.size - head.free) / HEADER;
        (head.count > 0 && has_room && head.end % ALIGN == 0).then_some(head)
    }

    /// Whether a member is in what its pool has given away. The pool can be freed before it.
    pub(crate) fn holds(&mut self, pool: u64, member: &Header) -> bool {
        let first = pool.wrapping_add(HEADER);
        self.head_at(pool).is_some_and(|head| first <= member.address && member.end() <= head.end)
    }

    /// What is before the header at this address.
    fn head_at(&mut self, address: u64) -> Option<Head> {
        let bytes: [u8; POOL as usize] = self.0.bytes(address.checked_sub(POOL)?)?;
        let (end, count, size) = (word(&bytes, 0)?, word(&bytes, 8)? as u32, word(&bytes, 16)?);
        let first = address.checked_add(HEADER)?;
        let free = first.checked_add(size)?.checked_sub(end).filter(|free| *free <= size)?;
        Some(Head { end, count, size, free })
    }

    /// `None` if the pool and its members do not say the same.
    pub(crate) fn read(&mut self, header: &Header, pools: &Pools) -> Option<Pool> {
        let Head { count, size, free, .. } = self.head(header)?;
        let members = pools.0.get(&header.address).copied().unwrap_or_default();
        // The pool counts itself.
        (u64::from(count) == members + 1).then_some(Pool { members, size, free })
    }
}
