//! What there is once for the process. libtalloc keeps it in plain variables, without a lock, and
//! so does this: what two threads do to them at once is a race, as it is there.

use core::cell::UnsafeCell;
use core::ffi::{CStr, c_char};

pub(crate) type Hook = unsafe extern "C" fn(text: *const c_char);

/// A plain variable of C.
struct Plain<T>(UnsafeCell<T>);

// SAFETY: whoever uses libtalloc sees to it that there is one thread where it is written.
unsafe impl<T> Sync for Plain<T> {}

impl<T: Copy> Plain<T> {
    fn get(&self) -> T {
        // SAFETY: see above.
        unsafe { *self.0.get() }
    }

    fn set(&self, value: T) {
        // SAFETY: see above.
        unsafe { *self.0.get() = value }
    }
}

static ON_ABORT: Plain<Option<Hook>> = Plain(UnsafeCell::new(None));
static ON_MESSAGE: Plain<Option<Hook>> = Plain(UnsafeCell::new(None));
static HAS_FREED: Plain<bool> = Plain(UnsafeCell::new(false));

pub(crate) fn set_abort_fn(hook: Option<Hook>) {
    ON_ABORT.set(hook);
}

pub(crate) fn set_log_fn(hook: Option<Hook>) {
    ON_MESSAGE.set(hook);
}

/// Ends the process, by the function that was set for it.
pub(crate) fn abort(reason: &CStr) -> ! {
    log(reason);
    if let Some(hook) = ON_ABORT.get() {
        // SAFETY: who has set it has promised that; the text has a NUL.
        unsafe { hook(reason.as_ptr()) };
    }
    std::process::abort()
}

pub(crate) fn log(message: &CStr) {
    if let Some(hook) = ON_MESSAGE.get() {
        // SAFETY: who has set it has promised that; the text has a NUL.
        unsafe { hook(message.as_ptr()) };
    }
}

/// libtalloc decides with the first free of the process whether memory is filled.
pub(crate) fn first_free() {
    if !HAS_FREED.get() {
        HAS_FREED.set(true);
    }
}
