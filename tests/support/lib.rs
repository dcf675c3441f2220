//! What the tests share: trees that are checked at the end, values that count
//! how often they are dropped, child processes, and the C helpers.

/// The code of these pages is run as that of a crate is.
macro_rules! run {
    ($($name:ident = $page:literal;)*) => {$(
        #[doc = concat!("`", $page, "`.")]
        #[cfg(doctest)]
        #[doc = include_str!($page)]
        pub mod $name {}
    )*};
}

run! {
    compiler_messages = "../../docs/compiler-messages.md";
    conventions = "../../docs/conventions.md";
    cookbook = "../../docs/cookbook.md";
    features = "../../docs/features.md";
    memory = "../../docs/memory.md";
    ownership = "../../docs/ownership.md";
    threads = "../../docs/threads.md";
}

#[cfg(talloc_stand_in)]
use talloc_stand_in as _;

pub mod c;
mod child;
mod counted;
pub mod model;
pub mod pairs;
mod place;
pub mod source;
mod sweep;
mod tree;

/// The shared object that is built of `c/plugin`.
pub const PLUGIN: &str = env!("TALLOC_TESTS_PLUGIN");

pub use child::{Death, assert_race, dies, dies_as, exits, forks};
pub use counted::{Counted, Counts, PanicOnDrop, Zst, ZstCounts};
pub use place::{address, lies_in};
pub use sweep::{Freed, sweep, sweep_making, sweep_measuring};
pub use tree::{
    LEVELS_IN_2_MIB, can_exhaust_memory, check_tree, check_tree_mut, is_root, parent, reference,
    reference_count, set_memlimit, set_refusing, under_valgrind, unlink,
};
