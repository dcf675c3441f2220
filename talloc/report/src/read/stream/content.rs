//! [`Content`]: the text of a string in Samba's reports, which can have lines like those of a
//! report.

use std::ops::Range;

/// What is still to come of the text of the last string.
#[derive(Debug, Default, Clone)]
pub(crate) struct Content {
    /// At most.
    left: u64,
    /// Samba fills a text up to its size, or to this width: then where it ends is known.
    is_exact: bool,
    /// The first entry that was believed though it may be text.
    believed: Option<usize>,
}

/// Samba's format fills up to this width.
const WIDTH: u64 = 50;

/// Doubts beyond are no help.
const MAX_DOUBTS: usize = 1000;

impl Content {
    /// A string of so many bytes, of which the first line was read.
    pub(crate) fn new(size: u64, first: &[u8]) -> Self {
        let left = size.saturating_sub(first.len() as u64);
        // One byte is the NUL, and no line feed comes of it.
        Content { left, is_exact: size <= WIDTH, believed: None }
    }

    /// Whether a line of `len` bytes can be part of it, behind other lines of `before` bytes.
    pub(crate) fn holds(&self, before: u64, len: usize) -> bool {
        len as u64 + 1 + before <= self.left
    }

    /// After how many of the lines with these lengths nothing but the NUL is left.
    pub(crate) fn ends_after(&self, lines: impl Iterator<Item = usize>) -> Option<usize> {
        let mut left = self.left;
        for (count, len) in (1..).zip(lines) {
            left = left.checked_sub(len as u64 + 1).filter(|left| *left > 0)?;
            if left == 1 {
                return Some(count);
            }
        }
        None
    }

    /// Whether it must be, since the text ends nowhere before.
    pub(crate) fn is_exact(&self) -> bool {
        self.is_exact
    }

    /// Takes a line as part of it, if it can be.
    pub(crate) fn take(&mut self, len: usize) -> bool {
        let is_part = self.holds(0, len);
        if is_part {
            self.left -= len as u64 + 1;
        }
        is_part
    }

    /// A line was taken for what it looks like, which made the entries from `first` on, though
    /// it may be part of the text.
    pub(crate) fn believe(
        &mut self,
        len: usize,
        first: usize,
        end: usize,
        doubts: &mut Vec<Range<usize>>,
    ) {
        if !self.take(len) {
            self.end();
            return;
        }
        let first = *self.believed.get_or_insert(first);
        // The text ends here, but for its NUL: it may have been text after all.
        if self.left <= 1 && doubts.len() < MAX_DOUBTS && first < end {
            doubts.push(first..end);
        }
    }

    /// No more of it comes.
    pub(crate) fn end(&mut self) {
        *self = Content::default();
    }
}
