//! Parents and children.

use core::iter;

use crate::chunk::Chunk;
use crate::limit;

/// How many parents a search upwards passes.
const MOST_PARENTS: usize = 10_000;

impl Chunk {
    /// It, and its siblings that are older.
    pub(crate) fn and_older(self) -> impl Iterator<Item = Chunk> {
        iter::successors(Some(self), |chunk| chunk.next())
    }

    /// The newest comes first.
    pub(crate) fn children(self) -> impl Iterator<Item = Chunk> {
        self.newest().into_iter().flat_map(Chunk::and_older)
    }

    /// Its parent, which the newest of the siblings knows.
    pub(crate) fn known_parent(self) -> Option<Chunk> {
        iter::successors(Some(self), |chunk| chunk.previous()).last()?.parent()
    }

    /// Whether the other is it, or one of so many parents.
    pub(crate) fn is_below(self, other: Chunk) -> bool {
        iter::successors(Some(self), |chunk| chunk.known_parent())
            .take(MOST_PARENTS)
            .any(|chunk| chunk == other)
    }

    /// Makes it the newest child.
    pub(crate) fn link(self, parent: Chunk) {
        if let Some(before) = parent.newest() {
            before.set_parent(None);
            before.set_previous(Some(self));
        }
        self.set_next(parent.newest());
        self.set_previous(None);
        self.set_parent(Some(parent));
        parent.set_newest(Some(self));
    }

    /// Takes it from its siblings. If it was the newest, it goes on to know its parent.
    pub(crate) fn unlink(self) {
        let (previous, next) = (self.previous(), self.next());
        if let Some(parent) = self.parent() {
            parent.set_newest(next);
            if let Some(next) = next {
                next.set_parent(Some(parent));
            }
        } else if let Some(previous) = previous {
            previous.set_next(next);
        }
        if let Some(next) = next {
            next.set_previous(previous);
        }
        self.set_previous(None);
        self.set_next(None);
    }

    /// Tells those that know it where it is now.
    pub(crate) fn moved(self) {
        if let Some(parent) = self.parent() {
            parent.set_newest(Some(self));
        }
        if let Some(child) = self.newest() {
            child.set_parent(Some(self));
        }
        if let Some(previous) = self.previous() {
            previous.set_next(Some(self));
        }
        if let Some(next) = self.next() {
            next.set_previous(Some(self));
        }
    }

    /// Moves it below another parent, or none.
    pub(crate) fn steal(self, parent: Option<Chunk>) {
        limit::leave(self);
        let Some(parent) = parent else {
            self.unlink();
            self.set_parent(None);
            return;
        };
        if self == parent || self.parent() == Some(parent) {
            return;
        }
        self.unlink();
        self.link(parent);
        limit::enter(self, parent);
    }

    /// All below it, itself included, each with what `count` makes of it, in any order. What is
    /// being walked already is left out.
    pub(crate) fn sum(self, count: &impl Fn(Chunk) -> usize) -> usize {
        if self.is_busy() {
            return 0;
        }
        self.set_is_busy(true);
        let sum = count(self) + self.children().map(|child| child.sum(count)).sum::<usize>();
        self.set_is_busy(false);
        sum
    }
}
