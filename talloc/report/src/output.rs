//! [`write_to`]: results to a file or to the standard output.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;

use talloc::snapshot::Escaped;

use crate::args::Request;
use crate::input::display_name;
use crate::memory::Place;

const BUFFER: usize = 64 << 10;

/// Refuses to write over a file that is to be read.
pub(crate) fn check(request: &Request) -> Result<(), String> {
    let Some(path) = &request.options.output else { return Ok(()) };
    // What is not there yet is no input, and writing to a device destroys nothing.
    let Ok(output) = fs::metadata(path) else { return Ok(()) };
    let is_same = |input: fs::Metadata| (input.dev(), input.ino()) == (output.dev(), output.ino());
    let is_input = |file| metadata(file).is_ok_and(is_same);
    if output.is_file() && request.files.iter().any(|file| is_input(file)) {
        return Err(format!(
            "{} is read: it cannot be the output, too",
            Escaped::new(path.as_bytes())
        ));
    }
    Ok(())
}

/// Of an input.
fn metadata(input: &OsStr) -> io::Result<fs::Metadata> {
    let Some(path) = Place::of(input).file() else { return Err(io::ErrorKind::NotFound.into()) };
    if path == "-" {
        return File::from(io::stdin().as_fd().try_clone_to_owned()?).metadata();
    }
    fs::metadata(path)
}

/// What became of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    All,
    /// The reader of the standard output has seen enough.
    Part,
}

/// Calls `f` with the output: the file at `path`, or the standard output.
pub(crate) fn write_to(
    path: Option<&OsStr>,
    f: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<Written, String> {
    match path {
        None => {
            let mut out = BufWriter::with_capacity(BUFFER, io::stdout().lock());
            match f(&mut out).and_then(|()| out.flush()) {
                Ok(()) => Ok(Written::All),
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Written::Part),
                Err(error) => Err(format!("(standard output): {error}")),
            }
        }
        Some(path) => {
            let written = File::create(path).and_then(|file| {
                let mut out = BufWriter::with_capacity(BUFFER, file);
                f(&mut out)?;
                out.flush()
            });
            written
                .map(|()| Written::All)
                .map_err(|error| format!("{}: {error}", display_name(path)))
        }
    }
}
