//! [`Movable`]: what a tree may consist of.

use crate::node::Family;

/// A struct whose tree may go to another thread: one that is `Send`, whatever its lifetime.
///
/// Nothing implements it by hand. The fields of [`talloc::tree`](crate::tree) and plain
/// values of Rust are `Send`; the fields of nodes that stay on their thread (`talloc::Str`,
/// `talloc::Array`, `talloc::Kept`) are not, and neither are `Rc`, `&CtxRef`, or a pointer.
#[diagnostic::on_unimplemented(
    message = "a tree of `{Self}` cannot move between threads",
    label = "something in it is not `Send`",
    note = "its fields come from `talloc::tree`: `tree::Str`, `tree::Array`, `tree::Kept`"
)]
pub trait Movable: Family {}

impl<F: Family> Movable for F where for<'t> F::Of<'t>: Send {}
