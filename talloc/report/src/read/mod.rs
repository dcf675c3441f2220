//! [`read`]: snapshots from the text of reports.
//!
//! Bytes become lines ([`text`]); each goes to the process that has written it ([`process`]),
//! where it is read ([`line`](mod@line)) and becomes an entry ([`stream`]). When all are known, the
//! numbers decide which tree they are ([`tree`]).

mod findings;
mod line;
mod notes;
mod process;
mod stream;
#[cfg(test)]
mod tests;
mod text;
mod tree;
mod unknown;

use std::io::{self, BufRead};

use talloc::Snapshot;

pub(crate) use self::findings::Findings;
pub(crate) use self::tree::Source;
pub(crate) use self::unknown::Unknown;

use self::process::Streams;
use self::text::decode::Decoder;
use self::text::escapes::Escapes;
use self::text::line_reader::LineReader;
use self::text::markup::Markup;
use self::text::quoted::Quoted;

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
    let mut quoted = Quoted::default();
    let mut clean = |number: u64, line: &[u8]| {
        let line = markup.clean(line);
        let read = match escapes.lines(&line) {
            None => streams.read(number, &line),
            Some(lines) => lines
                .split_inclusive(|byte| *byte == b'\n')
                .map(|line| line.strip_suffix(b"\n").unwrap_or(line))
                .try_for_each(|line| streams.read(number, line)),
        };
        read.map_err(|_| ReadError::OutOfMemory(number))
    };
    loop {
        let number = lines.number() + 1;
        match lines.next() {
            Err(error) => return Err(ReadError::Io(number - 1, error)),
            Ok(None) => break,
            Ok(Some(line)) => quoted.read(number, line, &mut clean)?,
        }
    }
    quoted.end(&mut clean)?;
    let number = lines.number();
    let piece = escapes.end();
    if !piece.is_empty() {
        streams.read(number, &piece).map_err(|_| ReadError::OutOfMemory(number))?;
    }
    let mut findings = Findings::default();
    let finished = streams
        .finish(number, &mut findings)
        .and_then(|(all, notes)| Ok((tree::merge(all)?, notes)));
    let ((snapshot, reports), notes) = finished.map_err(|_| ReadError::OutOfMemory(number))?;
    Ok(Reading { snapshot, reports, lines: number, unknown: notes.unknown, findings })
}
