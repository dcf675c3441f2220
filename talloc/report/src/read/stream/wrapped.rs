//! [`join`]: lines that a mail program or a terminal has wrapped.

use super::fragments::Fragments;
use crate::read::line::head::WIDTH as NAME;
use crate::read::line::{Line, Object, leading_spaces, looks_like_report};

/// A line is in no more pieces.
const PIECES: usize = 4;

/// A line that was put together.
#[derive(Debug)]
pub(crate) struct Joined {
    pub(crate) text: Vec<u8>,
    /// Of how many fragments, with the line behind them.
    pub(crate) pieces: usize,
    /// If that is known.
    pub(crate) wrap: Option<Wrap>,
    /// See [`Wrap::limit`].
    pub(crate) limit: usize,
}

/// How lines are wrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wrap {
    /// At this width.
    Hard(usize),
    /// At a space, which is lost.
    Soft,
    /// Behind a space.
    Kept,
}

impl Wrap {
    /// What was lost between a line and the next one, if this is how they were cut: the next one
    /// starts with `next`.
    pub(crate) fn between(self, line: &[u8], next: &[u8]) -> Option<&'static [u8]> {
        let word = next.trim_ascii_start();
        let word = word.iter().position(|byte| *byte == b' ').unwrap_or(word.len());
        // Some leave the space where it was.
        let lost: &[u8] = if line.ends_with(b" ") || next.starts_with(b" ") { b"" } else { b" " };
        match self {
            Wrap::Hard(width) => (line.len() == width).then_some(b""),
            Wrap::Kept => {
                let is_end = line.ends_with(b" ") && !next.starts_with(b" ");
                (is_end && line.len() <= SOFT.1 && line.len() + word > SOFT.0).then_some(b"")
            }
            Wrap::Soft => (line.len() <= SOFT.1 && line.len() + 1 + word > SOFT.0).then_some(lost),
        }
    }

    /// The length of the longest line in a text in which these two were one.
    pub(crate) fn limit(self, line: &[u8], next: &[u8]) -> usize {
        // Of several spaces, a mail program may have left some.
        let is_at_space = line.ends_with(b" ") || next.starts_with(b" ");
        if matches!(self, Wrap::Hard(_)) && !is_at_space {
            return line.len();
        }
        let word = next.iter().position(|byte| *byte == b' ').unwrap_or(next.len());
        let blanks = leading_spaces(&next[word..]);
        line.len() + 1 + word + blanks
    }
}

/// Text is wrapped between these widths.
const SOFT: (usize, usize) = (59, 100);

/// The line that the last fragments make with this one behind them: of an object, if they do.
///
/// Whether a space was lost between them is not known: if it matters, that is taken which is
/// `likely`.
pub(crate) fn join(
    fragments: &Fragments,
    end: &[u8],
    likely: impl Fn(&Object<'_>) -> bool,
) -> Option<Joined> {
    let last = end.trim_ascii_end().last();
    let has_end = last.is_some_and(|byte| *byte == b')' || byte.is_ascii_hexdigit());
    // Samba's lines of strings end with the text of these.
    let mut pieces = fragments.last(PIECES);
    if !has_end && !pieces.any(|piece| piece.text.trim_ascii_start().starts_with(b"char ")) {
        return None;
    }
    for pieces in 1..=PIECES.min(fragments.len()) {
        let mut found = None;
        for space in [&b""[..], b" "] {
            let Some(joined) = join_by(fragments, pieces, space, end) else { continue };
            if matches!(Line::new(&joined.text), Line::Object(object) if likely(&object)) {
                return Some(joined);
            }
            found.get_or_insert(joined);
        }
        if found.is_some() {
            return found;
        }
    }
    None
}

/// So many fragments and the line behind them, if they are an object with this between them.
fn join_by(fragments: &Fragments, pieces: usize, space: &[u8], end: &[u8]) -> Option<Joined> {
    let mut text = Vec::new();
    let mut lines = fragments.last(pieces).map(|fragment| fragment.text).chain([end]);
    let (first, second) = (lines.next()?, lines.next()?);
    for fragment in fragments.last(pieces) {
        // Of quoted-printable text: the line goes on.
        text.extend_from_slice(fragment.text.strip_suffix(b"=").unwrap_or(fragment.text));
        text.extend_from_slice(space);
    }
    text.extend_from_slice(end);
    let Line::Object(object) = Line::new(&text) else { return None };
    // With the end of one line lost, two would be one.
    if lacks_name(object.head) || looks_like_report(object.head) {
        return None;
    }
    let wrap = if space.is_empty() { Wrap::Hard(first.len()) } else { Wrap::Soft };
    let limit = wrap.limit(first, second);
    // One of several spaces may be lost.
    let wrap = match first.ends_with(b" ") {
        true => Some(Wrap::Kept).filter(|_| space.is_empty() && is_only_space(first, second)),
        false => Some(wrap),
    };
    Some(Joined { text, pieces, wrap, limit })
}

/// Whether a name with several lines, which starts at this column, may be one that was wrapped, with
/// blanks before what goes on.
pub(crate) fn goes_on_indented(name: &[u8], column: usize) -> bool {
    let mut lines = name.split(|byte| *byte == b'\n');
    let first = lines.next().map_or(0, <[u8]>::len) + column;
    // Only the blank behind the name.
    let is_end = name.ends_with(b"\n") && first >= column + NAME;
    is_end
        || (SOFT.0..=SOFT.1).contains(&first)
            && lines.next().is_some_and(|next| next.starts_with(b" "))
}

/// Whether the space at the end of a line is all that stands before the next one: it is between
/// words that are no further apart.
fn is_only_space(line: &[u8], next: &[u8]) -> bool {
    let line = &line[..line.len() - 1];
    let is_digit = line.last().is_some_and(u8::is_ascii_digit);
    (is_digit && (next.starts_with(b"bytes in ") || next.starts_with(b"blocks (ref ")))
        || (line.ends_with(b" bytes") && next.starts_with(b"in "))
        || (line.ends_with(b" blocks") && next.starts_with(b"(ref "))
        || (line.ends_with(b")") && next.starts_with(b"0x"))
}

/// Whether this is the rest of an address, or all of it.
pub(crate) fn is_end_of_address(text: &[u8]) -> bool {
    let text = text.trim_ascii_end();
    // What goes on may be indented.
    let start = text.trim_ascii_start();
    let start = start.strip_prefix(b"0").unwrap_or(start);
    let is_long = |digits: &[u8]| digits.len() >= 6 && digits.iter().all(u8::is_ascii_hexdigit);
    if start.len() < text.len() && start.strip_prefix(b"x").is_some_and(is_long) {
        return true;
    }
    let whole = text.strip_prefix(b" 0x");
    let digits = whole.or(text.strip_prefix(b"0x")).or(text.strip_prefix(b"x")).unwrap_or(text);
    (1..=16).contains(&digits.len()) && digits.iter().all(u8::is_ascii_hexdigit)
}

/// Whether the name that belongs to this line is on the one before: it has only the blanks that
/// fill that up.
pub(crate) fn lacks_name(head: &[u8]) -> bool {
    head.len() < NAME && leading_spaces(head) == head.len()
}
