//! The walk over a subtree.

use core::ffi::{c_int, c_void};
use core::ops::ControlFlow;
use core::ptr::NonNull;

use talloc_sys as sys;

use crate::raw::Chunk;

/// One step of a walk: a chunk, or a reference and its object.
pub(crate) struct Step<'a> {
    pub(crate) chunk: &'a Chunk,
    pub(crate) depth: usize,
    pub(crate) is_reference: bool,
}

/// Calls `f` for each chunk and each reference of the subtree, parents first and the newest
/// child first, until it breaks. A panic of `f` aborts.
///
/// # Safety
///
/// 1. `chunk` must be live, or null for the context that libtalloc's tracking made.
/// 2. `f` must change no tree.
pub(crate) unsafe fn walk<F>(chunk: *const c_void, max_depth: Option<u8>, mut f: F)
where
    F: FnMut(Step<'_>) -> ControlFlow<()>,
{
    let mut state: (&mut F, ControlFlow<()>) = (&mut f, ControlFlow::Continue(()));
    let data = (&raw mut state).cast();
    // A negative depth is no limit.
    let max_depth = max_depth.map_or(-1, c_int::from);
    // SAFETY: duties 1 and 2. 1. libtalloc calls with live chunks only (fact 20). 2. the
    // state is used by nobody else meanwhile.
    unsafe { sys::talloc_report_depth_cb(chunk, 0, max_depth, Some(step::<F>), data) };
}

/// # Safety
///
/// 1. `chunk` must be live.
/// 2. `state` must point to that of [`walk`], which nobody else uses meanwhile.
unsafe extern "C" fn step<F: FnMut(Step<'_>) -> ControlFlow<()>>(
    chunk: *const c_void,
    depth: c_int,
    _max_depth: c_int,
    is_ref: c_int,
    state: *mut c_void,
) {
    // SAFETY: duty 2.
    let (f, flow) = unsafe { &mut *state.cast::<(&mut F, ControlFlow<()>)>() };
    if let (Some(chunk), ControlFlow::Continue(())) = (NonNull::new(chunk.cast_mut()), &flow) {
        // SAFETY: 1. duty 1; nothing changes a tree meanwhile.
        let chunk = unsafe { Chunk::from_ptr(chunk) };
        *flow = f(Step { chunk, depth: depth as usize, is_reference: is_ref != 0 });
    }
}
