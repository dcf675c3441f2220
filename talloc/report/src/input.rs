//! [`load`]: a snapshot from a file or the standard input.

use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::os::unix::ffi::OsStrExt;

use talloc::Snapshot;
use talloc::snapshot::{Bytes, Escaped};

use crate::progress::Progress;
use crate::report::{ReadError, Report, read};

/// How much is read at once.
const BUFFER: usize = 256 << 10;

/// Reads all reports of a file, or of the standard input if it is called `-`.
///
/// Lines that are no part of a report are told on the standard error.
pub(crate) fn load(path: &OsString, quiet: bool) -> Result<Snapshot, String> {
    let name = display_name(path);
    let report = open(path)
        .map_err(ReadError::Open)
        .and_then(|(input, size)| {
            let progress = Progress::new(input, name.clone(), size, !quiet);
            read(BufReader::with_capacity(BUFFER, progress))
        })
        .map_err(|error| explain(&name, &error))?;
    if report.snapshot.is_empty() {
        return Err(no_report(&name, &report));
    }
    if !quiet {
        warn(&name, &report);
    }
    Ok(report.snapshot)
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
        b"-" => "(standard input)".to_owned(),
        bytes => Escaped::new(bytes).to_string(),
    }
}

fn explain(name: &str, error: &ReadError) -> String {
    match error {
        // A folder can be opened, but not read.
        ReadError::Open(error) | ReadError::Io(0, error) => format!("{name}: {error}"),
        ReadError::Io(line, error) => format!("{name}:{line}: {error}"),
        ReadError::OutOfMemory(line) => format!("{name}:{line}: out of memory"),
    }
}

fn no_report(name: &str, report: &Report) -> String {
    if report.lines == 0 {
        return format!("{name}: the input is empty");
    }
    let mut text = format!("{name}: no talloc report in {}", lines(report.lines));
    list(&mut text, name, report);
    text
}

/// Tells what the result does not show.
fn warn(name: &str, report: &Report) {
    if report.unknown.count > 0 {
        eprintln!("{}", unknown(name, report));
    }
    let (listed, all) = (report.snapshot.len() as u64, report.snapshot.total_blocks());
    if listed < all {
        // The exact form of bytes is a number with commas.
        let (listed, all) = (Bytes(listed), Bytes(all));
        eprintln!(
            "talloc-report: {name}: the report is cut or has a limited depth: {listed:#} of \
             {all:#} blocks; bytes that are not listed count for the object above them"
        );
    }
}

fn unknown(name: &str, report: &Report) -> String {
    let count = report.unknown.count;
    let are = if count == 1 { "is" } else { "are" };
    let mut text =
        format!("talloc-report: {name}: {} {are} no part of a talloc report", lines(count));
    list(&mut text, name, report);
    text
}

fn lines(count: u64) -> String {
    format!("{count} {}", if count == 1 { "line" } else { "lines" })
}

/// The first lines that were not understood, each with file and number.
fn list(text: &mut String, name: &str, report: &Report) {
    for (number, line) in &report.unknown.first {
        let _ = write!(text, "\n  {name}:{number}: {line}");
    }
    let more = report.unknown.count - report.unknown.first.len() as u64;
    if more > 0 {
        let _ = write!(text, "\n  and {} more", lines(more));
    }
}
