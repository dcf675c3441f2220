//! D7: C refuses the free, by a destructor or by a reference. The value is not
//! dropped while anyone can still reach it.

use talloc::{Ctx, CtxRef, Error, Rejected, TBox};
use talloc_tests::{Counted, Counts, check_tree, parent, reference, set_refusing, unlink};

talloc::node! {
    struct Plain<'t> {
        name: talloc::Str<'t>,
    }
}

talloc::node! {
    struct WithDrop<'t> {
        name: talloc::Str<'t>,
        value: Counted,
    }
}

fn handle<H>(result: Result<(), Rejected<H>>) -> H {
    let rejected = result.expect_err("refused");
    assert_eq!(*rejected.error(), Error::Refused);
    rejected.into_inner()
}

/// The same for a value of any shape: a destructor refuses, then a reference.
fn refused_twice_then_freed<'p, T: ?Sized>(
    root: &Ctx<'static>,
    object: TBox<'p, T>,
    counts: &Counts,
    check: impl Fn(&T),
) {
    let (made, before) = (counts.made(), counts.dropped());
    let (address, blocks) = (TBox::as_ptr(&object), root.total_blocks());
    let above = parent(TBox::as_ctx(&object));

    set_refusing(TBox::as_ctx(&object), 2);
    let object = handle(TBox::free(object));
    let object = handle(TBox::free(object));
    assert_eq!(talloc_tests::c::tt_destructor_calls(), 2);

    let holder = Ctx::named(c"holder");
    reference(&holder, TBox::as_ctx(&object));
    let object = handle(TBox::free(object));
    assert_eq!(talloc_tests::c::tt_destructor_calls(), 2);
    unlink(&holder, TBox::as_ctx(&object));
    drop(holder);

    // All is as it was, down to the last child.
    assert!(core::ptr::addr_eq(TBox::as_ptr(&object), address));
    assert_eq!(parent(TBox::as_ctx(&object)), above);
    assert_eq!((root.total_blocks(), counts.made(), counts.dropped()), (blocks, made, before));
    check(&object);

    TBox::free(object).expect("the destructor has agreed");
    assert_eq!(talloc_tests::c::tt_destructor_calls(), 3);
}

#[test]
fn d7_free_is_refused_small() {
    let counts = Counts::new();
    check_tree(|root| {
        let object = root.alloc(counts.value());
        refused_twice_then_freed(root, object, &counts, |value| assert!(value.is_alive()));
    });
    counts.assert_all_dropped(1);
}

#[test]
fn d7_free_is_refused_large() {
    let counts = Counts::new();
    check_tree(|root| {
        let object = root.alloc(counts.sized::<300>());
        refused_twice_then_freed(root, object, &counts, |value| assert!(value.is_alive()));
    });
    counts.assert_all_dropped(1);
}

#[test]
fn d7_free_is_refused_slice() {
    let counts = Counts::new();
    check_tree(|root| {
        let object = root.alloc_slice_fill_with(3, |_| counts.value());
        TBox::leak(TBox::as_ctx(&object).alloc(1_u8));
        refused_twice_then_freed(root, object, &counts, |values| {
            assert!(values.iter().all(Counted::is_alive));
        });
    });
    counts.assert_all_dropped(3);
}

#[test]
fn d7_free_is_refused_without_drop_glue() {
    let counts = Counts::new();
    check_tree(|root| {
        refused_twice_then_freed(root, root.alloc(7), &counts, |value| assert_eq!(*value, 7));
        let text = root.alloc_str("text");
        refused_twice_then_freed(root, text, &counts, |text| assert_eq!(text, "text"));
    });
    counts.assert_all_dropped(0);
}

#[test]
fn d7_into_inner_is_refused() {
    let counts = Counts::new();
    check_tree(|root| {
        let object = root.alloc(counts.value());
        set_refusing(TBox::as_ctx(&object), 1);
        let rejected = TBox::into_inner(object).expect_err("refused");
        assert_eq!(*rejected.error(), Error::Refused);
        let object = rejected.into_inner();
        assert!(object.is_alive());
        assert_eq!(counts.dropped(), 0);
        let value = TBox::into_inner(object).expect("the destructor has agreed");
        assert!(value.is_alive());
    });
    counts.assert_all_dropped(1);
}

fn node_refused<F: talloc::Family>(
    root: &Ctx<'static>,
    node: talloc::node::Node<'_, F>,
    destructor: bool,
) {
    let blocks = root.total_blocks();
    let mut node = node;
    if destructor {
        set_refusing(node.as_ctx(), 1);
        node = handle(node.free());
    }
    let holder = root.new_child();
    reference(&holder, node.as_ctx());
    node = handle(node.free());
    unlink(&holder, node.as_ctx());
    drop(holder);
    assert_eq!(root.total_blocks(), blocks);
    node.free().expect("nobody refuses any more");
}

#[test]
fn d7_free_is_refused_node() {
    let counts = Counts::new();
    check_tree(|root| {
        let plain = root.build::<Plain>(|t| Plain { name: t.strdup("plain").expect("no NUL") });
        assert_eq!(plain.get().name, "plain");
        node_refused(root, plain, true);
        let with_drop = root.build::<WithDrop>(|t| WithDrop {
            name: t.strdup("with drop").expect("no NUL"),
            value: counts.value(),
        });
        assert!(with_drop.get().value.is_alive());
        node_refused(root, with_drop, false);
    });
    counts.assert_all_dropped(1);
}

/// A dropped handle whose free was refused: the object stays with its parent.
fn dropped_while_referenced<T: ?Sized>(
    object: TBox<'_, T>,
    holder: &Ctx<'_>,
    counts: &Counts,
) -> *mut T {
    let (above, dropped) = (parent(TBox::as_ctx(&object)), counts.dropped());
    reference(holder, TBox::as_ctx(&object));
    let raw = TBox::as_ptr(&object);
    drop(object);
    assert_eq!(counts.dropped(), dropped);
    // SAFETY: the drop was refused, so that the object lives.
    let same = unsafe { CtxRef::from_ptr(raw.cast()) }.expect("not null");
    assert_eq!(parent(same), above);
    raw
}

#[test]
fn d7_drop_of_the_handle_is_refused_by_a_reference() {
    let counts = Counts::new();
    check_tree(|root| {
        let holder = Ctx::named(c"holder");
        let scratch = root.new_child();
        let small = dropped_while_referenced(scratch.alloc(counts.value()), &holder, &counts);
        let large =
            dropped_while_referenced(scratch.alloc(counts.sized::<300>()), &holder, &counts);
        let slice = dropped_while_referenced(
            scratch.alloc_slice_fill_with(2, |_| counts.value()),
            &holder,
            &counts,
        );
        // The parent goes; the holder of the references is the owner now.
        drop(scratch);
        assert_eq!((root.total_blocks(), holder.total_blocks()), (1, 4));
        // SAFETY: the three live below the holder, and their handles are gone.
        unsafe {
            assert!((*small).is_alive() && (*large).is_alive());
            assert!((&(*slice)).iter().all(Counted::is_alive));
        }
        // Who reaches an undropped value may still take it over.
        // SAFETY: the handles are gone, the holder is the parent.
        let (small, large, slice) = unsafe {
            (
                TBox::from_raw(small).expect("still a Counted"),
                TBox::from_raw(large).expect("still a Counted"),
                TBox::from_raw_unchecked(slice),
            )
        };
        drop((small, large, slice));
        assert_eq!(holder.total_blocks(), 1);
    });
    counts.assert_all_dropped(4);
}

#[test]
fn d7_drop_of_the_handle_is_refused_by_a_destructor() {
    let counts = Counts::new();
    check_tree(|root| {
        let scratch = root.new_child();
        let object = scratch.alloc(counts.value());
        let raw = TBox::as_ptr(&object);
        set_refusing(TBox::as_ctx(&object), 1);
        drop(object);
        assert_eq!((counts.dropped(), scratch.total_blocks()), (0, 2));
        // SAFETY: the object lives, since the free was refused.
        assert!(unsafe { (*raw).is_alive() });
        // SAFETY: its handle is gone; this takes the value out before the memory goes.
        let value = unsafe { raw.read() };
        // The destructor agrees now; nobody drops the value that was left to the parent.
        drop(scratch);
        assert_eq!((counts.dropped(), root.total_blocks()), (0, 1));
        drop(value);
    });
    counts.assert_all_dropped(1);
}

#[test]
fn d7_drop_of_a_node_is_refused_and_its_fields_go_with_the_last_owner() {
    let counts = Counts::new();
    check_tree(|root| {
        let holder = Ctx::named(c"holder");
        let scratch = root.new_child();
        let node = scratch.build::<WithDrop>(|t| WithDrop {
            name: t.strdup("node").expect("no NUL"),
            value: counts.value(),
        });
        assert_eq!(node.get().name, "node");
        reference(&holder, node.as_ctx());
        drop(node);
        assert_eq!((counts.dropped(), scratch.total_blocks()), (0, 3));
        drop(scratch);
        assert_eq!((counts.dropped(), holder.total_blocks()), (0, 3));
        drop(holder);
        assert_eq!(counts.dropped(), 1);
    });
    counts.assert_all_dropped(1);
}

#[test]
fn d7_a_kept_value_that_is_referenced_is_dropped_with_the_last_owner() {
    let counts = Counts::new();
    check_tree(|root| {
        let holder = Ctx::named(c"holder");
        let scratch = root.new_child();
        let object = scratch.alloc(counts.value());
        reference(&holder, TBox::as_ctx(&object));
        TBox::keep(object);
        drop(scratch);
        assert_eq!((counts.dropped(), holder.total_blocks()), (0, 2));
        drop(holder);
    });
    counts.assert_all_dropped(1);
}

#[test]
fn d7_free_of_a_context_is_refused() {
    check_tree(|root| {
        let ctx = root.new_child();
        set_refusing(&ctx, 1);
        let ctx = handle(ctx.free());
        let holder = root.new_child();
        reference(&holder, &ctx);
        let ctx = handle(ctx.free());
        unlink(&holder, &ctx);
        ctx.free().expect("nobody refuses any more");
    });
}

#[test]
fn d7_a_destructor_that_frees_or_adds_children_does_not_disturb_the_drop() {
    let counts = Counts::new();
    check_tree(|root| {
        for size in [1, 4] {
            let object = root.alloc_slice_fill_with(size, |_| counts.value());
            // SAFETY: the object is live; the destructor works on its children only.
            unsafe { talloc_tests::c::tt_set_freeing_children(TBox::as_ptr(&object).cast(), 0) };
            drop(object);
            assert_eq!(root.total_blocks(), 1);

            let object = root.alloc_slice_fill_with(size, |_| counts.value());
            talloc_tests::c::tt_log_clear();
            // SAFETY: as above.
            unsafe { talloc_tests::c::tt_set_adding_children(TBox::as_ptr(&object).cast()) };
            drop(object);
            assert_eq!(talloc_tests::c::tt_log_length(), 3);
        }
    });
    counts.assert_all_dropped(10);
}

#[test]
fn d7_a_destructor_that_frees_children_and_refuses_gets_no_second_drop() {
    let counts = Counts::new();
    check_tree(|root| {
        let scratch = root.new_child();
        let object = scratch.alloc_slice_fill_with(2, |_| counts.value());
        // SAFETY: the object is live; the destructor works on its children only.
        unsafe { talloc_tests::c::tt_set_freeing_children(TBox::as_ptr(&object).cast(), 1) };
        match TBox::free(object) {
            Ok(()) => {}
            Err(rejected) => {
                let object = rejected.into_inner();
                assert!(object.iter().all(Counted::is_alive));
                TBox::free(object).expect("the destructor has agreed");
            }
        }
    });
    counts.assert_all_dropped(2);
}
