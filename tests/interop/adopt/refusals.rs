//! F1, M6: what the checks refuse, which stays as it was and is still C's.

use core::ffi::CStr;
use core::ptr;

use talloc::{Adopt, Array, Ctx, CtxRef, Error, Kept, Node, Str, StrList, TBox};
use talloc_tests::{c, check_tree, set_memlimit};

use crate::shared::{Point, User, refused, tt_blob_null, tt_blob_of_string};

fn null_is_an_error<'c, H: Adopt<'c>>(ctx: &'c CtxRef) {
    // SAFETY: null is allowed.
    let adopted = unsafe { ctx.adopt::<H>(ptr::null_mut()) };
    assert_eq!(adopted.err(), Some(Error::Null));
}

#[test]
fn f1_null_is_an_error_for_each_type() {
    check_tree(|root| {
        null_is_an_error::<Ctx<'_>>(root);
        null_is_an_error::<TBox<'_, Point>>(root);
        null_is_an_error::<TBox<'_, [Point]>>(root);
        null_is_an_error::<TBox<'_, str>>(root);
        null_is_an_error::<Node<'_, User>>(root);
        null_is_an_error::<Kept<'_, User>>(root);
        null_is_an_error::<Array<'_, u32>>(root);
        null_is_an_error::<Str<'_>>(root);
        null_is_an_error::<StrList<'_>>(root);
        // SAFETY: null is allowed.
        unsafe {
            assert_eq!(root.adopt_slice::<u32>(ptr::null_mut(), 1).err(), Some(Error::Null));
            assert_eq!(root.adopt_blob(tt_blob_null(1)).err(), Some(Error::Null));
        }
    });
}

#[test]
fn f1_wrong_names_and_sizes_are_errors_and_the_object_stays() {
    check_tree(|root| {
        let wrong_type = |error| assert!(matches!(error, Error::WrongType { .. }), "{error:?}");
        // SAFETY: the root is live.
        let point = || unsafe { c::tt_point_new(root.as_ptr(), 1, 2) };
        let sized = |name: &'static CStr, size| {
            // SAFETY: the root is live and the name static.
            unsafe { talloc_sys::talloc_named_const(root.as_ptr(), size, name.as_ptr()) }
        };
        wrong_type(refused::<TBox<'_, u32>>(root, point()));
        wrong_type(refused::<TBox<'_, [u32]>>(root, point()));
        wrong_type(refused::<Node<'_, User>>(root, point()));
        wrong_type(refused::<Kept<'_, User>>(root, point()));
        assert_eq!(
            refused::<TBox<'_, Point>>(root, sized(c"struct point", 9)),
            Error::WrongSize { expected: 8, found: 9 }
        );
        assert_eq!(
            refused::<TBox<'_, [Point]>>(root, sized(c"struct point", 9)),
            Error::WrongSize { expected: 8, found: 9 }
        );
        assert_eq!(
            refused::<Node<'_, User>>(root, sized(c"struct user", size_of::<User<'_>>() - 1)),
            Error::WrongSize { expected: size_of::<User<'_>>(), found: size_of::<User<'_>>() - 1 }
        );
        assert_eq!(
            refused::<Array<'_, u32>>(root, sized(c"any", 6)),
            Error::WrongSize { expected: 4, found: 6 }
        );
        let text = tt_blob_of_string(root, c"struct point".into());
        // A string is no type, whatever it reads.
        wrong_type(refused::<TBox<'_, Point>>(root, text.as_ptr().cast_mut().cast()));
    });
}

#[test]
fn m6_plain_out_of_memory_in_a_type_name_does_not_matter() {
    // A wrong type's error is on Rust's heap, also where the context has no memory.
    check_tree(|root| {
        let limited = root.new_child();
        // SAFETY: C made it on the context.
        let point = unsafe { c::tt_point_new(limited.as_ptr(), 1, 2) };
        set_memlimit(&limited, 1);
        // SAFETY: refused by its name.
        let error = unsafe { limited.adopt::<Node<'_, User>>(point.cast()) }.err();
        assert!(matches!(error, Some(Error::WrongType { .. })));
    });
}
