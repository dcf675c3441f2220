//! The reports of libtalloc, as text.

use core::ffi::{c_char, c_int, c_void};
use core::ops::ControlFlow;
use core::ptr;

use talloc_sys as sys;

use crate::name::Name;
use crate::raw::walk::{Step, walk};

// POSIX.1-2008, in the C library that libtalloc itself stands on.
unsafe extern "C" {
    fn open_memstream(text: *mut *mut c_char, size: *mut usize) -> *mut sys::FILE;
    fn fclose(stream: *mut sys::FILE) -> c_int;
    #[link_name = "free"]
    fn free_malloced(text: *mut c_void);
}

/// The text of `talloc_report_full`, or `None` when memory ran out.
///
/// # Safety
///
/// 1. `chunk` must be live, or null for the context that libtalloc's tracking made.
pub(crate) unsafe fn full(chunk: *const c_void) -> Option<Vec<u8>> {
    // SAFETY: duty 1.
    unsafe { report(chunk, None, sys::talloc_report_full) }
}

/// The text of `talloc_report`: the chunk and its children, or `None` when memory ran out.
///
/// # Safety
///
/// 1. `chunk` must be live, or null for the context that libtalloc's tracking made.
pub(crate) unsafe fn short(chunk: *const c_void) -> Option<Vec<u8>> {
    // SAFETY: duty 1.
    unsafe { report(chunk, Some(1), sys::talloc_report) }
}

/// What reports show for a name that lies in the chunk itself (fact 14) and has no NUL there: C
/// has written over it, and libtalloc would read on behind the chunk.
const UNREADABLE: Name = Name::new(c"(a string without NUL)");

/// What a report writes, while all names down to that depth can be read.
///
/// # Safety
///
/// 1. `chunk` must be live, or null for the context that libtalloc's tracking made.
/// 2. `write` must be a report of no more depth.
unsafe fn report(
    chunk: *const c_void,
    max_depth: Option<u8>,
    write: unsafe extern "C" fn(*const c_void, *mut sys::FILE),
) -> Option<Vec<u8>> {
    let (mut unreadable, mut no_memory) = (Vec::new(), false);
    let look = |step: Step<'_>| {
        // SAFETY: 1. the text is only looked at.
        let name = unsafe { step.chunk.name_bytes() };
        if !name.has_nul {
            if unreadable.try_reserve(1).is_err() {
                no_memory = true;
                return ControlFlow::Break(());
            }
            unreadable.push((step.chunk.ptr(), name.text.as_ptr()));
        }
        ControlFlow::Continue(())
    };
    // SAFETY: 1. duty 1. 2. it only looks.
    unsafe { walk(chunk, max_depth, look) };
    if no_memory {
        return None;
    }
    let rename = |to: fn(*const u8) -> *const c_char| {
        for (chunk, name) in &unreadable {
            // SAFETY: live, since no tree has changed; static, or what it was.
            unsafe { sys::talloc_set_name_const(chunk.as_ptr(), to(*name)) };
        }
    };
    rename(|_| UNREADABLE.as_ptr());
    // SAFETY: duty 1, and the stream is open.
    let text = text_of(|stream| unsafe { write(chunk, stream) });
    rename(|name| name.cast());
    text
}

/// What `write` writes to the open stream that it is given.
fn text_of(write: impl FnOnce(*mut sys::FILE)) -> Option<Vec<u8>> {
    let (mut text, mut size) = (ptr::null_mut(), 0);
    // SAFETY: both out-parameters live until fclose below.
    let stream = unsafe { open_memstream(&raw mut text, &raw mut size) };
    if stream.is_null() {
        return None;
    }
    write(stream);
    // SAFETY: the stream is open and not used again. When it succeeds, `text`
    // holds `size` bytes from malloc.
    let closed = unsafe { fclose(stream) } == 0;
    let report = (closed && !text.is_null())
        // SAFETY: see fclose above.
        .then(|| unsafe { core::slice::from_raw_parts(text.cast::<u8>(), size) }.to_vec());
    // SAFETY: `text` is null or came from malloc, and is not used again.
    unsafe { free_malloced(text.cast()) };
    report
}
