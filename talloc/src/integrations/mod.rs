//! What other crates ask for: allocators, serde, values that are wiped.
//!
//! May use: error, name, raw, context, object, array, node, string.

#[cfg(any(feature = "allocator-api2", feature = "nightly"))]
mod allocator;
#[cfg(feature = "zeroize")]
pub(crate) mod secret;
#[cfg(feature = "serde")]
pub(crate) mod serde;

#[cfg(feature = "zeroize")]
pub use self::secret::{SecretBytes, SecretStr, SecretString};
#[cfg(feature = "serde")]
pub use self::serde::{DeserializeIn, Seed};
