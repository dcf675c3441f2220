//! What the tests share: trees that are checked at the end, values that count
//! how often they are dropped, child processes, and the C helpers.

/// The code in the document is run as that of a crate is.
#[cfg(doctest)]
#[doc = include_str!("../../docs/ownership.md")]
pub mod ownership {}

/// Likewise.
#[cfg(doctest)]
#[doc = include_str!("../../docs/memory.md")]
pub mod memory {}

pub mod c;
mod child;
mod counted;
pub mod model;
mod place;
pub mod source;
mod sweep;
mod tree;

/// The shared object that is built of `c/plugin`.
pub const PLUGIN: &str = env!("TALLOC_TESTS_PLUGIN");

pub use child::{Death, assert_race, dies, dies_as, exits};
pub use counted::{Counted, Counts, PanicOnDrop, Zst, ZstCounts};
pub use place::{address, lies_in};
pub use sweep::{Freed, sweep, sweep_making, sweep_measuring};
pub use tree::{
    check_tree, check_tree_mut, is_root, parent, reference, reference_count, set_memlimit,
    set_refusing, under_valgrind, unlink,
};
