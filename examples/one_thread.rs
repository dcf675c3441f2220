//! [`OneThread`]: a C library without locks, for one thread at a time.

use std::marker::PhantomData;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

/// Leave for this thread to use the library, for as long as this is not dropped.
///
/// One program uses one such library. If it is forgotten, the thread has the library for good: what
/// it has open may be closed by `talloc_free` of a parent at any time.
#[derive(Debug)]
pub struct OneThread(PhantomData<*mut ()>);

/// The thread that uses the library, and how often it has entered.
static USER: Mutex<Option<(ThreadId, usize)>> = Mutex::new(None);

fn user() -> MutexGuard<'static, Option<(ThreadId, usize)>> {
    USER.lock().unwrap_or_else(PoisonError::into_inner)
}

impl OneThread {
    /// Nothing, while another thread uses the library.
    #[must_use]
    pub fn enter() -> Option<Self> {
        let mut user = user();
        let (thread, times) = user.unwrap_or((thread::current().id(), 0));
        if thread != thread::current().id() {
            return None;
        }
        *user = Some((thread, times + 1));
        Some(OneThread(PhantomData))
    }
}

impl Drop for OneThread {
    fn drop(&mut self) {
        let mut user = user();
        *user = user.filter(|&(_, times)| times > 1).map(|(thread, times)| (thread, times - 1));
    }
}
