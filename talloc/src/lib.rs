#![doc = include_str!("../README.md")]

mod alloc;
mod array;
mod array_box;
mod array_builder;
mod ctx;
mod ctx_ref;
mod error;
mod family;
pub mod field;
mod keep;
mod kept;
mod name;
mod node;
mod raw;
mod release;
mod string;
mod tbox;
mod tbox_traits;
mod tstring;
mod tstring_traits;
mod typed;
mod unsize;

pub use bytemuck::Zeroable;

pub use crate::ctx::Ctx;
pub use crate::ctx_ref::CtxRef;
pub use crate::error::{Error, MAX_SIZE, Rejected};
pub use crate::family::Family;
pub use crate::field::{Array, Kept, Str, StrList};
pub use crate::keep::Keepable;
pub use crate::node::Node;
pub use crate::tbox::TBox;
pub use crate::tstring::TString;
pub use crate::typed::{CType, Typed};

/// What the macros need; not for direct use.
#[doc(hidden)]
pub mod __private {
    pub use crate::unsize::{Parent, split};
}
