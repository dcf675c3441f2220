//! Requests: C's `struct tevent_req`, whose end calls a Rust closure.
//!
//! ```text
//!   a context
//!     |
//!     +-- struct tevent_req
//!           |
//!           +-- struct foo_state ..... C's
//!           |
//!           +-- Waiting .............. the closure
//! ```
//!
//! The closure is below its request, as those of events are. But tevent lets a callback free its request at
//! once, so that the closure could go while it runs. Therefore it is moved out before it is called.

use std::cell::Cell;
use std::ffi::{c_int, c_void};

use talloc::{CStrRef, CtxRef, Node, TBox, catch_panic};

use super::{Context, End, Events, State};
use crate::error::Error;

talloc::node! {
    #[repr(C)]
    #[derive(Debug)]
    pub(crate) struct Req as c"struct tevent_req" { _opaque: [u8; 0] }
}

pub(crate) type ReqFn = unsafe extern "C" fn(req: *mut Req);

/// The value of `enum tevent_req_state` for an error of the function's own.
pub(crate) const USER_ERROR: c_int = 3;

// C calls some of them by macros, which add the name of a type or the place.
#[link(name = "tevent")]
unsafe extern "C" {
    pub(crate) fn _tevent_req_create(
        ctx: &CtxRef,
        state: &mut *mut c_void,
        state_size: usize,
        state_type: CStrRef<'static>,
        location: CStrRef<'static>,
    ) -> *mut Req;
    pub(crate) fn _tevent_req_data(req: *mut Req) -> *mut c_void;
    pub(crate) fn tevent_req_set_callback(req: *mut Req, f: ReqFn, private_data: *mut c_void);
    pub(crate) fn _tevent_req_callback_data(req: *mut Req) -> *mut c_void;
    pub(crate) fn _tevent_req_done(req: *mut Req, location: CStrRef<'static>);
    pub(crate) fn _tevent_req_error(req: *mut Req, error: u64, location: CStrRef<'static>) -> bool;
    pub(crate) fn _tevent_req_oom(req: *mut Req, location: CStrRef<'static>);
    pub(crate) fn tevent_req_post(req: *mut Req, ev: *mut Context) -> *mut Req;
    pub(crate) fn tevent_req_is_error(req: *mut Req, state: &mut c_int, error: &mut u64) -> bool;
    pub(crate) fn tevent_req_received(req: *mut Req);
    pub(crate) fn tevent_wakeup_send(
        ctx: &CtxRef,
        ev: *mut Context,
        when: libc::timeval,
    ) -> *mut Req;
    pub(crate) fn tevent_wakeup_recv(req: *mut Req) -> bool;
}

/// The object below a request: nothing once the closure is called. (The request may be kept.)
struct Waiting<F>(Option<(Counted, F)>);

/// Events that know of one more closure.
struct Counted(Events);

impl Counted {
    fn count(&self) -> &Cell<usize> {
        let State { closures, .. } = &*self.0.0;
        closures
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.count().set(self.count().get() - 1);
    }
}

impl Events {
    /// Starts a request on `ctx`, and calls `f` with it when it is done. If `ctx` is freed before,
    /// the request is given up, and `f` dropped.
    ///
    /// # Safety
    ///
    /// 1. `send` must return NULL, or a new request on `ctx` that nobody else owns and that has no callback.
    /// 2. It is done only while this loop runs, and whoever says so does not use it afterwards.
    pub(crate) unsafe fn request<F: FnOnce(&Events, Node<'static, Req>) + 'static>(
        &self,
        ctx: &CtxRef,
        send: impl FnOnce(*mut Context) -> *mut Req,
        f: F,
    ) -> Result<(), Error> {
        let req = send(self.0.context.as_ptr());
        // SAFETY: 1 to 6. By duty 1.
        let req: Node<'_, Req> = unsafe { ctx.adopt(req) }?;
        let events = Counted(Events(self.0.clone()));
        events.count().set(events.count().get() + 1);
        let waiting = req.as_ctx().try_alloc(Waiting(Some((events, f))))?;
        // SAFETY: 1. A live request. 2. The callback gets what stays below it.
        unsafe {
            tevent_req_set_callback(req.as_ptr(), done::<F>, TBox::as_ptr(&waiting).cast());
        }
        TBox::keep(waiting);
        req.keep();
        Ok(())
    }
}

/// # Safety
///
/// 1. `req` must be a live request that is done, whose callback data are a `Waiting<F>` below it. The
///    caller must not use it afterwards.
/// 2. The loop of that must be running.
unsafe extern "C" fn done<F: FnOnce(&Events, Node<'static, Req>)>(req: *mut Req) {
    // SAFETY: 1. Live, by duty 1.
    let waiting = unsafe { _tevent_req_callback_data(req) };
    // SAFETY: by duty 1. The borrow ends before the request can be freed.
    let Waiting(waiting) = unsafe { &mut *waiting.cast::<Waiting<F>>() };
    let Some((counted, f)) = waiting.take() else { return };
    // SAFETY: 1. Live, by duty 1. 2. Nobody else uses it. 3. It becomes a root, so that the
    // closure may free the context that it was on.
    let owned = unsafe { Node::<Req>::from_raw(req) };
    let call = || owned.map(|req| f(&counted.0, req.into_root()));
    let ended = catch_panic(call, |message| {
        counted.0.0.end.replace(Some(End::Panicked(message.to_owned())));
        Ok(())
    });
    debug_assert_eq!(ended, Ok(()));
}
