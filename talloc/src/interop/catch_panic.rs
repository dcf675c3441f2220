//! [`catch_panic`]: panics that stop at the border to C.

use core::any::Any;
use core::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Calls `f`, and turns a panic into the result that `on_panic` makes of its message.
///
/// For functions that C calls: a panic that reaches an `extern "C"` function
/// ends the process, and C cannot be asked to handle one. So the function has to
/// answer as it does for any other failure, with `NULL`, a status or an error object:
///
/// ```
/// use std::mem::MaybeUninit;
///
/// use talloc::{CtxRef, Str, catch_panic};
///
/// /// `int half(TALLOC_CTX *ctx, int number, char **error)`: -1 and an error
/// /// on `ctx` on failure, NULL there otherwise.
/// #[unsafe(no_mangle)]
/// pub extern "C" fn half<'c>(
///     ctx: &'c CtxRef,
///     number: i32,
///     error: &mut MaybeUninit<Option<Str<'c>>>,
/// ) -> i32 {
///     error.write(None);
///     catch_panic(
///         || {
///             assert!(number % 2 == 0, "{number} is odd");
///             number / 2
///         },
///         |message| {
///             error.write(ctx.strdup(message).ok());
///             -1
///         },
///     )
/// }
///
/// let ctx = talloc::Ctx::new();
/// let mut error = MaybeUninit::uninit();
/// assert_eq!(half(&ctx, 4, &mut error), 2);
/// assert_eq!(half(&ctx, 5, &mut error), -1);
/// // SAFETY: `half` has written it.
/// assert_eq!(unsafe { error.assume_init() }.unwrap(), "5 is odd");
/// ```
///
/// `MaybeUninit`, since C may pass the address of a variable that is not set yet: assigning
/// to a `&mut Option<Node>` would free what the variable seems to point to.
///
/// What `f` owns has been dropped when `on_panic` is called. What it borrows
/// may be half changed: if C can go on to use it, make sure that it is still
/// of use, or leave a mark in it. The panic hook has run by then and has, unless the
/// program has set another, printed the message. The message is the text that
/// `panic!` was called with; for another payload it is `panic`.
///
/// # Panics
///
/// A panic of `on_panic` unwinds from here; an `extern "C"` function that it
/// reaches ends the process. When the payload's own `Drop` panics, the result
/// stands, and the payload of that second panic is leaked if it is no text. Where panics abort
/// (`panic = "abort"`), or when memory is exhausted in a method that has no
/// `try_`, the process ends, as without this function.
pub fn catch_panic<R>(f: impl FnOnce() -> R, on_panic: impl FnOnce(&str) -> R) -> R {
    match catch_unwind(AssertUnwindSafe(f)) {
        Ok(result) => result,
        Err(payload) => {
            let result = on_panic(message(&*payload));
            drop_payload(payload);
            result
        }
    }
}

/// Drops a payload, whose `Drop` may panic with a payload whose `Drop` panics too.
fn drop_payload(payload: Box<dyn Any + Send>) {
    if let Err(second) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        if !second.is::<&'static str>() && !second.is::<String>() {
            mem::forget(second);
        }
    }
}

fn message(payload: &(dyn Any + Send)) -> &str {
    if let Some(text) = payload.downcast_ref::<&'static str>() {
        text
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text
    } else {
        "panic"
    }
}
