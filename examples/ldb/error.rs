//! What a database answers when it fails.

use std::ffi::c_int;

use thiserror::Error;

/// Why an operation failed.
#[derive(Debug, Error)]
pub(crate) enum Error {
    /// ldb has refused it.
    #[error("{text} ({status:?})")]
    Ldb {
        /// The kind of the failure.
        status: Status,
        /// What ldb says about it.
        text: String,
    },
    /// Another thread has a database open.
    #[error("another thread has a database open")]
    OtherThread,
    /// A string with a NUL, or no memory.
    #[error(transparent)]
    Talloc(#[from] talloc::Error),
}

/// ldb's status codes, which are those of LDAP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    /// Something failed that has no code of its own.
    OperationsError,
    /// An attribute that should be removed or changed is not there.
    NoSuchAttribute,
    /// A rule for the values of an attribute is violated.
    ConstraintViolation,
    /// A value that should be added is there already.
    AttributeOrValueExists,
    /// A value does not have the form that its attribute asks for.
    InvalidAttributeSyntax,
    /// There is no record of this name.
    NoSuchObject,
    /// The name of a record cannot be parsed.
    InvalidDnSyntax,
    /// Somebody else uses the database.
    Busy,
    /// There is a record of this name already.
    EntryAlreadyExists,
    /// Any other code.
    Other(c_int),
}

impl From<c_int> for Status {
    fn from(code: c_int) -> Self {
        match code {
            1 => Status::OperationsError,
            16 => Status::NoSuchAttribute,
            19 => Status::ConstraintViolation,
            20 => Status::AttributeOrValueExists,
            21 => Status::InvalidAttributeSyntax,
            32 => Status::NoSuchObject,
            34 => Status::InvalidDnSyntax,
            51 => Status::Busy,
            68 => Status::EntryAlreadyExists,
            code => Status::Other(code),
        }
    }
}
