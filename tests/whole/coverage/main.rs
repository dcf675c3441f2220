//! `docs/c-api.md` names all of libtalloc's interface, and what the crate says and does agrees
//! with it. So a wrapper of a C function comes with its row and its alias, or not at all.

mod aliases;
mod bindings;
mod calls;
mod items;
mod rows;
mod table;
