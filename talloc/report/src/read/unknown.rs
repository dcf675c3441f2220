//! [`Unknown`]: the lines that were not understood.

use talloc::snapshot::Escaped;

/// So many are kept, all are counted.
const KEPT: usize = 5;

/// How much of a line is shown.
const MAX_CHARS: usize = 80;

/// The lines of an input that belong to no report.
#[derive(Debug, Default, Clone)]
pub(crate) struct Unknown {
    pub(crate) count: u64,
    /// The first ones: their numbers, and what they say, fit for a terminal and
    /// without the blanks before it.
    pub(crate) first: Vec<(u64, String)>,
}

impl Unknown {
    pub(crate) fn add(&mut self, number: u64, text: &[u8]) {
        self.count += 1;
        // Some are known to be none only when later ones were read.
        let at = self.first.partition_point(|line| line.0 <= number);
        if at < KEPT {
            self.first.insert(at, (number, shortened(text)));
            self.first.truncate(KEPT);
        }
    }
}

fn shortened(text: &[u8]) -> String {
    let mut shown = Escaped::new(text.trim_ascii_start()).to_string();
    if let Some((cut, _)) = shown.char_indices().nth(MAX_CHARS) {
        shown.truncate(cut);
        shown.push('…');
    }
    shown
}
