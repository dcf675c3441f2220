//! libtalloc's messages, sent elsewhere safely before the first root.
//!
//! libtalloc reads its hooks without a lock. So they are set while no thread
//! can be inside libtalloc by way of this crate: [`before_first_root`].

use core::cell::Cell;
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{OnceLock, mpsc};
use std::time::Duration;
use std::{process, thread};

use crate::error::Error;
use crate::process::roots::{Hooks, before_first_root};
use crate::raw;
use crate::raw::process::{OnText, hook};

/// Sends libtalloc's messages to the C library's `stderr`, for the rest of the
/// process.
///
/// libtalloc says nothing by default. Its messages are about mistakes of C or
/// `unsafe` code: a free or a steal of an object that is referenced, and the reason
/// for an abort. See [`explain_aborts`](crate::explain_aborts) for more about the latter.
///
/// # Errors
///
/// [`Error::HookTooLate`] when this crate has made a root context in this process,
/// on any thread; a root that is being made at the time waits. libtalloc reads the
/// setting without a lock, so that only the start is safe: the beginning of `main`
/// is the place. [`Error::HookAlreadySet`] after this function, [`set_log_fn`] or
/// the logger of the feature `log`.
///
/// # C code
///
/// Only roots of this copy of the crate are seen: another shared library with a
/// copy of its own counts as C code. Who lets C code enter libtalloc on another
/// thread, which takes `unsafe` code, makes sure that no such function is called
/// meanwhile: one root of this crate, made before, will do. The [`process`] module
/// has the unchecked form for later.
///
/// [`process`]: crate::process
///
/// ```
/// fn main() -> Result<(), talloc::Error> {
///     talloc::set_log_stderr()?;
///     let server = talloc::Ctx::named(c"server");
///     // …
///     # assert_eq!(talloc::set_log_stderr(), Err(talloc::Error::HookTooLate));
///     # drop(server);
///     Ok(())
/// }
/// ```
#[doc(alias = "talloc_set_log_stderr")]
pub fn set_log_stderr() -> Result<(), Error> {
    set_log(|| {
        // SAFETY: no thread is inside libtalloc: C code is excluded by those who
        // call it, and this crate has made no root, nor makes one meanwhile.
        unsafe { raw::process::set_log_stderr() };
    })
}

/// Sends libtalloc's messages to a function, for the rest of the process.
///
/// As [`set_log_stderr`]. The function gets one message at a time, without the end
/// of line; bytes that are not UTF-8 are replaced.
///
/// libtalloc writes a message half-way through an operation, and a function that freed something of
/// the same thread there could break the tree. So `f` is called on a thread of its own, started for
/// the message, which no context of the sender can reach. The sender waits until it returns, and no
/// longer than a second: a lock that the sender holds, such as that of standard output, delays a
/// message and no more. A message that comes while `f` is running on the same thread, and one for
/// which no thread can be started, go to standard error.
/// [`process::set_log_fn`](crate::process::set_log_fn) is the direct form.
///
/// # Errors
///
/// As [`set_log_stderr`].
///
/// # Aborts
///
/// If `f` panics, the process aborts after the panic's message.
///
/// ```
/// talloc::set_log_fn(|message| eprintln!("[libtalloc] {message}"))?;
/// # Ok::<(), talloc::Error>(())
/// ```
#[doc(alias = "talloc_set_log_fn")]
pub fn set_log_fn(f: impl Fn(&str) + Send + Sync + 'static) -> Result<(), Error> {
    // When it is refused, it is dropped after the lock, since its `Drop` may make a root.
    let mut f: Option<Box<LogFn>> = Some(Box::new(f));
    set_log(|| {
        // The first to be set, since this is done once.
        let _ = f.take().map(|f| LOG_FN.set(f));
        // SAFETY: 1. as in `set_log_stderr`. 2. `on_message` takes any text, and
        // changes no tree of this thread.
        unsafe { raw::process::set_log_fn(Some(hook::<OnMessage>)) };
    })
}

fn set_log(set: impl FnOnce()) -> Result<(), Error> {
    before_first_root(|hooks: &mut Hooks| {
        set_once(&mut hooks.log)?;
        set();
        Ok(())
    })
}

pub(super) fn set_once(is_set: &mut bool) -> Result<(), Error> {
    if *is_set {
        return Err(Error::HookAlreadySet);
    }
    *is_set = true;
    Ok(())
}

type LogFn = dyn Fn(&str) + Send + Sync;

static LOG_FN: OnceLock<Box<LogFn>> = OnceLock::new();

thread_local! {
    /// Whether this is a thread on which the function of the user runs.
    static RUNS_LOG_FN: Cell<bool> = const { Cell::new(false) };
}

/// How long a sender waits for the function, which may wait for a lock of the sender.
const LONGEST_WAIT: Duration = Duration::from_secs(1);

struct OnMessage;

impl OnText for OnMessage {
    fn call(message: &str) {
        on_message(message);
    }
}

fn on_message(message: &str) {
    let text = message.trim_end().to_owned();
    if RUNS_LOG_FN.get() {
        return to_stderr(&text);
    }
    let for_thread = text.clone();
    let (done, waits_for_it) = mpsc::sync_channel(1);
    let call = move || {
        RUNS_LOG_FN.set(true);
        let f = AssertUnwindSafe(|| LOG_FN.get().map(|f| f(&for_thread)));
        if catch_unwind(f).is_err() {
            process::abort();
        }
        // The sender may have gone on.
        let _ = done.send(());
    };
    match thread::Builder::new().name("talloc message".to_owned()).spawn(call) {
        Ok(_) => _ = waits_for_it.recv_timeout(LONGEST_WAIT),
        Err(_) => to_stderr(&text),
    }
}

fn to_stderr(text: &str) {
    let _ = writeln!(io::stderr(), "libtalloc: {text}");
}
