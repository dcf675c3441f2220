//! [`Alone`]: headers without relatives, and whether they can be objects.
//!
//! No other header says that such a root is one, so all else that memory tells must fit.

use super::layout::{HEADER, Header, POOL, RUNS};
use super::links::{Links, find};
use super::pools::PoolReader;
use super::references::References;
use crate::memory::target::pages::Pages;
use crate::memory::target::{Target, mapping_of, word};

/// How many headers are asked what the allocator has put before them, and at least.
const ASKED: usize = 1024;
const ENOUGH: usize = 2;

/// Judges headers in the order of their addresses.
pub(crate) struct Alone<'s> {
    target: &'s dyn Target,
    headers: &'s [Header],
    references: References<'s>,
    pools: PoolReader<'s>,
    pages: Pages<'s>,
    /// Whether the allocator puts the size of a block before it, when that is known.
    has_sizes: Option<bool>,
    /// Up to where objects of others reach, and the first that was not asked for that.
    end: u64,
    asked: usize,
    /// The first behind the header that is judged.
    next: usize,
    /// How many are taken for objects of which nothing else says that they are.
    pub(crate) unconfirmed: u64,
}

impl<'s> Alone<'s> {
    pub(crate) fn new(
        target: &'s dyn Target,
        headers: &'s [Header],
        references: References<'s>,
    ) -> Self {
        Alone {
            target,
            headers,
            references,
            pools: PoolReader::new(target),
            pages: Pages::new(target),
            has_sizes: None,
            end: 0,
            asked: 0,
            next: 0,
            unconfirmed: 0,
        }
    }

    /// Whether this one can be an object. It is never one before those that were judged.
    pub(crate) fn is_object(&mut self, links: &Links<'_>, at: usize) -> bool {
        let header = &self.headers[at];
        if !header.is_alone() {
            return false;
        }
        if header.is_reference() {
            return self.is_listed(header);
        }
        let is_object = self.has_place(header)
            && self.is_of_code(header)
            && (header.references == 0 || self.is_referred_to(header))
            && !self.overlaps(links, at)
            && (header.pool().is_some() || !self.has_sizes(links) || self.has_size(header));
        self.unconfirmed += u64::from(is_object && header.references == 0);
        is_object
    }

    /// Whether the object that a reference refers to has it in its list.
    fn is_listed(&self, header: &Header) -> bool {
        let object = header.object();
        let Some(handle) = self.references.get(object) else { return false };
        match handle.prev {
            0 => {
                let target = find(self.headers, handle.target.wrapping_sub(HEADER));
                target.is_some_and(|at| self.headers[at].references == object)
            }
            prev => {
                let prev = self.references.get(prev);
                prev.is_some_and(|prev| prev.next == object && prev.target == handle.target)
            }
        }
    }

    fn is_referred_to(&self, header: &Header) -> bool {
        let newest = self.references.get(header.references);
        newest.is_some_and(|handle| handle.target == header.object())
    }

    /// Whether pools say that it is one, or in one.
    fn has_place(&mut self, header: &Header) -> bool {
        // The C library keeps some of the random bytes for itself, with nothing behind them.
        let is_empty = header.name == 0 && header.size() == 0 && header.references == 0;
        (!is_empty || header.is_pool())
            && (!header.is_pool() || self.pools.head(header).is_some())
            && header.pool().is_none_or(|pool| self.pools.holds(pool, header))
    }

    fn is_of_code(&self, header: &Header) -> bool {
        let mapping = |address| mapping_of(self.target.mappings(), address);
        let is_code = |address| mapping(address).is_some_and(|mapping| mapping.is_executable);
        (header.name == 0 || mapping(header.name).is_some())
            && (matches!(header.destructor, 0 | RUNS) || is_code(header.destructor))
    }

    /// Whether it is within an object that has relatives, or has one within it.
    fn overlaps(&mut self, links: &Links<'_>, at: usize) -> bool {
        let linked = |index: &usize| links.is_linked(*index);
        let before = (self.asked..at).filter(linked).map(|index| self.headers[index].end());
        self.end = before.fold(self.end, u64::max);
        self.asked = self.asked.max(at);
        let behind = self.next.max(at + 1)..self.headers.len();
        self.next = behind.clone().find(linked).unwrap_or(behind.end);
        let next = self.headers.get(self.next).map_or(u64::MAX, |next| next.address);
        let header = &self.headers[at];
        header.address < self.end || next < header.end()
    }

    /// Whether all that have relatives have their size before them, as glibc does it.
    fn has_sizes(&mut self, links: &Links<'_>) -> bool {
        if let Some(has_sizes) = self.has_sizes {
            return has_sizes;
        }
        let headers = self.headers;
        let step = headers.len().div_ceil(ASKED).max(1);
        let starts = (0..headers.len()).step_by(step);
        // One of each part that has some.
        let linked = starts.filter_map(|start| {
            let part = start..(start + step).min(headers.len());
            part.into_iter().find(|at| links.is_linked(*at) && headers[*at].pool().is_none())
        });
        let mut count = 0;
        let has_sizes = linked.map(|at| &headers[at]).all(|header| {
            count += 1;
            self.has_size(header)
        });
        *self.has_sizes.insert(has_sizes && count >= ENOUGH)
    }

    /// Whether the word before it is the size of a block that it fits in.
    fn has_size(&mut self, header: &Header) -> bool {
        /// They are in the word, too.
        const FLAGS: u64 = 0b111;
        /// What a block begins with.
        const HEAD: u64 = 16;
        let start = header.address.wrapping_sub(if header.is_pool() { POOL } else { 0 });
        let Some(block) = start.checked_sub(HEAD) else { return false };
        let Some(word) = self.pages.bytes::<8>(block + 8).and_then(|bytes| word(&bytes, 0)) else {
            return false;
        };
        let size = word & !FLAGS;
        let mapping = mapping_of(self.target.mappings(), block);
        // The last eight bytes are where the head of the next block is.
        size % HEAD == 0
            && size >= header.end() - block - 8
            && mapping.is_some_and(|mapping| size <= mapping.end - block)
    }
}
