//! Panics as failures, with the line that panicked.

use std::cell::Cell;
use std::panic::{set_hook, take_hook};
use std::sync::Once;

use talloc::catch_panic;

use crate::failure::{ErrCode, Failure, Place};

thread_local! {
    static LAST: Cell<Option<Place>> = const { Cell::new(None) };
}

/// Runs `f`; a panic in it is a failure.
#[track_caller]
pub(crate) fn catch<T>(f: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    remember_places();
    let caller = Place::caller();
    catch_panic(f, |message| {
        Err(Failure {
            code: ErrCode::Panic,
            place: LAST.try_with(Cell::take).ok().flatten().unwrap_or(caller),
            msg: format!("panic: {message}"),
        })
    })
}

/// Only the panic hook is told where the panic was. The message of the hook that was there
/// goes to the standard error, as ever.
fn remember_places() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let hook = take_hook();
        set_hook(Box::new(move |info| {
            // At the end of a thread it may be gone.
            let _ = LAST.try_with(|last| last.set(info.location().map(Place::of_panic)));
            hook(info);
        }));
    });
}
