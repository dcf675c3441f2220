//! R1 to R6: values with several owners.

use std::cell::RefCell;

use talloc::{Ctx, CtxRef, Error, Shared, TBox};
use talloc_tests::{Counted, Counts, check_tree, dies, reference, set_memlimit, unlink};

/// All orders of dropping four handles.
fn orders() -> Vec<Vec<usize>> {
    let mut all = vec![vec![]];
    for next in 0..4 {
        all = all
            .into_iter()
            .flat_map(|order: Vec<usize>| {
                (0..=order.len()).map(move |place| {
                    let mut order = order.clone();
                    order.insert(place, next);
                    order
                })
            })
            .collect();
    }
    all
}

#[test]
fn r1_unique_access_only_when_alone() {
    let counts = Counts::new();
    check_tree(|root| {
        let mut one = root.alloc_shared(counts.value());
        assert!(Shared::get_mut(&mut one).is_some());
        let two = Shared::clone_in(&one, root);
        let three = Shared::clone_in(&two, root);
        assert_eq!((Shared::owners(&one), Shared::owners(&three)), (3, 3));
        assert!(Shared::ptr_eq(&one, &three) && Shared::as_ptr(&one) == Shared::as_ptr(&two));
        assert!(!Shared::ptr_eq(&root.alloc_shared(1), &root.alloc_shared(1)));
        assert!(Shared::get_mut(&mut one).is_none());
        drop(one);
        let mut two = Shared::into_box(two, root).expect_err("there is another owner");
        assert!(Shared::get_mut(&mut two).is_none());
        drop(three);
        assert_eq!(Shared::owners(&two), 1);
        *Shared::get_mut(&mut two).expect("alone") = counts.value();
        assert_eq!(counts.dropped(), 1);
        assert!(two.is_alive());
    });
    counts.assert_all_dropped(2);
}

#[test]
fn r1_a_sole_owner_takes_the_object_back() {
    let counts = Counts::new();
    check_tree(|root| {
        let elsewhere = Ctx::new();
        let one = root.alloc_shared(counts.value());
        let two = Shared::clone_in(&one, &elsewhere);
        let address = Shared::as_ptr(&one);
        // The handle that only had a reference is the owner by now.
        drop(one);
        let object: TBox<'_, Counted> = Shared::into_box(two, root).expect("alone");
        assert_eq!(TBox::as_ptr(&object), address);
        assert_eq!((root.total_blocks(), elsewhere.total_blocks()), (2, 1));
        drop(elsewhere);
        assert_eq!(counts.dropped(), 0);
        // A box drops its value by itself; a destructor left behind would be a second time.
        drop(object);
        assert_eq!(counts.dropped(), 1);
    });
    counts.assert_all_dropped(1);
}

#[test]
fn r2_handles_are_dropped_in_every_order() {
    for order in orders() {
        let counts = Counts::new();
        check_tree(|root| {
            let first = root.alloc_shared(counts.value());
            let mut handles = vec![first];
            for from in [0, 0, 2] {
                let next = Shared::clone_in(&handles[from], root);
                handles.push(next);
            }
            let mut handles: Vec<Option<Shared<'_, Counted>>> =
                handles.into_iter().map(Some).collect();
            for (gone, &index) in order.iter().enumerate() {
                let left = 4 - gone;
                for handle in handles.iter().flatten() {
                    assert_eq!(Shared::owners(handle), left, "{order:?}");
                    assert!(handle.is_alive());
                }
                assert_eq!(counts.dropped(), 0, "{order:?}");
                handles[index] = None;
            }
            assert_eq!(counts.dropped(), 1, "{order:?}");
            assert_eq!(root.total_blocks(), 1, "{order:?}");
        });
        counts.assert_all_dropped(1);
    }
}

#[test]
fn r2_contexts_go_in_every_order() {
    for order in orders() {
        let counts = Counts::new();
        let mut contexts: Vec<Option<Ctx<'static>>> = (0..4).map(|_| Some(Ctx::new())).collect();
        {
            let ctx = |index: usize| -> &CtxRef { contexts[index].as_deref().expect("a context") };
            let first = ctx(0).alloc_shared(counts.value());
            for index in 1..4 {
                std::mem::forget(Shared::clone_in(&first, ctx(index)));
            }
            // Forgotten handles keep their shares until their contexts go.
            std::mem::forget(first);
        }
        for (gone, &index) in order.iter().enumerate() {
            assert_eq!(counts.dropped(), 0, "{order:?}, {gone}");
            contexts[index] = None;
        }
        assert_eq!(counts.dropped(), 1, "{order:?}");
        counts.assert_all_dropped(1);
    }
}

#[test]
fn r2_the_context_of_the_original_goes_first() {
    let counts = Counts::new();
    check_tree(|root| {
        let kept = {
            let request = root.new_child();
            let deep = request.new_child();
            let ours = deep.alloc_shared(counts.value());
            Shared::clone_in(&ours, root)
        };
        assert_eq!(Shared::owners(&kept), 1);
        assert!(kept.is_alive());
        // The claim of the handle and the object.
        assert_eq!(root.total_blocks(), 3);
    });
    counts.assert_all_dropped(1);
}

#[test]
fn r3_one_context_refers_many_times_and_each_share_counts_once() {
    let counts = Counts::new();
    check_tree(|root| {
        let first = root.alloc_shared(counts.value());
        let mut many: Vec<_> = (0..100).map(|_| Shared::clone_in(&first, root)).collect();
        assert_eq!(Shared::owners(&first), 101);
        many.truncate(50);
        assert_eq!(Shared::owners(&first), 51);
        drop(first);
        assert_eq!(Shared::owners(&many[0]), 50);
        let last = many.swap_remove(25);
        drop(many);
        assert_eq!((Shared::owners(&last), counts.dropped()), (1, 0));
    });
    counts.assert_all_dropped(1);
}

/// A value that can hold handles of its own kind.
struct Link {
    _value: Counted,
    next: RefCell<Vec<Shared<'static, Link>>>,
}

#[test]
fn r4_a_loop_leaks_until_it_is_cut() {
    let counts = Counts::new();
    // A handle within a value cannot borrow, so its parent is a root for good.
    let root: &'static CtxRef = Ctx::named(c"loop").leak();
    let link = || root.alloc_shared(Link { _value: counts.value(), next: RefCell::default() });
    let (a, b) = (link(), link());
    a.next.borrow_mut().push(Shared::clone_in(&b, root));
    b.next.borrow_mut().push(Shared::clone_in(&a, root));
    a.next.borrow_mut().push(Shared::clone_in(&a, root));
    drop(b);
    assert_eq!((Shared::owners(&a), counts.dropped()), (3, 0));
    // Cutting it inside out: b goes with its handle, and its share of a with it.
    let cut = a.next.take();
    drop(cut);
    assert_eq!((Shared::owners(&a), counts.dropped()), (1, 1));
    drop(a);
    counts.assert_all_dropped(2);
    assert_eq!(root.total_blocks(), 1);
    // SAFETY: nothing borrows the root any more, and only this test knows it.
    drop(unsafe { Ctx::from_raw(root.as_ptr()) });
}

#[test]
fn r6_a_share_is_stolen() {
    let counts = Counts::new();
    check_tree(|root| {
        let (one, two) = (Ctx::new(), Ctx::new());
        let owner = one.alloc_shared(counts.value());
        let other = Shared::clone_in(&owner, &one);
        let owner = Shared::steal(owner, &two);
        let other = Shared::steal(other, root);
        drop(one);
        assert_eq!((Shared::owners(&owner), owner.is_alive()), (2, true));
        drop(owner);
        drop(two);
        assert_eq!((Shared::owners(&other), other.is_alive()), (1, true));
    });
    counts.assert_all_dropped(1);
}

#[test]
fn r6_c_refers_to_a_shared_object() {
    let counts = Counts::new();
    check_tree(|root| {
        let holder = root.new_child();
        let mut ours = root.alloc_shared(counts.value());
        // SAFETY: the object is live as long as the handle.
        let object = unsafe { CtxRef::from_ptr(Shared::as_ptr(&ours).cast()) }.expect("not null");
        reference(&holder, object);
        assert_eq!(Shared::owners(&ours), 2);
        assert!(Shared::get_mut(&mut ours).is_none());
        unlink(&holder, object);
        assert!(Shared::get_mut(&mut ours).is_some());
        reference(&holder, object);
        drop(ours);
        // C is the owner now: the value lives until it lets go.
        assert_eq!(counts.dropped(), 0);
        assert_eq!(holder.total_blocks(), 2);
        drop(holder);
        assert_eq!(counts.dropped(), 1);
    });
    counts.assert_all_dropped(1);
}

#[test]
fn r2_a_share_that_outlives_c_is_alone_again() {
    let counts = Counts::new();
    check_tree(|root| {
        let holder = root.new_child();
        let first = root.alloc_shared(counts.value());
        // SAFETY: the object is live as long as there is a handle.
        let object = unsafe { CtxRef::from_ptr(Shared::as_ptr(&first).cast()) }.expect("not null");
        let mut second = Shared::clone_in(&first, root);
        // The newest reference is C's, so C inherits the object.
        reference(&holder, object);
        drop(first);
        assert_eq!(Shared::owners(&second), 2);
        assert!(Shared::get_mut(&mut second).is_none());
        drop(holder);
        assert!(Shared::get_mut(&mut second).is_some());
    });
    counts.assert_all_dropped(1);
}

#[test]
#[cfg_attr(miri, ignore = "starts a process")]
fn d3_the_drop_of_a_shared_value_panics() {
    let death = dies("d3_the_drop_of_a_shared_value_panics", || {
        let counts = Counts::new();
        let root = Ctx::new();
        let one = root.alloc_shared(counts.panicking());
        let two = Shared::clone_in(&one, &root);
        drop(one);
        drop(two);
    });
    death.assert_abort("drop panics");
}

#[test]
fn m6_no_memory_for_a_share() {
    let counts = Counts::new();
    check_tree(|root| {
        let limited = root.new_child();
        let ours = root.alloc_shared(counts.value());
        // Room for nothing, then for the claim without its reference.
        for room in [1, 150 * size_of::<usize>() / 8] {
            set_memlimit(&limited, room);
            let error = Shared::try_clone_in(&ours, &limited).map(drop).expect_err("no memory");
            assert!(matches!(error, Error::OutOfMemory { .. }), "{error:?}");
            assert_eq!((limited.total_blocks(), Shared::owners(&ours)), (1, 1));

            let error = limited.try_alloc_shared(counts.value()).map(drop).expect_err("no memory");
            assert!(matches!(error, Error::OutOfMemory { .. }), "{error:?}");
            assert_eq!(limited.total_blocks(), 1);

            // The object comes back with the error.
            let object = root.alloc(7);
            set_memlimit(&limited, 1);
            let rejected = Shared::try_from_box_in(object, &limited).expect_err("no memory");
            assert_eq!(*rejected.into_inner(), 7);
        }
    });
    counts.assert_all_dropped(3);
}

#[test]
fn costs_do_not_grow_with_the_siblings() {
    let blocks = check_tree(|root| {
        let first = root.alloc_shared(1);
        let mut shares: Vec<_> = (0..64_000).map(|_| Shared::clone_in(&first, root)).collect();
        let blocks = root.total_blocks();
        // The holder of the object goes each time, among siblings that are newer.
        drop(first);
        while shares.len() > 1 {
            let last = shares.swap_remove(0);
            drop(last);
        }
        assert_eq!(Shared::owners(&shares[0]), 1);
        blocks
    });
    assert_eq!(blocks, 1 + 1 + 64_001);
}
