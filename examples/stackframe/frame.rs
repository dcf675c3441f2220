//! The stack of frames that Samba's programs have: `talloc_stackframe()` and `talloc_tos()`.
//!
//! # Why this is sound
//!
//! - **Frames end in the order of the stack, the newest first.** A frame belongs to a call of
//!   [`Stack::frame`], which ends it on every way out, a panic included. What C has left open above
//!   it goes with it.
//! - **Nothing of a frame leaves the closure**, which is generic over its lifetime.
//! - **The name of a frame is static.** libtalloc keeps its address: see [`location!`].
//! - **There is one stack for the process.** A [`Stack`] says that this thread has it, and does not
//!   leave it.

use std::ffi::{CStr, c_void};
use std::marker::PhantomData;

use talloc::{CStrRef, Ctx, CtxRef};

// No header of Samba's packages has them. C code calls them by macros, which add the location.
#[link(name = "samba-util")]
unsafe extern "C" {
    fn _talloc_stackframe(location: CStrRef<'static>) -> *mut c_void;
    fn _talloc_tos(location: CStrRef<'static>) -> *mut c_void;
    fn talloc_stackframe_exists() -> bool;
}

/// Where it stands, as C's `__location__`: a text that stays as long as the program.
macro_rules! location {
    () => {
        const {
            let location = concat!(file!(), ":", line!(), "\0");
            match std::ffi::CStr::from_bytes_with_nul(location.as_bytes()) {
                Ok(location) => location,
                Err(_) => panic!("a path with a NUL"),
            }
        }
    };
}
pub(crate) use location;

/// The stack of the program, for the thread that has it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stack(PhantomData<*mut ()>);

impl Stack {
    /// # Safety
    ///
    /// 1. As long as there is such a value, no other thread uses the stack: it has no lock, and
    ///    most of Samba's functions use it. (A function that smbd calls has it for the time of the
    ///    call.)
    /// 2. Code that is called meanwhile ends the frames that it has begun, or leaves them to be
    ///    ended with those below, and ends no others.
    pub(crate) unsafe fn new() -> Self {
        Stack(PhantomData)
    }

    /// Calls `f` with a new frame, which is `talloc_tos()` meanwhile, and ends it with all that is
    /// below it.
    pub(crate) fn frame<R>(
        self,
        location: &'static CStr,
        f: impl for<'t> FnOnce(&'t CtxRef) -> R,
    ) -> R {
        // SAFETY: 1. This thread has the stack. 2. The location is static.
        let frame = unsafe { _talloc_stackframe(location.into()) };
        // SAFETY: 1. A new frame; Samba ends the process where there is no memory for one. 2. Only
        // this value ends it, by duty 2 of `new`. 3. Its parent is the frame below, which ends
        // later. 4. Its destructor takes it from the stack, wherever it is.
        let frame: Ctx<'_> = unsafe { Ctx::from_raw_unchecked(frame) };
        f(&frame)
    }

    /// Calls `f` with the newest frame, `talloc_tos()`, if there is one. (C makes one that is never
    /// ended.)
    pub(crate) fn top<R>(
        self,
        location: &'static CStr,
        f: impl for<'t> FnOnce(&'t CtxRef) -> R,
    ) -> Option<R> {
        if !self.has_frame() {
            return None;
        }
        // SAFETY: 1. This thread has the stack. 2. The location is static.
        let top = unsafe { _talloc_tos(location.into()) };
        // SAFETY: 1. A frame, which nobody ends during this call: not `f`, by duty 2 of `new`. 2.
        // By duty 1 of `new`. 3. Frames keep their names. 4. Frames have no handles that could be
        // stolen.
        let top = unsafe { CtxRef::from_ptr(top) };
        top.ok().map(f)
    }

    /// Whether `talloc_tos()` has a frame to give.
    pub(crate) fn has_frame(self) -> bool {
        // SAFETY: 1. This thread has the stack.
        unsafe { talloc_stackframe_exists() }
    }
}
