#![no_std]
#![doc = include_str!("../README.md")]

// The functions have their manual in C, at the address that the crate documentation gives.
#[cfg(not(talloc_sys_generated))]
#[allow(missing_docs, non_camel_case_types)]
mod bindings;
#[cfg(talloc_sys_generated)]
#[allow(missing_docs, non_camel_case_types)]
mod bindings {
    include!(concat!(env!("OUT_DIR"), "/bindings.rs"));
}
mod macros;
mod types;
mod versioned;

pub use bindings::*;
pub use macros::*;
pub use types::{FILE, va_list};
// With a libtalloc before 2.3.5 there is nothing in it.
#[allow(unreachable_pub, unused_imports)]
pub use versioned::*;

use core::ffi::c_int;

/// The number of parents that [`talloc_is_parent`] climbs before it gives up and answers 0.
pub const TALLOC_MAX_DEPTH: c_int = 10000;

/// The size, in bytes, from which on every request fails: 256 MiB.
///
/// libtalloc returns null for a chunk of this size or more without trying to allocate it. For an
/// array the limit is on the number of elements, `MAX_TALLOC_SIZE` divided by the size of one,
/// rounded down: that number is too many already. The constant is in talloc's source and not in
/// its header, so it is not part of the C interface, but every supported version has this value.
pub const MAX_TALLOC_SIZE: usize = 0x1000_0000;
