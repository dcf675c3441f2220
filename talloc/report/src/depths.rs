//! [`Depths`]: how deep the next entry of a report should be.

/// What the numbers of blocks say of the next entry: it is below the last object
/// that still lacks some.
///
/// Only a hint: lines may be lost, and not all reports are full.
#[derive(Debug, Default)]
pub(crate) struct Depths {
    /// The objects that the next entry can be below of, each with its depth and
    /// the blocks that are still to come.
    open: Vec<(usize, u64)>,
    last: usize,
}

impl Depths {
    /// An object at this depth, with so many blocks. A reference has one.
    pub(crate) fn push(&mut self, depth: usize, blocks: u64) {
        while self.open.last().is_some_and(|open| open.0 >= depth) {
            self.open.pop();
        }
        if let Some((_, left)) = self.open.last_mut() {
            *left = left.saturating_sub(blocks);
        }
        self.open.push((depth, blocks.saturating_sub(1)));
        self.last = depth;
    }

    /// The depth of the entry that came last.
    pub(crate) fn last(&self) -> usize {
        self.last
    }

    /// How deep the next entry is if nothing is missing; 0 if a new report must follow.
    pub(crate) fn next(&self) -> usize {
        let open = self.open.iter().rev().find(|open| open.1 > 0);
        open.map_or(0, |open| open.0 + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::Depths;

    #[test]
    fn the_last_that_lacks_blocks() {
        let mut depths = Depths::default();
        assert_eq!(depths.next(), 0);
        for (depth, blocks, next) in
            [(0, 7, 1), (1, 3, 2), (2, 2, 3), (3, 1, 1), (1, 1, 1), (1, 2, 2), (2, 1, 0), (0, 1, 0)]
        {
            depths.push(depth, blocks);
            assert_eq!((depths.last(), depths.next()), (depth, next));
        }
    }
}
