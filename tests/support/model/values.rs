//! Values that say when they are dropped, on whatever thread that is.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What was dropped, of each log. A value owns no memory: one that is forgotten leaks none.
static DROPPED: Mutex<BTreeMap<u64, Vec<u64>>> = Mutex::new(BTreeMap::new());

fn dropped() -> MutexGuard<'static, BTreeMap<u64, Vec<u64>>> {
    DROPPED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where the drops of one machine's values are written down.
#[derive(Debug)]
pub(crate) struct Log(u64);

impl Default for Log {
    fn default() -> Self {
        let mut all = dropped();
        let id = all.last_key_value().map_or(0, |(id, _)| id + 1);
        all.insert(id, Vec::new());
        Log(id)
    }
}

impl Log {
    /// What makes values and writes drops down.
    pub(crate) fn pen(&self) -> Pen {
        Pen(self.0)
    }

    /// What was dropped since the last call.
    pub(crate) fn take(&self) -> Vec<u64> {
        dropped().get_mut(&self.0).map(std::mem::take).unwrap_or_default()
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        dropped().remove(&self.0);
    }
}

/// In the place of a value that was dropped twice, or was overwritten.
const BROKEN: u64 = u64::MAX;

/// Leads to a log, as long as there is one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pen(u64);

impl Pen {
    /// A value of this number.
    pub(crate) fn value(self, number: u64) -> Value {
        Value { number, check: !number, pen: self }
    }

    /// A value of more bytes than a handle moves out before it drops it.
    pub(crate) fn large(self, number: u64) -> Large {
        Large { value: self.value(number), _bytes: [7; 300] }
    }

    pub(crate) fn note(self, number: u64) {
        if let Some(log) = dropped().get_mut(&self.0) {
            log.push(number);
        }
    }
}

/// A value that is dropped at most once.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Value {
    pub(crate) number: u64,
    check: u64,
    pen: Pen,
}

impl Value {
    pub(crate) fn is_whole(&self) -> bool {
        self.check == !self.number
    }
}

impl Drop for Value {
    fn drop(&mut self) {
        let number = if self.is_whole() { self.number } else { BROKEN };
        self.check = self.number;
        self.pen.note(number);
    }
}

/// A large one.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Large {
    pub(crate) value: Value,
    _bytes: [u8; 300],
}
