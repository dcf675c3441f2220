//! What can go wrong with a mail store.

use std::ffi::c_int;
use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::sys;

/// Why an operation failed.
#[derive(Debug, Error)]
pub(crate) enum Error {
    /// libnotmuch has refused it.
    #[error("{text} ({status:?})")]
    Notmuch {
        /// The kind of the failure.
        status: Status,
        /// What libnotmuch says about it.
        text: String,
    },
    /// A file cannot be read, or its path be given to C.
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
    /// Another thread has a mail store open.
    #[error("another thread has a mail store open")]
    OtherThread,
    /// No object where there should be one: no memory, or another type than was promised.
    #[error(transparent)]
    Talloc(#[from] talloc::Error),
}

/// The statuses of libnotmuch that this example meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    /// Something should be written to a store that was opened to read.
    ReadOnlyDatabase,
    /// The database below has refused it, such as a query that it does not understand.
    XapianException,
    /// A file or a folder cannot be read or written.
    FileError,
    /// The file is no message.
    FileNotEmail,
    /// The tag is too long.
    TagTooLong,
    /// The path is not absolute, or not in the store.
    PathError,
    /// There is no store.
    NoDatabase,
    /// There is a store already.
    DatabaseExists,
    /// Any other status.
    Other(c_int),
}

impl From<c_int> for Status {
    fn from(status: c_int) -> Self {
        match status {
            sys::READ_ONLY_DATABASE => Status::ReadOnlyDatabase,
            sys::XAPIAN_EXCEPTION => Status::XapianException,
            sys::FILE_ERROR => Status::FileError,
            sys::FILE_NOT_EMAIL => Status::FileNotEmail,
            sys::TAG_TOO_LONG => Status::TagTooLong,
            sys::PATH_ERROR => Status::PathError,
            sys::NO_DATABASE => Status::NoDatabase,
            sys::DATABASE_EXISTS => Status::DatabaseExists,
            other => Status::Other(other),
        }
    }
}
