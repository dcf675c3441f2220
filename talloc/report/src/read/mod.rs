//! [`read`]: snapshots from the text of reports.
//!
//! Bytes become lines ([`decode`], [`line_reader`], [`markup`]); each goes to the process that has
//! written it ([`streams`]), and becomes an entry there ([`stream`]). When all are known, the
//! numbers decide which tree they are ([`solve`], [`fit`], [`check`]).

mod back;
mod check;
mod columns;
mod content;
mod dangling;
mod decode;
mod escapes;
mod expected;
mod findings;
mod fit;
mod form;
mod fragments;
mod head;
mod held;
mod index;
mod line;
mod line_ends;
mod line_numbers;
mod line_reader;
mod literal;
mod mallinfo;
#[cfg(test)]
mod mangle;
#[cfg(test)]
mod mangled;
mod markup;
mod merge;
mod notes;
mod numbers;
mod prefix;
mod solve;
mod started;
mod stream;
mod streams;
mod suspended;
mod tabs;
#[cfg(test)]
mod tests;
mod title;
mod unknown;
mod wrapped;

use std::io::{self, BufRead};

use talloc::Snapshot;

pub(crate) use self::findings::Findings;
pub(crate) use self::solve::Source;
pub(crate) use self::unknown::Unknown;

use self::decode::Decoder;
use self::escapes::Escapes;
use self::line_reader::LineReader;
use self::markup::Markup;
use self::streams::Streams;

/// What was read from one input.
#[derive(Debug)]
pub(crate) struct Reading {
    /// All trees.
    pub(crate) snapshot: Snapshot,
    /// Where they come from; those without a first line are not among them.
    pub(crate) reports: Vec<Source>,
    pub(crate) lines: u64,
    pub(crate) unknown: Unknown,
    pub(crate) findings: Findings,
}

#[derive(Debug)]
pub(crate) enum ReadError {
    /// Before the first line.
    Open(io::Error),
    /// It is compressed or encoded in this way, which cannot be read.
    Format(&'static str),
    /// It is a core file or a program.
    Elf,
    /// After so many lines.
    Io(u64, io::Error),
    /// At this line.
    OutOfMemory(u64),
}

/// Reads all reports of an input. No line is an error: what is not understood is
/// [counted](Unknown), and what contradicts itself is [told](Findings).
///
/// Memory: the snapshot, and a bounded amount for lines.
pub(crate) fn read(input: impl BufRead) -> Result<Reading, ReadError> {
    let mut lines = LineReader::new(Decoder::new(input)?);
    let mut streams = Streams::default();
    let (mut markup, mut escapes) = (Markup::default(), Escapes::default());
    loop {
        let number = lines.number() + 1;
        match lines.next() {
            Err(error) => return Err(ReadError::Io(number - 1, error)),
            Ok(None) => break,
            Ok(Some(line)) => {
                let line = markup.clean(line);
                let read = match escapes.lines(&line) {
                    None => streams.read(number, &line),
                    Some(lines) => lines
                        .split_inclusive(|byte| *byte == b'\n')
                        .map(|line| line.strip_suffix(b"\n").unwrap_or(line))
                        .try_for_each(|line| streams.read(number, line)),
                };
                read.map_err(|_| ReadError::OutOfMemory(number))?;
            }
        }
    }
    let number = lines.number();
    let mut findings = Findings::default();
    let finished = streams
        .finish(number, &mut findings)
        .and_then(|(all, notes)| Ok((merge::merge(all)?, notes)));
    let ((snapshot, reports), notes) = finished.map_err(|_| ReadError::OutOfMemory(number))?;
    Ok(Reading { snapshot, reports, lines: number, unknown: notes.unknown, findings })
}
