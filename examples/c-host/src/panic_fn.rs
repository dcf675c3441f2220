//! What ends the process when memory is exhausted: the host's `PANIC`.

use std::ffi::c_char;
use std::process;
use std::sync::Mutex;

/// Puts right what the host has to put right, and ends the process.
pub type PanicFn = extern "C" fn(text: *const c_char);

static PANIC: Mutex<Option<PanicFn>> = Mutex::new(None);

/// Lets `panic` end the process where Rust finds memory exhausted and has no error to return,
/// as the host does where C finds it. It must not come back.
#[unsafe(no_mangle)]
pub extern "C" fn chat_set_panic(panic: PanicFn) {
    if let Ok(mut old) = PANIC.lock() {
        *old = Some(panic);
    }
    talloc::set_out_of_memory_fn(Some(|_size| {
        let panic = PANIC.lock().ok().and_then(|panic| *panic);
        if let Some(panic) = panic {
            panic(c"Out of memory".as_ptr());
        }
        process::abort()
    }));
}
