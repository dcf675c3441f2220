//! The calls that walk a subtree: for each chunk, or as text.

use core::ffi::{c_char, c_int, c_void};
use core::ptr::{self, NonNull};

use talloc_sys as sys;

/// What [`each`] calls: the chunk (of a reference: the object), its depth, the
/// limit of depth, whether it is a reference, and the data.
pub(crate) type OnChunk = unsafe extern "C" fn(*const c_void, c_int, c_int, c_int, *mut c_void);

/// Calls a function for each chunk and each reference of the subtree, parents first.
///
/// # Safety
///
/// 1. `chunk` must be live.
/// 2. `on_chunk` must be sound to call with live chunks and `data`, and must
///    change no tree.
pub(crate) unsafe fn each(chunk: NonNull<c_void>, on_chunk: OnChunk, data: NonNull<c_void>) {
    // SAFETY: duties 1 and 2 are passed on; a negative depth is no limit.
    unsafe { sys::talloc_report_depth_cb(chunk.as_ptr(), 0, -1, Some(on_chunk), data.as_ptr()) }
}

/// The children of a chunk, the newest first.
///
/// # Safety
///
/// 1. `chunk` must be live.
pub(crate) unsafe fn children(chunk: NonNull<c_void>) -> Vec<NonNull<c_void>> {
    /// # Safety
    ///
    /// 1. `children` must point to a `Vec` that nobody else uses meanwhile.
    unsafe extern "C" fn add(
        chunk: *const c_void,
        depth: c_int,
        _max_depth: c_int,
        is_ref: c_int,
        children: *mut c_void,
    ) {
        // SAFETY: duty 1.
        let children = unsafe { &mut *children.cast::<Vec<NonNull<c_void>>>() };
        if depth == 1 && is_ref == 0 {
            children.extend(NonNull::new(chunk.cast_mut()));
        }
    }

    let mut children = Vec::new();
    let data = (&raw mut children).cast();
    // SAFETY: duty 1; `add` changes no tree, and `data` is its vector.
    unsafe { sys::talloc_report_depth_cb(chunk.as_ptr(), 0, 1, Some(add), data) };
    children
}

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
/// 1. `chunk` must be live.
pub(crate) unsafe fn full(chunk: NonNull<c_void>) -> Option<Vec<u8>> {
    // SAFETY: duty 1, and the stream is open.
    text_of(|stream| unsafe { sys::talloc_report_full(chunk.as_ptr(), stream) })
}

/// The text of `talloc_report`: the chunk and its children, or `None` when memory ran out.
///
/// # Safety
///
/// 1. `chunk` must be live.
pub(crate) unsafe fn short(chunk: NonNull<c_void>) -> Option<Vec<u8>> {
    // SAFETY: duty 1, and the stream is open.
    text_of(|stream| unsafe { sys::talloc_report(chunk.as_ptr(), stream) })
}

/// What `write` writes to the open stream that it is given.
pub(super) fn text_of(write: impl FnOnce(*mut sys::FILE)) -> Option<Vec<u8>> {
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
