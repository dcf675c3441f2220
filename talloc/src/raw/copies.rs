//! Another libtalloc in the process: one that is linked statically, beside the shared
//! one of a C library. Each aborts when it gets an object of the other, and calls the
//! function that was set in it.

use core::ffi::{CStr, c_char, c_int, c_void};
use core::ptr::NonNull;
use core::{mem, ptr};

use talloc_sys as sys;

use super::process::Hook;

type SetAbortFn = unsafe extern "C" fn(hook: Option<Hook>);
type Magic = unsafe extern "C" fn() -> c_int;

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

/// What the name leads to that all of the process can see; null without such a name, and in a
/// program that loads no libraries.
fn visible(name: &CStr) -> *mut c_void {
    // SAFETY: the C library's own constant, and a name that ends with a NUL.
    unsafe { dlsym(EVERYWHERE, name.as_ptr()) }
}

/// The libtalloc that C libraries see. One that only the library sees that has loaded it, or
/// that contains it, is not found.
#[derive(Clone, Copy)]
pub(crate) struct Visible {
    set_abort_fn: SetAbortFn,
    magic: Magic,
}

impl Visible {
    pub(crate) fn find() -> Option<Self> {
        let set_abort_fn = NonNull::new(visible(c"talloc_set_abort_fn"))?;
        let magic = NonNull::new(visible(c"talloc_test_get_magic"))?;
        Some(Self {
            // SAFETY: the function of this name is libtalloc's, and has this type in all versions.
            set_abort_fn: unsafe { mem::transmute::<NonNull<c_void>, SetAbortFn>(set_abort_fn) },
            // SAFETY: likewise.
            magic: unsafe { mem::transmute::<NonNull<c_void>, Magic>(magic) },
        })
    }

    /// Whether it is not the one that this crate uses: it knows its objects by another number.
    /// (The address of a function may be that of a stub in the program.)
    pub(crate) fn is_other(self) -> bool {
        // SAFETY: it reads a number, which was written when the library was loaded (fact 24).
        let (its, own) = unsafe { ((self.magic)(), sys::talloc_test_get_magic()) };
        its != own
    }

    /// An address in it.
    pub(crate) fn address(self) -> usize {
        self.magic as usize
    }

    /// Its `talloc_set_abort_fn`.
    ///
    /// # Safety
    ///
    /// 1. No other thread may be aborting in that libtalloc, nor set this.
    /// 2. As 2 of [`set_abort_fn`](super::process::set_abort_fn).
    pub(crate) unsafe fn set_abort_fn(self, hook: Hook) {
        // SAFETY: duties 1 and 2.
        unsafe { (self.set_abort_fn)(Some(hook)) }
    }
}

/// An address in the libtalloc that this crate uses, if it is linked statically.
pub(crate) fn static_address() -> usize {
    sys::talloc_set_abort_fn as *const () as usize
}
