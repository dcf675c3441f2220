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
use core::ptr::NonNull;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use crate::error::Error;
use crate::name::Name;
use crate::process::roots;
use crate::raw::{Chunk, Object, Owned};

/// Up to this many bytes a move costs less than a guard.
const MOVE_AT_MOST: usize = 256;

/// Room for any value of up to [`MOVE_AT_MOST`] bytes.
#[repr(align(16))]
struct Room {
    _bytes: [u8; MOVE_AT_MOST],
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
    let layout = Layout::for_value(&*object);
    if is_thin::<T>() && layout.size() <= MOVE_AT_MOST && layout.align() <= align_of::<Room>() {
        // SAFETY: 1. asked just now.
        unsafe { free_then_drop(object, layout.size()) }
    } else {
        free_with_guard(object)
    }
}

/// Whether a pointer to `T` is an address and nothing else.
const fn is_thin<T: ?Sized>() -> bool {
    size_of::<*const T>() == size_of::<*const u8>()
}

/// # Safety
///
/// 1. `T` must be thin, take `size` bytes, and fit into a [`Room`].
#[inline]
unsafe fn free_then_drop<T: ?Sized>(
    object: Object<'_, T>,
    size: usize,
) -> Result<(), Object<'_, T>> {
    let mut room = MaybeUninit::<Room>::uninit();
    let moved = room.as_mut_ptr().cast::<u8>();
    // SAFETY: `size` bytes are readable in the object, and writable in the room (duty 1).
    unsafe { moved.copy_from_nonoverlapping(object.ptr().cast().as_ptr(), size) };
    // Refused: the value stays where it is, the copy is forgotten.
    object.free()?;
    // SAFETY: a pointer to a thin `T` is an address (duty 1). The chunk is gone, so that the
    // room holds the only copy of the value.
    unsafe { mem::transmute_copy::<*mut u8, *mut T>(&moved).drop_in_place() };
    Ok(())
}

/// A value to be dropped by the destructor of a child of its chunk.
struct Guard<T: ?Sized> {
    value: NonNull<T>,
    dropped: bool,
    panic: Option<Box<dyn Any + Send>>,
}

fn free_with_guard<T: ?Sized>(object: Object<'_, T>) -> Result<(), Object<'_, T>> {
    let mut guard = Guard { value: object.ptr(), dropped: false, panic: None };
    let target = NonNull::from(&mut guard);
    let size = size_of::<NonNull<Guard<T>>>();
    let Some(child) = child_for_drop(object.as_chunk(), size) else {
        Error::no_memory(size).raise()
    };
    // SAFETY: 1. it has that size.
    let mut child = unsafe { Object::room(child) }.write(target);
    // SAFETY: 1. it is freed before `guard` goes, or below.
    unsafe { child.set_destructor(Some(drop_guarded::<T>)) };
    // The free of the object frees it.
    let child = child.into_ptr();
    let value = object.ptr();
    let _ = object.free().map_err(Object::into_ptr);
    // SAFETY: `target` points to `guard`, which only the destructor changed.
    let (dropped, panic) = unsafe { ((*target.as_ptr()).dropped, (*target.as_ptr()).panic.take()) };
    if !dropped {
        // The free was refused, or went to the holder of a reference.
        // SAFETY: 1. both are still there, since the child's destructor has not run.
        let (mut child, object) = unsafe { (Object::from_ptr(child), Object::from_ptr(value)) };
        // SAFETY: 1. none.
        unsafe { child.set_destructor(None) };
        return Err(object);
    }
    if let Some(panic) = panic {
        resume_unwind(panic);
    }
    Ok(())
}

/// The newest child of the chunk, also where a memory limit allows no more.
pub(crate) fn child_for_drop(chunk: &Chunk, size: usize) -> Option<Owned<'_>> {
    let name = Name::new(c"drop");
    // No limit applies to a root, and a steal asks for none. It makes the
    // chunk the newest child, as an allocation does.
    let as_root = || Some(roots::untold()?.alloc(size, name)?.steal(chunk));
    chunk.alloc(size, name).or_else(as_root)
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
