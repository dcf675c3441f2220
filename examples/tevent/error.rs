//! What can go wrong in a loop.

use std::io;

use thiserror::Error;

/// Why a loop, or the making of an event, failed.
#[derive(Debug, Error)]
pub(crate) enum Error {
    /// A closure panicked, with this message. Its event is gone, the others are not.
    #[error("a closure panicked: {0}")]
    Panicked(String),
    /// The loop runs already.
    #[error("the loop runs already, and a closure must not run it again")]
    Nested,
    /// The operating system refused what the loop asked for.
    #[error("waiting for events: {0}")]
    Wait(#[source] io::Error),
    /// tevent returned no object: there is no memory left.
    #[error("tevent: {0}")]
    Talloc(#[from] talloc::Error),
}
