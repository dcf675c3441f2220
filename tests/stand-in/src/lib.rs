//! The part of libtalloc that the crate `talloc` and its tests call, in plain Rust.
//!
//! It is for Miri, which looks at each use of a pointer but cannot call C. With
//! `RUSTFLAGS='--cfg talloc_stand_in'` its functions have the names of libtalloc's, so that a
//! program that contains this crate calls them; `scripts/miri` builds the tests so. Without
//! that they are ordinary functions of Rust. `tests/same.rs` carries out random calls on both
//! libraries and compares what they have then.
//!
//! What is kept of libtalloc: a header in front of each object, in one allocation with it; that only
//! the newest child knows its parent; the order of frees; references; destructors that refuse;
//! memory limits; that the functions for messages and aborts, and what the first free decides,
//! are plain variables, so that a race for them is seen.
//!
//! What is not: a pool is an object like any other, so that each object below it has memory of its
//! own, which is what makes mistakes visible, and counts for a limit. There is no tracking of roots
//! (`talloc_enable_null_tracking`), no filling of freed memory, no report at exit, and no function
//! with variable arguments.

mod chunk;
mod family;
mod free;
mod functions;
mod limit;
mod process;
mod reference;
mod report;
mod stdio;

pub use functions::*;
