//! The calls that concern the whole process or the end of a thread: libtalloc's
//! hooks and its NULL-context tracking, and the C library's exit handlers.

use core::ffi::{CStr, c_char, c_int, c_void};
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use talloc_sys as sys;

/// A function that libtalloc calls with NUL-terminated text.
pub type Hook = unsafe extern "C" fn(text: *const c_char);

/// A function that is called by a [`Hook`].
pub(crate) trait OnText {
    fn call(text: &str);
}

/// The hook that calls such a function.
///
/// # Safety
///
/// 1. `text` must be null or NUL-terminated.
pub(crate) unsafe extern "C" fn hook<F: OnText>(text: *const c_char) {
    if text.is_null() {
        return F::call("(no reason given)");
    }
    // SAFETY: duty 1.
    F::call(&unsafe { CStr::from_ptr(text) }.to_string_lossy());
}

/// Whether Rust code has said where messages go.
static LOG_FN_IS_SET: AtomicBool = AtomicBool::new(false);
/// Whether Rust code has set the abort function.
static ABORT_FN_IS_SET: AtomicBool = AtomicBool::new(false);

/// Whether this crate has been told where messages go. What C has set is not known.
pub(crate) fn log_fn_is_set() -> bool {
    LOG_FN_IS_SET.load(Ordering::Relaxed)
}

/// Whether this crate has been told what is called instead of `abort`. What C has set
/// is not known.
pub(crate) fn abort_fn_is_set() -> bool {
    ABORT_FN_IS_SET.load(Ordering::Relaxed)
}

/// Sends libtalloc's messages to a function at once, on the thread and in the middle
/// of the operation that writes them; `None` drops them, as at the start.
///
/// Replaces what [`set_log_fn`](crate::set_log_fn) and its relatives have set.
///
/// # Safety
///
/// 1. No other thread may be inside libtalloc while this is called.
/// 2. `hook` must be sound to call with any NUL-terminated text, on any thread. It
///    must not unwind, and not free, move or unshare talloc objects.
///
/// ```
/// use std::ffi::{CStr, c_char};
///
/// unsafe extern "C" fn print(text: *const c_char) {
///     // SAFETY: libtalloc passes NUL-terminated text.
///     eprint!("{}", unsafe { CStr::from_ptr(text) }.to_string_lossy());
/// }
///
/// // SAFETY: there is one thread, and `print` does not use talloc.
/// unsafe { talloc::process::set_log_fn(Some(print)) };
/// ```
#[doc(alias = "talloc_set_log_fn")]
pub unsafe fn set_log_fn(hook: Option<Hook>) {
    LOG_FN_IS_SET.store(true, Ordering::Relaxed);
    // SAFETY: duties 1 and 2.
    unsafe { sys::talloc_set_log_fn(hook) }
}

/// Sends libtalloc's messages to the C library's `stderr`.
///
/// # Safety
///
/// 1. No other thread may be inside libtalloc while this is called.
///
/// ```
/// // SAFETY: there is one thread.
/// unsafe { talloc::process::set_log_stderr() };
/// ```
#[doc(alias = "talloc_set_log_stderr")]
pub unsafe fn set_log_stderr() {
    LOG_FN_IS_SET.store(true, Ordering::Relaxed);
    // SAFETY: duty 1.
    unsafe { sys::talloc_set_log_stderr() }
}

/// Sets what libtalloc calls, with the reason, instead of `abort`; `None` is `abort`.
///
/// Replaces what [`explain_aborts`](crate::explain_aborts) has set; after this call, the first
/// root sets nothing.
///
/// # Safety
///
/// 1. No other thread may be aborting in libtalloc while this is called, nor set this.
/// 2. `hook` must be sound to call with any NUL-terminated text, on any thread. It
///    must neither unwind nor return: libtalloc would go on with a NULL chunk.
///
/// ```
/// // SAFETY: there is one thread; this is the state at the start.
/// unsafe { talloc::process::set_abort_fn(None) };
/// ```
#[doc(alias = "talloc_set_abort_fn")]
pub unsafe fn set_abort_fn(hook: Option<Hook>) {
    ABORT_FN_IS_SET.store(true, Ordering::Relaxed);
    // SAFETY: duties 1 and 2.
    unsafe { sys::talloc_set_abort_fn(hook) }
}

/// Makes one context of the process, the `null_context`, the parent of all roots that
/// are made from now on, by Rust or by C. The `autofree_context` of C moves there too.
///
/// # Safety
///
/// 1. No other thread may be inside libtalloc while this is called.
/// 2. From now on, also after [`disable_null_tracking`], only one thread at a time
///    may make, free, move or look at roots. That takes in
///    [`scratch`](crate::scratch()), the leak report of this crate, and each free that
///    can leave something without a parent: where C holds references, or a
///    destructor refuses. It also takes in each search upwards, which passes all roots
///    ([`is_ancestor_of`](crate::CtxRef::is_ancestor_of),
///    [`find_type_ptr`](crate::CtxRef::find_type_ptr), and, with `debug_assertions`,
///    [`adopt`](crate::CtxRef::adopt)), and each message of libtalloc, whose text is a
///    root until the log function has returned.
///
/// ```
/// // SAFETY: there is one thread.
/// unsafe { talloc::process::enable_null_tracking() };
/// let ctx = talloc::Ctx::named(c"seen");
/// let mut report = String::new();
/// // SAFETY: there is one thread.
/// unsafe { talloc::process::report_full(&mut report) }?;
/// assert!(report.contains("seen"));
/// # drop(ctx);
/// # Ok::<(), std::fmt::Error>(())
/// ```
#[doc(alias = "talloc_enable_null_tracking")]
pub unsafe fn enable_null_tracking() {
    // SAFETY: duties 1 and 2.
    unsafe { sys::talloc_enable_null_tracking() }
}

/// As [`enable_null_tracking`], but the `autofree_context` stays where it is.
///
/// # Safety
///
/// 1. The duties of [`enable_null_tracking`].
///
/// ```
/// // SAFETY: there is one thread.
/// unsafe { talloc::process::enable_null_tracking_no_autofree() };
/// ```
#[doc(alias = "talloc_enable_null_tracking_no_autofree")]
pub unsafe fn enable_null_tracking_no_autofree() {
    // SAFETY: duty 1.
    unsafe { sys::talloc_enable_null_tracking_no_autofree() }
}

/// Ends NULL-context tracking. Roots that were made meanwhile stay linked to each
/// other.
///
/// # Safety
///
/// 1. No other thread may be inside libtalloc while this is called.
/// 2. Duty 2 of [`enable_null_tracking`] goes on for the roots that were made
///    meanwhile.
///
/// ```
/// // SAFETY: there is one thread.
/// unsafe { talloc::process::disable_null_tracking() };
/// ```
#[doc(alias = "talloc_disable_null_tracking")]
pub unsafe fn disable_null_tracking() {
    // SAFETY: duty 1.
    unsafe { sys::talloc_disable_null_tracking() }
}

/// Turns on NULL-context tracking, and libtalloc's own report at exit: one line for
/// each root, those of C included.
///
/// # Safety
///
/// 1. Duties 1 and 2 of [`enable_null_tracking`].
/// 2. When the process exits, no other thread may be inside libtalloc, and the name
///    of each object that is left must be readable up to a NUL. C's strings are named
///    by themselves, and must have theirs.
///
/// ```
/// // SAFETY: there is one thread.
/// unsafe { talloc::process::enable_leak_report() };
/// ```
#[doc(alias = "talloc_enable_leak_report")]
pub unsafe fn enable_leak_report() {
    // SAFETY: duties 1 and 2.
    unsafe { sys::talloc_enable_leak_report() }
}

/// As [`enable_leak_report`], with all that is below each root.
///
/// # Safety
///
/// 1. The duties of [`enable_leak_report`].
///
/// ```
/// // SAFETY: there is one thread.
/// unsafe { talloc::process::enable_leak_report_full() };
/// ```
#[doc(alias = "talloc_enable_leak_report_full")]
pub unsafe fn enable_leak_report_full() {
    // SAFETY: duty 1.
    unsafe { sys::talloc_enable_leak_report_full() }
}

/// `pthread_key_t`: an unsigned long on Apple's systems, an int elsewhere.
#[cfg(target_vendor = "apple")]
type RawKey = core::ffi::c_ulong;
/// `pthread_key_t`: an unsigned long on Apple's systems, an int elsewhere.
#[cfg(not(target_vendor = "apple"))]
type RawKey = core::ffi::c_uint;

/// A key of the process.
///
/// # Invariants
///
/// It comes from `pthread_key_create`.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub(crate) struct Key(RawKey);

/// A [`Key`] that is made once, and deleted once.
///
/// # Invariants
///
/// 0: there was none. `usize::MAX`: it is deleted. Else a key, plus 1; they are small numbers.
pub(crate) struct KeyState(AtomicUsize);

impl KeyState {
    const DELETED: usize = usize::MAX;

    pub(crate) const fn new() -> Self {
        KeyState(AtomicUsize::new(0))
    }

    pub(crate) fn get(&self) -> Option<Key> {
        KeyState::key(self.0.load(Ordering::Acquire))
    }

    pub(crate) fn is_deleted(&self) -> bool {
        self.0.load(Ordering::Acquire) == KeyState::DELETED
    }

    pub(crate) fn set(&self, key: Key) {
        self.0.store(key.0 as usize + 1, Ordering::Release);
    }

    /// The key, which is to be deleted.
    pub(crate) fn take(&self) -> Option<Key> {
        KeyState::key(self.0.swap(KeyState::DELETED, Ordering::AcqRel))
    }

    fn key(state: usize) -> Option<Key> {
        match state {
            0 | KeyState::DELETED => None,
            key => Some(Key(RawKey::try_from(key - 1).ok()?)),
        }
    }
}

// POSIX and ISO C. The types of the arguments are all that they ask for: functions that are safe
// to call at any time, a place for the key, a key that there is, a value that nobody dereferences.
unsafe extern "C" {
    safe fn atexit(function: extern "C" fn()) -> c_int;
    safe fn pthread_key_create(
        key: &mut RawKey,
        destructor: Option<extern "C" fn(value: *mut c_void)>,
    ) -> c_int;
    safe fn pthread_key_delete(key: Key) -> c_int;
    safe fn pthread_setspecific(key: Key, value: *const c_void) -> c_int;
}

/// Calls a function when the process exits; `false` when there is no memory.
pub(crate) fn on_exit(function: extern "C" fn()) -> bool {
    atexit(function) == 0
}

/// A key whose destructor is called at the end of each thread that has set a
/// value, with that value; `None` when there are no more keys.
pub(crate) fn new_key(destructor: extern "C" fn(value: *mut c_void)) -> Option<Key> {
    let mut key = 0;
    (pthread_key_create(&mut key, Some(destructor)) == 0).then_some(Key(key))
}

/// No thread that ends from now on calls the destructor of the key. It can only fail if there is
/// no such key.
pub(crate) fn delete_key(key: Key) {
    pthread_key_delete(key);
}

/// Sets the value of this thread; `false` when there is no memory. The round of
/// destructors begins anew when one of them sets a value.
pub(crate) fn set_value(key: Key, value: *const c_void) -> bool {
    pthread_setspecific(key, value) == 0
}
