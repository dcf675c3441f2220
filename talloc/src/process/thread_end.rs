//! A function that is called at the end of each thread that asks for it.

use core::ffi::c_void;
use core::ptr;
use std::sync::OnceLock;

use crate::raw::process::{Key, new_key, set_value};

/// The key whose value in a thread stands for that wish, and what is called.
static END: OnceLock<(Key, fn())> = OnceLock::new();

/// The rounds of destructors of a thread, as values of its key.
const FIRST_ROUND: *const c_void = ptr::without_provenance(1);
const SECOND_ROUND: *const c_void = ptr::without_provenance(2);

/// Says what is called, once; `false` when there is no key.
pub(super) fn set_up(at_end: fn()) -> bool {
    new_key(at_thread_end).is_some_and(|key| END.set((key, at_end)).is_ok())
}

/// Has it called at the end of this thread; `false` when there is no memory.
pub(super) fn call_for_this_thread() -> bool {
    END.get().is_some_and(|(key, _)| set_value(*key, FIRST_ROUND))
}

/// The destructors of thread-local variables come first. Where they are called by
/// such a key themselves, they are in the first round of them.
extern "C" fn at_thread_end(round: *mut c_void) {
    let Some((key, at_end)) = END.get() else { return };
    if round.cast_const() == FIRST_ROUND && set_value(*key, SECOND_ROUND) {
        return;
    }
    at_end();
}
