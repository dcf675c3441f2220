//! [`References`]: who refers to whom.

use super::scan::Handle;

/// All references, in the order of their addresses.
#[derive(Clone, Copy)]
pub(crate) struct References<'s>(pub(crate) &'s [Handle]);

/// The references on one object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) count: u32,
    /// The list ends as it should.
    pub(crate) is_whole: bool,
}

impl References<'_> {
    /// The reference that is this object of libtalloc.
    pub(crate) fn get(&self, object: u64) -> Option<&Handle> {
        let at = self.0.binary_search_by_key(&object, |handle| handle.address).ok()?;
        self.0.get(at)
    }

    /// Those on `object`, of which `newest` is the first.
    pub(crate) fn on(&self, object: u64, newest: u64) -> Held {
        let (mut count, mut before, mut at) = (0, 0, newest);
        while at != 0 {
            // Each agrees with the one before it, so that none comes twice.
            match self.get(at) {
                Some(handle) if handle.target == object && handle.prev == before => {
                    count += 1;
                    (before, at) = (at, handle.next);
                }
                _ => return Held { count, is_whole: false },
            }
        }
        Held { count, is_whole: true }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists() {
        let handle = |address, next, prev, target| Handle { address, next, prev, target };
        let handles = [
            handle(16, 32, 0, 7),
            handle(32, 0, 16, 7),
            handle(48, 64, 0, 8),
            handle(64, 48, 48, 8),
        ];
        let references = References(&handles);
        assert_eq!(references.on(7, 16), Held { count: 2, is_whole: true });
        assert_eq!(references.on(7, 0), Held { count: 0, is_whole: true });
        assert_eq!(references.on(9, 16), Held { count: 0, is_whole: false });
        assert_eq!(references.on(8, 48), Held { count: 2, is_whole: false }, "a loop");
    }
}
