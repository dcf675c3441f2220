//! An asynchronous function of C, called from Rust.

use std::ffi::{CStr, c_char, c_int, c_uint};
use std::mem::offset_of;

use talloc::{CStrRef, CtxRef, Node, Str};

use crate::error::Error;
use crate::events::request::{_tevent_req_data, Req};
use crate::events::{Context, Events};

talloc::node! {
    /// C's `struct lookup_state`, which `tevent_req_create` makes.
    #[repr(C)]
    #[derive(Debug)]
    pub(crate) struct LookupState<'t> as c"struct lookup_state" {
        _ev: *mut Context,
        pub(crate) name: Option<Str<'t>>,
        pub(crate) address: Option<Str<'t>>,
        pub(crate) tries: c_uint,
    }
}

#[link(name = "talloc_example_tevent_requests", kind = "static")]
unsafe extern "C" {
    fn lookup_send(ctx: &CtxRef, ev: *mut Context, name: CStrRef<'_>) -> *mut Req;
    fn lookup_recv(req: *mut Req, ctx: &CtxRef, address: *mut *mut c_char) -> c_int;
}

/// A lookup that is done.
#[derive(Debug)]
pub(crate) struct Lookup(Node<'static, Req>);

/// Looks `name` up, and calls `f` when that is done. It is given up when `ctx` is freed.
pub(crate) fn lookup(
    events: &Events,
    ctx: &CtxRef,
    name: &CStr,
    f: impl FnOnce(&Events, Lookup) + 'static,
) -> Result<(), Error> {
    // SAFETY: 1. Live for the call; C copies the name.
    let send = |ev| unsafe { lookup_send(ctx, ev, name.into()) };
    // SAFETY: 1. A new request on `ctx`. 2. It waits for timers of the loop only, and
    // `tevent_req_done` is the last that lookup.c does with it.
    unsafe { events.request(ctx, send, |events, req| f(events, Lookup(req))) }
}

impl Lookup {
    /// What C has in the request.
    pub(crate) fn state(&self) -> Result<&LookupState<'_>, Error> {
        // SAFETY: 1. A live request.
        let state = unsafe { _tevent_req_data(self.0.as_ptr()) };
        // SAFETY: 1. It lives with the request, which is borrowed. 2. C calls nothing else so. 3. C is
        // done with it, and `recv` takes `self`.
        Ok(unsafe { talloc::get_node::<LookupState>(state) }?)
    }

    /// The answer, on `ctx`.
    pub(crate) fn recv(self, ctx: &CtxRef) -> Result<Str<'_>, Error> {
        // SAFETY: 1 to 6. On success a new string on `ctx`.
        unsafe {
            ctx.adopt_out(|address| {
                // SAFETY: 1. A request that is done, freed afterwards. 2. The others live for the call.
                match lookup_recv(self.0.as_ptr(), ctx, address) {
                    0 => Ok(()),
                    status => Err(talloc::Error::status("lookup_recv", status).into()),
                }
            })
        }
    }
}

/// What the tests compare with what C says (`layout.c`).
#[allow(dead_code)]
pub(crate) fn layout() -> [usize; 4] {
    [
        size_of::<LookupState<'_>>(),
        offset_of!(LookupState<'_>, name),
        offset_of!(LookupState<'_>, address),
        offset_of!(LookupState<'_>, tries),
    ]
}
