//! F1, F2, D4: objects that C stores through a pointer, beside a status.

use core::ffi::c_int;

use talloc::{Ctx, Error, Kept, Node, StrList};
use talloc_tests::check_tree;

use crate::shared::{Failure, OK, Point, User, find, free_children, status, tt_user_find};

const FAILS: c_int = 1;
const FAILS_WITH_RUBBISH: c_int = 2;
const FAILS_WITH_FREED: c_int = 3;
const OK_WITH_NULL: c_int = 4;
const OK_WITH_ANOTHER: c_int = 5;

#[test]
fn f2_an_out_parameter_with_status_0_is_adopted() {
    check_tree(|root| {
        let mut user = find(root, OK).expect("found");
        assert_eq!((user.get().name.to_bytes(), user.get().id), (&b"found"[..], 7));
        assert_eq!(*user.get().groups, [100, 27]);
        assert_eq!(user.get().hosts.as_ref().map(StrList::len), Some(1));
        assert!(user.get().friend_of.is_none());
        user.with_mut(|t, user| user.name.set(t, "changed")).expect("no NUL");
        drop(user);
        assert_eq!(root.total_blocks(), 1);
        // As a kept one, it belongs to the context.
        let keep = || {
            // SAFETY: as in `find`.
            unsafe {
                root.adopt_out::<Kept<'_, User>, _>(|out| status(tt_user_find(root, OK, out)))
            }
            .expect("found")
        };
        assert_eq!(keep().get().name, "found");
        let stolen = Ctx::new();
        let node = keep().steal(&stolen);
        assert_eq!((root.total_blocks(), stolen.total_blocks()), (6, 6));
        drop(node);
        free_children(root);
    });
}

#[test]
fn f2_with_an_error_status_the_out_parameter_is_not_looked_at() {
    check_tree(|root| {
        for (how, code) in [(FAILS, 2), (FAILS_WITH_RUBBISH, 22), (FAILS_WITH_FREED, 5)] {
            assert_eq!(find(root, how).err(), Some(Failure::Status(code)));
            assert_eq!(root.total_blocks(), 1);
        }
    });
}

#[test]
fn f1_success_with_null_or_another_type_is_an_error() {
    check_tree(|root| {
        assert_eq!(find(root, OK_WITH_NULL).err(), Some(Failure::Talloc(Error::Null)));
        let Err(Failure::Talloc(error)) = find(root, OK_WITH_ANOTHER) else { panic!("a point") };
        let text = r#"the object is named "struct point", expected "struct user""#;
        assert_eq!(error.to_string(), text);
        // The point stays with the context.
        assert_eq!((root.total_blocks(), root.total_size()), (2, size_of::<Point>()));
        free_children(root);
    });
}

#[test]
fn d4_a_panic_of_the_closure_leaves_the_object_to_the_context() {
    check_tree(|root| {
        let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            // SAFETY: the closure does not return.
            let _: Result<Node<'_, User>, Failure> = unsafe {
                root.adopt_out(|out| {
                    tt_user_find(root, OK, out);
                    panic!("half-way")
                })
            };
        }));
        assert!(caught.is_err());
        assert_eq!(root.total_blocks(), 6);
        free_children(root);
    });
}
