//! [`Notes`]: the lines of an input that were not read as part of a report.

use super::line::looks_like_report;
use super::unknown::Unknown;

/// What is told of lines.
#[derive(Debug, Default, Clone)]
pub(crate) struct Notes {
    /// Those that belong to no report.
    pub(crate) unknown: Unknown,
    /// Those of them that have parts of a report: it may have lost them.
    pub(crate) damaged: Unknown,
}

impl Notes {
    pub(crate) fn add(&mut self, number: u64, text: &[u8]) {
        self.unknown.add(number, text);
        if looks_like_report(text) {
            self.damaged.add(number, text);
        }
    }
}
