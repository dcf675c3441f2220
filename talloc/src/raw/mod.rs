//! The only module that calls libtalloc.
//!
//! # Safety
//!
//! Every function here is one C call (a resize that keeps the name is two, a
//! report as text three) with the C types replaced by Rust ones. The callers prove
//! the duties; the facts about libtalloc that they lean on are numbered in
//! `docs/SAFETY.md`.
//!
//! May use: name.

use core::ffi::{CStr, c_char, c_int, c_uint, c_void};
use core::ptr::{self, NonNull};

use talloc_sys as sys;

use crate::name::Name;

pub(crate) mod align;
mod chunk;
mod handle;
mod object;
mod owned;
mod parent;
pub(crate) mod process;
pub(crate) mod report;
pub(crate) mod walk;

pub(crate) use self::chunk::Chunk;
pub(crate) use self::handle::{Handle, Release};
pub(crate) use self::object::Object;
pub(crate) use self::owned::Owned;
pub(crate) use self::parent::Parent;

/// A chunk's destructor as libtalloc calls it.
pub(crate) type Destructor = unsafe extern "C" fn(*mut c_void) -> c_int;

/// What libtalloc shows in its log when a free or a steal meets references.
const LOCATION: &CStr = c"talloc for Rust";

/// Allocates a named chunk; `None` when libtalloc returned NULL.
///
/// # Safety
///
/// 1. `parent` must be null or a live chunk of this thread's trees.
#[inline]
pub(crate) unsafe fn alloc(
    parent: *const c_void,
    size: usize,
    name: Name,
) -> Option<NonNull<c_void>> {
    // SAFETY: duty 1 is passed on; a `Name` is NUL-terminated and static.
    NonNull::new(unsafe { sys::talloc_named_const(parent, size, name.as_ptr()) })
}

/// Resizes a chunk, which may move; `None` leaves the old chunk as it was.
///
/// # Safety
///
/// 1. `chunk` must be live and nobody may use its old address afterwards.
/// 2. `size` must not be 0, which libtalloc takes as a request to unlink (fact 12).
#[inline]
pub(crate) unsafe fn realloc(
    chunk: NonNull<c_void>,
    size: usize,
    name: Name,
) -> Option<NonNull<c_void>> {
    debug_assert!(size != 0);
    // SAFETY: duties 1 and 2 are passed on; the context is unused for a
    // chunk that is not null.
    NonNull::new(unsafe { sys::_talloc_realloc(ptr::null(), chunk.as_ptr(), size, name.as_ptr()) })
}

/// Like [`realloc`], but the chunk keeps its name, unless that lies in the chunk itself
/// (fact 14), which may move: then it is called `char`.
///
/// # Safety
///
/// 1. The duties of [`realloc`].
/// 2. `old_size` must be the size of the chunk, or 1 where that is 0.
#[inline]
pub(crate) unsafe fn realloc_keeping_name(
    chunk: NonNull<c_void>,
    old_size: usize,
    size: usize,
) -> Option<NonNull<c_void>> {
    // SAFETY: the chunk is live.
    let name = unsafe { sys::talloc_get_name(chunk.as_ptr()) };
    if name.addr().wrapping_sub(chunk.as_ptr().addr()) < old_size {
        // SAFETY: duty 1.
        return unsafe { realloc_renaming(chunk, size) };
    }
    // SAFETY: duty 1; the name is as good afterwards as before (duty 2).
    NonNull::new(unsafe { sys::_talloc_realloc(ptr::null(), chunk.as_ptr(), size, name) })
}

/// Like [`realloc`], and the chunk is called `char` in any case.
///
/// # Safety
///
/// 1. The duties of [`realloc`].
#[cold]
#[inline(never)]
unsafe fn realloc_renaming(chunk: NonNull<c_void>, size: usize) -> Option<NonNull<c_void>> {
    // SAFETY: duty 1.
    let moved = unsafe { realloc(chunk, size, Name::CHAR) }?;
    // libtalloc sets no name where it finds nothing to do (fact 11).
    // SAFETY: 1. live. 2. static.
    unsafe { set_name(moved, Name::CHAR.as_ptr()) };
    Some(moved)
}

/// Frees a chunk and its children; `false` when libtalloc refused.
///
/// # Safety
///
/// 1. `chunk` must be live.
/// 2. Unless the free is refused, nobody may use it or its children afterwards.
#[inline]
pub(crate) unsafe fn free(chunk: NonNull<c_void>) -> bool {
    // SAFETY: duties 1 and 2 are passed on; LOCATION is static.
    unsafe { sys::_talloc_free(chunk.as_ptr(), LOCATION.as_ptr()) == 0 }
}

/// Frees the children of a chunk.
///
/// # Safety
///
/// 1. `chunk` must be live.
/// 2. Nobody may use its children afterwards.
#[inline]
pub(crate) unsafe fn free_children(chunk: NonNull<c_void>) {
    // SAFETY: duties 1 and 2 are passed on.
    unsafe { sys::talloc_free_children(chunk.as_ptr()) }
}

/// Moves a chunk under another parent; null makes it a root.
///
/// # Safety
///
/// 1. `chunk` and `new_parent` (unless null) must be live.
/// 2. `new_parent` must not be `chunk` or one of its descendants.
#[inline]
pub(crate) unsafe fn steal(new_parent: *const c_void, chunk: NonNull<c_void>) {
    // SAFETY: duties 1 and 2 are passed on; LOCATION is static. The result
    // is the same pointer (fact 9).
    unsafe { sys::_talloc_steal_loc(new_parent, chunk.as_ptr(), LOCATION.as_ptr()) };
}

/// Sets or clears the one destructor of a chunk.
///
/// # Safety
///
/// 1. `chunk` must be live.
/// 2. `destructor` must be sound to call with `chunk` whenever it is freed.
#[inline]
pub(crate) unsafe fn set_destructor(chunk: NonNull<c_void>, destructor: Option<Destructor>) {
    // SAFETY: duties 1 and 2 are passed on.
    unsafe { sys::_talloc_set_destructor(chunk.as_ptr(), destructor) }
}

/// The name of a chunk, as it may be read.
pub(crate) enum NameText<'a> {
    /// It lies elsewhere.
    Elsewhere(&'a CStr),
    /// It lies in the memory of the chunk itself (fact 14), where C may write. These are
    /// the bytes up to the first NUL, or all that are there.
    InChunk { text: &'a [u8], has_nul: bool },
}

impl<'a> NameText<'a> {
    pub(crate) fn to_bytes(&self) -> &'a [u8] {
        match self {
            NameText::Elsewhere(name) => name.to_bytes(),
            NameText::InChunk { text, .. } => text,
        }
    }
}

/// The name of a chunk, which is read within its bounds.
///
/// # Safety
///
/// 1. `chunk` must be live, and keep its name for `'a`; nobody may write there if it lies
///    in the chunk itself.
pub(crate) unsafe fn name_text<'a>(chunk: NonNull<c_void>) -> NameText<'a> {
    // SAFETY: duty 1 is passed on; never null (fact 15).
    let name = unsafe { sys::talloc_get_name(chunk.as_ptr()) };
    // SAFETY: duty 1.
    let Some(room) = (unsafe { room_in_chunk(chunk, name) }) else {
        // SAFETY: duty 1; a name is NUL-terminated.
        return NameText::Elsewhere(unsafe { CStr::from_ptr(name) });
    };
    // SAFETY: the bytes up to the end of the chunk are readable.
    let nul = unsafe { find_nul_in(name.cast(), room) };
    // SAFETY: as above; they do not change for 'a (duty 1).
    let text = unsafe { core::slice::from_raw_parts(name.cast(), nul.unwrap_or(room)) };
    NameText::InChunk { text, has_nul: nul.is_some() }
}

/// The bytes from the name to the end of the chunk, if it lies in the chunk.
///
/// # Safety
///
/// 1. `chunk` must be live.
#[inline]
unsafe fn room_in_chunk(chunk: NonNull<c_void>, name: *const c_char) -> Option<usize> {
    // SAFETY: duty 1.
    let size = unsafe { size(chunk) };
    let offset = name.addr().wrapping_sub(chunk.as_ptr().addr());
    if offset < size { Some(size - offset) } else { None }
}

/// The name of a chunk if it lies elsewhere than in the chunk itself, where C may write.
///
/// # Safety
///
/// 1. `chunk` must be live, and keep its name for `'a`.
#[inline]
pub(crate) unsafe fn name<'a>(chunk: NonNull<c_void>) -> Option<&'a CStr> {
    // SAFETY: duty 1 is passed on; never null (fact 15).
    let name = unsafe { sys::talloc_get_name(chunk.as_ptr()) };
    // SAFETY: duty 1.
    match unsafe { room_in_chunk(chunk, name) } {
        Some(_) => None,
        // SAFETY: duty 1; a name is NUL-terminated.
        None => Some(unsafe { CStr::from_ptr(name) }),
    }
}

/// Whether the chunk's name lies in its own memory (fact 14). The name is not read.
///
/// # Safety
///
/// 1. `chunk` must be live.
#[inline]
pub(crate) unsafe fn names_itself(chunk: NonNull<c_void>) -> bool {
    // SAFETY: duty 1 is passed on.
    let name = unsafe { sys::talloc_get_name(chunk.as_ptr()) };
    // SAFETY: duty 1.
    unsafe { room_in_chunk(chunk, name) }.is_some()
}

/// Gives a chunk a new name, stored by address.
///
/// # Safety
///
/// 1. `chunk` must be live.
/// 2. `name` must stay valid and NUL-terminated as long as it is the name.
#[inline]
pub(crate) unsafe fn set_name(chunk: NonNull<c_void>, name: *const c_char) {
    // SAFETY: duties 1 and 2 are passed on.
    unsafe { sys::talloc_set_name_const(chunk.as_ptr(), name) }
}

/// Whether the chunk has this name (compared by address, then by text).
///
/// # Safety
///
/// 1. `chunk` must be live.
/// 2. Its name must not lie in its own memory, where it may have no NUL.
#[inline]
pub(crate) unsafe fn has_name(chunk: NonNull<c_void>, name: Name) -> bool {
    // SAFETY: duty 1 is passed on; a `Name` is NUL-terminated.
    !unsafe { sys::talloc_check_name(chunk.as_ptr(), name.as_ptr()) }.is_null()
}

/// The size in bytes that the chunk was allocated with.
///
/// # Safety
///
/// 1. `chunk` must be live.
#[inline]
pub(crate) unsafe fn size(chunk: NonNull<c_void>) -> usize {
    // SAFETY: duty 1 is passed on.
    unsafe { sys::talloc_get_size(chunk.as_ptr()) }
}

/// The bytes in the chunk and everything below it.
///
/// # Safety
///
/// 1. `chunk` must be live.
pub(crate) unsafe fn total_size(chunk: NonNull<c_void>) -> usize {
    // SAFETY: duty 1 is passed on.
    unsafe { sys::talloc_total_size(chunk.as_ptr()) }
}

/// The number of chunks in the subtree, the chunk included.
///
/// # Safety
///
/// 1. `chunk` must be live.
pub(crate) unsafe fn total_blocks(chunk: NonNull<c_void>) -> usize {
    // SAFETY: duty 1 is passed on.
    unsafe { sys::talloc_total_blocks(chunk.as_ptr()) }
}

/// How many references others hold on the chunk.
///
/// # Safety
///
/// 1. `chunk` must be live.
pub(crate) unsafe fn reference_count(chunk: NonNull<c_void>) -> usize {
    // SAFETY: duty 1 is passed on.
    unsafe { sys::talloc_reference_count(chunk.as_ptr()) }
}

/// Makes `ctx` one more owner of the chunk; `false` when there is no memory.
///
/// # Safety
///
/// 1. Both must be live chunks of this thread's trees.
#[inline]
pub(crate) unsafe fn reference(ctx: NonNull<c_void>, chunk: NonNull<c_void>) -> bool {
    // SAFETY: duty 1 is passed on; LOCATION is static.
    let object =
        unsafe { sys::_talloc_reference_loc(ctx.as_ptr(), chunk.as_ptr(), LOCATION.as_ptr()) };
    !object.is_null()
}

/// Makes a chunk without content and a pool of `size` bytes for what is below it.
///
/// # Safety
///
/// 1. `parent` must be null or a live chunk of this thread's trees.
pub(crate) unsafe fn pool(parent: *const c_void, size: usize) -> Option<NonNull<c_void>> {
    // SAFETY: duty 1 is passed on.
    NonNull::new(unsafe { sys::talloc_pool(parent, size) })
}

/// Allocates a named chunk with a pool behind it, for `count` objects below it
/// that have `total` bytes together.
///
/// # Safety
///
/// 1. `parent` must be null or a live chunk of this thread's trees.
pub(crate) unsafe fn pooled_object(
    parent: *const c_void,
    size: usize,
    name: Name,
    count: c_uint,
    total: usize,
) -> Option<NonNull<c_void>> {
    // SAFETY: duty 1 is passed on; a `Name` is NUL-terminated and static.
    NonNull::new(unsafe { sys::_talloc_pooled_object(parent, size, name.as_ptr(), count, total) })
}

/// Limits the bytes of the chunk and all below it; `false` when there is no memory.
///
/// # Safety
///
/// 1. `chunk` must be live.
pub(crate) unsafe fn set_memlimit(chunk: NonNull<c_void>, max: usize) -> bool {
    // SAFETY: duty 1 is passed on.
    unsafe { sys::talloc_set_memlimit(chunk.as_ptr(), max) == 0 }
}

/// Moves a chunk from one parent to another, and leaves it where it is if
/// `old_parent` is not its parent. Null as the new parent makes it a root. Walks
/// the newer siblings. Unlike [`steal`], it has nothing to say about references.
///
/// # Safety
///
/// 1. `chunk`, `old_parent` and `new_parent` (unless null) must be live.
/// 2. `new_parent` must not be `chunk` or one of its descendants.
pub(crate) unsafe fn reparent(
    old_parent: NonNull<c_void>,
    new_parent: *const c_void,
    chunk: NonNull<c_void>,
) {
    // SAFETY: duties 1 and 2 are passed on.
    unsafe { sys::talloc_reparent(old_parent.as_ptr(), new_parent, chunk.as_ptr()) };
}

/// Where the first NUL is.
#[inline]
pub(crate) fn find_nul(text: &[u8]) -> Option<usize> {
    // SAFETY: a slice is initialised and readable.
    unsafe { find_nul_in(text.as_ptr(), text.len()) }
}

/// Where the first NUL is. The C library's search is many times as fast on long
/// texts as a loop that stops at the first hit.
///
/// # Safety
///
/// 1. `size` bytes must be readable, and initialised up to the first NUL.
#[inline]
pub(crate) unsafe fn find_nul_in(text: *const u8, size: usize) -> Option<usize> {
    // SAFETY: duty 1; memchr reads nothing behind the first hit.
    let found = unsafe { memchr(text.cast(), 0, size) };
    (!found.is_null()).then(|| found.addr() - text.addr())
}

/// The bytes before the first NUL, or all `room`, and whether there is one.
///
/// # Safety
///
/// 1. `room` bytes must be readable for `'a`, and initialised up to the first NUL, or all of
///    them. Nobody may write there.
pub(crate) unsafe fn up_to_nul<'a>(text: *const u8, room: usize) -> (&'a [u8], bool) {
    // SAFETY: 1. duty 1.
    let nul = unsafe { find_nul_in(text, room) };
    // SAFETY: duty 1.
    (unsafe { core::slice::from_raw_parts(text, nul.unwrap_or(room)) }, nul.is_some())
}

unsafe extern "C" {
    fn memchr(text: *const c_void, byte: c_int, size: usize) -> *mut c_void;
}
