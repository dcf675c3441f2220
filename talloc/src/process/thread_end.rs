//! What is called at the end of each thread that asks for it.
//!
//! By a key of POSIX, and `atexit` for the thread that ends the process: both say when there is no
//! memory to ask for it. The C library ends the process then, if it has to note a thread-local
//! variable with a `Drop`.

use core::cell::Cell;
use core::ffi::c_void;
use core::ptr;
use core::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use crate::raw::process::{Key, delete_key, new_key, on_exit, set_value};

/// What can be called, in this order.
#[derive(Clone, Copy)]
pub(crate) enum Job {
    Pools,
    #[cfg(feature = "arena")]
    Arenas,
    LeakReport,
}

const JOBS: usize = 3;

/// What came of a wish to be called.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Wish {
    Noted,
    NoMemory,
    /// The thread has ended, or the process: there will be no call.
    TooLate,
}

/// The functions of the jobs that some thread has asked for.
static FUNCTIONS: [OnceLock<fn()>; JOBS] = [const { OnceLock::new() }; JOBS];

/// The key whose value in a thread stands for a wish.
static KEY: OnceLock<Key> = OnceLock::new();

/// The process exits: the key is gone. Written and read with the lock.
static IS_OVER: AtomicBool = AtomicBool::new(false);

thread_local! {
    // Without a destructor, so that it is there up to the very end of the thread.
    static THREAD: Thread = const {
        Thread { asked: [const { Cell::new(false) }; JOBS], ended: Cell::new(false) }
    };
}

struct Thread {
    asked: [Cell<bool>; JOBS],
    ended: Cell<bool>,
}

/// The rounds of destructors of a thread, as values of its key.
const FIRST_ROUND: *const c_void = ptr::without_provenance(1);
const SECOND_ROUND: *const c_void = ptr::without_provenance(2);

/// Says what a job is; `false` when there is no memory for what calls it.
pub(crate) fn set_up(job: Job, function: fn()) -> bool {
    if KEY.get().is_none() && !make_key() {
        return false;
    }
    FUNCTIONS[job as usize].get_or_init(|| function);
    true
}

/// Makes the key, and sees to the exit of the process.
#[cold]
fn make_key() -> bool {
    let _one_at_a_time = locked();
    if KEY.get().is_some() {
        return true;
    }
    let Some(key) = new_key(at_thread_end) else { return false };
    if !on_exit(at_exit) {
        delete_key(key);
        return false;
    }
    KEY.set(key).is_ok()
}

/// Held while the key is made, and while it is used, so that it is there then.
fn locked() -> MutexGuard<'static, ()> {
    static LOCK: Mutex<()> = Mutex::new(());

    LOCK.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Sets the value of the key for this thread.
fn wish(round: *const c_void) -> Wish {
    let _the_key_stays = locked();
    if IS_OVER.load(Ordering::Relaxed) {
        return Wish::TooLate;
    }
    if KEY.get().is_some_and(|key| set_value(*key, round)) { Wish::Noted } else { Wish::NoMemory }
}

/// Sets a job up, and has it done at the end of this thread.
pub(crate) fn call_at_end(job: Job, function: fn()) -> Wish {
    if set_up(job, function) { call_for_this_thread(job) } else { Wish::NoMemory }
}

/// Has a job done at the end of this thread, which has been set up.
pub(crate) fn call_for_this_thread(job: Job) -> Wish {
    THREAD.with(|thread| {
        if thread.ended.get() {
            return Wish::TooLate;
        }
        let wish = wish(FIRST_ROUND);
        if wish == Wish::Noted {
            thread.asked[job as usize].set(true);
        }
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
    {
        let _nobody_uses_the_key = locked();
        IS_OVER.store(true, Ordering::Relaxed);
        if let Some(key) = KEY.get() {
            delete_key(*key);
        }
    }
    end_of_this_thread();
}

/// Does the jobs of this thread, once.
fn end_of_this_thread() {
    THREAD.with(|thread| {
        thread.ended.set(true);
        for (asked, function) in thread.asked.iter().zip(&FUNCTIONS) {
            if let (true, Some(function)) = (asked.take(), function.get()) {
                function();
            }
        }
    });
}
