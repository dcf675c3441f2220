//! Counts Rust values, so that C's tests can tell that each is dropped, and once.

use std::sync::atomic::{AtomicUsize, Ordering};

static ALIVE: AtomicUsize = AtomicUsize::new(0);

/// One of the values.
#[derive(Debug)]
pub(crate) struct Alive(());

impl Alive {
    pub(crate) fn new() -> Self {
        ALIVE.fetch_add(1, Ordering::Relaxed);
        Alive(())
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        ALIVE.fetch_sub(1, Ordering::Relaxed);
    }
}

/// How many Rust values there are in objects that C holds. 0 at the end, or something was leaked.
#[unsafe(no_mangle)]
pub extern "C" fn chat_live_values() -> usize {
    ALIVE.load(Ordering::Relaxed)
}
