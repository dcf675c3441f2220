//! Field types: what stands in a struct that C reads.
//!
//! Such a struct has fields of one pointer: `char *`, `T *`, `char **`,
//! `struct foo *`, or a `DATA_BLOB`. These are their Rust types, for use in the structs that
//! [`node!`](crate::node!) declares. They own what they point to:
//!
//! | C | Rust |
//! |---|---|
//! | `char *` | [`Str<'t>`](Str) |
//! | `T *`, `talloc_array_length` elements | [`Array<'t, T>`](Array) |
//! | `char **`, ended by `NULL` | [`StrList<'t>`](StrList) |
//! | pointer and length of bytes (`DATA_BLOB`) | [`BlobBuf<'t>`](BlobBuf) |
//! | `char *`, wiped when freed | `SecretStr<'t>`, with the feature `zeroize` |
//! | `struct foo *` | [`Kept<'t, Foo<'static>>`](Kept) |
//! | `struct foo **`, `talloc_array_length` nodes | [`Array<'t, Kept<'t, Foo<'static>>>`](Array) |
//! | any of them, or `NULL` | `Option` of it (a `BlobBuf` is `NULL` when empty) |
//!
//! These only borrow, for structs that C fills in and for what C passes in a call:
//!
//! | C | Rust |
//! |---|---|
//! | `const char *` | [`CStrRef<'t>`](CStrRef) |
//! | `const char **`, ended by `NULL` | [`StrListRef<'t>`](StrListRef) |
//! | `T *`, whose length is told elsewhere | [`Items<'t, T>`](Items) |
//! | pointer and length of bytes (`DATA_BLOB`), by value | [`Blob<'t>`](Blob) |
//!
//! (A `struct foo` that is opaque is a node as well, with one private field:
//! `node! { #[repr(C)] struct Foo as c"struct foo" { _opaque: [u8; 0] } }`.)
//!
//! Each of the first table is the only owner of its chunk on the Rust side but has no `Drop`: the
//! memory goes with the parent, `'t`. So a struct of them has no drop glue, and
//! one `talloc_free` of the parent is all it takes. Replacing a field leaves
//! the old chunk to the parent until then; `set` and `free` release it at once.
//! Arrays, lists and blobs grow and shrink in place, through
//! [`Node::with_mut`](crate::Node::with_mut).

mod array;
mod blob;
mod blob_buf;
mod c_str_ref;
mod items;
mod no_drop;
mod str_list;
mod str_list_ref;

pub use self::array::{Array, ArrayIntoIter};
pub use self::blob::Blob;
pub use self::blob_buf::BlobBuf;
pub use self::c_str_ref::CStrRef;
pub use self::items::Items;
pub use self::no_drop::NoDrop;
pub use self::str_list::{StrList, StrListIter};
pub use self::str_list_ref::StrListRef;
pub use crate::node::Kept;
pub use crate::string::Str;
