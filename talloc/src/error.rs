//! What can go wrong, and what happens when memory runs out.

use core::cell::Cell;
use core::fmt;
use core::mem::ManuallyDrop;
use std::alloc::Layout;
use std::sync::{Mutex, PoisonError};

/// The largest object that libtalloc allocates, in bytes: one below 256 MiB.
pub const MAX_SIZE: usize = 0x1000_0000 - 1;

/// Why an operation was refused.
///
/// The `try_` methods return every variant. Where there is a `try_` method, its
/// plain twin never returns [`OutOfMemory`](Error::OutOfMemory): it ends the
/// process through [`std::alloc::handle_alloc_error`], as `Box` and `Vec` do, or as
/// [`set_out_of_memory_fn`](crate::set_out_of_memory_fn) says.
/// Methods without a twin, such as `set_name` and `set`, return every variant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The C allocator, or a memory limit on the context, gave no memory.
    #[error("out of memory: {size} bytes were requested")]
    OutOfMemory {
        /// The bytes requested.
        size: usize,
    },
    /// The request is over [`MAX_SIZE`]; libtalloc refuses it without trying.
    #[error("{size} bytes are more than libtalloc's limit of {MAX_SIZE} bytes for one object")]
    TooLarge {
        /// The bytes requested; [`usize::MAX`] when the multiplication overflowed.
        size: usize,
    },
    /// A string that C is to read has a NUL in the middle.
    #[error("NUL byte at position {position}: C would read the string only up to there")]
    InteriorNul {
        /// Where the first NUL is, in bytes from the start.
        position: usize,
    },
    /// A string from C has no NUL within its chunk.
    #[error("no NUL within the {size} bytes of the string's chunk")]
    MissingNul {
        /// The size of the chunk in bytes.
        size: usize,
    },
    /// A string from C is not UTF-8.
    #[error("the string is not UTF-8")]
    InvalidUtf8(#[from] core::str::Utf8Error),
    /// A null pointer was handed over where an object is needed.
    #[error("null pointer where an object is needed")]
    Null,
    /// The object carries another type's name.
    #[error("the object is named {found:?}, expected {expected:?}")]
    WrongType {
        /// The name that the Rust type asks for.
        expected: String,
        /// The name that the object has.
        found: String,
    },
    /// The object is too small for the type, or not a whole number of elements.
    #[error("the object has {found} bytes, expected {expected}")]
    WrongSize {
        /// The size of the Rust type (of one element, for arrays) in bytes.
        expected: usize,
        /// The size of the object in bytes.
        found: usize,
    },
    /// libtalloc refused to free the object: somebody holds a reference to
    /// it, or its destructor said no (one of C's, or that of a [`Guarded`](crate::Guarded)).
    #[error("the object was not freed: it is referenced, or its destructor refused")]
    Refused,
    /// libtalloc refused to resize the object because somebody holds a
    /// reference to it.
    #[error("the object cannot be resized while somebody holds a reference to it")]
    Referenced,
    /// A C function returned a status that is not success: an `NTSTATUS`, an `errno`, a
    /// `TDB_ERR_…`. Made by [`Error::status`].
    #[error("{function} returned {status} ({status:#x})")]
    Status {
        /// The C function.
        function: &'static str,
        /// What it returned.
        status: i64,
    },
    /// A `Display` or `Debug` implementation reported an error.
    #[error("a formatting implementation reported an error")]
    Format,
    /// A hook of libtalloc can be set safely only as long as no root context has
    /// been made in the process.
    #[error("a root context exists already: libtalloc's hooks are set before the first one")]
    HookTooLate,
    /// The hook has been set before, and can be set once.
    #[error("this hook of libtalloc has been set already")]
    HookAlreadySet,
    /// Which roots this thread has is not known: see [`report_full`](crate::report_full).
    #[error(
        "the roots of this thread are not known: the leak report is off, the thread is over, or \
         there was no memory to write one down"
    )]
    RootsUnknown,
}

impl Error {
    /// The error for what a C function has returned.
    ///
    /// ```
    /// use talloc::Error;
    ///
    /// /// NTSTATUS is a number of 32 bits; `c_int` and `errno` do as well.
    /// const NT_STATUS_ACCESS_DENIED: u32 = 0xc000_0022;
    ///
    /// let error = Error::status("cli_open", NT_STATUS_ACCESS_DENIED);
    /// assert_eq!(error.to_string(), "cli_open returned 3221225506 (0xc0000022)");
    /// ```
    pub fn status(function: &'static str, status: impl Into<i64>) -> Self {
        Error::Status { function, status: status.into() }
    }

    /// Tells a refused size from exhausted memory, after libtalloc returned NULL.
    #[inline]
    pub(crate) fn no_memory(size: usize) -> Self {
        if size > MAX_SIZE { Error::TooLarge { size } } else { Error::OutOfMemory { size } }
    }

    /// What the plain methods do with an error: out of memory ends the
    /// process, everything else is a mistake of the caller and panics.
    // Always: what never returns is not inlined otherwise.
    #[inline(always)]
    #[track_caller]
    pub(crate) fn raise(self) -> ! {
        // By its size: a caller then needs no room for an error, and no stack.
        let error = ManuallyDrop::new(self);
        if let Error::OutOfMemory { size } | Error::TooLarge { size } = *error {
            raise_no_memory(size);
        }
        raise_other(ManuallyDrop::into_inner(error))
    }
}

#[cold]
#[inline(never)]
#[track_caller]
fn raise_no_memory(size: usize) -> ! {
    match Error::no_memory(size) {
        Error::OutOfMemory { size } => out_of_memory(size),
        too_large => raise_other(too_large),
    }
}

/// What the program wants to be done when memory is exhausted; without it, what std does.
pub(crate) static OUT_OF_MEMORY: Mutex<Option<OutOfMemoryFn>> = Mutex::new(None);

/// Ends the process. It gets the bytes that were asked for.
pub(crate) type OutOfMemoryFn = fn(size: usize) -> !;

fn out_of_memory(size: usize) -> ! {
    thread_local! {
        static ENDING: Cell<bool> = const { Cell::new(false) };
    }
    // Copied, so that the lock is free while the program does what it wants.
    let end = *OUT_OF_MEMORY.lock().unwrap_or_else(PoisonError::into_inner);
    // Once: what it does may find memory exhausted.
    if let (Some(end), false) = (end, ENDING.replace(true)) {
        let _not_unwound = AbortOnDrop;
        end(size);
    }
    std::alloc::handle_alloc_error(Layout::from_size_align(size, 1).unwrap_or(Layout::new::<u8>()))
}

/// Dropped by a panic only: the plain methods end the process when memory is exhausted.
struct AbortOnDrop;

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        std::process::abort();
    }
}

#[cold]
#[inline(never)]
#[track_caller]
fn raise_other(error: Error) -> ! {
    panic!("talloc: {error}")
}

/// Unwraps for the plain methods; see [`Error::raise`].
pub(crate) trait OrRaise<T> {
    fn or_raise(self) -> T;
}

impl<T> OrRaise<T> for Result<T, Error> {
    #[inline]
    #[track_caller]
    fn or_raise(self) -> T {
        match self {
            Ok(value) => value,
            Err(error) => error.raise(),
        }
    }
}

/// An operation on a handle failed and the handle is given back.
///
/// Nothing was lost: [`into_inner`](Rejected::into_inner) returns the handle
/// as it was, [`error`](Rejected::error) says why.
///
/// ```
/// let ctx = talloc::Ctx::new();
/// let text = talloc::format!(ctx, "a\0b");
/// let rejected = text.into_c_str().unwrap_err();
/// assert_eq!(*rejected.error(), talloc::Error::InteriorNul { position: 1 });
/// assert_eq!(rejected.into_inner(), "a\0b");
/// ```
pub struct Rejected<H> {
    error: Error,
    handle: H,
}

impl<H> Rejected<H> {
    #[cold]
    pub(crate) fn new(error: Error, handle: H) -> Self {
        Rejected { error, handle }
    }

    /// Why the operation failed.
    pub fn error(&self) -> &Error {
        &self.error
    }

    /// The handle, as it was before the operation.
    pub fn into_inner(self) -> H {
        self.handle
    }
}

impl<H> fmt::Debug for Rejected<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rejected").field("error", &self.error).finish_non_exhaustive()
    }
}

impl<H> fmt::Display for Rejected<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl<H> core::error::Error for Rejected<H> {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        self.error.source()
    }
}

/// Drops the handle.
impl<H> From<Rejected<H>> for Error {
    fn from(rejected: Rejected<H>) -> Self {
        rejected.error
    }
}

/// Ends the process or panics for what the plain methods do not return.
#[inline]
pub(crate) fn raise_memory<T>(result: Result<T, Error>) -> Result<T, Error> {
    match result {
        Err(error @ (Error::OutOfMemory { .. } | Error::TooLarge { .. })) => error.raise(),
        other => other,
    }
}
