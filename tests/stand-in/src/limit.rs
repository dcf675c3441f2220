//! Limits of memory.

use core::ptr::NonNull;

use crate::chunk::{COUNTED, Chunk};
use crate::process;

struct Content {
    /// Whoever has set it. Only its address counts: it is not told when that moves.
    owner: Chunk,
    /// That of a parent, which counts the same bytes.
    upper: Option<Limit>,
    most: usize,
    now: usize,
}

/// A limit that is there as long as its owner.
#[derive(Clone, Copy, PartialEq)]
#[repr(transparent)]
pub(crate) struct Limit(NonNull<Content>);

impl Limit {
    #[expect(clippy::mut_from_ref, reason = "used for one statement each time")]
    fn content(&self) -> &mut Content {
        // SAFETY: it is there, and nobody else has a borrow of it.
        unsafe { &mut *self.0.as_ptr() }
    }

    /// It, and those above.
    fn and_upper(self) -> impl Iterator<Item = Limit> {
        core::iter::successors(Some(self), |limit| limit.content().upper)
    }

    fn is_of(self, chunk: Chunk) -> bool {
        self.content().owner == chunk
    }
}

/// What an object counts.
fn bytes(chunk: Chunk) -> usize {
    if chunk.is_reference() { 0 } else { COUNTED + chunk.size() }
}

/// Whether there may be so many bytes more.
pub(crate) fn allows(limit: Option<Limit>, more: usize) -> bool {
    limit.into_iter().flat_map(Limit::and_upper).all(|limit| {
        let Content { most, now, .. } = *limit.content();
        most == 0 || (now < most && more <= most - now)
    })
}

pub(crate) fn grow(limit: Option<Limit>, more: usize) {
    limit.into_iter().flat_map(Limit::and_upper).for_each(|limit| limit.content().now += more);
}

pub(crate) fn shrink(limit: Option<Limit>, less: usize) {
    for limit in limit.into_iter().flat_map(Limit::and_upper) {
        match limit.content().now.checked_sub(less) {
            Some(now) => limit.content().now = now,
            None => process::abort(c"logic error in talloc_memlimit_shrink"),
        }
    }
}

/// Counts what is below a chunk, itself included, for one limit instead of another. What has a
/// limit of its own has counted already.
fn count(chunk: Chunk, old: Option<Limit>, new: Option<Limit>) -> usize {
    let is_changed = old.is_some() || new.is_some();
    if let Some(limit) = chunk.limit() {
        if is_changed && limit.content().upper == old {
            limit.content().upper = new;
        }
        if Some(limit) != old && limit.is_of(chunk) {
            return limit.content().now;
        }
    }
    if chunk.is_busy() {
        return 0;
    }
    chunk.set_is_busy(true);
    if is_changed && chunk.limit() == old {
        chunk.set_limit(new);
    }
    let below = chunk.children().map(|child| count(child, old, new)).sum::<usize>();
    chunk.set_is_busy(false);
    bytes(chunk) + below
}

/// Sets it, or changes the one that there is; `false` when there is no memory.
pub(crate) fn set(chunk: Chunk, most: usize) {
    let upper = chunk.limit();
    if let Some(limit) = upper.filter(|limit| limit.is_of(chunk)) {
        limit.content().most = most;
        return;
    }
    let content = Content { owner: chunk, upper, most, now: 0 };
    let limit = Limit(NonNull::from(Box::leak(Box::new(content))));
    limit.content().now = count(chunk, upper, Some(limit));
    limit.content().upper = upper;
}

/// The limit that was set for the chunk itself, and what it counts.
pub(crate) fn of(chunk: Chunk) -> Option<(usize, usize)> {
    let limit = chunk.limit().filter(|limit| limit.is_of(chunk))?;
    Some((limit.content().most, limit.content().now))
}

/// The chunk is about to leave its parent. Only it changes its limit, and only those above are told.
pub(crate) fn leave(chunk: Chunk) {
    let Some(limit) = chunk.limit() else { return };
    shrink(limit.content().upper, count(chunk, None, None));
    if limit.is_of(chunk) {
        limit.content().upper = None;
    } else {
        chunk.set_limit(None);
    }
}

/// The chunk has come below its parent.
pub(crate) fn enter(chunk: Chunk, parent: Chunk) {
    let (old, new) = (chunk.limit(), parent.limit());
    if old.is_some() || new.is_some() {
        let bytes = count(chunk, old, new);
        grow(new, bytes);
    }
}

/// The chunk has gone.
pub(crate) fn freed(chunk: Chunk) {
    let Some(limit) = chunk.limit() else { return };
    shrink(Some(limit), bytes(chunk));
    if limit.is_of(chunk) {
        // SAFETY: it was leaked, and whoever had it had to go before.
        drop(unsafe { Box::from_raw(limit.0.as_ptr()) });
    }
}
