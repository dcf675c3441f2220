//! [`write_to`]: results to a file or to the standard output.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, BufWriter, Write};

use crate::input::display_name;

const BUFFER: usize = 64 << 10;

/// Calls `f` with the output: the file at `path`, or the standard output.
///
/// A reader of the standard output that has seen enough is no error.
pub(crate) fn write_to(
    path: Option<&OsStr>,
    f: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), String> {
    match path {
        None => {
            let mut out = BufWriter::with_capacity(BUFFER, io::stdout().lock());
            match f(&mut out).and_then(|()| out.flush()) {
                Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                    Err(format!("(standard output): {error}"))
                }
                _ => Ok(()),
            }
        }
        Some(path) => {
            let written = File::create(path).and_then(|file| {
                let mut out = BufWriter::with_capacity(BUFFER, file);
                f(&mut out)?;
                out.flush()
            });
            written.map_err(|error| format!("{}: {error}", display_name(path)))
        }
    }
}
