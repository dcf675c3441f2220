//! The reports of libtalloc, as text.

use core::ffi::{CStr, c_char, c_int, c_void};
use core::fmt;
use core::ops::{ControlFlow, Deref};
use core::ptr::{self, NonNull};

use talloc_sys as sys;

use crate::raw::name_mut::Renaming;
use crate::raw::walk::{Step, Top, walk};

// POSIX.1-2008, in the C library that libtalloc itself stands on.
unsafe extern "C" {
    fn open_memstream(text: *mut *mut c_char, size: *mut usize) -> *mut sys::FILE;
    fn fclose(stream: *mut sys::FILE) -> c_int;
    #[link_name = "free"]
    fn free_malloced(text: *mut c_void);
}

/// How much a report tells.
#[derive(Clone, Copy)]
pub(crate) enum Depth {
    /// All that is below the chunk: `talloc_report_full`.
    Full,
    /// The chunk and its children: `talloc_report`.
    Short,
}

/// What reports show for a name that lies in the chunk itself (fact 14) and has no NUL there: C
/// has written over it, and libtalloc would read on behind the chunk.
const UNREADABLE: &CStr = c"(a string without NUL)";

/// The text of a report, or `None` when memory ran out. While it is written, all names down to its
/// depth can be read.
pub(crate) fn report<'a>(top: Top<'a>, depth: Depth) -> Option<Report> {
    let (max_depth, write): (_, unsafe extern "C" fn(_, _)) = match depth {
        Depth::Full => (None, sys::talloc_report_full),
        Depth::Short => (Some(1), sys::talloc_report),
    };
    let (mut unreadable, mut no_memory) = (Vec::new(), false);
    let look = |step: Step<'a>| {
        if !step.chunk.is_name_readable() {
            if unreadable.try_reserve(1).is_err() {
                no_memory = true;
                return ControlFlow::Break(());
            }
            unreadable.push(Renaming::of(step.chunk));
        }
        ControlFlow::Continue(())
    };
    // SAFETY: 1. it only looks. 2. nothing is freed here.
    unsafe { walk(top, max_depth, look) };
    if no_memory {
        return None;
    }
    for renaming in &unreadable {
        renaming.set(UNREADABLE);
    }
    // SAFETY: null or live, and the stream is open.
    text_of(|stream| unsafe { write(top.as_ptr(), stream) })
}

/// What `write` writes to the open stream that it is given.
fn text_of(write: impl FnOnce(*mut sys::FILE)) -> Option<Report> {
    let (mut text, mut size) = (ptr::null_mut(), 0);
    // SAFETY: both out-parameters live until fclose below.
    let stream = unsafe { open_memstream(&raw mut text, &raw mut size) };
    if stream.is_null() {
        return None;
    }
    write(stream);
    // SAFETY: the stream is open and not used again.
    let closed = unsafe { fclose(stream) } == 0;
    let report = Report { text: NonNull::new(text)?.cast(), size };
    closed.then_some(report)
}

/// The text of a report, in memory of the C library.
///
/// # Invariants
///
/// `text` comes from `malloc`, and nobody else has it. It has `size` bytes once the stream that
/// wrote them is closed without an error, and only then is this given out.
pub(crate) struct Report {
    text: NonNull<u8>,
    size: usize,
}

impl Deref for Report {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        // SAFETY: by the invariant.
        unsafe { NonNull::slice_from_raw_parts(self.text, self.size).as_ref() }
    }
}

impl Drop for Report {
    fn drop(&mut self) {
        // SAFETY: by the invariant; it is not used again.
        unsafe { free_malloced(self.text.as_ptr().cast()) };
    }
}

/// Writes what may not be UTF-8, with replacement characters then. Takes no memory.
pub(crate) fn write_lossy(text: &[u8], out: &mut (impl fmt::Write + ?Sized)) -> fmt::Result {
    for chunk in text.utf8_chunks() {
        out.write_str(chunk.valid())?;
        if !chunk.invalid().is_empty() {
            out.write_char(char::REPLACEMENT_CHARACTER)?;
        }
    }
    Ok(())
}
