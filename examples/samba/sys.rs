//! The part of libsamba-hostconfig and libsamba-util that this example uses.
//!
//! `param.h` and `data_blob.h` declare most of it (`layout.c` compares). What comes with Samba but
//! stands in none of its installed headers says so; the libraries export it, under the versions
//! of their interface.

use std::ffi::{c_char, c_int};

use talloc::{Blob, CStrRef, CtxRef, StrListRef};

talloc::node! {
    #[repr(C)]
    #[derive(Debug)]
    pub(crate) struct Loadparm as c"struct loadparm_context" { _opaque: [u8; 0] }
}

/// `struct loadparm_service`: a section, which belongs to its configuration. Never a value here.
#[repr(C)]
#[derive(Debug)]
pub(crate) struct Service {
    _opaque: [u8; 0],
}

#[link(name = "samba-hostconfig")]
unsafe extern "C" {
    pub(crate) fn loadparm_init(ctx: &CtxRef) -> *mut Loadparm;
    /// In no header. `lpcfg_load` also makes the configuration that of the whole process: it
    /// stays there when it has been freed, and its path becomes an environment variable.
    pub(crate) fn lpcfg_load_no_global(lp: *mut Loadparm, file: CStrRef<'_>) -> bool;

    pub(crate) fn lpcfg_netbios_name<'c>(lp: *mut Loadparm) -> Option<CStrRef<'c>>;
    /// In no header.
    pub(crate) fn lpcfg_workgroup<'c>(lp: *mut Loadparm) -> Option<CStrRef<'c>>;
    pub(crate) fn lpcfg_interfaces<'c>(lp: *mut Loadparm) -> Option<StrListRef<'c>>;
    pub(crate) fn lpcfg_private_path(
        ctx: &CtxRef,
        lp: *mut Loadparm,
        name: CStrRef<'_>,
    ) -> *mut c_char;

    pub(crate) fn lpcfg_parm_string<'c>(
        lp: *mut Loadparm,
        service: *mut Service,
        group: CStrRef<'_>,
        name: CStrRef<'_>,
    ) -> Option<CStrRef<'c>>;
    pub(crate) fn lpcfg_parm_string_list(
        ctx: &CtxRef,
        lp: *mut Loadparm,
        service: *mut Service,
        group: CStrRef<'_>,
        name: CStrRef<'_>,
        separators: Option<CStrRef<'_>>,
    ) -> *mut *mut c_char;
    pub(crate) fn lpcfg_parm_int(
        lp: *mut Loadparm,
        service: *mut Service,
        group: CStrRef<'_>,
        name: CStrRef<'_>,
        default: c_int,
    ) -> c_int;

    pub(crate) fn lpcfg_numservices(lp: *mut Loadparm) -> c_int;
    pub(crate) fn lpcfg_servicebynum(lp: *mut Loadparm, number: c_int) -> *mut Service;
    pub(crate) fn lpcfg_service(lp: *mut Loadparm, name: CStrRef<'_>) -> *mut Service;
    pub(crate) fn lpcfg_default_service(lp: *mut Loadparm) -> *mut Service;
    pub(crate) fn lpcfg_servicename<'c>(service: *const Service) -> Option<CStrRef<'c>>;
    /// In no header.
    pub(crate) fn lpcfg_path(
        service: *mut Service,
        default: *mut Service,
        ctx: &CtxRef,
    ) -> *mut c_char;
    /// In no header.
    pub(crate) fn lpcfg_read_only(service: *mut Service, default: *mut Service) -> bool;
    /// In no header.
    pub(crate) fn lpcfg_hosts_allow<'c>(
        service: *mut Service,
        default: *mut Service,
    ) -> Option<StrListRef<'c>>;
}

#[link(name = "samba-util")]
unsafe extern "C" {
    pub(crate) fn data_blob_talloc_named<'c>(
        ctx: &'c CtxRef,
        bytes: *const u8,
        length: usize,
        name: CStrRef<'static>,
    ) -> Blob<'c>;
    pub(crate) fn data_blob_hex_string_lower(ctx: &CtxRef, blob: *const Blob<'_>) -> *mut c_char;
    /// In no header.
    pub(crate) fn strhex_to_data_blob<'c>(ctx: &'c CtxRef, text: CStrRef<'_>) -> Blob<'c>;
    /// In no header.
    pub(crate) fn set_boolean(text: CStrRef<'_>, flag: &mut bool) -> bool;
    /// In no header.
    pub(crate) fn str_list_make(
        ctx: &CtxRef,
        text: CStrRef<'_>,
        separators: Option<CStrRef<'_>>,
    ) -> *mut *mut c_char;
    /// In no header.
    pub(crate) fn str_list_join(ctx: &CtxRef, list: StrListRef<'_>, between: c_char)
    -> *mut c_char;
}

/// What the tests compare with what C says (`layout.c`).
#[allow(dead_code)]
pub(crate) fn layout() -> [usize; 4] {
    [size_of::<Blob<'_>>(), 0, size_of::<usize>(), size_of::<bool>()]
}
