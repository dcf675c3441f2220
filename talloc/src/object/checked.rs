//! What C gives: its name and its size are looked at first.

use core::ffi::c_void;
use core::mem::ManuallyDrop;
use core::ops::RangeInclusive;
use core::ptr::NonNull;

use crate::error::Error;
use crate::name::Name;
use crate::raw::{Chunk, Owned};

/// An error that shows both names, unless the chunk is called `name`.
pub(crate) fn check_name(chunk: &Chunk, name: Name) -> Result<(), Error> {
    if chunk.is_named(name) { Ok(()) } else { Err(wrong_type(chunk, name)) }
}

#[cold]
fn wrong_type(chunk: &Chunk, name: Name) -> Error {
    // The start says enough of a long text.
    let found = chunk.name_text(200).unwrap_or_default();
    let string = if found.is_within { " (a string)" } else { "" };
    let found = format!("{}{string}", String::from_utf8_lossy(&found.text));
    Error::WrongType { expected: name.to_text(), found }
}

/// An error that shows both sizes, unless that of the chunk is one of these.
pub(crate) fn check_size(chunk: &Chunk, sizes: RangeInclusive<usize>) -> Result<(), Error> {
    match chunk.size() {
        found if sizes.contains(&found) => Ok(()),
        found => Err(Error::WrongSize { expected: *sizes.start(), found }),
    }
}

/// Looks at an object of C that is called `name`. The caller checks the size.
///
/// # Safety
///
/// 1. `ptr` must be null or a chunk that meets the invariants of [`Chunk`] for `'a`.
pub(crate) unsafe fn look<'a>(ptr: *mut c_void, name: Name) -> Result<&'a Chunk, Error> {
    let chunk = NonNull::new(ptr).ok_or(Error::Null)?;
    // SAFETY: 1. duty 1.
    let chunk = unsafe { Chunk::from_ptr(chunk) };
    check_name(chunk, name)?;
    Ok(chunk)
}

/// What C has called an object.
#[derive(Clone, Copy)]
pub(crate) enum Called {
    /// This, or it is another one.
    Exactly(Name),
    /// Anything, and so it stays.
    Anything,
    /// Anything, and this from then on.
    Anew(Name),
}

/// Takes over an object of C that is called so, with what `measure` says of its size. An
/// error leaves it as it was.
///
/// # Safety
///
/// 1. `ptr` must be null or a chunk that meets the invariants of [`Owned`] for `'p`.
pub(crate) unsafe fn take<'p, R>(
    ptr: *mut c_void,
    called: Called,
    measure: impl FnOnce(&Chunk) -> Result<R, Error>,
) -> Result<(Owned<'p>, R), Error> {
    let chunk = NonNull::new(ptr).ok_or(Error::Null)?;
    // SAFETY: 1. duty 1.
    let mut chunk = ManuallyDrop::new(unsafe { Owned::from_ptr(chunk) });
    if let Called::Exactly(name) = called {
        check_name(chunk.as_chunk(), name)?;
    }
    let measured = measure(chunk.as_chunk())?;
    if let Called::Anew(name) = called {
        chunk.set_name(name);
    }
    Ok((ManuallyDrop::into_inner(chunk), measured))
}
