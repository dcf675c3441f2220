//! The calls that walk a subtree: for each chunk, or as text.

use core::ffi::{CStr, c_char, c_int, c_void};
use core::ptr::{self, NonNull};

use talloc_sys as sys;

use super::{NameText, name_text, set_name};

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

/// Whether the free of a chunk has come to its children (fact 20): then its name may be
/// gone, and it no longer knows its parent.
///
/// # Safety
///
/// 1. `chunk` must be live.
pub(crate) unsafe fn is_being_freed(chunk: NonNull<c_void>) -> bool {
    /// # Safety
    ///
    /// 1. `called` must point to a `bool` that nobody else uses meanwhile.
    unsafe extern "C" fn note(
        _chunk: *const c_void,
        _depth: c_int,
        _max_depth: c_int,
        _is_ref: c_int,
        called: *mut c_void,
    ) {
        // SAFETY: duty 1.
        unsafe { *called.cast::<bool>() = true };
    }

    let mut called = false;
    let data = (&raw mut called).cast();
    // SAFETY: duty 1; `note` changes no tree, and `data` is its variable. With a depth of 0
    // the call goes no further than the chunk.
    unsafe { sys::talloc_report_depth_cb(chunk.as_ptr(), 0, 0, Some(note), data) };
    !called
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
/// 1. `chunk` must be live, or null for the context that libtalloc's tracking made.
pub(crate) unsafe fn full(chunk: *const c_void) -> Option<Vec<u8>> {
    // SAFETY: duty 1, and the stream is open.
    let report = |stream| unsafe { sys::talloc_report_full(chunk, stream) };
    // SAFETY: duty 1.
    unsafe { with_readable_names(chunk, -1, || text_of(report)) }
}

/// The text of `talloc_report`: the chunk and its children, or `None` when memory ran out.
///
/// # Safety
///
/// 1. `chunk` must be live, or null for the context that libtalloc's tracking made.
pub(crate) unsafe fn short(chunk: *const c_void) -> Option<Vec<u8>> {
    // SAFETY: duty 1, and the stream is open.
    let report = |stream| unsafe { sys::talloc_report(chunk, stream) };
    // SAFETY: duty 1.
    unsafe { with_readable_names(chunk, 1, || text_of(report)) }
}

/// The name of a chunk that lies in its own memory (fact 14) and has no NUL there. C has
/// written over it; libtalloc would read on behind the chunk.
struct Unreadable {
    chunk: NonNull<c_void>,
    name: *const c_char,
}

/// What reports show for such a chunk.
const UNREADABLE: &CStr = c"(a string without NUL)";

/// Calls `report` while all names of the subtree can be read, or returns `None` when
/// memory ran out.
///
/// # Safety
///
/// 1. `chunk` must be live, or null for the context that libtalloc's tracking made.
/// 2. `report` must change no tree and call no user code.
unsafe fn with_readable_names(
    chunk: *const c_void,
    max_depth: c_int,
    report: impl FnOnce() -> Option<Vec<u8>>,
) -> Option<Vec<u8>> {
    /// # Safety
    ///
    /// 1. `chunk` must be live.
    /// 2. `found` must point to an `Option<Vec<Unreadable>>` that nobody else uses meanwhile.
    unsafe extern "C" fn look(
        chunk: *const c_void,
        _depth: c_int,
        _max_depth: c_int,
        _is_ref: c_int,
        found: *mut c_void,
    ) {
        // SAFETY: duty 2.
        let all = unsafe { &mut *found.cast::<Option<Vec<Unreadable>>>() };
        let (Some(chunk), Some(found)) = (NonNull::new(chunk.cast_mut()), all.as_mut()) else {
            return;
        };
        // SAFETY: duty 1; the text is not used once the tree may change.
        if let NameText::InChunk { text, has_nul: false } = unsafe { name_text(chunk) } {
            match found.try_reserve(1) {
                Ok(()) => found.push(Unreadable { chunk, name: text.as_ptr().cast() }),
                Err(_) => *all = None,
            }
        }
    }

    let mut found: Option<Vec<Unreadable>> = Some(Vec::new());
    let data = (&raw mut found).cast();
    // SAFETY: duty 1; `look` changes no tree, and `data` is its vector.
    unsafe { sys::talloc_report_depth_cb(chunk, 0, max_depth, Some(look), data) };
    let found = found?;
    for unreadable in &found {
        // SAFETY: live, since nothing has changed; the name is static.
        unsafe { set_name(unreadable.chunk, UNREADABLE.as_ptr()) };
    }
    let text = report();
    for unreadable in &found {
        // SAFETY: live (duty 2); the name is what it was.
        unsafe { set_name(unreadable.chunk, unreadable.name) };
    }
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
