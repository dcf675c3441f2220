//! [`Suspended`]: the beginning of a name that may go on behind lines that look like a report.

use super::content::Content;
use super::fragments::Fragments;
use crate::read::line::expected::Expected;
use crate::read::line::head::WIDTH;
use crate::read::line::{REFERENCE, leading_spaces};
use crate::read::notes::Notes;
use crate::read::text::line_reader::MAX_LINE;

/// What was known before a line that may be the first of a string with several lines. libtalloc
/// names a string by its text, so that its size tells when all of it is there.
#[derive(Debug)]
pub(crate) struct Suspended {
    text: Vec<u8>,
    /// Lines before it that were no part of a report.
    pub(crate) before: Fragments,
    pub(crate) first: First,
    pub(crate) entries: usize,
    pub(crate) reports: usize,
    pub(crate) expected: Expected,
    pub(crate) content: Content,
    pub(crate) notes: Notes,
}

/// What the first line of it looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum First {
    Object,
    Reference,
    Other,
}

/// So many beginnings are kept.
pub(crate) const MAX: usize = 8;

/// A copy of what is expected in a deeper tree would cost too much.
pub(crate) const MAX_DEPTH: usize = 2000;

impl Suspended {
    /// `text` is empty if the next line is the first.
    pub(crate) fn new(
        text: Vec<u8>,
        before: Fragments,
        (entries, reports): (usize, usize),
        expected: Expected,
        content: Content,
        notes: Notes,
    ) -> Self {
        let first = match text.trim_ascii_start() {
            [] => First::Object,
            first if first.starts_with(REFERENCE) => First::Reference,
            _ => First::Other,
        };
        Suspended { text, before, first, entries, reports, expected, content, notes }
    }

    /// Adds a line, if it is not too long.
    pub(crate) fn push(&mut self, line: &[u8]) -> bool {
        if !self.text.is_empty() {
            self.text.push(b'\n');
        }
        self.text.extend_from_slice(line);
        self.text.len() < 2 * MAX_LINE
    }

    /// The column and the text of a string of so many bytes that ends with `end`.
    pub(crate) fn string(&self, end: &[u8], size: u64) -> Option<(usize, Vec<u8>)> {
        // A shorter one is filled up, and has no line that looks like a report.
        if self.text.is_empty() || size <= WIDTH as u64 {
            return None;
        }
        let len = (self.text.len() + 1 + end.len()) as u64 + 1;
        let blanks = leading_spaces(&self.text);
        let column = usize::try_from(len.checked_sub(size)?).ok()?;
        let is_start =
            column <= blanks && (column == blanks || self.expected.column() == Some(column));
        is_start.then(|| (column, [&self.text[column..], b"\n", end].concat()))
    }
}
