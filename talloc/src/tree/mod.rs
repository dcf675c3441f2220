// May use: error, name, raw, process, context, object, array, string, node, integrations, snapshot.

//! Trees that move between threads.
//!
//! libtalloc locks nothing, so that all other types of this crate stay on the thread that
//! made them. A [`Tree`] is a root that may go: sent through a channel, kept in an
//! `Arc<Mutex<…>>` or a `static`, read by many threads at once, changed by each that has it
//! to itself. The compiler checks it, by its own `Send` and `Sync`.
//!
//! The struct of a tree is declared by [`node!`](crate::node!), with fields of this module:
//!
//! | C | Rust |
//! |---|---|
//! | `char *` | [`Str<'t>`](Str) |
//! | `char **`, ended by `NULL` | [`StrList<'t>`](StrList) |
//! | `char *`, wiped when freed | `SecretStr<'t>`, with the feature `zeroize` |
//! | `T *`, and its length | [`Array<'t, T>`](Array), which grows |
//! | `struct foo *` | [`Kept<'t, Foo<'static>>`](Kept) |
//! | a value of Rust that stays | `&'t mut T`, from [`TreeCtx::alloc`] or [`TreeCtx::keep`] |
//! | text that stays | `&'t str`, from [`TreeCtx::alloc_str`] |
//! | any of them, or `NULL` | `Option` of it |
//!
//! and with any plain values of Rust that are `Send`. They lead to what they own, and never
//! to how it is allocated: whatever allocates, resizes or frees takes a [`TreeCtx`], which
//! exists only while one thread has the tree to itself.
//!
//! ```
//! use std::thread;
//!
//! use talloc::tree::{Array, Str};
//! use talloc::{Error, Tree, TreeCtx};
//!
//! talloc::node! {
//!     struct Config<'t> {
//!         address: Str<'t>,
//!         ports: Array<'t, u16>,
//!     }
//! }
//!
//! fn load<'t>(t: &TreeCtx<'t>) -> Result<Config<'t>, Error> {
//!     Ok(Config { address: t.strdup("::1")?, ports: t.alloc_slice_copy(&[80]) })
//! }
//!
//! let loader = thread::spawn(|| Tree::<Config>::try_build(load));
//! let mut config = loader.join().unwrap()?;
//! config.with_mut(|t, config| config.ports.push(t, 443));
//! config.with(|config| {
//!     assert_eq!(config.address, "::1");
//!     assert_eq!(*config.ports, [80, 443]);
//! });
//! # Ok::<(), Error>(())
//! ```

mod array;
mod below;
mod build;
mod ctx;
mod kept;
mod make;
mod movable;
mod nodes;
mod owned;
mod pooled;
#[cfg(feature = "zeroize")]
mod secret;
#[cfg(feature = "serde")]
mod serde;
mod str;
mod str_list;
mod traits;

mod opened;

mod boundary;

pub use self::array::Array;
pub use self::ctx::TreeCtx;
pub use self::kept::Kept;
pub use self::movable::Movable;
pub use self::opened::Opened;
pub use self::owned::Tree;
pub use self::pooled::{Pooled, pooled};
#[cfg(feature = "zeroize")]
pub use self::secret::SecretStr;
#[cfg(feature = "serde")]
pub use self::serde::{DeserializeIn, Seed};
pub use self::str::Str;
pub use self::str_list::StrList;
