// May use: error, name, raw, process, context, object, array, string.

//! Owner nodes: structs whose fields are their own talloc children.
//!
//! A struct declared by [`node!`](crate::node!) is a *family*, one type for each
//! lifetime of its fields. It is named by its `'static` member where it is a
//! parameter of a type in this module, and so in a field: `Kept<'t, Foo<'static>>`.
//! In a signature, [`talloc::Node`](crate::Node) takes it with any lifetime:
//! `Node<'_, Foo<'_>>`, `Node<'_, Foo>` and `Node<'_, Foo<'static>>` are one type.
//!
//! Code that is generic over families names the types of this module:
//!
//! ```
//! use talloc::{Ctx, Family, node};
//!
//! fn keep_all<F: Family>(nodes: Vec<node::Node<'_, F>>) -> usize {
//!     nodes.into_iter().map(node::Node::keep).count()
//! }
//!
//! talloc::node! { struct Line<'t> { text: talloc::Str<'t> } }
//!
//! let ctx = Ctx::new();
//! let line = ctx.build::<Line>(|t| Line { text: t.strdup_c(c"one") });
//! # assert_eq!(line.get().text, "one");
//! assert_eq!(keep_all(vec![line]), 1);
//! assert_eq!(ctx.total_blocks(), 3);
//! ```

mod build;
mod declare;
mod family;
pub mod field;
mod fields;
mod kept;
mod owned;
mod pooled;
mod room;
mod shared;
mod traits;

pub use self::build::{root, try_root, try_root_or};
pub(crate) use self::family::name_of;
pub use self::family::{Family, Member};
pub(crate) use self::fields::Fields;
pub use self::kept::Kept;
pub use self::owned::Node;
pub use self::pooled::Pooled;
pub(crate) use self::room::Room;
pub use self::shared::SharedNode;
pub(crate) use self::traits::by_content;
