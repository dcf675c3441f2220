//! Field types: pointer-sized values that belong to their parent.
//!
//! A struct that C reads has fields of one pointer: `char *`, `T *`, `char **`,
//! `struct foo *`. These are their Rust types, for use in the structs that
//! [`node!`](crate::node) declares:
//!
//! | C | Rust |
//! |---|---|
//! | `char *` | [`Str<'t>`](Str) |
//! | `T *`, `talloc_array_length` elements | [`Array<'t, T>`](Array) |
//! | `char **`, ended by `NULL` | [`StrList<'t>`](StrList) |
//! | `char *`, wiped when freed | `SecretStr<'t>`, with the feature `zeroize` |
//! | `struct foo *` | [`Kept<'t, Foo<'t>>`](Kept) |
//! | any of them, or `NULL` | `Option` of it |
//!
//! Each is the only owner of its chunk on the Rust side but has no `Drop`: the
//! memory goes with the parent, `'t`. So a struct of them has no drop glue, and
//! one `talloc_free` of the parent is all it takes. Replacing a field leaves
//! the old chunk to the parent until then; `set` and `free` release it at once.

mod array;
mod str;
mod str_list;

pub use self::array::Array;
pub use self::str::Str;
pub use self::str_list::{StrList, StrListIter};
pub use crate::kept::Kept;
