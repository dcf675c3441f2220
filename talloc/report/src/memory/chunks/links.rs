//! [`Links`]: headers that agree with each other.

use std::collections::TryReserveError;

use super::layout::{HEADER, Header};

/// No other header.
const NONE: u32 = u32::MAX;

/// A header that is not there, or that says something else.
const WRONG: u32 = u32::MAX - 1;

/// More are not counted by the numbers above.
const MAX: usize = WRONG as usize;

/// What a header says of its neighbours, where they say the same of it.
#[derive(Debug, Clone, Copy)]
struct Link {
    next: u32,
    child: u32,
    /// The previous one, or the parent of the first.
    before: u32,
    state: State,
}

impl Link {
    fn has_any(&self) -> bool {
        [self.next, self.child, self.before].iter().any(|link| *link < WRONG)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Unseen,
    /// In the tree.
    Reached,
    /// On the way that is being followed.
    Passed,
    /// On a way that has come to its end.
    Rootless,
    Looped,
}

/// All headers with their neighbours.
pub(crate) struct Links<'h> {
    headers: &'h [Header],
    list: Vec<Link>,
}

/// What is not in the tree.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lost {
    /// No other header knows them, and they are no roots.
    pub(crate) strangers: u64,
    /// They hang together with others, but not with a root.
    pub(crate) rootless: u64,
    /// They are in a loop, or below one.
    pub(crate) looped: u64,
}

impl<'h> Links<'h> {
    /// `headers` are in the order of their addresses.
    pub(crate) fn new(headers: &'h [Header]) -> Result<Self, TryReserveError> {
        let headers = &headers[..headers.len().min(MAX)];
        let mut list = Vec::new();
        list.try_reserve_exact(headers.len())?;
        let links = Links { headers, list: Vec::new() };
        list.extend(headers.iter().map(|header| links.link(header)));
        Ok(Links { headers, list })
    }

    fn link(&self, header: &Header) -> Link {
        let address = header.address;
        let agreed = |to: u64, agrees: &dyn Fn(&Header) -> bool| match (to, find(self.headers, to))
        {
            (0, _) => NONE,
            (_, Some(found)) => {
                let other = &self.headers[found];
                let is_same = other.magic() == header.magic();
                if is_same && agrees(other) { found as u32 } else { WRONG }
            }
            (_, None) => WRONG,
        };
        let next = agreed(header.next, &|next| next.prev == address);
        let child = agreed(header.child, &|child| child.parent == address);
        let before = match header.prev {
            0 => agreed(header.parent, &|parent| parent.child == address),
            prev => agreed(prev, &|prev| prev.next == address),
        };
        Link { next, child, before, state: State::Unseen }
    }

    /// Whether the object at this address is in the tree.
    pub(crate) fn has(&self, object: u64) -> bool {
        let found = find(self.headers, object.wrapping_sub(HEADER));
        found.is_some_and(|at| self.list[at].state == State::Reached)
    }

    /// Whether something below or beside it says the same as it.
    pub(crate) fn is_confirmed(&self, at: usize) -> bool {
        self.list.get(at).is_some_and(|link| link.next < WRONG || link.child < WRONG)
    }

    /// Whether anything above, below or beside it says the same as it.
    pub(crate) fn is_linked(&self, at: usize) -> bool {
        self.list.get(at).is_some_and(Link::has_any)
    }

    /// Calls `f` with the headers of all trees in the order of libtalloc's reports, and their
    /// depths. Roots are those that `is_root` accepts, in the order of their addresses.
    pub(crate) fn walk<E>(
        &mut self,
        mut is_root: impl FnMut(&Self, usize) -> bool,
        mut f: impl FnMut(usize, usize) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut open = Vec::new();
        for root in 0..self.headers.len() {
            if !self.headers[root].is_first_root() || !is_root(self, root) {
                continue;
            }
            open.push((root, 0));
            while let Some((at, depth)) = open.pop() {
                self.list[at].state = State::Reached;
                f(at, depth)?;
                let Link { next, child, .. } = self.list[at];
                if next < WRONG {
                    open.push((next as usize, depth));
                }
                if child < WRONG {
                    open.push((child as usize, depth + 1));
                }
            }
        }
        Ok(())
    }

    /// How many links of headers in the tree lead nowhere.
    pub(crate) fn broken(&self) -> u64 {
        let reached = self.list.iter().filter(|link| link.state == State::Reached);
        let wrong = |link: &Link| u64::from(link.next == WRONG) + u64::from(link.child == WRONG);
        reached.map(wrong).sum()
    }

    /// Counts what [`Links::walk`] has not come to.
    pub(crate) fn lost(&mut self) -> Lost {
        let mut lost = Lost::default();
        for start in 0..self.list.len() {
            let link = self.list[start];
            if link.state != State::Unseen {
                continue;
            }
            if !link.has_any() {
                self.list[start].state = State::Rootless;
                lost.strangers += 1;
                continue;
            }
            self.follow(start, &mut lost);
        }
        lost
    }

    /// Goes up from here until it is known how it ends, and counts what is new on the way.
    fn follow(&mut self, start: usize, lost: &mut Lost) {
        let (mut at, mut count) = (start, 0);
        let is_looped = loop {
            match self.list[at].state {
                State::Unseen => {}
                // It has come back to where it was, or to what does.
                State::Passed | State::Looped => break true,
                State::Reached | State::Rootless => break false,
            }
            self.list[at].state = State::Passed;
            count += 1;
            match self.list[at].before {
                before if before < WRONG => at = before as usize,
                _ => break false,
            }
        };
        let (counted, state) = match is_looped {
            true => (&mut lost.looped, State::Looped),
            false => (&mut lost.rootless, State::Rootless),
        };
        *counted += count;
        let mut at = start;
        while self.list[at].state == State::Passed {
            self.list[at].state = state;
            match self.list[at].before {
                before if before < WRONG => at = before as usize,
                _ => break,
            }
        }
    }
}

/// The place of the header with this address, in the order of addresses.
pub(crate) fn find(headers: &[Header], address: u64) -> Option<usize> {
    headers.binary_search_by_key(&address, |header| header.address).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::chunks::layout::Header;

    /// Headers at 0x1000, 0x2000 and so on: their next, previous, parent and child by number.
    fn headers(links: &[[u64; 4]]) -> Vec<Header> {
        let header = |(at, links): (usize, &[u64; 4])| {
            let [next, prev, parent, child] = links.map(|number| number * 0x1000);
            let words = [0x1110, next, prev, parent, child, 0, 0, 0, 0, 0, 0];
            let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
            Header::parse((at as u64 + 1) * 0x1000, &bytes).unwrap()
        };
        links.iter().enumerate().map(header).collect()
    }

    /// The tree as numbers and depths, then what is broken, strange, rootless and looped.
    fn walked(links: &[[u64; 4]]) -> (Vec<(usize, usize)>, [u64; 4]) {
        let headers = headers(links);
        let mut links = Links::new(&headers).unwrap();
        let mut tree = Vec::new();
        let push = |at, depth| {
            tree.push((at + 1, depth));
            Ok::<_, ()>(())
        };
        links.walk(|links, at| links.is_confirmed(at), push).unwrap();
        let (broken, lost) = (links.broken(), links.lost());
        (tree, [broken, lost.strangers, lost.rootless, lost.looped])
    }

    #[test]
    fn a_tree_in_the_order_of_its_links() {
        let (tree, wrong) = walked(&[
            [0, 0, 0, 4],
            [0, 4, 0, 3],
            [0, 0, 2, 0],
            [2, 0, 1, 0],
            [0, 6, 0, 0],
            [5, 0, 0, 0],
        ]);
        assert_eq!(tree, [(1, 0), (4, 1), (2, 1), (3, 2), (6, 0), (5, 0)]);
        assert_eq!(wrong, [0; 4]);
    }

    #[test]
    fn what_does_not_hang_together_is_counted() {
        // The second child is linked by the first, and says that another one is before it.
        let (tree, wrong) = walked(&[[0, 0, 0, 2], [3, 0, 1, 0], [0, 4, 0, 0], [0, 0, 9, 0]]);
        assert_eq!((tree, wrong), (vec![(1, 0), (2, 1)], [1, 2, 0, 0]));
        // A child with a child, below something that is no header.
        let (tree, wrong) = walked(&[[0, 0, 9, 2], [0, 0, 1, 3], [0, 0, 2, 0]]);
        assert_eq!((tree, wrong), (vec![], [0, 0, 3, 0]));
        // Two siblings in a ring, and what is below one of them.
        let (tree, wrong) = walked(&[[2, 2, 0, 3], [1, 1, 0, 0], [0, 0, 1, 4], [0, 0, 3, 0]]);
        assert_eq!((tree, wrong), (vec![], [0, 0, 0, 4]));
        // An object below itself.
        let (tree, wrong) = walked(&[[0, 0, 1, 1]]);
        assert_eq!((tree, wrong), (vec![], [0, 0, 0, 1]));
    }
}
