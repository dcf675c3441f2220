//! The only module that calls libtalloc.
//!
//! Its types say what the C types leave out: a [`Chunk`] is live, an [`Owned`] one belongs
//! to one handle, an [`Object`] holds a value. A method is one C call, and safe if that is
//! enough for it; what else it asks for are its duties, which the callers prove. The facts
//! about libtalloc that the proofs lean on are numbered in `docs/SAFETY.md`.
//!
//! May use: error, name.

use core::ffi::{CStr, c_int, c_void};
use core::mem::MaybeUninit;
use core::ptr::{self, NonNull};

use talloc_sys as sys;

pub(crate) mod align;
mod chunk;
pub(crate) mod copies;
mod elements;
mod handle;
mod name_mut;
mod nul;
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
pub(crate) use self::nul::{find_nul, up_to_nul};
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
