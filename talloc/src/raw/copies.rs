//! Another libtalloc in the process: one that is linked statically, beside the shared
//! one of a C library. Each aborts when it gets an object of the other, and calls the
//! function that was set in it.

use core::ffi::{c_char, c_void};
use core::{mem, ptr};

use talloc_sys as sys;

use super::process::Hook;

type SetAbortFn = unsafe extern "C" fn(hook: Option<Hook>);

/// `RTLD_DEFAULT`: all that is loaded for everyone to see.
const EVERYWHERE: *mut c_void = ptr::without_provenance_mut(
    if cfg!(any(
        target_vendor = "apple",
        target_os = "freebsd",
        target_os = "dragonfly",
        target_os = "netbsd",
        target_os = "openbsd",
    )) {
        -2_isize as usize
    } else if cfg!(all(target_os = "android", target_pointer_width = "32")) {
        -1_isize as usize
    } else {
        0
    },
);

// POSIX.
unsafe extern "C" {
    fn dlsym(library: *mut c_void, name: *const c_char) -> *mut c_void;
}

/// The address of a function of the libtalloc that this crate uses.
pub(crate) fn own_address() -> usize {
    sys::talloc_set_abort_fn as *const () as usize
}

/// A libtalloc that this crate does not use.
#[derive(Clone, Copy)]
pub(crate) struct Other(SetAbortFn);

impl Other {
    /// The one that C libraries of this process see, unless it is this crate's own. One
    /// that only the library sees that has loaded it, or that contains it, is not found;
    /// and none in a program that loads no libraries.
    pub(crate) fn find() -> Option<Self> {
        // SAFETY: the C library's own constant, and a name that ends with a NUL.
        let found = unsafe { dlsym(EVERYWHERE, c"talloc_set_abort_fn".as_ptr()) };
        if found.is_null() || found.addr() == own_address() {
            return None;
        }
        // SAFETY: the function of this name is libtalloc's, and has had this type in all versions.
        Some(Self(unsafe { mem::transmute::<*mut c_void, SetAbortFn>(found) }))
    }

    /// The address of its function.
    pub(crate) fn address(self) -> usize {
        self.0 as usize
    }

    /// `talloc_set_abort_fn` of that libtalloc.
    ///
    /// # Safety
    ///
    /// 1. No other thread may be aborting in that libtalloc, nor setting the function.
    /// 2. As 2 of [`set_abort_fn`](super::process::set_abort_fn).
    pub(crate) unsafe fn set_abort_fn(self, hook: Hook) {
        // SAFETY: duties 1 and 2.
        unsafe { (self.0)(Some(hook)) }
    }
}
