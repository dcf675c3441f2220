//! [`read`]: a snapshot from the text of reports.

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::io::{self, BufRead};
use std::ops::RangeInclusive;

use talloc::Snapshot;
use talloc::snapshot::Builder;

use crate::depths::Depths;
use crate::fragments::{Alone, Fragment, Fragments};
use crate::line::{INDENT, Line, NAME_WIDTH, Object, Root, leading_spaces, reference, root_start};
use crate::line_reader::LineReader;
use crate::prefix::Prefix;
use crate::unknown::Unknown;

/// What was read from one input.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) snapshot: Snapshot,
    pub(crate) lines: u64,
    pub(crate) unknown: Unknown,
}

#[derive(Debug)]
pub(crate) enum ReadError {
    /// Before the first line.
    Open(io::Error),
    /// After so many lines.
    Io(u64, io::Error),
    /// At this line.
    OutOfMemory(u64),
}

/// Reads all reports of an input. No line is an error: what is not understood is
/// [counted](Unknown).
///
/// Memory: the snapshot, and a bounded amount for lines.
pub(crate) fn read(input: impl BufRead) -> Result<Report, ReadError> {
    let mut lines = LineReader::new(input);
    let mut reader = Reader::new();
    loop {
        let number = lines.number() + 1;
        match lines.next() {
            Err(error) => return Err(ReadError::Io(number - 1, error)),
            Ok(None) => break,
            Ok(Some(line)) => {
                reader.read(number, line).map_err(|_| ReadError::OutOfMemory(number))?;
            }
        }
    }
    let finished = reader.settle().and_then(|()| reader.builder.try_finish());
    let snapshot = finished.map_err(|_| ReadError::OutOfMemory(lines.number()))?;
    Ok(Report { snapshot, lines: lines.number(), unknown: reader.unknown })
}

struct Reader {
    builder: Builder,
    unknown: Unknown,
    prefix: Prefix,
    /// Lines end with CR LF in the report that is read.
    is_crlf: bool,
    /// Lines that may be the start of a name that goes on.
    fragments: Fragments,
    /// How much of the content of the last object may still come.
    content_left: u64,
    depths: Depths,
    /// Inside the lines of `mallinfo` that Samba adds.
    is_mallinfo: bool,
}

impl Reader {
    fn new() -> Self {
        Reader {
            builder: Snapshot::builder(),
            unknown: Unknown::default(),
            prefix: Prefix::default(),
            is_crlf: false,
            fragments: Fragments::default(),
            content_left: 0,
            depths: Depths::default(),
            is_mallinfo: false,
        }
    }

    fn read(&mut self, number: u64, line: &[u8]) -> Result<(), talloc::Error> {
        let text = self.prefix.strip(line);
        let text = if self.is_crlf { text.strip_suffix(b"\r").unwrap_or(text) } else { text };
        match Line::new(text) {
            Line::Root(root) => {
                self.settle()?;
                self.root(&root, root.name, root.prefix, text)
            }
            Line::RootEnd(root) => self.root_end(&root, number, text),
            Line::Object(object) => self.object(&object),
            Line::Reference => {
                self.settle()?;
                self.fragment(number, text, Alone::Reference)
            }
            Line::Limit { head } => self.name(head, 0).map(drop),
            Line::Other if self.is_note(text) => self.settle(),
            Line::Other => self.fragment(number, text, Alone::Other),
        }
    }

    fn root(
        &mut self,
        root: &Root<'_>,
        name: &[u8],
        prefix: &[u8],
        line: &[u8],
    ) -> Result<(), talloc::Error> {
        self.prefix = Prefix::new(prefix);
        self.is_crlf = line.ends_with(b"\r");
        self.depths.push(0, root.blocks);
        self.is_mallinfo = false;
        self.builder.try_push_totals(0, name, root.size, root.blocks)?;
        Ok(())
    }

    /// The end of the first line of a report whose name has several lines.
    fn root_end(&mut self, root: &Root<'_>, number: u64, line: &[u8]) -> Result<(), talloc::Error> {
        let start = |fragment: Fragment<'_>, _| fragment.starts_root;
        let Some(joined) = self.fragments.take_from(start, root.name) else {
            return self.fragment(number, line, Alone::Other);
        };
        self.settle()?;
        match root_start(&joined) {
            Some((prefix, name)) => self.root(root, name, prefix, line),
            None => Ok(()),
        }
    }

    fn object(&mut self, object: &Object<'_>) -> Result<(), talloc::Error> {
        let (depth, name) = self.name(object.head, 1)?;
        self.depths.push(depth, object.blocks);
        self.is_mallinfo = false;
        if let Some(content) = object.content {
            self.content_left = object.size.saturating_sub(content.len() as u64);
        }
        let pushed = self.builder.try_push_totals(depth, &name, object.size, object.blocks)?;
        pushed.references(object.references).address(object.address);
        Ok(())
    }

    /// The depth, not less than `least`, and the name of the object on a line. The
    /// fragments that the name began with, if it did, are joined to it; the others
    /// are settled.
    fn name<'a>(
        &mut self,
        head: &'a [u8],
        least: usize,
    ) -> Result<(usize, Cow<'a, [u8]>), talloc::Error> {
        let next = self.depths.next();
        let whole = complete(head, least..=usize::MAX, next);
        if let Some((depth, name)) = whole.filter(|_| head.ends_with(b" ")) {
            self.settle()?;
            return Ok((depth, name.into()));
        }
        // Without spaces that fill it up, it may be the last line of a longer name.
        let depths = least..=self.depths.last() + 1;
        let joined = self.fragments.take_from(
            |fragment, len| {
                let is_start = whole.is_none() || fragment.alone == Alone::Other;
                let spaces = leading_spaces(fragment.text);
                is_start && depth_of(spaces, len, head, depths.clone(), next).is_some()
            },
            head,
        );
        self.settle()?;
        let joined = joined.as_deref().and_then(|head| complete(head, depths, next));
        if let Some((depth, name)) = joined {
            return Ok((depth, name.to_vec().into()));
        }
        if let Some((depth, name)) = whole {
            return Ok((depth, name.into()));
        }
        // The beginning of the line is lost, or the name ends with spaces of its own.
        let spaces = leading_spaces(head);
        let depth = if spaces < INDENT { self.depths.last().max(1) } else { spaces / INDENT };
        let name = &head[spaces.min(depth * INDENT)..];
        let name = if name.len() > NAME_WIDTH { name } else { name.trim_ascii_end() };
        Ok((depth, name.into()))
    }

    /// A line that belongs to a report but says nothing of an object.
    fn is_note(&mut self, text: &[u8]) -> bool {
        let text = text.trim_ascii_end();
        if text == b"mallinfo:" {
            self.is_mallinfo = true;
        } else if self.is_mallinfo {
            let mut parts = text.trim_ascii_start().split(|byte| *byte == b':');
            let is_word = |part: &[u8]| part.iter().all(u8::is_ascii_lowercase);
            let is_number = |part: &[u8]| {
                // Old reports count in `int`, which overflows.
                part.iter().all(|byte| matches!(byte, b' ' | b'-' | b'0'..=b'9'))
            };
            self.is_mallinfo = parts.next().is_some_and(is_word)
                && parts.next().is_some_and(is_number)
                && parts.next().is_none();
        }
        self.is_mallinfo
    }

    /// A line that is no line of a report, or not the whole of one.
    fn fragment(&mut self, number: u64, text: &[u8], alone: Alone) -> Result<(), talloc::Error> {
        while self.fragments.is_full(text.len()) {
            self.settle_one()?;
        }
        self.fragments.push(number, text, alone);
        Ok(())
    }

    /// No name goes on behind the fragments.
    fn settle(&mut self) -> Result<(), talloc::Error> {
        while self.settle_one()? {}
        self.content_left = 0;
        Ok(())
    }

    /// The first fragment is a reference, or content, or an empty line, or unknown.
    fn settle_one(&mut self) -> Result<bool, talloc::Error> {
        let Some(fragment) = self.fragments.first() else { return Ok(false) };
        let len = fragment.text.len() as u64 + 1;
        if fragment.alone == Alone::Reference {
            let (depth, name) = reference(fragment.text);
            self.depths.push(depth, 1);
            self.content_left = 0;
            self.builder.try_push_reference(depth, name)?;
        } else if len <= self.content_left {
            self.content_left -= len;
        } else if !fragment.text.trim_ascii().is_empty() {
            self.content_left = 0;
            self.unknown.add(fragment.number, fragment.text);
        }
        self.fragments.remove_first();
        Ok(true)
    }
}

/// The depth and the name, if the name is filled up as libtalloc does it. With
/// several lines in a name, only the whole of it is.
fn complete(head: &[u8], depths: RangeInclusive<usize>, likely: usize) -> Option<(usize, &[u8])> {
    let depth = depth_of(leading_spaces(head), head.len(), head, depths, likely)?;
    let name = &head[depth * INDENT..];
    // A name that is longer has no spaces that are not its own.
    let end = match name.len() {
        NAME_WIDTH => name.iter().rposition(|byte| *byte != b' ').map_or(0, |last| last + 1),
        len => len,
    };
    Some((depth, &name[..end]))
}

/// How deep an object is whose line has so many `spaces` first, and `len` bytes
/// up to the end of the name, which ends as `tail` does. A name may start with
/// spaces: then the `likely` depth is taken, if it is possible, or else the highest.
fn depth_of(
    spaces: usize,
    len: usize,
    tail: &[u8],
    depths: RangeInclusive<usize>,
    likely: usize,
) -> Option<usize> {
    let fits = |depth: &usize| {
        let width = len - depth * INDENT;
        width == NAME_WIDTH || (width > NAME_WIDTH && !tail.ends_with(b" "))
    };
    let highest = (spaces / INDENT).min(*depths.end());
    // With a depth below these, the name would be longer than its filling.
    let lowest = highest.saturating_sub(NAME_WIDTH / INDENT + 1).max(*depths.start());
    let likely = Some(likely).filter(|depth| (*depths.start()..=highest).contains(depth));
    likely.into_iter().chain((lowest..=highest).rev()).find(fits)
}
