//! Safe Rust for [libtalloc](https://talloc.samba.org), the hierarchical allocator of Samba.
//!
//! Every object has a parent, and freeing an object frees everything below it. A [`CtxRef`] is
//! any object, seen as a parent. What is allocated on it borrows it: as long as that is in
//! use, the parent can be neither freed nor moved. Rust and C work on the same trees, and hand
//! objects to each other without a copy.
//!
//! ```
//! use talloc::{Ctx, CtxRef, Error, Node, Str};
//!
//! // C's `struct config`, with a string that it owns.
//! talloc::node! { struct Config<'t> { address: Str<'t>, port: u16 } }
//!
//! fn load(ctx: &CtxRef) -> Result<Node<'_, Config<'_>>, Error> {
//!     ctx.try_build(|t| Ok(Config { address: t.strdup("127.0.0.1")?, port: 80 }))
//! }
//!
//! fn main() -> Result<(), Error> {
//!     let server = Ctx::named(c"server"); // a root
//!     let config = load(&server)?; // borrows `server`
//!     assert_eq!(config.get().address, "127.0.0.1");
//!     assert_eq!(server.total_blocks(), 3); // the root, the struct, its string
//!     drop(config); // frees the struct and the string
//!     assert_eq!(server.total_blocks(), 1);
//! #   let config = load(&server)?;
//! #   assert_eq!(config.get().port, 80);
//!     Ok(())
//! } // frees `server`, and what is below it by then
//! ```
//!
//! # Which type for what
//!
//! **Contexts**, on which objects are allocated:
//!
//! | type | what it is |
//! |---|---|
//! | [`CtxRef`] | a context that someone else owns, `&CtxRef` in arguments; all allocating methods |
//! | [`Ctx`] | an owned one: a root ([`Ctx::new`]), below a parent ([`CtxRef::new_child`]), with a pool ([`Ctx::pool`]) |
//! | [`scratch`] | a temporary one, from pools that the thread keeps: what Samba does by `talloc_stackframe()` |
//! | [`Arena`], [`scratch_arena`] | many small values without headers, with the feature `arena` |
//! | [`AsCtx`] | what gives out its context: every owner and field |
//!
//! **Objects**, owned by a handle that borrows the parent:
//!
//! | type | what it is |
//! |---|---|
//! | [`TBox`] | one value, array, string or trait object: what `Box` is to the heap; [`TBox::keep`] leaves it to the parent |
//! | [`Node`] | a struct or enum that owns its fields, declared by [`node!`]; without a parent: [`root`] |
//! | [`TString`] | a string that grows; made by [`format!`], too |
//! | [`Shared`], [`SharedNode`] | a value, a node with several owners: `talloc_reference` |
//! | [`Guarded`] | a value that can refuse to be freed: `talloc_set_destructor` with -1 |
//! | [`OnFree`] | a closure that runs when an object is freed: [`CtxRef::on_free`] |
//! | [`Tree`] | a root that moves between threads; its fields are in the module [`tree`] |
//! | [`SecretBytes`], [`SecretString`] | wiped when they are freed: `talloc_keep_secret` |
//!
//! **Fields** of a node; they belong to it and have no `Drop`:
//!
//! | type | in C |
//! |---|---|
//! | [`Str`], [`SecretStr`] | `char *` |
//! | [`StrList`] | `char **`, ended by `NULL` |
//! | [`Array`] | `T *` and its length; it grows |
//! | [`BlobBuf`] | `DATA_BLOB` |
//! | [`Kept`] | `struct foo *`, another node |
//!
//! **With C**, where `&CtxRef`, a `TBox`, a `Node` and the fields can stand in signatures:
//!
//! | Rust | what it is for |
//! |---|---|
//! | [`CtxRef::from_ptr`] | a context of C, to allocate on |
//! | [`CtxRef::adopt`], [`Adopt`] | takes over what a C function has allocated on a context |
//! | [`CStrRef`], [`StrListRef`], [`Blob`], [`Items`] | what C only lends: a string, strings up to `NULL`, bytes, an array |
//! | [`CType`], [`CtxRef::typed`] | the name by which C knows a type |
//! | [`Renamed`] | the same for a struct that C did not name after its type |
//! | [`get_type`], [`get_node`] | what C's pointer leads to, checked by its name: `talloc_get_type` |
//! | [`TBox::into_raw`], [`TBox::into_c`] | gives an object to C; the second for good, with a destructor for its value |
//! | [`catch_panic`] | turns a panic into a result for C |
//! | [`c_alloc`] | allocation callbacks for C libraries |
//! | [`process`] | libtalloc's switches for the whole process |
//!
//! **Seeing memory**:
//!
//! | Rust | what it is for |
//! |---|---|
//! | [`Snapshot`] | a tree at one moment: as text, as a picture, compared with another one |
//! | [`LeakCheck`], [`assert_no_leaks`] | fail a test that leaves objects behind |
//! | [`enable_leak_report`] | roots that were never freed, reported when the process exits |
//! | [`report_full`], [`Snapshot::of_thread`] | all roots of a thread, at any time while that is on |
//!
//! **Errors.** The plain methods end the process when memory is exhausted, as `Box` and `Vec` do.
//! The `try_` ones return an [`Error`]. Where an operation on a handle fails, [`Rejected`] gives
//! the handle back.
//!
//! **By the name in C.** The search of these pages finds the functions of `talloc.h`:
//! `talloc_strdup`, `talloc_steal`.
//!
//! # Features
//!
//! None is on by default. What needs one says so on its page.
//!
//! | feature | what it brings |
//! |---|---|
//! | `allocator-api2` | `Vec`, `Box` and hashbrown's maps in a context: `&CtxRef` is an `Allocator` |
//! | `nightly` | the same for the standard library's collections; needs a nightly compiler |
//! | `arena` | arenas: many small objects in a few chunks; needs Rust 1.85.1 |
//! | `serde` | serialises handles and snapshots, deserialises into a context |
//! | `zeroize` | the secret types |
//! | `flamegraph` | flame graphs of snapshots |
//! | `log` | libtalloc's messages as records of the log crate |
//! | `bindgen` | makes the C bindings from the installed `talloc.h`; needs libclang |
//! | `full` | all but `nightly` and `bindgen`; `--all-features` is for nightly compilers |
//!
//! # Guides
//!
//! They are files of the repository, in the order in which they are read:
//!
//! - `README.md`: how to depend on the crate, and what has to be installed.
//! - `docs/cookbook.md`: whole programs for what is asked for most.
//! - `docs/from-c.md`: for those who know talloc in C, both sides by side.
//! - `docs/c-api.md`: each function of `talloc.h`, and what stands for it.
//! - `docs/which-type.md`: which string, array, context, owner; with the costs.
//! - `docs/ownership.md`: who owns what, the whole model.
//! - `docs/compiler-messages.md`: what the compiler says, and what to write instead.
//! - `docs/conventions.md`: names, rules and mistakes of C, and what becomes of them.
//! - `docs/threads.md`: trees that move between threads, and async code.
//! - `docs/memory.md`: snapshots, leaks, pictures.
//! - `docs/talloc-report.md`: the same for a running Samba, by a program.
//! - `docs/live.md`: the same from the memory of a process, or from its core.
//! - `docs/interop.md`: a C program with Rust inside, and Rust that uses C libraries.
//! - `docs/features.md`: features, versions, and what to do when the build fails.
//! - `docs/packaging.md`: builds without a network, and packages of distributions.
//! - `docs/performance.md`: each operation beside the same in C, measured.
//! - `docs/SAFETY.md`: why it is sound.
//!
#![cfg_attr(
    not(feature = "zeroize"),
    doc = "[`SecretBytes`]: #features\n[`SecretStr`]: #features\n[`SecretString`]: #features\n"
)]
#![cfg_attr(not(feature = "arena"), doc = "[`Arena`]: #features\n[`scratch_arena`]: #features\n")]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(feature = "nightly", feature(allocator_api))] // stable: use the feature `full`

// The folders and files, in the order in which they are read, and in which the documentation of
// a type shows its methods (within them, too, where a blank line keeps modules from being
// sorted). None uses one that comes later from the bottom up:
//
//     error, name, raw, process, context, object, array, string, node, integrations, snapshot,
//     tree, interop, traits
mod object;

mod array;
mod string;

pub mod node;

mod context;

pub mod tree;

mod interop;

pub mod snapshot;

pub mod process;

mod integrations;

mod traits;

mod error;
mod name;
mod raw;

/// A type for which all bytes zero are a valid value: what [`CtxRef::alloc_zeroed`] makes.
///
/// It is the trait of bytemuck, version 1. For a struct of yours, `cargo add bytemuck --features
/// derive`, and `#[derive(bytemuck::Zeroable)]`. What follows is bytemuck's own text.
///
pub use bytemuck::Zeroable;

pub use crate::context::{Ctx, CtxRef, scratch, try_scratch};
pub use crate::error::{Error, MAX_SIZE, Rejected};
#[cfg(feature = "arena")]
pub use crate::integrations::{Arena, scratch_arena, try_scratch_arena};
#[cfg(feature = "serde")]
pub use crate::integrations::{DeserializeIn, Seed};
#[cfg(feature = "zeroize")]
pub use crate::integrations::{SecretBytes, SecretStr, SecretString};
pub use crate::interop::{Adopt, Renamed, c_alloc, catch_panic, get_node, get_type, get_type_mut};
#[doc(inline)]
pub use crate::node::field::{
    Array, Blob, BlobBuf, CStrRef, Items, NoDrop, Str, StrList, StrListRef,
};
#[doc(inline)]
pub use crate::node::{Family, Kept, Pooled, field, root, try_root, try_root_or};
pub use crate::object::{CType, Guarded, Keepable, OnFree, Shared, TBox, Typed, Verdict};
pub use crate::process::aborts::{explain_aborts, keep_abort_fn};
pub use crate::process::hooks::{set_log_fn, set_log_stderr};
pub use crate::process::leak_report::{
    disable_leak_report, enable_leak_report, enable_leak_report_full,
};
#[cfg(feature = "log")]
pub use crate::process::log::log_to_logger;
pub use crate::process::out_of_memory::set_out_of_memory_fn;
pub use crate::process::thread_report::report_full;
#[doc(inline)]
pub use crate::snapshot::{LeakCheck, Snapshot, assert_no_leaks};
pub use crate::string::TString;
pub use crate::traits::AsCtx;
#[doc(inline)]
pub use crate::tree::TreeCtx;
/// The crate whose `Vec`, `Box` and [`Allocator`](allocator_api2::alloc::Allocator) fit `&CtxRef`
/// and `&Arena`. Needs the feature of its name.
///
/// It is version 0.2, the one that hashbrown (0.17) has, too. Later versions have a trait of their
/// own, which nothing here implements. Its macro `unsize_box!` names the crate, and so needs
/// `allocator-api2 = "0.2"` among your own dependencies.
#[cfg(feature = "allocator-api2")]
pub use allocator_api2;

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

/// The snippets of the README, which are run as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
