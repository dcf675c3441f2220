#![doc = include_str!("../README.md")]
#![cfg_attr(feature = "nightly", feature(allocator_api))]

mod adopt;
mod alloc;
#[cfg(any(feature = "allocator-api2", feature = "nightly"))]
mod allocator;
mod array;
mod array_box;
mod array_builder;
mod as_ctx;
pub mod c_alloc;
mod catch_panic;
mod claim;
mod ctx;
mod ctx_ref;
mod error;
pub mod field;
mod forward;
mod get_type;
mod growth;
mod guarded;
mod hooks;
mod into_c;
mod keep;
mod leak_report;
#[cfg(feature = "log")]
mod log;
mod memlimit;
mod name;
pub mod node;
mod on_free;
mod one_thread;
mod pool;
pub mod process;
mod raw;
mod release;
mod rename;
mod roots;
mod scratch;
#[cfg(feature = "zeroize")]
mod secret;
#[cfg(feature = "serde")]
mod serde;
mod shared;
mod slice_traits;
pub mod snapshot;
mod string;
mod tbox;
mod tbox_traits;
mod text_traits;
pub mod tree;
mod tstring;
mod tstring_traits;
mod typed;
mod unsize;

pub use bytemuck::Zeroable;

pub use crate::adopt::Adopt;
pub use crate::as_ctx::AsCtx;
pub use crate::catch_panic::catch_panic;
pub use crate::ctx::Ctx;
pub use crate::ctx_ref::CtxRef;
pub use crate::error::{Error, MAX_SIZE, Rejected};
pub use crate::field::{Array, Blob, BlobBuf, CStrRef, Items, NoDrop, Str, StrList};
pub use crate::get_type::{get_node, get_type, get_type_mut};
pub use crate::guarded::{Guarded, Verdict};
pub use crate::hooks::{explain_aborts, set_log_fn, set_log_stderr};
pub use crate::keep::Keepable;
pub use crate::leak_report::{disable_leak_report, enable_leak_report, enable_leak_report_full};
#[cfg(feature = "log")]
pub use crate::log::log_to_logger;
pub use crate::node::{Family, Kept, root, try_root, try_root_or};
pub use crate::on_free::OnFree;
pub use crate::pool::Pooled;
pub use crate::scratch::{scratch, try_scratch};
#[cfg(feature = "zeroize")]
pub use crate::secret::{SecretBytes, SecretStr, SecretString};
#[cfg(feature = "serde")]
pub use crate::serde::{DeserializeIn, Seed};
pub use crate::shared::Shared;
pub use crate::snapshot::{LeakCheck, Snapshot, assert_no_leaks};
pub use crate::tbox::TBox;
pub use crate::tree::TreeCtx;
pub use crate::tstring::TString;
pub use crate::typed::{CType, Typed};

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
    pub use crate::unsize::{Parent, split};
}
