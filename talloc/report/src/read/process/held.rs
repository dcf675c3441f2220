//! [`Held`]: a first line of a report that goes on in the next lines.

use memchr::memmem;

use crate::read::line::{Line, looks_like_report, root_start};
use crate::read::text::line_reader::MAX_LINE;

/// Lines that may be the first line of a report, which is in pieces: its name has line feeds, or
/// a mail program has wrapped it.
#[derive(Debug, Default)]
pub(crate) struct Held {
    pub(crate) lines: Vec<(u64, Vec<u8>)>,
    bytes: usize,
}

/// A name has no more lines.
const MAX: usize = 1000;

impl Held {
    pub(crate) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Holds a line if a first line begins in it.
    pub(crate) fn starts(&mut self, number: u64, line: &[u8]) -> bool {
        root_start(line).is_some() && self.push(number, line)
    }

    /// Holds one more line, if there are not too many.
    pub(crate) fn push(&mut self, number: u64, line: &[u8]) -> bool {
        self.bytes += line.len();
        let is_held = self.lines.len() < MAX && self.bytes <= 2 * MAX_LINE;
        if is_held {
            self.lines.push((number, line.to_vec()));
        }
        is_held
    }

    /// The whole line with the number of its first piece, if this is the last.
    pub(crate) fn complete(&self, end: &[u8]) -> Option<(u64, Vec<u8>)> {
        let number = self.lines.first()?.0;
        let by: &[&[u8]] =
            if matches!(Line::new(end), Line::RootEnd(_)) { &[b"\n"] } else { &[b"", b" "] };
        let join = |by: &[u8]| {
            let mut joined = Vec::with_capacity(self.bytes + end.len() + self.lines.len());
            for (_, line) in &self.lines {
                joined.extend_from_slice(line);
                joined.extend_from_slice(by);
            }
            joined.extend_from_slice(end);
            joined
        };
        let is_end = end.trim_ascii_end().ends_with(b")");
        // A number that stands before each line, in a log, would become part of another one.
        let is_numbered = self.lines.first().is_some_and(|(_, first)| are_numbered(first, end));
        let is_likely = |by: &&&[u8]| is_end && !(by.is_empty() && is_numbered);
        let mut all = by.iter().filter(is_likely).map(|by| join(by));
        // With the end of the first line lost, it would be that of another report.
        let is_whole = |joined: &Vec<u8>| match Line::new(joined) {
            Line::Root(root) => !looks_like_report(root.name) && !has_total(root.name),
            _ => false,
        };
        let joined = all.find(is_whole)?;
        Some((number, joined))
    }
}

/// Whether the first line of a report with this name is two: the start of one, and another one.
pub(crate) fn is_two(name: &[u8]) -> bool {
    // A name that is such a line has its end, too.
    root_start(name).is_some_and(|(before, rest, _)| !before.is_empty() || !has_total(rest))
}

/// Whether two lines start with a number each, of about the same width and with the same behind it.
fn are_numbered(first: &[u8], second: &[u8]) -> bool {
    let digits = |line: &[u8]| line.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (one, two) = (digits(first), digits(second));
    one > 0 && two > 0 && one.abs_diff(two) <= 1 && first.get(one) == second.get(two)
}

fn has_total(name: &[u8]) -> bool {
    memmem::find(name, b"' (total ").is_some()
}
