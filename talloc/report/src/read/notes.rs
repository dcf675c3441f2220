//! [`Notes`]: the lines of an input that were not read as part of a report.

use crate::read::line::{REFERENCE, has_end_of_object, looks_like_report};
use crate::read::unknown::Unknown;

/// What is told of lines.
#[derive(Debug, Default, Clone)]
pub(crate) struct Notes {
    /// Those that belong to no report.
    pub(crate) unknown: Unknown,
    /// Those of them that have parts of a report: it may have lost them.
    pub(crate) damaged: Unknown,
    /// One of them is a whole line.
    has_whole: bool,
    /// The first line that may be two.
    pub(crate) fused: Option<u64>,
    /// The first of them that starts a report: one of two is lost.
    pub(crate) fused_roots: Option<u64>,
}

impl Notes {
    /// A line was read, but what it says may be something else.
    pub(crate) fn doubt(&mut self, number: u64, text: &[u8]) {
        self.damaged.add(number, text);
        self.has_whole = true;
    }

    /// A name has what may be the start of another line.
    pub(crate) fn fuse(&mut self, number: u64) {
        self.fused.get_or_insert(number);
    }

    /// The first line of a report has what may be another one.
    pub(crate) fn fuse_roots(&mut self, number: u64) {
        self.fused_roots.get_or_insert(number);
    }

    /// A line of a report was read, but not which one it is of.
    pub(crate) fn lose(&mut self, number: u64, text: &[u8]) {
        self.unknown.add(number, text);
        self.doubt(number, text);
    }

    /// The last line of an input that was cut is no damage.
    pub(crate) fn forgive(&mut self, number: u64) {
        let is_only = self.damaged.count == 1 && !self.has_whole;
        if is_only && self.damaged.first.first().is_some_and(|line| line.0 == number) {
            self.damaged = Unknown::default();
        }
    }

    pub(crate) fn add(&mut self, number: u64, text: &[u8]) {
        self.unknown.add(number, text);
        if looks_like_report(text) || memchr::memmem::find(text, REFERENCE).is_some() {
            self.damaged.add(number, text);
            self.has_whole |= has_end_of_object(text);
        }
    }
}
