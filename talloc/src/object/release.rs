//! Freeing an object whose value may need dropping.
//!
//! libtalloc may refuse a free, and tells only by freeing: so the value must
//! not be dropped before the free is certain, and must not be left undropped
//! after it. A small value is moved out first, and dropped when its chunk is
//! gone. A large or unsized one is dropped in place by the destructor of a
//! guard: a child made for this free, which libtalloc frees first among the
//! children, and only once the free of the object is certain (facts 3 and 4).

use core::alloc::Layout;
use core::any::Any;
use core::ffi::{c_int, c_void};
use core::mem::{self, MaybeUninit};
use core::ptr::{self, NonNull};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use crate::error::Error;
use crate::name::Name;
use crate::raw;

/// Up to this many bytes a move costs less than a guard.
const MOVE_AT_MOST: usize = 256;

/// Room for any value of up to [`MOVE_AT_MOST`] bytes.
#[repr(align(16))]
struct Room {
    _bytes: [u8; MOVE_AT_MOST],
}

/// Frees the chunk and drops its value. `false`: libtalloc refused, and
/// neither has happened.
///
/// A panic of the value's `Drop` unwinds from here, with the chunk freed.
///
/// # Safety
///
/// 1. `value` must point to a live chunk that holds a valid `T`.
/// 2. The caller must own it: unless the free is refused, nobody may use the
///    chunk, the value or the chunk's children afterwards.
/// 3. The value must not borrow from the chunk's children.
#[inline]
pub(crate) unsafe fn free_and_drop<T: ?Sized>(value: NonNull<T>) -> bool {
    if !mem::needs_drop::<T>() {
        // SAFETY: duties 1 and 2.
        return unsafe { raw::free(value.cast()) };
    }
    // SAFETY: duty 1.
    let layout = Layout::for_value(unsafe { value.as_ref() });
    let fits = layout.size() <= MOVE_AT_MOST && layout.align() <= align_of::<Room>();
    if is_thin::<T>() && fits {
        // SAFETY: duties 1 to 3, and the two conditions.
        unsafe { free_then_drop(value, layout.size()) }
    } else {
        // SAFETY: duties 1 and 2.
        unsafe { free_with_guard(value) }
    }
}

/// Whether a pointer to `T` is an address and nothing else.
const fn is_thin<T: ?Sized>() -> bool {
    size_of::<*const T>() == size_of::<*const u8>()
}

/// # Safety
///
/// 1. The duties of [`free_and_drop`].
/// 2. `T` must be thin, take `size` bytes, and fit into a [`Room`].
#[inline]
unsafe fn free_then_drop<T: ?Sized>(value: NonNull<T>, size: usize) -> bool {
    let mut room = MaybeUninit::<Room>::uninit();
    let moved = room.as_mut_ptr().cast::<u8>();
    // SAFETY: `size` bytes are readable (duty 1), and writable in the room (duty 2).
    unsafe { moved.copy_from_nonoverlapping(value.cast().as_ptr(), size) };
    // SAFETY: duty 1.
    if !unsafe { raw::free(value.cast()) } {
        // Refused: the value stays where it is, the copy is forgotten.
        return false;
    }
    // SAFETY: a pointer to a thin `T` is an address (duty 2).
    let moved = unsafe { mem::transmute_copy::<*mut u8, *mut T>(&moved) };
    // SAFETY: the chunk is gone, so the room holds the only copy of the value.
    unsafe { moved.drop_in_place() };
    true
}

/// A value to be dropped by the destructor of a child of its chunk.
struct Guard<T: ?Sized> {
    value: NonNull<T>,
    dropped: bool,
    panic: Option<Box<dyn Any + Send>>,
}

/// # Safety
///
/// 1. The duties of [`free_and_drop`], except 3.
unsafe fn free_with_guard<T: ?Sized>(value: NonNull<T>) -> bool {
    let mut guard = Guard { value, dropped: false, panic: None };
    let target = NonNull::from(&mut guard);
    let chunk = value.cast::<c_void>();
    let size = size_of::<NonNull<Guard<T>>>();
    // SAFETY: the chunk is live (duty 1).
    let Some(child) = (unsafe { child_for_drop(chunk, size) }) else {
        Error::no_memory(size).raise()
    };
    // SAFETY: the child has room for the pointer and is aligned to 16.
    unsafe { child.cast::<NonNull<Guard<T>>>().write(target) };
    // SAFETY: the child is live, and is freed before `guard` goes.
    unsafe { raw::set_destructor(child, Some(drop_guarded::<T>)) };
    // SAFETY: duty 1.
    unsafe { raw::free(chunk) };
    // SAFETY: `target` points to `guard`, which only the destructor changed.
    let (dropped, panic) = unsafe { ((*target.as_ptr()).dropped, (*target.as_ptr()).panic.take()) };
    if !dropped {
        // The free was refused, or went to the holder of a reference.
        // SAFETY: the child is still there, since its destructor has not run.
        unsafe { raw::set_destructor(child, None) };
        // SAFETY: as above; nobody else knows the child.
        unsafe { raw::free(child) };
    }
    if let Some(panic) = panic {
        resume_unwind(panic);
    }
    dropped
}

/// The newest child of the chunk, also where a memory limit allows no more.
///
/// # Safety
///
/// 1. `chunk` must be live.
pub(crate) unsafe fn child_for_drop(
    chunk: NonNull<c_void>,
    size: usize,
) -> Option<NonNull<c_void>> {
    let name = Name::new(c"drop");
    // SAFETY: duty 1.
    if let Some(child) = unsafe { raw::alloc(chunk.as_ptr(), size, name) } {
        return Some(child);
    }
    // No limit applies to a root, and a steal asks for none. It makes the
    // chunk the newest child, as an allocation does.
    // SAFETY: a null parent makes a root.
    let root = unsafe { raw::alloc(ptr::null(), size, name) }?;
    // SAFETY: both are live, and nothing is below the new root.
    unsafe { raw::steal(chunk.as_ptr(), root) };
    Some(root)
}

/// # Safety
///
/// 1. `child` must hold a pointer to a live `Guard<T>` that nobody else uses
///    meanwhile, and its value must be valid.
unsafe extern "C" fn drop_guarded<T: ?Sized>(child: *mut c_void) -> c_int {
    // SAFETY: duty 1.
    let guard = unsafe { (*child.cast::<NonNull<Guard<T>>>()).as_mut() };
    guard.dropped = true;
    let value = guard.value;
    // SAFETY: duty 1; it is dropped here, once.
    let drop = || unsafe { value.as_ptr().drop_in_place() };
    // The payload travels to the Rust caller: nothing unwinds through libtalloc.
    guard.panic = catch_unwind(AssertUnwindSafe(drop)).err();
    0
}
