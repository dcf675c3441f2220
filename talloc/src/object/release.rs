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
use core::cell::Cell;
use core::ffi::{c_int, c_void};
use core::mem::{self, MaybeUninit};
use core::ptr::NonNull;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use crate::error::Error;
use crate::name::Name;
use crate::process::roots;
use crate::raw::{Chunk, Object};

/// Up to this many bytes a move costs less than a guard.
const SMALL: usize = 256;

/// Up to so many bytes a value is moved if there is no memory for a guard: most on less of the
/// stack.
const MIDDLE: usize = 4 * 1024;
const LARGE: usize = 64 * 1024;

/// Room for any value of up to `SIZE` bytes.
#[repr(align(16))]
struct Room<const SIZE: usize> {
    _bytes: [u8; SIZE],
}

/// Frees the chunk and drops its value. A refusal gives the object back, and neither has
/// happened.
///
/// A panic of the value's `Drop` unwinds from here, with the chunk freed. (The value borrows
/// nothing from the children of its chunk: that would have borrowed the object.)
#[inline]
pub(crate) fn free_and_drop<T: ?Sized>(object: Object<'_, T>) -> Result<(), Object<'_, T>> {
    if !mem::needs_drop::<T>() {
        return object.free();
    }
    if fits::<T, SMALL>(&object) { free_moved::<T, SMALL>(object) } else { free_with_guard(object) }
}

/// Whether a value can be moved to such a room.
#[inline]
fn fits<T: ?Sized, const SIZE: usize>(value: &T) -> bool {
    let layout = Layout::for_value(value);
    is_thin::<T>() && layout.size() <= SIZE && layout.align() <= align_of::<Room<SIZE>>()
}

/// Moves the value out, which must [fit](fits), and drops it when the chunk is gone.
#[inline]
fn free_moved<T: ?Sized, const SIZE: usize>(object: Object<'_, T>) -> Result<(), Object<'_, T>> {
    assert!(fits::<T, SIZE>(&object), "no room for a value");
    let layout = Layout::for_value(&*object);
    let mut room = MaybeUninit::<Room<SIZE>>::uninit();
    let moved = room.as_mut_ptr().cast::<u8>();
    // SAFETY: so many bytes are readable in the object, and writable in the room.
    unsafe { moved.copy_from_nonoverlapping(object.ptr().cast().as_ptr(), layout.size()) };
    // Refused: the value stays where it is, the copy is forgotten.
    object.free()?;
    // SAFETY: a pointer to a thin `T` is an address. The chunk is gone, so that the room
    // holds the only copy of the value.
    unsafe { mem::transmute_copy::<*mut u8, *mut T>(&moved).drop_in_place() };
    Ok(())
}

/// Whether a pointer to `T` is an address and nothing else.
const fn is_thin<T: ?Sized>() -> bool {
    size_of::<*const T>() == size_of::<*const u8>()
}

/// A value to be dropped by the destructor of a child of its chunk.
struct Guard<T: ?Sized> {
    value: NonNull<T>,
    dropped: Cell<bool>,
    panic: Cell<Option<Box<dyn Any + Send>>>,
}

fn free_with_guard<T: ?Sized>(object: Object<'_, T>) -> Result<(), Object<'_, T>> {
    let guard = Guard { value: object.ptr(), dropped: Cell::new(false), panic: Cell::new(None) };
    let target = NonNull::from(&guard);
    let Some(child) = child_for_drop(object.as_chunk()) else { return free_without_guard(object) };
    let child = child.write(target);
    // SAFETY: 1. it is freed before `guard` goes, or below.
    unsafe { child.as_chunk().set_destructor(Some(drop_guarded::<T>)) };
    // The free of the object frees it.
    let child = child.into_ptr();
    let value = object.ptr();
    let _ = object.free().map_err(Object::into_ptr);
    if !guard.dropped.get() {
        // The free was refused, or went to the holder of a reference.
        // SAFETY: 1. both are still there, since the child's destructor has not run.
        let (mut child, object) = unsafe { (Object::from_ptr(child), Object::from_ptr(value)) };
        child.clear_destructor();
        return Err(object);
    }
    if let Some(panic) = guard.panic.take() {
        resume_unwind(panic);
    }
    Ok(())
}

/// With the room on a stack frame of its own.
#[inline(never)]
fn free_moved_far<T: ?Sized, const SIZE: usize>(
    object: Object<'_, T>,
) -> Result<(), Object<'_, T>> {
    free_moved::<T, SIZE>(object)
}

/// For the lack of memory. What cannot be moved ends the process.
#[cold]
#[inline(never)]
fn free_without_guard<T: ?Sized>(object: Object<'_, T>) -> Result<(), Object<'_, T>> {
    if fits::<T, MIDDLE>(&object) {
        return free_moved_far::<T, MIDDLE>(object);
    }
    if fits::<T, LARGE>(&object) {
        return free_moved_far::<T, LARGE>(object);
    }
    Error::no_memory(size_of::<NonNull<Guard<T>>>()).raise()
}

/// The newest child of the chunk, with room for a `T`, also where a memory limit allows no
/// more.
pub(crate) fn child_for_drop<T>(chunk: &Chunk) -> Option<Object<'_, MaybeUninit<T>>> {
    let name = Name::new(c"drop");
    // No limit applies to a root, and a steal asks for none. It makes the
    // chunk the newest child, as an allocation does.
    let as_root = || Some(roots::untold()?.room(name)?.steal(chunk));
    chunk.room(name).or_else(as_root)
}

/// # Safety
///
/// 1. `child` must hold a pointer to a live `Guard<T>` that nobody else uses
///    meanwhile, and its value must be valid.
unsafe extern "C" fn drop_guarded<T: ?Sized>(child: *mut c_void) -> c_int {
    // SAFETY: duty 1.
    let guard = unsafe { (*child.cast::<NonNull<Guard<T>>>()).as_ref() };
    guard.dropped.set(true);
    let value = guard.value;
    // SAFETY: duty 1; it is dropped here, once.
    let drop = || unsafe { value.as_ptr().drop_in_place() };
    // The payload travels to the Rust caller: nothing unwinds through libtalloc.
    guard.panic.set(catch_unwind(AssertUnwindSafe(drop)).err());
    0
}
