//! What many types have in common: to be a context, to have a name, to read as a slice or text.
//!
//! May use: error, name, raw, context, object, string, node, tree.

mod as_ctx;
mod rename;
mod slice_traits;
mod text_traits;

pub use self::as_ctx::AsCtx;
