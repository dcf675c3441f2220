//! F2, M7: strings, and lists of them.

use core::ffi::{c_char, c_uint};

use talloc::{CStrRef, CtxRef, Error, Str, StrList, TBox};
use talloc_tests::{c, check_tree, reference, unlink};

use crate::shared::{refused, tt_string_without_nul};

unsafe extern "C" {
    safe fn tt_list(ctx: &CtxRef, count: c_uint) -> *mut *mut c_char;
    safe fn tt_padded_string(ctx: &CtxRef, text: CStrRef<'_>, room: c_uint) -> *mut c_char;
}

#[test]
fn m7_strings_are_checked_and_cut() {
    check_tree(|root| {
        let padded = tt_padded_string(root, c"padded".into(), 100);
        // SAFETY: C made it on the root.
        let text: TBox<'_, str> = unsafe { root.adopt(padded) }.expect("UTF-8");
        assert_eq!((&*text, TBox::as_ctx(&text).size()), ("padded", 7));
        assert_eq!(TBox::as_ctx(&text).name(), c"char");
        drop(text);

        let no_nul = tt_string_without_nul(root);
        // SAFETY: all bytes are initialised.
        let error = unsafe { root.adopt::<TBox<'_, str>>(no_nul.cast()) }.expect_err("no NUL");
        assert_eq!(error, Error::MissingNul { size: 5 });
        // SAFETY: C's, since it was refused.
        assert_eq!(unsafe { c::tt_free(no_nul.cast()) }, 0);

        let latin1 = tt_padded_string(root, c"\xe9t\xe9".into(), 10);
        assert!(matches!(refused::<TBox<'_, str>>(root, latin1.cast()), Error::InvalidUtf8(_)));
        // Any bytes do for a `Str`.
        let latin1 = tt_padded_string(root, c"\xe9t\xe9".into(), 10);
        // SAFETY: C made it on the root.
        let text: Str<'_> = unsafe { root.adopt(latin1) }.expect("not null");
        assert_eq!(text, c"\xe9t\xe9");
        text.free();

        let padded = tt_padded_string(root, c"shared".into(), 100);
        let holder = root.new_child();
        // SAFETY: C made it on the root; it is not used while it is adopted.
        unsafe {
            let same = CtxRef::from_ptr(padded.cast()).expect("not null");
            reference(&holder, same);
            let error = root.adopt::<TBox<'_, str>>(padded).expect_err("cannot be cut");
            assert_eq!(error, Error::Referenced);
            unlink(&holder, same);
            drop(root.adopt::<TBox<'_, str>>(padded));
        }
    });
}

#[test]
fn f2_lists_of_strings() {
    check_tree(|root| {
        for count in [0, 1, 20] {
            // SAFETY: C made it on the root.
            let list: StrList<'_> = unsafe { root.adopt(tt_list(root, count)) }.expect("a list");
            assert_eq!((list.len(), list.is_empty()), (count as usize, count == 0));
            assert_eq!(list.iter().last(), (count > 0).then(|| last(count)).as_deref());
            list.free();
            assert_eq!(root.total_blocks(), 1);
        }
    });
    fn last(count: c_uint) -> std::ffi::CString {
        std::ffi::CString::new(format!("host{}", count - 1)).expect("no NUL")
    }
}
