//! The structs of C, the functions that several modules call, and the errors.

use core::ffi::{CStr, c_int, c_uint, c_void};

use talloc::{Adopt, Array, Blob, CStrRef, CType, CtxRef, Error, Kept, Node, Str, StrList};
use talloc_tests::c;

talloc::node! {
    #[repr(C)]
    pub(crate) struct User<'t> as c"struct user" {
        pub(crate) name: Str<'t>,
        pub(crate) groups: Array<'t, u32>,
        pub(crate) hosts: Option<StrList<'t>>,
        pub(crate) friend_of: Option<Kept<'t, User<'static>>>,
        pub(crate) id: i32,
    }
}

#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Point {
    pub(crate) x: i32,
    pub(crate) y: i32,
}

impl CType for Point {
    const NAME: &'static CStr = c"struct point";
}

/// Tells `tt_user_find` to succeed.
pub(crate) const OK: c_int = 0;

// The handles and fields of talloc stand in the signatures as C has them.
unsafe extern "C" {
    pub(crate) fn tt_user_find(ctx: &CtxRef, how: c_int, out: *mut *mut User<'_>) -> c_int;
    pub(crate) safe fn tt_numbers(ctx: &CtxRef, room: c_uint, used: usize) -> *mut u32;
    fn tt_blob_copy(ctx: &CtxRef, bytes: *const c_void, length: usize, room: usize) -> Blob<'_>;
    pub(crate) safe fn tt_blob_of_string<'c>(ctx: &'c CtxRef, text: CStrRef<'_>) -> Blob<'c>;
    pub(crate) safe fn tt_blob_null(length: usize) -> Blob<'static>;
    pub(crate) safe fn tt_string_without_nul(ctx: &CtxRef) -> *mut u8;
    pub(crate) safe fn tt_length(text: Option<CStrRef<'_>>) -> usize;
}

#[derive(Debug, PartialEq)]
pub(crate) enum Failure {
    Status(c_int),
    Talloc(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Talloc(error)
    }
}

pub(crate) fn status(status: c_int) -> Result<(), Failure> {
    if status == 0 { Ok(()) } else { Err(Failure::Status(status)) }
}

pub(crate) fn find(ctx: &CtxRef, how: c_int) -> Result<Node<'_, User<'_>>, Failure> {
    // SAFETY: with status 0, C has stored a new `struct user` on `ctx`, NULL, or
    // an object of another name.
    unsafe { ctx.adopt_out(|out| status(tt_user_find(ctx, how, out))) }
}

/// A blob that C copies.
pub(crate) fn blob<'c>(ctx: &'c CtxRef, bytes: &[u8], room: usize) -> Blob<'c> {
    // SAFETY: the bytes are readable for the call; there is room for them.
    unsafe { tt_blob_copy(ctx, bytes.as_ptr().cast(), bytes.len(), room) }
}

pub(crate) fn name(ctx: *mut c_void) -> String {
    // SAFETY: the callers pass a live chunk.
    unsafe { CtxRef::from_ptr(ctx) }.expect("not null").name().to_string_lossy().into_owned()
}

/// C's object is refused, and is as it was.
pub(crate) fn refused<'c, H: Adopt<'c>>(ctx: &'c CtxRef, object: *mut c_void) -> Error {
    let before = (ctx.total_blocks(), ctx.total_size(), name(object));
    // SAFETY: the object lies below `ctx`; the callers pass one that a check refuses.
    let error = unsafe { ctx.adopt::<H>(object.cast()) }.err().expect("refused");
    assert_eq!((ctx.total_blocks(), ctx.total_size(), name(object)), before);
    // SAFETY: refused, so that it is live and C's.
    assert_eq!(unsafe { c::tt_free(object) }, 0);
    error
}

/// What C leaves below the root, freed.
pub(crate) fn free_children(root: &CtxRef) {
    // SAFETY: the callers use nothing below any more.
    unsafe { talloc_sys::talloc_free_children(root.as_ptr()) };
}
