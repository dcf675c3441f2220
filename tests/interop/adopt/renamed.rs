//! F5: structs that C did not name after their type.

use core::ffi::{CStr, c_char, c_int};

use talloc::{CtxRef, Error, Kept, Node, Renamed, TBox};
use talloc_tests::check_tree;

use crate::shared::{Point, User, free_children, refused};

const RENAMED: c_int = 4;
const BY_CONTENT: c_int = 5;
const TOO_SMALL: c_int = 6;
const TOO_LARGE: c_int = 7;
const NOTHING: c_int = 8;

unsafe extern "C" {
    fn tt_unnamed_user<'c>(ctx: &'c CtxRef, how: c_int, name: *const c_char) -> *mut User<'c>;
    safe fn tt_unnamed_points(ctx: &CtxRef, bytes: usize) -> *mut Point;
}

fn unnamed(ctx: &CtxRef, how: c_int) -> *mut User<'_> {
    // SAFETY: the text has a NUL.
    unsafe { tt_unnamed_user(ctx, how, c"anna".as_ptr()) }
}

fn adopt(ctx: &CtxRef, how: c_int) -> Result<Node<'_, User<'_>>, Error> {
    // SAFETY: 1 to 6. A new `struct user` on `ctx`, one of another size, or NULL.
    let user = unsafe { ctx.adopt::<Renamed<Node<'_, User<'_>>>>(unnamed(ctx, how)) };
    user.map(|Renamed(user)| user)
}

#[test]
fn f5_a_struct_of_any_name_gets_its_own() {
    check_tree(|root| {
        for how in 0..=BY_CONTENT {
            // By its name it is none.
            assert!(matches!(
                refused::<Node<'_, User<'_>>>(root, unnamed(root, how).cast()),
                Error::WrongType { .. }
            ));
            let mut user = adopt(root, how).expect("a user");
            assert_eq!(user.as_ctx().name(), c"struct user");
            assert_eq!((user.get().name.as_str(), user.get().id), ("anna", 7));
            user.with_mut(|t, user| user.name.set(t, "berta")).expect("no NUL");
            // From now on it is one, also by its name.
            let raw = user.into_raw();
            // SAFETY: 1 to 6. It comes from `into_raw`.
            let user = unsafe { Node::<User<'_>>::from_raw(raw) }.expect("a user");
            assert_eq!(user.get().name, "berta");
            // A name that C gave in a child of its own goes with the object.
            assert_eq!(root.total_blocks(), 4 + usize::from(how == RENAMED));
            drop(user);
            assert_eq!(root.total_blocks(), 1);
        }
    });
}

#[test]
fn f5_what_has_another_size_stays_as_it_was() {
    check_tree(|root| {
        let expected = size_of::<User<'_>>();
        for (how, found) in [(TOO_SMALL, expected - 1), (TOO_LARGE, expected + 1)] {
            let user = unnamed(root, how).cast();
            assert_eq!(
                refused::<Renamed<Node<'_, User<'_>>>>(root, user),
                Error::WrongSize { expected, found }
            );
            let user = unnamed(root, how).cast();
            assert!(matches!(
                refused::<Renamed<TBox<'_, Point>>>(root, user),
                Error::WrongSize { .. }
            ));
        }
        assert_eq!(adopt(root, NOTHING).err(), Some(Error::Null));
        // SAFETY: null is allowed.
        let none =
            unsafe { root.adopt::<Option<Renamed<Node<'_, User<'_>>>>>(unnamed(root, NOTHING)) };
        assert!(none.expect("NULL is fine").is_none());
    });
}

#[test]
fn f5_kept_boxes_and_arrays() {
    check_tree(|root| {
        // SAFETY: 1 to 6. A new `struct user` on the root.
        let kept = unsafe { root.adopt::<Renamed<Kept<'_, User<'_>>>>(unnamed(root, 0)) };
        let Renamed(kept) = kept.expect("a user");
        assert_eq!((kept.get().id, kept.as_ctx().name()), (7, c"struct user"));
        kept.free();

        // SAFETY: 1 to 6. A copy of a `struct point` on the root.
        let point = unsafe { root.adopt::<Renamed<TBox<'_, Point>>>(tt_unnamed_points(root, 8)) };
        let Renamed(point) = point.expect("a point");
        assert_eq!((*point, TBox::as_ctx(&point).name()), (Point { x: 1, y: 2 }, c"struct point"));

        // SAFETY: 1 to 6. A copy of points on the root.
        let points =
            unsafe { root.adopt::<Renamed<TBox<'_, [Point]>>>(tt_unnamed_points(root, 24)) };
        let Renamed(points) = points.expect("points");
        assert_eq!((points.len(), points[2]), (3, Point { x: 5, y: 6 }));
        assert_eq!(TBox::as_ctx(&points).name(), c"struct point");
        let half = tt_unnamed_points(root, 12).cast();
        assert_eq!(
            refused::<Renamed<TBox<'_, [Point]>>>(root, half),
            Error::WrongSize { expected: 8, found: 12 }
        );

        // SAFETY: 1. As before, with so many in use.
        let used = unsafe { root.adopt_slice_renamed(tt_unnamed_points(root, 64), 2) };
        let used = used.expect("points");
        assert_eq!((&*used, TBox::as_ctx(&used).size()), (&points[..2], 16));
        // SAFETY: 1. As before, with fewer than the count.
        let fewer = unsafe { root.adopt_slice_renamed(tt_unnamed_points(root, 8), 2) };
        assert_eq!(fewer.err(), Some(Error::WrongSize { expected: 16, found: 8 }));
        drop((point, points, used));
        free_children(root);
    });
}

/// What is opaque has no size that could be wrong.
#[test]
fn f5_an_opaque_struct() {
    talloc::node! { #[repr(C)] struct Opaque as c"struct opaque" { _opaque: [u8; 0] } }
    check_tree(|root| {
        // SAFETY: 1 to 6. A new object on the root, of which nothing is read.
        let opaque = unsafe { root.adopt::<Renamed<Node<'_, Opaque>>>(unnamed(root, 0).cast()) };
        let Renamed(opaque) = opaque.expect("an object");
        let name: &CStr = opaque.as_ctx().name();
        assert_eq!((name, opaque.as_ctx().total_blocks()), (c"struct opaque", 3));
    });
}
