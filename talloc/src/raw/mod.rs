//! The only module that calls libtalloc.
//!
//! Its types say what the C types leave out: a [`Chunk`] is live, an [`Owned`] one belongs
//! to one handle, an [`Object`] holds a value. A method is one C call, and safe if that is
//! enough for it; what else it asks for are its duties, which the callers prove. The facts
//! about libtalloc that the proofs lean on are numbered in `docs/SAFETY.md`.
//!
//! May use: name.

use core::ffi::{CStr, c_int, c_void};
use core::mem::MaybeUninit;
use core::ptr::{self, NonNull};

use talloc_sys as sys;

pub(crate) mod align;
mod chunk;
mod elements;
mod handle;
mod name_mut;
mod object;
mod owned;
mod parent;
pub(crate) mod process;
pub(crate) mod report;
pub(crate) mod walk;

pub(crate) use self::chunk::Chunk;
pub(crate) use self::elements::{Elements, Extent, NewName, Source, WithNul};
pub(crate) use self::handle::{Handle, Release, replace_with};
pub(crate) use self::name_mut::NameMut;
pub(crate) use self::object::Object;
pub(crate) use self::owned::Owned;
pub(crate) use self::parent::Parent;

/// A chunk's destructor as libtalloc calls it.
pub(crate) type Destructor = unsafe extern "C" fn(*mut c_void) -> c_int;

/// What libtalloc shows in its log when a free or a steal meets references.
const LOCATION: &CStr = c"talloc for Rust";

/// Moves a chunk from one parent to another, and leaves it where it is if
/// `old_parent` is not its parent. Null as the new parent makes it a root. Walks
/// the newer siblings. Unlike [`Owned::steal`], it has nothing to say about references.
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

/// The same values, as they can be copied to where there are none yet.
#[inline]
pub(crate) fn as_uninit<T: Copy>(values: &[T]) -> &[MaybeUninit<T>] {
    // SAFETY: initialised ones are possible values of such places, and are only read.
    unsafe { &*(ptr::from_ref(values) as *const [MaybeUninit<T>]) }
}

/// Where the first NUL is. The C library's search is many times as fast on long texts as a loop
/// that stops at the first hit.
#[inline]
pub(crate) fn find_nul(text: &[u8]) -> Option<usize> {
    // SAFETY: 1. a slice is initialised and readable.
    let (before, has_nul) = unsafe { up_to_nul(text.as_ptr(), text.len()) };
    has_nul.then_some(before.len())
}

/// The bytes before the first NUL, or all `room`, and whether there is one.
///
/// # Safety
///
/// 1. `room` bytes must be readable for `'a`, and initialised up to the first NUL, or all of
///    them. Nobody may write there.
#[inline]
pub(crate) unsafe fn up_to_nul<'a>(text: *const u8, room: usize) -> (&'a [u8], bool) {
    // SAFETY: duty 1; memchr reads nothing behind the first hit.
    unsafe {
        let nul = memchr(text.cast(), 0, room);
        let len = if nul.is_null() { room } else { nul.addr() - text.addr() };
        (core::slice::from_raw_parts(text, len), !nul.is_null())
    }
}

unsafe extern "C" {
    fn memchr(text: *const c_void, byte: c_int, size: usize) -> *mut c_void;
}
