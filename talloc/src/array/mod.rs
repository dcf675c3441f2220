//! Arrays: slices in a context, those that are resized, and how they are built.
//!
//! May use: error, name, raw, context, object.

mod boxed;
mod builder;
pub(crate) mod growth;
mod slices;
mod typed;

pub(crate) use self::boxed::{resize, resize_error, take_array};
use self::builder::extent;
pub(crate) use self::builder::{
    ArrayBuilder, Grow, GrowInPlace, append_counted, append_made, array_size, can_be_cut,
};
