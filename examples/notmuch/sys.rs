//! The part of `notmuch.h` that this example uses.
//!
//! The objects are opaque. Each is a talloc chunk, named as the library names its types.

use std::ffi::{c_char, c_int, c_uint};

use talloc::CStrRef;
use talloc::node::Family;

macro_rules! opaque {
    ($($name:ident = $c_name:literal, $destroy:ident;)*) => {$(
        talloc::node! {
            #[repr(C)]
            #[derive(Debug)]
            pub(crate) struct $name as $c_name { _opaque: [u8; 0] }
        }

        impl Opaque for $name {
            unsafe fn destroy(ptr: *mut Self) {
                // SAFETY: 1. duty 1.
                unsafe { $destroy(ptr) };
            }
        }
    )*};
}

/// A type with a function of the library that ends its objects.
pub(crate) trait Opaque: for<'t> Family<Of<'t> = Self> {
    /// # Safety
    ///
    /// 1. `ptr` is a live object of ours, which is used no more; neither is what is below it.
    unsafe fn destroy(ptr: *mut Self);
}

opaque! {
    Database = c"notmuch_database_t", notmuch_database_destroy;
    Query = c"notmuch_query_t", notmuch_query_destroy;
    // What a query finds; messages of a thread have another name.
    Messages = c"notmuch_mset_messages_t", notmuch_messages_destroy;
    Message = c"notmuch_message_t", notmuch_message_destroy;
    Tags = c"notmuch_tags_t", notmuch_tags_destroy;
}

pub(crate) const SUCCESS: c_int = 0;
pub(crate) const READ_ONLY_DATABASE: c_int = 2;
pub(crate) const XAPIAN_EXCEPTION: c_int = 3;
pub(crate) const FILE_ERROR: c_int = 4;
pub(crate) const FILE_NOT_EMAIL: c_int = 5;
pub(crate) const DUPLICATE_MESSAGE_ID: c_int = 6;
pub(crate) const TAG_TOO_LONG: c_int = 8;
pub(crate) const PATH_ERROR: c_int = 13;
pub(crate) const NO_DATABASE: c_int = 20;
pub(crate) const DATABASE_EXISTS: c_int = 21;

pub(crate) const READ_ONLY: c_int = 0;
pub(crate) const READ_WRITE: c_int = 1;

pub(crate) const OLDEST_FIRST: c_int = 0;

#[link(name = "notmuch")]
unsafe extern "C" {
    pub(crate) fn notmuch_status_to_string(status: c_int) -> CStrRef<'static>;

    pub(crate) fn notmuch_database_create_with_config(
        path: CStrRef<'_>,
        config: CStrRef<'_>,
        profile: Option<CStrRef<'_>>,
        database: *mut *mut Database,
        error: *mut *mut c_char,
    ) -> c_int;
    pub(crate) fn notmuch_database_open_with_config(
        path: CStrRef<'_>,
        mode: c_int,
        config: CStrRef<'_>,
        profile: Option<CStrRef<'_>>,
        database: *mut *mut Database,
        error: *mut *mut c_char,
    ) -> c_int;
    pub(crate) fn notmuch_database_destroy(database: *mut Database) -> c_int;
    pub(crate) fn notmuch_database_status_string(database: *const Database) -> *const c_char;
    pub(crate) fn notmuch_database_index_file(
        database: *mut Database,
        file: CStrRef<'_>,
        options: *mut c_char,
        message: *mut *mut Message,
    ) -> c_int;
    pub(crate) fn notmuch_database_find_message(
        database: *mut Database,
        id: CStrRef<'_>,
        message: *mut *mut Message,
    ) -> c_int;

    pub(crate) fn notmuch_query_create(database: *mut Database, text: CStrRef<'_>) -> *mut Query;
    pub(crate) fn notmuch_query_set_sort(query: *mut Query, sort: c_int);
    pub(crate) fn notmuch_query_count_messages(query: *mut Query, count: *mut c_uint) -> c_int;
    pub(crate) fn notmuch_query_search_messages(
        query: *mut Query,
        messages: *mut *mut Messages,
    ) -> c_int;
    fn notmuch_query_destroy(query: *mut Query);

    pub(crate) fn notmuch_messages_valid(messages: *mut Messages) -> c_int;
    pub(crate) fn notmuch_messages_get(messages: *mut Messages) -> *mut Message;
    pub(crate) fn notmuch_messages_move_to_next(messages: *mut Messages);
    fn notmuch_messages_destroy(messages: *mut Messages);

    pub(crate) fn notmuch_message_get_message_id(message: *mut Message) -> *const c_char;
    pub(crate) fn notmuch_message_get_header(
        message: *mut Message,
        header: CStrRef<'_>,
    ) -> *const c_char;
    pub(crate) fn notmuch_message_add_tag(message: *mut Message, tag: CStrRef<'_>) -> c_int;
    pub(crate) fn notmuch_message_remove_tag(message: *mut Message, tag: CStrRef<'_>) -> c_int;
    pub(crate) fn notmuch_message_get_tags(message: *mut Message) -> *mut Tags;
    fn notmuch_message_destroy(message: *mut Message);

    pub(crate) fn notmuch_tags_valid(tags: *mut Tags) -> c_int;
    pub(crate) fn notmuch_tags_get(tags: *mut Tags) -> *const c_char;
    pub(crate) fn notmuch_tags_move_to_next(tags: *mut Tags);
    fn notmuch_tags_destroy(tags: *mut Tags);
}

/// What the tests compare with what C says (`layout.c`).
#[allow(dead_code)]
pub(crate) fn layout() -> [c_int; 13] {
    [
        SUCCESS,
        READ_ONLY_DATABASE,
        XAPIAN_EXCEPTION,
        FILE_ERROR,
        FILE_NOT_EMAIL,
        DUPLICATE_MESSAGE_ID,
        TAG_TOO_LONG,
        PATH_ERROR,
        NO_DATABASE,
        DATABASE_EXISTS,
        READ_ONLY,
        READ_WRITE,
        OLDEST_FIRST,
    ]
}
