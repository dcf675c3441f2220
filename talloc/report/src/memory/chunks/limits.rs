//! [`Limits`]: what was set by `talloc_set_memlimit`.

use serde::Serialize;

use super::layout::Header;
use crate::memory::target::pages::Pages;
use crate::memory::target::{Target, word};

/// Where in a header the address of the limit is that holds for the object.
const LIMIT: u64 = 72;

/// A limit for an object and all below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct Limit {
    /// In bytes, with those of the headers.
    pub(crate) size: u64,
    pub(crate) used: u64,
}

/// Reads limits.
pub(crate) struct Limits<'t>(Pages<'t>);

impl<'t> Limits<'t> {
    pub(crate) fn new(target: &'t dyn Target) -> Self {
        Limits(Pages::new(target))
    }

    /// The limit that was set for this object: all below it have the same one.
    pub(crate) fn of(&mut self, header: &Header) -> Option<Limit> {
        let at = self.0.bytes::<8>(header.address.checked_add(LIMIT)?)?;
        let at = word(&at, 0).filter(|at| *at != 0)?;
        // For whom it was set, and the limit above it.
        let words = self.0.bytes::<32>(at)?;
        let (owner, size, used) = (word(&words, 0)?, word(&words, 16)?, word(&words, 24)?);
        (owner == header.address).then_some(Limit { size, used })
    }
}
