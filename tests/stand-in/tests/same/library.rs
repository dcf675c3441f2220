//! The functions of both libraries.

use core::ffi::{c_char, c_int, c_uint, c_void};

use talloc_stand_in as stand_in;
use talloc_sys as sys;

pub(crate) type Destructor = unsafe extern "C" fn(*mut c_void) -> c_int;
type Ptr = *const c_void;
type Name = *const c_char;
type Step = unsafe extern "C" fn(Ptr, c_int, c_int, c_int, *mut c_void);

macro_rules! library {
    ($($field:ident: $function:ident($($Argument:ty),*) $(-> $Result:ty)?;)*) => {
        pub(crate) struct Library {
            $(pub(crate) $field: unsafe extern "C" fn($($Argument),*) $(-> $Result)?,)*
        }

        /// libtalloc, and the stand-in. That both fit into one type says that the signatures are
        /// the same.
        pub(crate) static BOTH: [&Library; 2] = [
            &Library { $($field: sys::$function,)* },
            &Library { $($field: stand_in::$function,)* },
        ];
    };
}

library! {
    named: talloc_named_const(Ptr, usize, Name) -> *mut c_void;
    alloc: _talloc(Ptr, usize) -> *mut c_void;
    zero: _talloc_zero(Ptr, usize, Name) -> *mut c_void;
    array: _talloc_array(Ptr, usize, c_uint, Name) -> *mut c_void;
    memdup: _talloc_memdup(Ptr, Ptr, usize, Name) -> *mut c_void;
    strdup: talloc_strdup(Ptr, Name) -> *mut c_char;
    strndup: talloc_strndup(Ptr, Name, usize) -> *mut c_char;
    pool: talloc_pool(Ptr, usize) -> *mut c_void;
    pooled: _talloc_pooled_object(Ptr, usize, Name, c_uint, usize) -> *mut c_void;
    realloc: _talloc_realloc(Ptr, *mut c_void, usize, Name) -> *mut c_void;
    free: _talloc_free(*mut c_void, Name) -> c_int;
    free_children: talloc_free_children(*mut c_void);
    unlink: talloc_unlink(Ptr, *mut c_void) -> c_int;
    set_destructor: _talloc_set_destructor(Ptr, Option<Destructor>);
    steal: _talloc_steal_loc(Ptr, Ptr, Name) -> *mut c_void;
    reparent: talloc_reparent(Ptr, Ptr, Ptr) -> *mut c_void;
    reference: _talloc_reference_loc(Ptr, Ptr, Name) -> *mut c_void;
    references: talloc_reference_count(Ptr) -> usize;
    set_name: talloc_set_name_const(Ptr, Name);
    name: talloc_get_name(Ptr) -> Name;
    check_name: talloc_check_name(Ptr, Name) -> *mut c_void;
    parent_called: talloc_find_parent_byname(Ptr, Name) -> *mut c_void;
    parent: talloc_parent(Ptr) -> *mut c_void;
    is_parent: talloc_is_parent(Ptr, Ptr) -> c_int;
    size: talloc_get_size(Ptr) -> usize;
    total_size: talloc_total_size(Ptr) -> usize;
    total_blocks: talloc_total_blocks(Ptr) -> usize;
    walk: talloc_report_depth_cb(Ptr, c_int, c_int, Option<Step>, *mut c_void);
    report_full: talloc_report_full(Ptr, *mut sys::FILE);
    report: talloc_report(Ptr, *mut sys::FILE);
    set_memlimit: talloc_set_memlimit(Ptr, usize) -> c_int;
    set_log_fn: talloc_set_log_fn(Option<unsafe extern "C" fn(Name)>);
}
