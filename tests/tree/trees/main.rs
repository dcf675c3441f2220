//! T5: whole trees that move between threads.

mod arrays;
mod boundary;
mod content;
mod local;
mod moves;
mod panics;
mod serialised;
mod support;
