//! Allocation functions for C libraries that take them as callbacks.
//!
//! Parsers for JSON, interpreters and the like often let the program supply
//! `malloc`, `realloc` and `free`, with a pointer of its choice as the first
//! argument. With a context as that pointer, all that the library allocates lies
//! below the context: the report shows it, and freeing the context frees what
//! the library has forgotten, or all of it at once.
//!
//! ```
//! use std::ffi::c_void;
//! use talloc::{Ctx, c_alloc};
//!
//! /// What a C library declares.
//! #[repr(C)]
//! struct AllocFuncs {
//!     malloc: unsafe extern "C" fn(ctx: *mut c_void, size: usize) -> *mut c_void,
//!     realloc: unsafe extern "C" fn(ctx: *mut c_void, ptr: *mut c_void, size: usize) -> *mut c_void,
//!     free: unsafe extern "C" fn(ctx: *mut c_void, ptr: *mut c_void),
//!     ctx: *mut c_void,
//! }
//!
//! let parse = Ctx::named(c"parse");
//! let funcs = AllocFuncs {
//!     malloc: c_alloc::malloc,
//!     realloc: c_alloc::realloc,
//!     free: c_alloc::free,
//!     ctx: parse.as_ptr(),
//! };
//! // The library does:
//! // SAFETY: `ctx` is a live context.
//! let block = unsafe { (funcs.malloc)(funcs.ctx, 100) };
//! assert_eq!(parse.total_size(), 100);
//! # assert!(!block.is_null());
//! ```
//!
//! Which of the functions fit:
//!
//! | library | its struct or function | |
//! |---|---|---|
//! | yajl and others with `realloc(ctx, block, size)` | `yajl_alloc_funcs` | [`malloc`], [`realloc`], [`free`] |
//! | yyjson and others that pass the old size | `yyjson_alc` | [`malloc`], [`realloc_sized`], [`free`] |
//! | Lua and others with one function for all | `lua_Alloc` | [`realloc_sized`] |
//!
//! A block has no header of its own and is aligned to 16 bytes (8 on 32-bit
//! targets), as `malloc` aligns. No request is larger than
//! [`MAX_SIZE`](crate::MAX_SIZE): that and exhausted memory are `NULL`.
//!
//! All blocks are children of the context; freeing one costs the same however
//! many there are. The library must use them on the thread of the context, and must
//! not be asked to clean up after the context was freed.

use core::ffi::c_void;
use core::mem::ManuallyDrop;
use core::num::NonZero;
use core::ptr::{self, NonNull};

use crate::name::Name;
use crate::raw::{Chunk, Owned};

const NAME: Name = Name::new(c"talloc::c_alloc");

/// A block of `size` bytes below `ctx`, uninitialised; `NULL` when there is no memory.
///
/// # Safety
///
/// 1. `ctx` must be a live context of this thread, and not `NULL`.
#[doc(alias = "talloc_size")]
pub unsafe extern "C" fn malloc(ctx: *mut c_void, size: usize) -> *mut c_void {
    // SAFETY: 1. duty 1: live, and not null.
    let ctx = unsafe { Chunk::from_ptr(NonNull::new_unchecked(ctx)) };
    to_c(ctx.alloc(size, NAME))
}

/// Resizes a block, which may move. `NULL` as a block makes a new one. `NULL` as the
/// result leaves the block as it was.
///
/// A size of 0 makes the block as small as it can be, and does not free it: libraries
/// with a `free` of their own call that. See [`realloc_sized`] for others.
///
/// # Safety
///
/// 1. `ctx` must be a live context of this thread, and not `NULL`.
/// 2. `block` must be `NULL` or come from these functions and not be freed, also
///    not with its context;
///    unless the result is `NULL`, nobody may use its old address afterwards.
#[doc(alias = "talloc_realloc_fn")]
#[doc(alias = "talloc_realloc_size")]
pub unsafe extern "C" fn realloc(ctx: *mut c_void, block: *mut c_void, size: usize) -> *mut c_void {
    // To libtalloc, a size of 0 is a free (fact 12).
    let at_least_one = NonZero::new(size).unwrap_or(NonZero::<usize>::MIN);
    // SAFETY: of `malloc`: 1. duty 1. Of `Owned::from_ptr`: 1. duty 2.
    unsafe {
        let Some(block) = NonNull::new(block) else { return malloc(ctx, size) };
        // Not freed if libtalloc refuses.
        let mut block = ManuallyDrop::new(Owned::from_ptr(block));
        to_c(block.resize(at_least_one, NAME).then(|| ManuallyDrop::into_inner(block)))
    }
}

/// All three in one, for libraries that have a single function and pass the old
/// size, as Lua does: `NULL` as a block makes a new one, a size of 0 frees the
/// block and returns `NULL`, all else is [`realloc`]. The old size is not used. It is also the
/// `realloc` of libraries that pass the old size, as yyjson does.
///
/// # Safety
///
/// 1. The duties of [`realloc`]; with a size of 0, nobody may use the block afterwards.
#[doc(alias = "talloc_realloc_fn")]
#[doc(alias = "talloc_realloc_size")]
pub unsafe extern "C" fn realloc_sized(
    ctx: *mut c_void,
    block: *mut c_void,
    _old_size: usize,
    size: usize,
) -> *mut c_void {
    // SAFETY: of `realloc`: 1. and 2. duty 1. Of `free`: 1. duty 1.
    unsafe {
        if size > 0 {
            return realloc(ctx, block, size);
        }
        free(ctx, block);
    }
    ptr::null_mut()
}

/// Frees a block; `NULL` is ignored, and so is the context.
///
/// # Safety
///
/// 1. `block` must be `NULL` or come from these functions, on this thread, and not
///    be freed, also not with its context; nobody may use it afterwards.
#[doc(alias = "talloc_free")]
pub unsafe extern "C" fn free(_ctx: *mut c_void, block: *mut c_void) {
    if let Some(block) = NonNull::new(block) {
        // SAFETY: 1. duty 1.
        drop(unsafe { Owned::from_ptr(block) });
    }
}

fn to_c(block: Option<Owned<'_>>) -> *mut c_void {
    block.map_or(ptr::null_mut(), |block| block.into_ptr().as_ptr())
}
