//! What can go wrong with a configuration.

use std::fmt;
use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// Why something could not be loaded or made.
#[derive(Debug, Error)]
pub(crate) enum Error {
    /// The file cannot be read.
    #[error("{}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// There is a folder of this name, or a pipe, or something else that is no file.
    #[error("{}: not a regular file", .0.display())]
    NotAFile(PathBuf),
    /// The file, or one that it includes, is no configuration; Samba has written why to standard error.
    #[error("{}: Samba does not understand it", .0.display())]
    Refused(PathBuf),
    /// The value of an option has not the form that was asked for.
    #[error("{option} = {value}: not {form}")]
    Value {
        /// The option.
        option: String,
        /// What the file says.
        value: String,
        /// What was asked for.
        form: Form,
    },
    /// The text is no sequence of bytes in hexadecimal digits.
    #[error("not a number of bytes in hexadecimal digits: {0:?}")]
    NotHex(String),
    /// A separator that is no ASCII character.
    #[error("a separator has to be an ASCII character other than NUL, and not {0:?}")]
    Separator(char),
    /// Another thread has a configuration.
    #[error("another thread has a configuration")]
    OtherThread,
    /// A string with a NUL, or no memory.
    #[error(transparent)]
    Talloc(#[from] talloc::Error),
}

/// What the value of an option can be asked for as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// A number that fits into an `int`.
    Number,
    /// Yes or no.
    Flag,
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Form::Number => "a number",
            Form::Flag => "yes or no",
        })
    }
}
