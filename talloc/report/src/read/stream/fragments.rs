//! [`Fragments`]: lines that may be the beginning of a name that goes on.

use std::collections::VecDeque;
use std::collections::vec_deque::Iter;

use crate::read::text::line_reader::MAX_LINE;

/// Names with more lines than this lose the first ones.
const MAX_LINES: usize = 1000;

/// The last lines that were no line of a report, bounded in number and length.
#[derive(Debug, Default)]
pub(crate) struct Fragments {
    text: Vec<u8>,
    lines: VecDeque<Kept>,
    /// How much of `text` was removed.
    start: usize,
}

/// A line in `text`.
#[derive(Debug)]
struct Kept {
    number: u64,
    len: usize,
    alone: Alone,
}

impl Kept {
    fn fragment<'a>(&self, text: &'a [u8]) -> Fragment<'a> {
        Fragment { number: self.number, text, alone: self.alone }
    }
}

/// A line, and its number in the input.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fragment<'a> {
    pub(crate) number: u64,
    pub(crate) text: &'a [u8],
    /// What it is if no name goes on behind it.
    pub(crate) alone: Alone,
}

impl Fragment<'_> {
    fn is_indented(&self) -> bool {
        self.text.starts_with(b" ") && !self.text.trim_ascii().is_empty()
    }
}

/// What a line is if no name goes on behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Alone {
    /// A reference: its name is the end of the line.
    Reference,
    /// The same, put together of two lines.
    Wrapped,
    Other,
}

impl Fragments {
    /// Whether a line must be removed before one of `len` bytes is pushed.
    pub(crate) fn is_full(&self, len: usize) -> bool {
        let is_long = self.text.len() - self.start + len > 2 * MAX_LINE;
        self.lines.len() >= MAX_LINES || (is_long && !self.lines.is_empty())
    }

    pub(crate) fn push(&mut self, number: u64, text: &[u8], alone: Alone) {
        if self.start > MAX_LINE || self.lines.is_empty() {
            self.text.drain(..self.start);
            self.start = 0;
        }
        self.text.extend_from_slice(text);
        self.lines.push_back(Kept { number, len: text.len(), alone });
    }

    pub(crate) fn first(&self) -> Option<Fragment<'_>> {
        let kept = self.lines.front()?;
        let text = &self.text[self.start..self.start + kept.len];
        Some(kept.fragment(text))
    }

    pub(crate) fn len(&self) -> usize {
        self.lines.len()
    }

    /// The bytes of all of them, with their line feeds.
    pub(crate) fn bytes(&self) -> u64 {
        (self.text.len() - self.start + self.lines.len()) as u64
    }

    /// The last `count` of them.
    pub(crate) fn last(&self, count: usize) -> impl Iterator<Item = Fragment<'_>> {
        let skipped = self.lines.len().saturating_sub(count);
        let lines = self.lines.range(skipped..);
        let bytes: usize = lines.clone().map(|kept| kept.len).sum();
        self.from(self.text.len() - bytes, lines)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = Fragment<'_>> {
        self.from(self.start, self.lines.range(..))
    }

    fn from<'a>(
        &'a self,
        mut at: usize,
        lines: Iter<'a, Kept>,
    ) -> impl Iterator<Item = Fragment<'a>> {
        lines.map(move |kept| {
            at += kept.len;
            kept.fragment(&self.text[at - kept.len..at])
        })
    }

    pub(crate) fn remove_last(&mut self) {
        if let Some(kept) = self.lines.pop_back() {
            self.text.truncate(self.text.len() - kept.len);
        }
    }

    /// All lines from the first that is indented on, joined.
    pub(crate) fn indented(&self) -> Option<Vec<u8>> {
        // Most often there are none.
        if self.lines.is_empty() {
            return None;
        }
        let lines: Vec<_> = self
            .all()
            .skip_while(|fragment| !fragment.is_indented())
            .map(|fragment| fragment.text)
            .collect();
        (!lines.is_empty()).then(|| lines.join(&b'\n'))
    }

    /// The lines before that, as those of others.
    pub(crate) fn before_indented(&self) -> Fragments {
        let mut before = Fragments::default();
        for fragment in self.all().take_while(|fragment| !fragment.is_indented()) {
            before.push(fragment.number, fragment.text, fragment.alone);
        }
        before
    }

    pub(crate) fn remove_first(&mut self) {
        if let Some(kept) = self.lines.pop_front() {
            self.start += kept.len;
        }
    }

    /// Removes the first line that `is_start` accepts, and all behind it. They come
    /// joined, `end` included, as the lines that they are.
    ///
    /// `is_start` also gets the length of what would come. A reference is only
    /// taken if no other line is accepted.
    pub(crate) fn take_from(
        &mut self,
        mut is_start: impl FnMut(Fragment<'_>, usize) -> bool,
        end: &[u8],
    ) -> Option<Vec<u8>> {
        let mut from = self.text.len();
        let mut len = end.len();
        let mut found = None;
        for (index, kept) in self.lines.iter().enumerate().rev() {
            from -= kept.len;
            len += kept.len + 1;
            let fragment = kept.fragment(&self.text[from..from + kept.len]);
            let is_worse = found.is_some() && kept.alone != Alone::Other;
            if !is_worse && is_start(fragment, len) {
                found = Some((index, from, len));
            }
        }
        let (index, from, len) = found?;
        let mut joined = Vec::with_capacity(len);
        let mut at = from;
        for kept in self.lines.drain(index..) {
            joined.extend_from_slice(&self.text[at..at + kept.len]);
            joined.push(b'\n');
            at += kept.len;
        }
        joined.extend_from_slice(end);
        self.text.truncate(from);
        Some(joined)
    }
}
