//! What other crates ask for: allocators, serde, values that are wiped.
//!
//! May use: error, name, raw, process, context, object, array, string, node.

// The parts have the conditions, since pages would show one of the whole as well.
#[cfg_attr(not(any(feature = "allocator-api2", feature = "nightly")), allow(unused))]
mod allocator;
#[cfg(feature = "arena")]
mod arena;
#[cfg_attr(not(any(feature = "allocator-api2", feature = "nightly")), allow(unused))]
mod block;
#[cfg(feature = "zeroize")]
pub(crate) mod secret;
#[cfg(feature = "serde")]
pub(crate) mod serde;

#[cfg(feature = "arena")]
pub use self::arena::{Arena, scratch_arena, try_scratch_arena};
#[cfg(feature = "zeroize")]
pub use self::secret::{SecretBytes, SecretStr, SecretString};
#[cfg(feature = "serde")]
pub use self::serde::{DeserializeIn, Seed};
