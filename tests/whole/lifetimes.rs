//! L: what the borrow checker leaves to the run time. The other halves are in `ui`.

use std::cell::Cell;

use talloc::{Ctx, CtxRef, TBox, TString};
use talloc_tests::{Counts, check_tree, check_tree_mut, parent};

#[test]
fn l1_children_go_before_or_with_their_context() {
    let counts = Counts::new();
    check_tree(|root| {
        let child = root.new_child();
        let first = child.alloc(counts.value());
        let second = child.alloc(counts.value());
        assert!(first.is_alive() && second.is_alive());
        drop(first);
        assert_eq!((counts.dropped(), child.total_blocks()), (1, 2));
        drop(second);
        assert_eq!((counts.dropped(), child.total_blocks()), (2, 1));
        let _left_to_the_child: &mut u32 = TBox::leak(child.alloc(1));
        assert_eq!(root.total_blocks(), 3);
        drop(child);
        assert_eq!(root.total_blocks(), 1);
    });
    counts.assert_all_dropped(2);
}

#[test]
fn l2_a_root_moves_with_everything_below_it() {
    fn make() -> (Ctx<'static>, *const u32) {
        let ctx = Ctx::new();
        let number: *const u32 = TBox::leak(ctx.alloc(5));
        (ctx, number)
    }
    let (ctx, number) = make();
    let boxed = Box::new(ctx);
    assert_eq!(boxed.total_blocks(), 2);
    // SAFETY: the number lives as long as its context.
    assert_eq!(unsafe { *number }, 5);
    boxed.free().expect("nobody else owns it");
}

#[test]
fn l3_an_error_is_moved_to_the_callers_context_before_it_is_returned() {
    fn work(ctx: &CtxRef) -> Result<u32, TString<'_>> {
        let scratch = ctx.new_child();
        let error = talloc::format!(scratch, "no {}", "luck");
        Err(error.steal(ctx))
    }
    check_tree(|root| {
        let error = work(root).unwrap_err();
        assert_eq!(error, "no luck");
        assert_eq!(root.total_blocks(), 2);
    });
}

#[test]
fn l4_references_by_keep_and_leak_are_good_until_the_parent_is_emptied() {
    let counts = Counts::new();
    check_tree_mut(|root| {
        for round in 1..=3 {
            let kept = TBox::keep(root.alloc(counts.value()));
            let leaked: &mut [u16] = TBox::leak(root.alloc_slice_copy(&[1, 2]));
            leaked[0] = 9;
            assert!(kept.is_alive());
            assert_eq!(leaked, [9, 2]);
            root.free_children();
            assert_eq!((counts.dropped(), root.total_blocks()), (round, 1));
        }
    });
    counts.assert_all_dropped(3);
}

#[test]
fn l4_a_context_below_a_context_is_freed_once_whoever_goes_first() {
    let counts = Counts::new();
    check_tree(|root| {
        let outer = root.new_child();
        let inner = outer.new_child();
        TBox::keep(inner.alloc(counts.value()));
        std::mem::forget(inner);
        assert_eq!(counts.dropped(), 0);
        drop(outer);
        assert_eq!(counts.dropped(), 1);
    });
    counts.assert_all_dropped(1);
}

#[test]
fn l5_a_stolen_object_survives_its_first_context() {
    let counts = Counts::new();
    check_tree(|root| {
        let scratch = root.new_child();
        let object = scratch.alloc((counts.value(), 7));
        let address = TBox::as_ptr(&object);
        let child = TBox::as_ctx(&object).alloc(1_u8);
        TBox::leak(child);
        let object = TBox::steal(object, root);
        drop(scratch);
        assert_eq!(TBox::as_ptr(&object), address);
        assert_eq!(TBox::as_ctx(&object).total_blocks(), 2);
        assert!(object.0.is_alive());
        assert_eq!(object.1, 7);
    });
    counts.assert_all_dropped(1);
}

#[test]
fn l5_a_stolen_value_may_borrow_from_what_lives_longer() {
    let text = String::from("outside");
    check_tree(|root| {
        let scratch = root.new_child();
        let object: TBox<'_, &str> = scratch.alloc(text.as_str());
        let object = TBox::steal(object, root);
        drop(scratch);
        assert_eq!(*object, "outside");
    });
}

#[test]
fn l6_steals_up_and_sideways_make_no_loop() {
    check_tree(|root| {
        let a = root.new_child_named(c"a");
        let b = root.new_child_named(c"b");
        let below_a = a.new_child_named(c"below a");
        // Sideways, up, and to where it is already.
        let below_b = below_a.steal(&b);
        assert_eq!(parent(&below_b), b.as_ptr());
        let up = below_b.steal(root);
        assert_eq!(parent(&up), root.as_ptr());
        let up = up.steal(root);
        // A whole branch under its former child.
        let b = b.steal(&up);
        let a = a.steal(&b);
        assert!(root.is_ancestor_of(&a) && up.is_ancestor_of(&a) && b.is_ancestor_of(&a));
        assert!(!a.is_ancestor_of(&b) && !b.is_ancestor_of(&up) && !up.is_ancestor_of(root));
        assert_eq!(root.total_blocks(), 4);
    });
}

#[test]
fn l6_a_root_becomes_a_child_and_goes_with_its_new_parent() {
    let counts = Counts::new();
    check_tree(|root| {
        let other = Ctx::named(c"other");
        TBox::keep(other.alloc(counts.value()));
        let other = other.steal(root);
        assert_eq!(parent(&other), root.as_ptr());
        std::mem::forget(other);
        assert_eq!(root.total_blocks(), 3);
        let below = root.new_child();
        let everything = root.total_blocks();
        drop(below);
        assert_eq!(everything, 4);
        // SAFETY: `other` was forgotten, so that its parent is the only owner.
        unsafe { talloc_sys::talloc_free_children(root.as_ptr()) };
    });
    counts.assert_all_dropped(1);
}

#[test]
fn l7_a_handle_can_be_used_with_a_shorter_parent() {
    fn pick<'a>(first: TBox<'a, u32>, second: TBox<'a, u32>, which: bool) -> TBox<'a, u32> {
        if which { first } else { second }
    }
    check_tree(|root| {
        let long = root.alloc(1);
        let scratch = root.new_child();
        let short = scratch.alloc(2);
        let picked = pick(long, short, true);
        assert_eq!(*picked, 1);
        assert_eq!((root.total_blocks(), scratch.total_blocks()), (3, 1));
    });
}

#[test]
fn l8_a_value_that_borrows_is_dropped_before_what_it_borrows_from() {
    struct SetsOnDrop<'a>(&'a Cell<u32>);
    impl Drop for SetsOnDrop<'_> {
        fn drop(&mut self) {
            self.0.set(self.0.get() + 1);
        }
    }
    check_tree(|root| {
        let cell = Cell::new(0);
        let number = root.alloc(Cell::new(0));
        {
            let _on_the_stack = root.alloc(SetsOnDrop(&cell));
            let _in_a_chunk = root.alloc(SetsOnDrop(&number));
            let _both = root.alloc_slice_fill_with(2, |_| SetsOnDrop(&cell));
        }
        assert_eq!((cell.get(), number.get()), (3, 1));
    });
}
