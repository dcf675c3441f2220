//! D3: a `Drop` that panics. The chunk is freed all the same, the value is
//! dropped once, and nothing unwinds through C.

use std::panic::{AssertUnwindSafe, catch_unwind};

use talloc::{Ctx, CtxRef, TBox};
use talloc_tests::{Counts, PanicOnDrop, check_tree, check_tree_mut, dies_as};

talloc::node! {
    struct Bomb<'t> {
        name: talloc::Str<'t>,
        _bomb: PanicOnDrop,
    }
}

/// What a child process does, given a root.
type Part = fn(&mut Ctx<'static>, &Counts);

/// Runs `release` and asserts that the panic of `Drop` comes out of it.
#[track_caller]
fn panics(release: impl FnOnce()) {
    let payload = catch_unwind(AssertUnwindSafe(release)).expect_err("a panic");
    assert_eq!(payload.downcast_ref::<&str>(), Some(&"drop panics"));
}

#[test]
fn d3_drop_panics_through_the_handle_small() {
    let counts = Counts::new();
    check_tree(|root| {
        let object = root.alloc(counts.panicking());
        assert!(size_of_val(&*object) <= 256);
        panics(|| drop(object));
        assert_eq!(root.total_blocks(), 1);
    });
    counts.assert_all_dropped(1);
}

#[test]
fn d3_drop_panics_through_the_handle_large() {
    let counts = Counts::new();
    check_tree(|root| {
        let object = root.alloc(counts.panicking_sized::<300>());
        assert!(size_of_val(&*object) > 256);
        TBox::leak(TBox::as_ctx(&object).alloc(5_u8));
        panics(|| drop(object));
        assert_eq!(root.total_blocks(), 1);
    });
    counts.assert_all_dropped(1);
}

#[test]
fn d3_drop_panics_through_the_handle_slice() {
    let counts = Counts::new();
    check_tree(|root| {
        // The others are dropped as well, as in a Vec.
        let object = root.alloc_slice_fill_with(5, |index| {
            (index == 2).then(|| counts.panicking()).ok_or_else(|| counts.value())
        });
        panics(|| drop(object));
        assert_eq!(root.total_blocks(), 1);
    });
    counts.assert_all_dropped(5);
}

#[test]
fn d3_drop_panics_through_free() {
    let counts = Counts::new();
    check_tree(|root| {
        let small = root.alloc(counts.panicking());
        let large = root.alloc(counts.panicking_sized::<1000>());
        let slice = root.alloc_slice_fill_with(1, |_| counts.panicking());
        panics(|| TBox::free(small).expect("not refused"));
        panics(|| TBox::free(large).expect("not refused"));
        panics(|| TBox::free(slice).expect("not refused"));
        assert_eq!(root.total_blocks(), 1);
    });
    counts.assert_all_dropped(3);
}

#[test]
fn d3_drop_panics_at_the_sizes_where_the_ways_part() {
    let counts = Counts::new();
    check_tree(|root| {
        fn one<const N: usize>(root: &CtxRef, counts: &Counts, size: usize) {
            let object = root.alloc(counts.panicking_sized::<N>());
            assert_eq!(size_of_val(&*object), size);
            panics(|| drop(object));
        }
        const OTHERS: usize = size_of::<PanicOnDrop>();
        one::<{ 248 - OTHERS }>(root, &counts, 248);
        one::<{ 256 - OTHERS }>(root, &counts, 256);
        one::<{ 264 - OTHERS }>(root, &counts, 264);
    });
    counts.assert_all_dropped(3);
}

#[test]
fn d3_drop_panics_and_the_other_children_are_still_freed() {
    let counts = Counts::new();
    check_tree(|root| {
        for size in [0, 1] {
            let parent = root.alloc_slice_fill_with(size, |_| counts.panicking());
            TBox::keep(TBox::as_ctx(&parent).alloc(counts.value()));
            if size == 0 { drop(parent) } else { panics(|| drop(parent)) }
        }
        assert_eq!(root.total_blocks(), 1);
    });
    counts.assert_all_dropped(3);
}

#[test]
fn d3_drop_of_a_replaced_value_panics_and_the_new_one_is_there() {
    let counts = Counts::new();
    check_tree(|root| {
        let mut object = root.alloc(Some(counts.panicking()));
        panics(|| *object = None);
        assert!(object.is_none());
    });
    counts.assert_all_dropped(1);
}

#[test]
#[cfg_attr(miri, ignore = "starts a process")]
fn d3_keep_drop_panics_and_the_process_aborts() {
    let test = "d3_keep_drop_panics_and_the_process_aborts";
    let parts: [(&str, Part); 4] = [
        ("free_children", |root, counts| {
            TBox::keep(root.alloc(counts.panicking()));
            root.free_children();
        }),
        ("drop of the parent", |root, counts| {
            let parent = root.new_child();
            TBox::keep(parent.alloc(counts.panicking_sized::<300>()));
            drop(parent);
        }),
        ("array", |root, counts| {
            TBox::keep(root.alloc_slice_fill_with(2, |_| counts.panicking()));
            root.free_children();
        }),
        ("C frees", |root, counts| {
            let object: *mut PanicOnDrop = TBox::keep(root.alloc(counts.panicking()));
            // SAFETY: the object was given to its parent; nobody uses it.
            unsafe { talloc_tests::c::tt_free(object.cast()) };
        }),
    ];
    for (part, body) in parts {
        dies_as(test, part, || check_tree_mut(|root| body(root, &Counts::new())))
            .assert_abort("drop panics");
    }
}

#[test]
#[cfg_attr(miri, ignore = "starts a process")]
fn d3_node_drop_panics_and_the_process_aborts() {
    let test = "d3_node_drop_panics_and_the_process_aborts";
    for part in ["drop", "free", "parent"] {
        dies_as(test, part, || {
            check_tree_mut(|root| {
                let counts = Counts::new();
                let node = root.build::<Bomb>(|t| Bomb {
                    name: t.strdup("bomb").expect("no NUL"),
                    _bomb: counts.panicking(),
                });
                assert_eq!(node.get().name, "bomb");
                match part {
                    "drop" => drop(node),
                    "free" => node.free().expect("not refused"),
                    _ => {
                        node.keep();
                        root.free_children();
                    }
                }
            });
        })
        .assert_abort("drop panics");
    }
}

#[test]
#[cfg_attr(miri, ignore = "starts a process")]
fn d3_drop_panics_while_unwinding_and_the_process_aborts() {
    let test = "d3_drop_panics_while_unwinding_and_the_process_aborts";
    let parts: [(&str, Part); 3] = [
        ("small", |root, counts| {
            let _object = root.alloc(counts.panicking());
            panic!("first");
        }),
        ("large", |root, counts| {
            let _object = root.alloc(counts.panicking_sized::<300>());
            panic!("first");
        }),
        ("slice", |root, counts| {
            let _object = root.alloc_slice_fill_with(2, |_| counts.panicking());
            panic!("first");
        }),
    ];
    for (part, body) in parts {
        let death = dies_as(test, part, || check_tree_mut(|root| body(root, &Counts::new())));
        death.assert_abort("first");
        death.assert_abort("drop panics");
    }
}

#[test]
fn d3_unwinding_past_handles_frees_them() {
    let counts = Counts::new();
    check_tree(|root| {
        let unwound = catch_unwind(AssertUnwindSafe(|| {
            let child = root.new_child();
            let _small = child.alloc(counts.value());
            let _large = root.alloc(counts.sized::<300>());
            let _slice = root.alloc_slice_fill_with(3, |_| counts.value());
            TBox::keep(child.alloc(counts.value()));
            let _text = talloc::format!(root, "{}", 1);
            panic!("elsewhere");
        }));
        assert!(unwound.is_err());
        assert_eq!(root.total_blocks(), 1);
    });
    counts.assert_all_dropped(6);
}
