//! Runs cargo on small packages that depend on this crate, to see what its build script does: to
//! the build, to the linked program and to the reader of its messages.

mod found;
mod linked;
mod missing;
mod overridden;
mod package;
