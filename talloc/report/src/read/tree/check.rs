//! [`Check`]: the one rule of reports: what is below an object adds up to no more than the
//! object's own line says.

use talloc::snapshot::Given;

/// The objects that are open, from the root down, and what they have left for what is below them.
#[derive(Debug)]
pub(crate) struct Check {
    open: Vec<Left>,
}

/// What is left of an object's numbers for entries that are still to come below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Left {
    /// The number of the entry.
    pub(crate) index: usize,
    pub(crate) column: usize,
    pub(crate) size: u64,
    pub(crate) blocks: u64,
    /// Whether something was below it.
    pub(crate) has_children: bool,
}

impl Left {
    fn new(index: usize, given: &Given) -> Self {
        let blocks = if given.is_reference { 0 } else { given.total_blocks.saturating_sub(1) };
        Left { index, column: given.depth, size: given.size, blocks, has_children: false }
    }
}

impl Check {
    /// Starts with the root, whose numbers are the truth.
    pub(crate) fn new(index: usize, root: &Given) -> Self {
        Check { open: vec![Left::new(index, root)] }
    }

    pub(crate) fn depth(&self) -> usize {
        self.open.len()
    }

    pub(crate) fn last(&self) -> Option<&Left> {
        self.open.last()
    }

    pub(crate) fn open(&self) -> &[Left] {
        &self.open
    }

    /// Nothing more is below the last object.
    pub(crate) fn close(&mut self) -> Option<Left> {
        self.open.pop()
    }

    /// Puts an entry below the last object, if that has enough left. Else returns false, and
    /// nothing is changed.
    pub(crate) fn add(&mut self, index: usize, given: &Given) -> bool {
        let size = if given.is_reference { 0 } else { given.size };
        let blocks = if given.is_reference { 1 } else { given.total_blocks };
        let Some(parent) = self.open.last_mut() else { return false };
        // A line with no block at all is none that libtalloc writes.
        let left = (parent.size.checked_sub(size), parent.blocks.checked_sub(blocks.max(1)));
        let (Some(size_left), Some(blocks_left)) = left else { return false };
        (parent.size, parent.blocks) = (size_left, blocks_left);
        parent.has_children = true;
        self.open.push(Left::new(index, given));
        true
    }
}
