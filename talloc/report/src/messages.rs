//! [`say`]: messages on the standard error.

use std::io::{self, Write};

/// Writes a message with the name of the program before it. Where that fails, nobody can be told,
/// and the result matters more.
pub(crate) fn say(message: &str) {
    let _ = writeln!(io::stderr(), "talloc-report: {message}");
}
