//! The part of `ldb.h` that this example uses.

use std::ffi::{c_char, c_int, c_uint, c_void};
use std::mem::offset_of;

use talloc::{Blob, CStrRef, CtxRef, Items, Kept, StrList};

talloc::node! {
    #[repr(C)]
    #[derive(Debug)]
    pub(super) struct Ldb as c"struct ldb_context" { _opaque: [u8; 0] }
}

talloc::node! {
    #[repr(C)]
    #[derive(Debug)]
    pub(super) struct Dn as c"struct ldb_dn" { _opaque: [u8; 0] }
}

/// `struct ldb_message_element`: an attribute with its values. It has no chunk of its own.
#[repr(C)]
#[derive(Debug)]
pub(super) struct Element<'t> {
    pub(super) flags: c_uint,
    pub(super) name: CStrRef<'t>,
    pub(super) num_values: c_uint,
    pub(super) values: Option<Items<'t, Blob<'t>>>,
}

talloc::node! {
    #[repr(C)]
    #[derive(Debug)]
    pub(crate) struct Message<'t> as c"struct ldb_message" {
        pub(super) dn: Option<Kept<'t, Dn>>,
        pub(super) num_elements: c_uint,
        pub(super) elements: Option<Items<'t, Element<'t>>>,
    }
}

talloc::node! {
    #[repr(C)]
    #[derive(Debug)]
    pub(crate) struct SearchResult<'t> as c"struct ldb_result" {
        pub(super) count: c_uint,
        pub(super) msgs: Option<Items<'t, Option<Kept<'t, Message<'static>>>>>,
        pub(super) extended: *mut c_void,
        pub(super) controls: *mut *mut c_void,
        pub(super) refs: Option<StrList<'t>>,
    }
}

pub(super) const SUCCESS: c_int = 0;
pub(super) const SCOPE_SUBTREE: c_int = 2;
pub(super) const FLAG_MOD_REPLACE: c_uint = 2;

#[link(name = "ldb")]
unsafe extern "C" {
    pub(super) fn ldb_init(ctx: &CtxRef, ev: *mut c_void) -> *mut Ldb;
    pub(super) fn ldb_connect(
        ldb: *mut Ldb,
        url: CStrRef<'_>,
        flags: c_uint,
        options: *mut *const c_char,
    ) -> c_int;
    pub(super) fn ldb_errstring(ldb: *mut Ldb) -> *const c_char;
    pub(super) fn ldb_strerror(status: c_int) -> CStrRef<'static>;

    pub(super) fn ldb_dn_new(ctx: &CtxRef, ldb: *mut Ldb, text: CStrRef<'_>) -> *mut Dn;
    pub(super) fn ldb_dn_get_linearized(dn: *mut Dn) -> *const c_char;

    pub(super) fn ldb_msg_new(ctx: &CtxRef) -> *mut Message<'_>;
    pub(super) fn ldb_msg_add_steal_value(
        message: *mut Message<'_>,
        name: CStrRef<'_>,
        value: *mut Blob<'_>,
    ) -> c_int;

    pub(super) fn ldb_add(ldb: *mut Ldb, message: *mut Message<'_>) -> c_int;
    pub(super) fn ldb_modify(ldb: *mut Ldb, message: *mut Message<'_>) -> c_int;
    pub(super) fn ldb_search<'c>(
        ldb: *mut Ldb,
        ctx: &'c CtxRef,
        result: *mut *mut SearchResult<'c>,
        base: *mut Dn,
        scope: c_int,
        attributes: *mut *mut c_char,
        format: CStrRef<'_>,
        ...
    ) -> c_int;

    pub(super) fn ldb_binary_encode(ctx: &CtxRef, value: Blob<'_>) -> *mut c_char;
    pub(super) fn ldb_val_dup<'c>(ctx: &'c CtxRef, value: *const Blob<'_>) -> Blob<'c>;
}

/// What the tests compare with what C says (`layout.c`).
#[allow(dead_code)]
pub(crate) fn layout() -> [usize; 20] {
    [
        SCOPE_SUBTREE as usize,
        FLAG_MOD_REPLACE as usize,
        size_of::<Blob<'_>>(),
        0,
        size_of::<usize>(),
        size_of::<Element<'_>>(),
        offset_of!(Element<'_>, flags),
        offset_of!(Element<'_>, name),
        offset_of!(Element<'_>, num_values),
        offset_of!(Element<'_>, values),
        size_of::<Message<'_>>(),
        offset_of!(Message<'_>, dn),
        offset_of!(Message<'_>, num_elements),
        offset_of!(Message<'_>, elements),
        size_of::<SearchResult<'_>>(),
        offset_of!(SearchResult<'_>, count),
        offset_of!(SearchResult<'_>, msgs),
        offset_of!(SearchResult<'_>, extended),
        offset_of!(SearchResult<'_>, controls),
        offset_of!(SearchResult<'_>, refs),
    ]
}
