#![doc = include_str!("../README.md")]
#![cfg_attr(feature = "nightly", feature(allocator_api))]

// The wings, from the bottom up: none uses one that stands below it in this list, but for
// links in its documentation.
mod error;
mod name;

mod raw;

pub mod process;

mod context;

pub mod snapshot;

mod object;

mod array;

pub mod node;

mod string;

mod integrations;

pub mod tree;

mod interop;

mod traits;

pub use bytemuck::Zeroable;

pub use crate::context::{Ctx, CtxRef, scratch, try_scratch};
pub use crate::error::{Error, MAX_SIZE, Rejected};
#[cfg(feature = "serde")]
pub use crate::integrations::{DeserializeIn, Seed};
#[cfg(feature = "zeroize")]
pub use crate::integrations::{SecretBytes, SecretStr, SecretString};
pub use crate::interop::{Adopt, c_alloc, catch_panic, get_node, get_type, get_type_mut};
pub use crate::node::field::{Array, Blob, BlobBuf, CStrRef, Items, NoDrop, Str, StrList};
pub use crate::node::{Family, Kept, Pooled, field, root, try_root, try_root_or};
pub use crate::object::{CType, Guarded, Keepable, OnFree, Shared, TBox, Typed, Verdict};
pub use crate::process::hooks::{explain_aborts, set_log_fn, set_log_stderr};
pub use crate::process::leak_report::{
    disable_leak_report, enable_leak_report, enable_leak_report_full,
};
#[cfg(feature = "log")]
pub use crate::process::log::log_to_logger;
pub use crate::snapshot::{LeakCheck, Snapshot, assert_no_leaks};
pub use crate::string::TString;
pub use crate::traits::AsCtx;
pub use crate::tree::TreeCtx;

/// An owned struct whose fields are its own talloc children: [`node::Node`], with the
/// struct named by any lifetime.
///
/// `Node<'p, Foo<'p>>`, `Node<'p, Foo>` and `Node<'p, Foo<'static>>` are one type, the
/// last one of which is what [`node::Node`] asks for.
pub type Node<'p, F> = node::Node<'p, <F as node::Member>::Family>;

/// An owner node with several owners: [`node::SharedNode`], with the struct named by any
/// lifetime.
pub type SharedNode<'p, F> = node::SharedNode<'p, <F as node::Member>::Family>;

/// A root that moves between threads: [`tree::Tree`], with the struct named by any lifetime.
///
/// `Tree<Foo<'_>>`, `Tree<Foo>` and `Tree<Foo<'static>>` are one type.
pub type Tree<F> = tree::Tree<<F as node::Member>::Family>;

/// What the macros need; not for direct use.
#[doc(hidden)]
pub mod __private {
    pub use crate::object::{Parent, split};
}
