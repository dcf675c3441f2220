//! An asynchronous function of Rust for C: `shout_send` and `shout_recv`, as in `shout.h`.
//!
//! What it needs until it is done is in the state, which C's `tevent_req_create` makes, full of zeros: a node
//! that is valid so. The request owns the state, and whoever frees it gives the work up.

use std::ffi::{CStr, c_char, c_int};
use std::mem::MaybeUninit;
use std::ptr;

use talloc::{CStrRef, CtxRef, Error, Kept, Node, Str, catch_panic};

use crate::events::request::{
    _tevent_req_callback_data, _tevent_req_create, _tevent_req_data, _tevent_req_done,
    _tevent_req_error, _tevent_req_oom, Req, USER_ERROR, tevent_req_is_error, tevent_req_post,
    tevent_req_received, tevent_req_set_callback, tevent_wakeup_recv, tevent_wakeup_send,
};
use crate::events::{Context, register_backends};

const LOCATION: &CStr = c"shout.rs";

talloc::node! {
    #[repr(C)]
    struct ShoutState<'t> as c"struct shout_state" {
        text: Option<Str<'t>>,
    }
}

/// # Safety
///
/// 1. `ev` must be live, and so must what is done with it be: it is not freed before the request.
// SAFETY: 1. No other function of the program has this name.
#[unsafe(no_mangle)]
unsafe extern "C" fn shout_send(ctx: &CtxRef, ev: *mut Context, text: CStrRef<'_>) -> *mut Req {
    let (mut state, size) = (ptr::null_mut(), size_of::<ShoutState<'_>>());
    let name = c"struct shout_state".into();
    // SAFETY: 1. All live for the call, the names for ever.
    let req = unsafe { _tevent_req_create(ctx, &mut state, size, name, LOCATION.into()) };
    if !req.is_null() && start(state.cast(), req, ev, &text).is_err() {
        // SAFETY: 1. A new request, which C is told about in the next turn of its loop.
        return unsafe {
            _tevent_req_oom(req, LOCATION.into());
            tevent_req_post(req, ev)
        };
    }
    req
}

/// Fills the state in, and has `shout_done` called. It gets what `shout_send` has.
fn start(
    state: *mut ShoutState<'_>,
    req: *mut Req,
    ev: *mut Context,
    text: &CStr,
) -> Result<(), Error> {
    // SAFETY: 1. New, and all zeros: a `struct shout_state` without a text. 2. The request keeps it,
    // and nobody else uses it meanwhile.
    let mut state = unsafe { Kept::<ShoutState>::from_raw(state) }?;
    state.with_mut(|t, state| {
        state.text = Some(t.try_strdup_c(text)?);
        Ok::<_, Error>(())
    })?;
    let now = libc::timeval { tv_sec: 0, tv_usec: 0 };
    // SAFETY: 1. Both are live, by the duty of `shout_send`.
    let wakeup = unsafe { tevent_wakeup_send(state.as_ctx(), ev, now) };
    // SAFETY: 1 to 6. A new request on the state, or NULL.
    let wakeup: Kept<'_, Req> = unsafe { state.as_ctx().adopt(wakeup) }?;
    // SAFETY: 1. Live. 2. `shout_done` gets the request that this one is below.
    unsafe { tevent_req_set_callback(wakeup.as_ptr(), shout_done, req.cast()) };
    Ok(())
}

/// # Safety
///
/// 1. `wakeup` must be a request that is done, below the state of the one that is its callback data.
unsafe extern "C" fn shout_done(wakeup: *mut Req) {
    // SAFETY: 1. Live, by duty 1.
    let req = unsafe { _tevent_req_callback_data(wakeup) }.cast();
    // SAFETY: 1. It is done.
    let woken = unsafe { tevent_wakeup_recv(wakeup) };
    // SAFETY: 1. Live. 2. tevent does not use it any more, nor does anyone else. 3. Its parent is.
    drop(unsafe { Node::<Req>::from_raw(wakeup) });
    // SAFETY: 1. Live: it has what was below the wakeup.
    let state = unsafe { _tevent_req_data(req) };
    // SAFETY: 1. The state that `start` has filled in. 2. As there.
    let state = unsafe { Kept::<ShoutState>::from_raw(state.cast()) };
    let done = state.is_ok_and(|state| woken && catch_panic(|| shout(state), |_| false));
    // SAFETY: 1. Live; it is not used afterwards, since the callback may free it.
    unsafe {
        match done {
            true => _tevent_req_done(req, LOCATION.into()),
            false => _ = _tevent_req_error(req, libc::EIO as u64, LOCATION.into()),
        }
    }
}

/// The work itself, in safe Rust. A panic is C's EIO.
fn shout(mut state: Kept<'_, ShoutState<'static>>) -> bool {
    state.with_mut(|t, state| {
        let text = state.text.as_ref().and_then(|text| text.to_str().ok()).unwrap_or_default();
        assert!(!text.is_empty(), "nothing to shout");
        let loud = t.try_strdup(&text.to_uppercase());
        loud.map(|loud| state.text.replace(loud).map(Str::free)).is_ok()
    })
}

/// # Safety
///
/// 1. `req` must be a request of `shout_send` that is done.
// SAFETY: 1. No other function of the program has this name.
#[unsafe(no_mangle)]
unsafe extern "C" fn shout_recv<'c>(
    req: *mut Req,
    ctx: &'c CtxRef,
    out: &mut MaybeUninit<Option<Str<'c>>>,
) -> c_int {
    let out = out.write(None);
    let (mut end, mut error) = (0, 0);
    // SAFETY: 1. Live, by duty 1.
    let failed = unsafe { tevent_req_is_error(req, &mut end, &mut error) };
    let status = match (failed, end) {
        (true, USER_ERROR) => error as c_int,
        (true, _) => libc::ENOMEM,
        (false, _) => {
            // SAFETY: 1. Live, by duty 1.
            let state = unsafe { _tevent_req_data(req) };
            // SAFETY: 1 and 2. As in `shout_done`.
            let state = unsafe { Kept::<ShoutState>::from_raw(state.cast()) };
            let text = |mut state: Kept<'_, ShoutState<'static>>| {
                state.with_mut(|_, state| state.text.take().map(|text| text.steal(ctx)))
            };
            *out = state.ok().and_then(text);
            0
        }
    };
    // SAFETY: 1. Live, by duty 1. It frees the state.
    unsafe { tevent_req_received(req) };
    status
}

#[link(name = "talloc_example_tevent_requests", kind = "static")]
unsafe extern "C" {
    fn shout_and_wait(
        ctx: &CtxRef,
        text: CStrRef<'_>,
        answer: *mut *mut c_char,
        length: &mut usize,
    ) -> c_int;
    fn shout_and_give_up(ctx: &CtxRef) -> bool;
}

/// Lets C call, and wait for the answer. C's callback sees its length in the state.
pub(crate) fn by_c<'c>(ctx: &'c CtxRef, text: &CStr) -> Result<(Str<'c>, usize), Error> {
    register_backends();
    let mut length = 0;
    // SAFETY: 1 to 6. On success a new string on `ctx`.
    let answer = unsafe {
        ctx.adopt_out(|answer| {
            // SAFETY: 1. All live for the call.
            match shout_and_wait(ctx, text.into(), answer, &mut length) {
                0 => Ok(()),
                status => Err(Error::status("shout_recv", status)),
            }
        })
    };
    answer.map(|answer| (answer, length))
}

/// Lets C call, and give the request up before it is done.
pub(crate) fn given_up_by_c(ctx: &CtxRef) -> bool {
    register_backends();
    // SAFETY: 1. Live for the call.
    unsafe { shout_and_give_up(ctx) }
}
