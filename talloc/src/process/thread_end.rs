//! What is called at the end of each thread that asks for it.
//!
//! By a key of POSIX, and `atexit` for the thread that ends the process: both say when there is no
//! memory to ask for it. The C library ends the process then, if it has to note a thread-local
//! variable with a `Drop`.

use core::cell::Cell;
use core::ffi::c_void;
use core::ptr;
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

use crate::raw::process::{KeyState, delete_key, new_key, on_exit, set_value};

/// What can be called, in this order.
#[derive(Clone, Copy)]
pub(crate) enum Job {
    Pools,
    #[cfg(feature = "arena")]
    Arenas,
    LeakReport,
}

const JOBS: usize = Job::LeakReport as usize + 1;

/// What came of a wish to be called.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Wish {
    Noted,
    NoMemory,
    /// The thread has ended, or the process: there will be no call.
    TooLate,
}

/// The key whose value in a thread stands for a wish; with the lock, so that it is there while it is
/// used. (The lock would do for both, but tools that do not see into the standard library would miss
/// what it says.)
static KEY: KeyState = KeyState::new();
static LOCK: Mutex<()> = Mutex::new(());

fn locked() -> MutexGuard<'static, ()> {
    LOCK.lock().unwrap_or_else(PoisonError::into_inner)
}

thread_local! {
    // Without a destructor, so that it is there up to the very end of the thread.
    static THREAD: Thread = const {
        Thread { asked: [const { Cell::new(None) }; JOBS], ended: Cell::new(false) }
    };
}

/// What does a job.
type Function = fn();

struct Thread {
    /// What this thread has asked for.
    asked: [Cell<Option<Function>>; JOBS],
    ended: Cell<bool>,
}

/// The rounds of destructors of a thread, as values of its key.
const FIRST_ROUND: *const c_void = ptr::without_provenance(1);
const SECOND_ROUND: *const c_void = ptr::without_provenance(2);

/// Makes the key, if there is none; `false` when there is no memory for it.
pub(super) fn set_up() -> bool {
    let _one_at_a_time = locked();
    if KEY.get().is_some() || KEY.is_deleted() {
        return true;
    }
    let Some(key) = new_key(at_thread_end) else { return false };
    if !on_exit(at_exit) {
        delete_key(key);
        return false;
    }
    KEY.set(key);
    true
}

/// Sets the value of the key for this thread.
fn wish(round: *const c_void) -> Wish {
    let _the_key_stays = locked();
    match KEY.get() {
        Some(key) if set_value(key, round) => Wish::Noted,
        None if KEY.is_deleted() => Wish::TooLate,
        _ => Wish::NoMemory,
    }
}

/// Has the function called at the end of this thread: the same one for each job.
pub(crate) fn call_at_end(job: Job, function: Function) -> Wish {
    THREAD.with(|thread| {
        let asked = &thread.asked[job as usize];
        if thread.ended.get() {
            return Wish::TooLate;
        }
        if asked.get().is_some() {
            return Wish::Noted;
        }
        if !set_up() {
            return Wish::NoMemory;
        }
        let wish = wish(FIRST_ROUND);
        asked.set((wish == Wish::Noted).then_some(function));
        wish
    })
}

/// The destructors of thread-local variables come first. Where they are called by
/// such a key themselves, they are in the first round of them.
extern "C" fn at_thread_end(round: *mut c_void) {
    if round.cast_const() != FIRST_ROUND || wish(SECOND_ROUND) != Wish::Noted {
        end_of_this_thread();
    }
}

/// Called by `exit`, after the destructors of this thread's thread-local variables; also when the
/// shared library that has this crate is unloaded, from which on nothing may call it.
extern "C" fn at_exit() {
    // Not waited for: another thread may have held it when this process was forked, and none lets
    // go of it here. The key is not deleted then, and there is no thread that would need that.
    let nobody_uses_the_key = match LOCK.try_lock() {
        Ok(locked) => Some(locked),
        Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    };
    if let Some(key) = nobody_uses_the_key.as_ref().and_then(|_| KEY.take()) {
        delete_key(key);
    }
    drop(nobody_uses_the_key);
    end_of_this_thread();
}

/// Does the jobs of this thread, once.
fn end_of_this_thread() {
    THREAD.with(|thread| {
        thread.ended.set(true);
        thread.asked.iter().filter_map(Cell::take).for_each(|function| function());
    });
}
