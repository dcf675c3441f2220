//! What is called at the end of each thread that asks for it.
//!
//! By a key of POSIX, and `atexit` for the thread that ends the process: both say when there is no
//! memory to ask for it. The C library ends the process then, if it has to note a thread-local
//! variable with a `Drop`.

use core::cell::Cell;
use core::ffi::c_void;
use core::{mem, ptr};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError, TryLockError};

use crate::raw::process::{Key, delete_key, new_key, on_exit, set_value};

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

/// The functions of the jobs that some thread has asked for.
static FUNCTIONS: [OnceLock<fn()>; JOBS] = [const { OnceLock::new() }; JOBS];

/// The key whose value in a thread stands for a wish. Locked while it is used, so that it is there.
static KEY: Mutex<State> = Mutex::new(State::Unmade);

enum State {
    Unmade,
    Made(Key),
    /// The process exits: it is deleted.
    Over,
}

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

fn locked() -> MutexGuard<'static, State> {
    KEY.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Says what a job is; `false` when there is no memory for what calls it.
pub(crate) fn set_up(job: Job, function: fn()) -> bool {
    let mut state = locked();
    if let State::Unmade = *state {
        let Some(key) = new_key(at_thread_end) else { return false };
        if !on_exit(at_exit) {
            delete_key(key);
            return false;
        }
        *state = State::Made(key);
    }
    FUNCTIONS[job as usize].get_or_init(|| function);
    true
}

/// Sets the value of the key for this thread.
fn wish(round: *const c_void) -> Wish {
    match &*locked() {
        State::Over => Wish::TooLate,
        State::Made(key) if set_value(*key, round) => Wish::Noted,
        _ => Wish::NoMemory,
    }
}

/// Sets a job up, and has it done at the end of this thread.
pub(crate) fn call_at_end(job: Job, function: fn()) -> Wish {
    match THREAD.with(|thread| thread.known(job)) {
        Some(wish) => wish,
        None if set_up(job, function) => call_for_this_thread(job),
        None => Wish::NoMemory,
    }
}

/// Has a job done at the end of this thread, which has been set up.
pub(crate) fn call_for_this_thread(job: Job) -> Wish {
    THREAD.with(|thread| {
        thread.known(job).unwrap_or_else(|| {
            let wish = wish(FIRST_ROUND);
            thread.asked[job as usize].set(wish == Wish::Noted);
            wish
        })
    })
}

impl Thread {
    /// What comes of a wish without asking, if that is known.
    fn known(&self, job: Job) -> Option<Wish> {
        match (self.ended.get(), self.asked[job as usize].get()) {
            (true, _) => Some(Wish::TooLate),
            (false, true) => Some(Wish::Noted),
            (false, false) => None,
        }
    }
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
    let state = match KEY.try_lock() {
        Ok(state) => Some(state),
        Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    };
    if let Some(State::Made(key)) = state.map(|mut state| mem::replace(&mut *state, State::Over)) {
        delete_key(key);
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
