//! What `peer.c` offers.

use std::ffi::{CStr, c_char};

use talloc::{CStrRef, CtxRef, Error, TBox};

use crate::frame::{Stack, location};

#[link(name = "talloc_example_stackframe", kind = "static")]
unsafe extern "C" {
    fn peer_greeting(name: CStrRef<'_>) -> *mut c_char;
    fn peer_length(name: CStrRef<'_>, forgets: bool) -> usize;
    fn peer_call(function: extern "C" fn() -> usize) -> usize;
}

/// A text that C allocates on `talloc_tos()`, so that `frame`, which has to be that, owns it.
pub(crate) fn greeting<'f>(
    _: Stack,
    frame: &'f CtxRef,
    name: &CStr,
) -> Result<TBox<'f, str>, Error> {
    // SAFETY: 1. This thread has the stack. 2. C keeps no pointer.
    let text = unsafe { peer_greeting(name.into()) };
    // SAFETY: 1 to 6. A new string on the newest frame, or NULL; on another one it would be refused.
    unsafe { frame.adopt(text) }
}

/// The length of a greeting. C forgets to end the frame that it has begun, if it is told to.
pub(crate) fn length(_: Stack, name: &CStr, forgets: bool) -> usize {
    // SAFETY: 1. This thread has the stack. 2. C keeps no pointer.
    unsafe { peer_length(name.into(), forgets) }
}

/// How many blocks there are in the frame of C in which it calls Rust, and how many Rust says.
pub(crate) fn call(_: Stack) -> usize {
    // SAFETY: 1. This thread has the stack. 2. The function may be called by C.
    unsafe { peer_call(called) }
}

/// What C calls. It has the stack for the time of the call.
extern "C" fn called() -> usize {
    // SAFETY: 1. C calls this on the thread of its frames, and no other has any. 2. C does.
    let stack = unsafe { Stack::new() };
    let blocks = stack.top(location!(), |top| {
        // Left to the frame of C.
        TBox::leak(top.alloc([7_u8; 100]));
        top.total_blocks()
    });
    blocks.unwrap_or(0)
}
