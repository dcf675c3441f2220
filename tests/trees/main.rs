//! T5: whole trees that move between threads.

mod arrays;
mod moves;
mod panics;
mod support;
