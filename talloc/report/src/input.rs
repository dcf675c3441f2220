//! [`load`]: a snapshot from a file, the standard input, or memory.

use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::os::unix::ffi::OsStrExt;
use std::thread;

use talloc::Snapshot;
use talloc::snapshot::{Bytes, Escaped};

use crate::args::Options;
use crate::memory::{self, Details, Place};
use crate::messages::say;
use crate::progress::Progress;
use crate::read::{Findings, ReadError, Reading, Source, Unknown, read};

/// How much is read at once.
const BUFFER: usize = 256 << 10;

/// The name of what has none.
const STDIN: &str = "(standard input)";

/// What a file has.
#[derive(Debug)]
pub(crate) struct Input {
    /// The name of the file, fit for a terminal.
    pub(crate) name: String,
    pub(crate) snapshot: Snapshot,
    /// Where its trees come from; none if that is memory.
    pub(crate) reports: Vec<Source>,
    /// What only memory tells of objects.
    pub(crate) details: Option<Details>,
    /// Something was found that makes it doubtful, and was told.
    pub(crate) is_doubtful: bool,
}

/// What was read, of which nothing was told yet.
enum Loaded {
    Text(Result<Reading, ReadError>),
    Memory(Result<memory::Reading, String>),
}

/// Reads all reports of each file, or of the standard input if it is called `-`, all files at
/// the same time; so it does processes and core files.
///
/// Lines that are no part of a report are told on the standard error, and so is what reports
/// have against them, file by file.
pub(crate) fn load<'p>(paths: &'p [OsString], options: &Options) -> Result<Vec<Input>, String> {
    let quiet = options.quiet;
    thread::scope(|scope| {
        // Only the first can say how far it is.
        let start = |path: &'p OsString| scope.spawn(move || read_place(path, options, true));
        let others: Vec<_> = paths.iter().skip(1).map(start).collect();
        let first = paths.first().map(|path| read_place(path, options, quiet));
        // What panics there was reported there.
        let joined = |thread: thread::ScopedJoinHandle<'_, _>| {
            thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        let readings = first.into_iter().chain(others.into_iter().map(joined));
        paths.iter().zip(readings).map(|(path, reading)| input(path, reading, quiet)).collect()
    })
}

fn read_place(path: &OsStr, options: &Options, quiet: bool) -> Loaded {
    match Place::of(path) {
        Place::Text(path) => Loaded::Text(read_file(path, quiet)),
        place => Loaded::Memory(memory::read(place, options)),
    }
}

fn read_file(path: &OsStr, quiet: bool) -> Result<Reading, ReadError> {
    let (input, size) = open(path).map_err(ReadError::Open)?;
    let progress = Progress::new(input, display_name(path), size, !quiet);
    read(BufReader::with_capacity(BUFFER, progress))
}

fn input(path: &OsStr, loaded: Loaded, quiet: bool) -> Result<Input, String> {
    let name = display_name(path);
    let reading = match loaded {
        Loaded::Text(reading) => reading,
        Loaded::Memory(reading) => return reading.map(|reading| from_memory(reading, quiet)),
    };
    let reading = reading.map_err(|error| explain(&name, &error))?;
    if reading.snapshot.is_empty() {
        return Err(no_report(&name, &reading));
    }
    warn(&name, &reading, quiet);
    let Reading { snapshot, reports, findings, .. } = reading;
    let is_doubtful = findings.is_wrong();
    Ok(Input { name, snapshot, reports, details: None, is_doubtful })
}

fn from_memory(reading: memory::Reading, quiet: bool) -> Input {
    reading.tell(quiet);
    let is_doubtful = reading.is_doubtful();
    let memory::Reading { name, snapshot, details, .. } = reading;
    Input { name, snapshot, reports: Vec::new(), details: Some(details), is_doubtful }
}

/// The input, and its size if that is known, else 0.
fn open(path: &OsStr) -> io::Result<(Box<dyn Read>, u64)> {
    if path == "-" {
        return Ok((Box::new(io::stdin().lock()), 0));
    }
    let file = File::open(path)?;
    let size = file.metadata().map_or(0, |metadata| metadata.len());
    Ok((Box::new(file), size))
}

/// A file name as text for a terminal.
pub(crate) fn display_name(path: &OsStr) -> String {
    match path.as_bytes() {
        b"-" => STDIN.to_owned(),
        bytes => Escaped::new(bytes).to_string(),
    }
}

fn explain(name: &str, error: &ReadError) -> String {
    match error {
        // A folder can be opened, but not read.
        ReadError::Open(error) | ReadError::Io(0, error) => format!("{name}: {error}"),
        ReadError::Io(line, error) => format!("{name}:{line}: {error}"),
        ReadError::Format(format) => format!("{name}: it is {format}; only text can be read"),
        ReadError::Elf => {
            let file = if name == STDIN { "FILE" } else { name };
            format!(
                "{name}: it is an ELF file, no text; core:{file} reads it, if it is a core file"
            )
        }
        ReadError::OutOfMemory(line) => format!("{name}:{line}: out of memory"),
    }
}

fn no_report(name: &str, reading: &Reading) -> String {
    if reading.lines == 0 {
        return format!("{name}: the input is empty");
    }
    let mut text = format!("{name}: no talloc report in {}", lines(reading.lines));
    list(&mut text, name, &reading.unknown);
    text
}

/// Tells what the result does not show. What makes it doubtful is no warning.
fn warn(name: &str, reading: &Reading, quiet: bool) {
    if reading.unknown.count > 0 && !quiet {
        say(&unknown(name, &reading.unknown));
    }
    tell(name, &reading.findings, quiet);
    let (listed, all) = (reading.snapshot.len() as u64, reading.snapshot.total_blocks());
    if listed < all && !quiet {
        // The exact form of bytes is a number with commas.
        let (listed, all) = (Bytes(listed), Bytes(all));
        say(&format!(
            "{name}: the report is cut or has a limited depth: {listed:#} of {all:#} blocks; \
             bytes that are not listed count for the object above them"
        ));
    }
}

fn tell(name: &str, findings: &Findings, quiet: bool) {
    for finding in findings.list.iter().filter(|finding| finding.is_wrong() || !quiet) {
        let (line, is_wrong) = (finding.line(), finding.is_wrong());
        let of = if is_wrong { "doubtful: " } else { "" };
        say(&format!("{name}:{line}: {of}{finding}"));
    }
    if findings.more > 0 && (findings.is_wrong() || !quiet) {
        say(&format!("{name}: and {} findings more", findings.more));
    }
}

fn unknown(name: &str, unknown: &Unknown) -> String {
    let count = unknown.count;
    let are = if count == 1 { "is" } else { "are" };
    let mut text = format!("{name}: {} {are} no part of a talloc report", lines(count));
    list(&mut text, name, unknown);
    text
}

fn lines(count: u64) -> String {
    format!("{count} {}", if count == 1 { "line" } else { "lines" })
}

/// The first lines that were not understood, each with file and number.
fn list(text: &mut String, name: &str, unknown: &Unknown) {
    for (number, line) in &unknown.first {
        let _ = write!(text, "\n  {name}:{number}: {line}");
    }
    let more = unknown.count - unknown.first.len() as u64;
    if more > 0 {
        let _ = write!(text, "\n  and {} more", lines(more));
    }
}
