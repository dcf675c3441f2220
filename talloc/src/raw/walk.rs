//! The walk over a subtree.

use core::ffi::{c_int, c_void};
use core::ops::ControlFlow;
use core::ptr::{self, NonNull};

use talloc_sys as sys;

use crate::raw::Chunk;

/// One step of a walk: a chunk, or a reference and its object.
pub(crate) struct Step<'a> {
    pub(crate) chunk: &'a Chunk,
    pub(crate) depth: usize,
    pub(crate) is_reference: bool,
}

/// Where a walk starts: at a live chunk, or at the context that libtalloc's tracking made.
#[derive(Clone, Copy)]
pub(crate) struct Top<'a>(Option<&'a Chunk>);

impl<'a> From<&'a Chunk> for Top<'a> {
    fn from(chunk: &'a Chunk) -> Self {
        Top(Some(chunk))
    }
}

impl<'a> Top<'a> {
    /// The context of the tracking, or nothing without tracking.
    ///
    /// # Safety
    ///
    /// 1. No other thread may be inside libtalloc during `'a`.
    pub(crate) unsafe fn of_process() -> Self {
        Top(None)
    }

    pub(super) fn as_ptr(self) -> *const c_void {
        self.0.map_or(ptr::null(), |chunk| chunk.ptr().as_ptr())
    }
}

/// Calls `f` for each chunk and each reference of the subtree, parents first and the newest
/// child first, until it breaks. A panic of `f` aborts.
///
/// # Safety
///
/// 1. `f` must change no tree.
/// 2. The chunks that `f` keeps must live, and keep their names, for `'a`.
pub(crate) unsafe fn walk<'a, F>(top: Top<'a>, max_depth: Option<u8>, mut f: F)
where
    F: FnMut(Step<'a>) -> ControlFlow<()>,
{
    let mut state: (&mut F, ControlFlow<()>) = (&mut f, ControlFlow::Continue(()));
    let data = (&raw mut state).cast();
    // A negative depth is no limit.
    let max_depth = max_depth.map_or(-1, c_int::from);
    // SAFETY: null or live; duty 1. 1. libtalloc calls with live chunks only (fact 20). 2. the
    // state is used by nobody else meanwhile. 3. duty 2.
    unsafe { sys::talloc_report_depth_cb(top.as_ptr(), 0, max_depth, Some(step::<'a, F>), data) };
}

/// # Safety
///
/// 1. `chunk` must be live.
/// 2. `state` must point to that of [`walk`], which nobody else uses meanwhile.
/// 3. The chunks that the function keeps must be live for `'a`.
unsafe extern "C" fn step<'a, F: FnMut(Step<'a>) -> ControlFlow<()>>(
    chunk: *const c_void,
    depth: c_int,
    _max_depth: c_int,
    is_ref: c_int,
    state: *mut c_void,
) {
    // SAFETY: duty 2.
    let (f, flow) = unsafe { &mut *state.cast::<(&mut F, ControlFlow<()>)>() };
    if let (Some(chunk), ControlFlow::Continue(())) = (NonNull::new(chunk.cast_mut()), &flow) {
        // SAFETY: 1. duties 1 and 3; nothing changes a tree meanwhile.
        let chunk = unsafe { Chunk::from_ptr(chunk) };
        *flow = f(Step { chunk, depth: depth as usize, is_reference: is_ref != 0 });
    }
}
