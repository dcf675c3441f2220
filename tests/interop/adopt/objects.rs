//! F2, F3, D7, L5: single objects, as contexts, boxes and nodes.

use talloc::{Ctx, Error, Kept, Node, Str, TBox};
use talloc_tests::{Counted, Counts, c, check_tree, set_refusing};

use crate::shared::{OK, Point, find, free_children};

#[test]
fn f2_other_objects_as_contexts() {
    check_tree(|root| {
        // SAFETY: C made it on the root.
        let user = unsafe { c::tt_user_new(root.as_ptr(), c"any".as_ptr()) };
        // SAFETY: as before.
        let refused = unsafe { root.adopt::<Ctx<'_>>(user) };
        let found = 5 * size_of::<usize>();
        assert_eq!(refused.err(), Some(Error::WrongSize { expected: 0, found }));
        // SAFETY: as before; nobody looks at its content.
        let ctx: Ctx<'_> = unsafe { Ctx::from_raw_unchecked(user) };
        assert_eq!((ctx.name(), ctx.total_blocks()), (c"struct user", 5));
        // Deeper below is below, too.
        // SAFETY: C made it on a child of the root, which nobody moves.
        let point: TBox<'_, Point> =
            unsafe { root.adopt(c::tt_point_new(ctx.as_ptr(), 3, 4).cast()) }.expect("a point");
        assert_eq!(*point, Point { x: 3, y: 4 });
        drop(point);
        assert_eq!(ctx.total_blocks(), 5);
    });
}

#[test]
fn d7_an_adopted_object_that_refuses_to_go_stays_with_its_context() {
    check_tree(|root| {
        let user = find(root, OK).expect("found");
        set_refusing(user.as_ctx(), 1);
        let user = user.free().expect_err("refused").into_inner();
        assert_eq!(user.get().name, "found");
        drop(user);
        assert_eq!((c::tt_destructor_calls(), root.total_blocks()), (2, 1));
    });
}

#[test]
fn f3_an_adopted_node_with_drop_glue_drops_it_once() {
    talloc::node! {
        #[repr(C)]
        struct WithDrop<'t> as c"struct with_drop" {
            name: Option<Str<'t>>,
            value: Counted,
        }
    }
    let counts = Counts::new();
    check_tree(|root| {
        // What C would do with a callback that initialises its struct.
        let make = || {
            // SAFETY: new, and as large as the struct.
            unsafe {
                let chunk = talloc_sys::talloc_named_const(
                    root.as_ptr(),
                    size_of::<WithDrop<'_>>(),
                    c"struct with_drop".as_ptr(),
                );
                let chunk = chunk.cast::<WithDrop<'_>>();
                chunk.write(WithDrop { name: None, value: counts.value() });
                chunk
            }
        };
        // SAFETY: on the root, valid, and without a destructor.
        let node: Node<'_, WithDrop> = unsafe { root.adopt(make()) }.expect("named so");
        assert!(node.get().value.is_alive() && node.get().name.is_none());
        drop(node);
        assert_eq!(counts.dropped(), 1);
        // SAFETY: as above. It is dropped with its parent, by C.
        let _: Kept<'_, WithDrop> = unsafe { root.adopt(make()) }.expect("named so");
        free_children(root);
        assert_eq!(counts.dropped(), 2);
    });
    counts.assert_all_dropped(2);
}

#[test]
fn l5_what_borrows_from_the_context_cannot_be_lost_with_it() {
    // The borrow of an adopted object is that of the context: it may be stolen out.
    check_tree(|root| {
        let scratch = root.new_child();
        let user = find(&scratch, OK).expect("found").steal(root);
        drop(scratch);
        assert_eq!(user.get().name, "found");
    });
}
