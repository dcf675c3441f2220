//! The Rust part of a chat program that is written in C and lives on talloc.
//!
//! C calls the `extern "C"` functions, which are declared for it in
//! `include/chatcore.h`. They are written in safe Rust: contexts, strings and
//! objects of C are references here, and what C may leave out is an `Option`.
//! Each function that can fail returns a [`Res`], C's `res_t`; one that
//! only has nothing to return, NULL.

mod alive;
mod alloc_funcs;
mod cfg;
mod failure;
mod msg;
mod panic_fn;
mod panics;
mod res;
mod scrollback;
mod tool;

pub use crate::alive::chat_live_values;
pub use crate::alloc_funcs::{AllocFuncs, chat_alloc_funcs};
pub use crate::cfg::{Config, chat_cfg_load};
pub use crate::failure::{CError, Code, ErrCode};
pub use crate::msg::{Message, Role, ToolCall, chat_msg_init, chat_msg_parse};
pub use crate::panic_fn::{PanicFn, chat_set_panic};
pub use crate::res::Res;
pub use crate::scrollback::{
    Line, Scrollback, chat_scrollback_append, chat_scrollback_create, chat_scrollback_find,
    chat_scrollback_length, chat_scrollback_line, chat_scrollback_page,
};
pub use crate::tool::{Lines, ToolFn, chat_tool_run};
