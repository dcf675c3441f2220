// bindgen wrote this file from talloc.h. README.md says how to renew it.

use crate::types::{FILE, va_list};

pub type TALLOC_CTX = ::core::ffi::c_void;
unsafe extern "C" {
    pub fn talloc_version_major() -> ::core::ffi::c_int;
    pub fn talloc_version_minor() -> ::core::ffi::c_int;
    pub fn talloc_test_get_magic() -> ::core::ffi::c_int;
    pub fn _talloc(context: *const ::core::ffi::c_void, size: usize) -> *mut ::core::ffi::c_void;
    pub fn talloc_init(fmt: *const ::core::ffi::c_char, ...) -> *mut ::core::ffi::c_void;
    pub fn _talloc_free(
        ptr: *mut ::core::ffi::c_void,
        location: *const ::core::ffi::c_char,
    ) -> ::core::ffi::c_int;
    pub fn talloc_free_children(ptr: *mut ::core::ffi::c_void);
    pub fn _talloc_set_destructor(
        ptr: *const ::core::ffi::c_void,
        _destructor: ::core::option::Option<
            unsafe extern "C" fn(arg1: *mut ::core::ffi::c_void) -> ::core::ffi::c_int,
        >,
    );
    pub fn _talloc_steal_loc(
        new_ctx: *const ::core::ffi::c_void,
        ptr: *const ::core::ffi::c_void,
        location: *const ::core::ffi::c_char,
    ) -> *mut ::core::ffi::c_void;
    pub fn talloc_set_name(
        ptr: *const ::core::ffi::c_void,
        fmt: *const ::core::ffi::c_char,
        ...
    ) -> *const ::core::ffi::c_char;
    pub fn _talloc_move(
        new_ctx: *const ::core::ffi::c_void,
        pptr: *const ::core::ffi::c_void,
    ) -> *mut ::core::ffi::c_void;
    pub fn talloc_set_name_const(ptr: *const ::core::ffi::c_void, name: *const ::core::ffi::c_char);
    pub fn talloc_named(
        context: *const ::core::ffi::c_void,
        size: usize,
        fmt: *const ::core::ffi::c_char,
        ...
    ) -> *mut ::core::ffi::c_void;
    pub fn talloc_named_const(
        context: *const ::core::ffi::c_void,
        size: usize,
        name: *const ::core::ffi::c_char,
    ) -> *mut ::core::ffi::c_void;
    pub fn _talloc_zero(
        ctx: *const ::core::ffi::c_void,
        size: usize,
        name: *const ::core::ffi::c_char,
    ) -> *mut ::core::ffi::c_void;
    pub fn talloc_get_name(ptr: *const ::core::ffi::c_void) -> *const ::core::ffi::c_char;
    pub fn talloc_check_name(
        ptr: *const ::core::ffi::c_void,
        name: *const ::core::ffi::c_char,
    ) -> *mut ::core::ffi::c_void;
    pub fn talloc_parent(ptr: *const ::core::ffi::c_void) -> *mut ::core::ffi::c_void;
    pub fn talloc_parent_name(ptr: *const ::core::ffi::c_void) -> *const ::core::ffi::c_char;
    pub fn talloc_total_size(ptr: *const ::core::ffi::c_void) -> usize;
    pub fn talloc_total_blocks(ptr: *const ::core::ffi::c_void) -> usize;
    pub fn _talloc_memdup(
        t: *const ::core::ffi::c_void,
        p: *const ::core::ffi::c_void,
        size: usize,
        name: *const ::core::ffi::c_char,
    ) -> *mut ::core::ffi::c_void;
    pub fn _talloc_get_type_abort(
        ptr: *const ::core::ffi::c_void,
        name: *const ::core::ffi::c_char,
        location: *const ::core::ffi::c_char,
    ) -> *mut ::core::ffi::c_void;
    pub fn talloc_find_parent_byname(
        ctx: *const ::core::ffi::c_void,
        name: *const ::core::ffi::c_char,
    ) -> *mut ::core::ffi::c_void;
    pub fn talloc_pool(
        context: *const ::core::ffi::c_void,
        size: usize,
    ) -> *mut ::core::ffi::c_void;
    pub fn _talloc_pooled_object(
        ctx: *const ::core::ffi::c_void,
        type_size: usize,
        type_name: *const ::core::ffi::c_char,
        num_subobjects: ::core::ffi::c_uint,
        total_subobjects_size: usize,
    ) -> *mut ::core::ffi::c_void;
    pub fn talloc_increase_ref_count(ptr: *const ::core::ffi::c_void) -> ::core::ffi::c_int;
    pub fn talloc_reference_count(ptr: *const ::core::ffi::c_void) -> usize;
    pub fn _talloc_reference_loc(
        context: *const ::core::ffi::c_void,
        ptr: *const ::core::ffi::c_void,
        location: *const ::core::ffi::c_char,
    ) -> *mut ::core::ffi::c_void;
    pub fn talloc_unlink(
        context: *const ::core::ffi::c_void,
        ptr: *mut ::core::ffi::c_void,
    ) -> ::core::ffi::c_int;
    pub fn talloc_autofree_context() -> *mut ::core::ffi::c_void;
    pub fn talloc_get_size(ctx: *const ::core::ffi::c_void) -> usize;
    pub fn talloc_show_parents(context: *const ::core::ffi::c_void, file: *mut FILE);
    pub fn talloc_is_parent(
        context: *const ::core::ffi::c_void,
        ptr: *const ::core::ffi::c_void,
    ) -> ::core::ffi::c_int;
    pub fn talloc_reparent(
        old_parent: *const ::core::ffi::c_void,
        new_parent: *const ::core::ffi::c_void,
        ptr: *const ::core::ffi::c_void,
    ) -> *mut ::core::ffi::c_void;
    pub fn _talloc_array(
        ctx: *const ::core::ffi::c_void,
        el_size: usize,
        count: ::core::ffi::c_uint,
        name: *const ::core::ffi::c_char,
    ) -> *mut ::core::ffi::c_void;
    pub fn _talloc_zero_array(
        ctx: *const ::core::ffi::c_void,
        el_size: usize,
        count: ::core::ffi::c_uint,
        name: *const ::core::ffi::c_char,
    ) -> *mut ::core::ffi::c_void;
    pub fn _talloc_realloc_array(
        ctx: *const ::core::ffi::c_void,
        ptr: *mut ::core::ffi::c_void,
        el_size: usize,
        count: ::core::ffi::c_uint,
        name: *const ::core::ffi::c_char,
    ) -> *mut ::core::ffi::c_void;
    pub fn _talloc_realloc(
        context: *const ::core::ffi::c_void,
        ptr: *mut ::core::ffi::c_void,
        size: usize,
        name: *const ::core::ffi::c_char,
    ) -> *mut ::core::ffi::c_void;
    pub fn talloc_realloc_fn(
        context: *const ::core::ffi::c_void,
        ptr: *mut ::core::ffi::c_void,
        size: usize,
    ) -> *mut ::core::ffi::c_void;
    pub fn talloc_strdup(
        t: *const ::core::ffi::c_void,
        p: *const ::core::ffi::c_char,
    ) -> *mut ::core::ffi::c_char;
    pub fn talloc_strdup_append(
        s: *mut ::core::ffi::c_char,
        a: *const ::core::ffi::c_char,
    ) -> *mut ::core::ffi::c_char;
    pub fn talloc_strdup_append_buffer(
        s: *mut ::core::ffi::c_char,
        a: *const ::core::ffi::c_char,
    ) -> *mut ::core::ffi::c_char;
    pub fn talloc_strndup(
        t: *const ::core::ffi::c_void,
        p: *const ::core::ffi::c_char,
        n: usize,
    ) -> *mut ::core::ffi::c_char;
    pub fn talloc_strndup_append(
        s: *mut ::core::ffi::c_char,
        a: *const ::core::ffi::c_char,
        n: usize,
    ) -> *mut ::core::ffi::c_char;
    pub fn talloc_strndup_append_buffer(
        s: *mut ::core::ffi::c_char,
        a: *const ::core::ffi::c_char,
        n: usize,
    ) -> *mut ::core::ffi::c_char;
    pub fn talloc_vasprintf(
        t: *const ::core::ffi::c_void,
        fmt: *const ::core::ffi::c_char,
        ap: va_list,
    ) -> *mut ::core::ffi::c_char;
    pub fn talloc_vasprintf_append(
        s: *mut ::core::ffi::c_char,
        fmt: *const ::core::ffi::c_char,
        ap: va_list,
    ) -> *mut ::core::ffi::c_char;
    pub fn talloc_vasprintf_append_buffer(
        s: *mut ::core::ffi::c_char,
        fmt: *const ::core::ffi::c_char,
        ap: va_list,
    ) -> *mut ::core::ffi::c_char;
    pub fn talloc_asprintf(
        t: *const ::core::ffi::c_void,
        fmt: *const ::core::ffi::c_char,
        ...
    ) -> *mut ::core::ffi::c_char;
    pub fn talloc_asprintf_append(
        s: *mut ::core::ffi::c_char,
        fmt: *const ::core::ffi::c_char,
        ...
    ) -> *mut ::core::ffi::c_char;
    pub fn talloc_asprintf_append_buffer(
        s: *mut ::core::ffi::c_char,
        fmt: *const ::core::ffi::c_char,
        ...
    ) -> *mut ::core::ffi::c_char;
    pub fn talloc_report_depth_cb(
        ptr: *const ::core::ffi::c_void,
        depth: ::core::ffi::c_int,
        max_depth: ::core::ffi::c_int,
        callback: ::core::option::Option<
            unsafe extern "C" fn(
                ptr: *const ::core::ffi::c_void,
                depth: ::core::ffi::c_int,
                max_depth: ::core::ffi::c_int,
                is_ref: ::core::ffi::c_int,
                private_data: *mut ::core::ffi::c_void,
            ),
        >,
        private_data: *mut ::core::ffi::c_void,
    );
    pub fn talloc_report_depth_file(
        ptr: *const ::core::ffi::c_void,
        depth: ::core::ffi::c_int,
        max_depth: ::core::ffi::c_int,
        f: *mut FILE,
    );
    pub fn talloc_report_full(ptr: *const ::core::ffi::c_void, f: *mut FILE);
    pub fn talloc_report(ptr: *const ::core::ffi::c_void, f: *mut FILE);
    pub fn talloc_enable_null_tracking();
    pub fn talloc_enable_null_tracking_no_autofree();
    pub fn talloc_disable_null_tracking();
    pub fn talloc_enable_leak_report();
    pub fn talloc_enable_leak_report_full();
    pub fn talloc_set_abort_fn(
        abort_fn: ::core::option::Option<unsafe extern "C" fn(reason: *const ::core::ffi::c_char)>,
    );
    pub fn talloc_set_log_fn(
        log_fn: ::core::option::Option<unsafe extern "C" fn(message: *const ::core::ffi::c_char)>,
    );
    pub fn talloc_set_log_stderr();
    pub fn talloc_set_memlimit(
        ctx: *const ::core::ffi::c_void,
        max_size: usize,
    ) -> ::core::ffi::c_int;
}
