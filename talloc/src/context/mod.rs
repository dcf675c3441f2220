//! Contexts: owned, borrowed, pools, scratch contexts and limits.
//!
//! May use: error, name, raw, process.

mod ctx;
pub(crate) mod one_thread;
pub(crate) mod pool;
mod scratch;

mod ctx_ref;
mod memlimit;
mod report;

pub use self::ctx::Ctx;
pub use self::ctx_ref::CtxRef;
pub use self::scratch::{scratch, try_scratch};
