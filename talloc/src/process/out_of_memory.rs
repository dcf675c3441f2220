//! What is done when memory is exhausted.

use std::sync::PoisonError;

use crate::error::OUT_OF_MEMORY;

/// Says what ends the process when a plain method finds memory exhausted; `None` is what std does
/// for its own collections: a message, and an abort.
///
/// For a program that has something to put right first, such as ikigai's `PANIC`, which gives the
/// terminal back. The function gets the bytes that were asked for. It runs on the thread, and in
/// the middle of the work, that needs the memory: it should allocate nothing. If it panics, the
/// process aborts after the panic's message, without unwinding; if it finds memory exhausted
/// itself, the process ends as without it. (That holds on its own thread: it must not wait for
/// another one that may need memory.)
///
/// It may be set at any time and on any thread, also anew; it holds for each thread. Not concerned:
/// the `try_` methods, which return [`Error::OutOfMemory`](crate::Error::OutOfMemory); sizes over
/// [`MAX_SIZE`](crate::MAX_SIZE), which panic; `Box`, `Vec` and other collections, also those
/// with a context or an arena as their allocator, which end by
/// [`handle_alloc_error`](std::alloc::handle_alloc_error).
///
/// ```
/// use std::sync::OnceLock;
///
/// /// The `panic` of a host that is written in C, given to Rust once.
/// static PANIC: OnceLock<extern "C" fn(text: *const std::ffi::c_char)> = OnceLock::new();
///
/// talloc::set_out_of_memory_fn(Some(|_size| {
///     if let Some(panic) = PANIC.get() {
///         panic(c"Out of memory".as_ptr());
///     }
///     std::process::abort()
/// }));
/// # talloc::set_out_of_memory_fn(None);
/// ```
#[doc(alias = "PANIC")]
pub fn set_out_of_memory_fn(end: Option<fn(size: usize) -> !>) {
    *OUT_OF_MEMORY.lock().unwrap_or_else(PoisonError::into_inner) = end;
}
