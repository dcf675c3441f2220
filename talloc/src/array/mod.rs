//! Arrays: slices in a context, those that are resized, and how they are built.
//!
//! May use: error, name, raw, context, object.

mod boxed;
mod builder;
pub(crate) mod growth;
mod slices;
mod typed;

pub(crate) use self::boxed::{array_len, resize, resize_error, resized};
pub(crate) use self::builder::{ArrayBuilder, array_size};
