//! Values that say when they are dropped, on whatever thread that is.

use std::sync::{Arc, Mutex, PoisonError};

/// Where dropped values are written down.
#[derive(Debug, Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u64>>>);

/// In the place of a value that was dropped twice, or was overwritten.
pub(crate) const BROKEN: u64 = u64::MAX;

impl Log {
    /// A value of this number.
    pub(crate) fn value(&self, number: u64) -> Value {
        Value { number, guard: Box::new(!number), log: self.clone() }
    }

    /// A value of more bytes than a handle moves out before it drops it.
    pub(crate) fn large(&self, number: u64) -> Large {
        Large { value: self.value(number), _bytes: [7; 300] }
    }

    pub(crate) fn note(&self, number: u64) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(number);
    }

    /// What was dropped since the last call.
    pub(crate) fn take(&self) -> Vec<u64> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A value that owns memory: a second drop is a double free.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Value {
    pub(crate) number: u64,
    guard: Box<u64>,
    log: Log,
}

impl Value {
    pub(crate) fn is_whole(&self) -> bool {
        *self.guard == !self.number
    }
}

impl Drop for Value {
    fn drop(&mut self) {
        let number = if self.is_whole() { self.number } else { BROKEN };
        *self.guard = self.number;
        self.log.note(number);
    }
}

/// A large one.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Large {
    pub(crate) value: Value,
    _bytes: [u8; 300],
}
