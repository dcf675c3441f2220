//! Allocation functions for C libraries that let the program choose theirs.

use std::ffi::c_void;

use talloc::{CtxRef, c_alloc};

/// What a library asks for: functions, and the pointer that it passes to them.
#[repr(C)]
#[derive(Debug)]
pub struct AllocFuncs {
    /// A block below `ctx`, not initialised; NULL without memory.
    pub malloc: unsafe extern "C" fn(ctx: *mut c_void, size: usize) -> *mut c_void,
    /// Resizes a block, or makes one for NULL; NULL without memory, and the block stays.
    pub realloc:
        unsafe extern "C" fn(ctx: *mut c_void, block: *mut c_void, size: usize) -> *mut c_void,
    /// Frees a block; NULL is ignored.
    pub free: unsafe extern "C" fn(ctx: *mut c_void, block: *mut c_void),
    /// The context.
    pub ctx: *mut c_void,
}

/// Functions that allocate below `ctx`: what the library has not freed is freed with it.
///
/// `ctx` is still the caller's, and has to live as long as the library uses the functions.
#[unsafe(no_mangle)]
pub extern "C" fn chat_alloc_funcs(ctx: &CtxRef) -> AllocFuncs {
    AllocFuncs {
        malloc: c_alloc::malloc,
        realloc: c_alloc::realloc,
        free: c_alloc::free,
        ctx: ctx.as_ptr(),
    }
}
