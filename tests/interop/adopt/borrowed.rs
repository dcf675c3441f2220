//! M3: pointers that C lends, as fields and arguments.

use core::ffi::c_char;
use core::ptr;

use talloc::{Blob, CStrRef, Items};

use crate::shared::{tt_blob_null, tt_length};

#[test]
fn m3_borrowed_pointers_of_c_are_one_or_two_words() {
    assert_eq!(size_of::<Option<CStrRef<'_>>>(), size_of::<*const c_char>());
    assert_eq!(size_of::<Option<Items<'_, u32>>>(), size_of::<*const u32>());
    assert_eq!(size_of::<Blob<'_>>(), 2 * size_of::<usize>());
    assert_eq!(tt_length(None), usize::MAX);
    assert_eq!(tt_length(Some(c"four".into())), 4);
    let text = CStrRef::from(c"four");
    assert_eq!(text.as_c_str().as_ptr(), text.as_ptr());
    assert_eq!((text == *"four", text == c"four", text.to_string()), (true, true, "four".into()));
    // Null is an empty blob whatever its length.
    assert!(tt_blob_null(7).is_empty() && tt_blob_null(0) == Blob::default());
    // SAFETY: null is allowed.
    unsafe {
        assert!(CStrRef::from_ptr(ptr::null()).is_none());
        assert!(Items::<u8>::from_ptr(ptr::null()).is_none());
        assert!(Blob::from_raw_parts(ptr::null(), 0).is_empty());
    }
}
