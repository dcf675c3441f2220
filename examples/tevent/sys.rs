//! The part of `tevent.h` that this example uses.

use std::ffi::{c_char, c_int, c_void};
use std::mem::offset_of;

use talloc::{CStrRef, CtxRef};

talloc::node! {
    #[repr(C)]
    #[derive(Debug)]
    pub(crate) struct Context as c"struct tevent_context" { _opaque: [u8; 0] }
}

talloc::node! {
    #[repr(C)]
    #[derive(Debug)]
    pub(super) struct Timer as c"struct tevent_timer" { _opaque: [u8; 0] }
}

talloc::node! {
    #[repr(C)]
    #[derive(Debug)]
    pub(super) struct Fd as c"struct tevent_fd" { _opaque: [u8; 0] }
}

pub(super) const FD_READ: u16 = 1;

pub(super) type TimerHandler = unsafe extern "C" fn(
    ev: *mut Context,
    timer: *mut Timer,
    now: libc::timeval,
    private_data: *mut c_void,
);
pub(super) type FdHandler =
    unsafe extern "C" fn(ev: *mut Context, fd: *mut Fd, flags: u16, private_data: *mut c_void);
pub(super) type Finished = unsafe extern "C" fn(private_data: *mut c_void) -> bool;

#[link(name = "tevent")]
unsafe extern "C" {
    pub(super) fn tevent_context_init(ctx: &CtxRef) -> *mut Context;
    pub(super) fn tevent_backend_list(ctx: &CtxRef) -> *mut *mut c_char;
    pub(super) fn tevent_timeval_current_ofs(seconds: u32, micros: u32) -> libc::timeval;
    pub(super) fn _tevent_add_timer(
        ev: *mut Context,
        ctx: &CtxRef,
        when: libc::timeval,
        handler: TimerHandler,
        private_data: *mut c_void,
        handler_name: CStrRef<'static>,
        location: CStrRef<'static>,
    ) -> *mut Timer;
    pub(super) fn _tevent_add_fd(
        ev: *mut Context,
        ctx: &CtxRef,
        fd: c_int,
        flags: u16,
        handler: FdHandler,
        private_data: *mut c_void,
        handler_name: CStrRef<'static>,
        location: CStrRef<'static>,
    ) -> *mut Fd;
    pub(super) fn _tevent_loop_until(
        ev: *mut Context,
        finished: Finished,
        private_data: *mut c_void,
        location: CStrRef<'static>,
    ) -> c_int;
}

/// What the tests compare with what C says (`layout.c`).
#[allow(dead_code)]
pub(crate) fn layout() -> [usize; 6] {
    [
        FD_READ.into(),
        size_of::<libc::timeval>(),
        offset_of!(libc::timeval, tv_sec),
        offset_of!(libc::timeval, tv_usec),
        super::request::USER_ERROR as usize,
        size_of::<c_int>(),
    ]
}
