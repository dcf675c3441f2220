//! D1, D8: forgotten handles, and values that are swapped or moved out.

use std::cell::{Cell, RefCell};
use std::mem::{self, ManuallyDrop};
use std::rc::Rc;

use talloc::{Ctx, TBox, TString};
use talloc_tests::{Counts, check_tree, check_tree_mut};

#[test]
fn d1_a_forgotten_handle_is_freed_with_its_parent_and_its_value_is_not_dropped() {
    check_tree(|root| {
        let dropped = Cell::new(0);
        struct Sets<'a>(&'a Cell<i32>);
        impl Drop for Sets<'_> {
            fn drop(&mut self) {
                self.0.set(self.0.get() + 1);
            }
        }
        let scratch = root.new_child();
        mem::forget(scratch.alloc(Sets(&dropped)));
        mem::forget(scratch.alloc_slice_fill_with(3, |_| Sets(&dropped)));
        mem::forget(scratch.new_child());
        mem::forget(TString::from_str_in("forgotten", &scratch));
        assert_eq!(scratch.total_blocks(), 5);
        drop(scratch);
        assert_eq!(dropped.get(), 0);
        assert_eq!(root.total_blocks(), 1);
    });
}

#[test]
fn d1_manually_drop_decides_between_the_two_ends() {
    let counts = Counts::new();
    check_tree(|root| {
        let mut dropped = ManuallyDrop::new(root.alloc(counts.value()));
        assert_eq!(root.total_blocks(), 2);
        // SAFETY: it is dropped once and not used again.
        unsafe { ManuallyDrop::drop(&mut dropped) };
        assert_eq!((root.total_blocks(), counts.dropped()), (1, 1));

        let scratch = root.new_child();
        let forgotten = ManuallyDrop::new(scratch.alloc(5_u8));
        assert_eq!(**forgotten, 5);
        assert_eq!(scratch.total_blocks(), 2);
    });
    counts.assert_all_dropped(1);
}

#[test]
fn d1_a_cycle_of_rc_around_a_handle_outlives_nothing() {
    struct Knot<'p> {
        own: RefCell<Option<Rc<Knot<'p>>>>,
        _handle: TBox<'p, u64>,
    }
    check_tree(|root| {
        let scratch = root.new_child();
        let knot = Rc::new(Knot { own: RefCell::new(None), _handle: scratch.alloc(1) });
        *knot.own.borrow_mut() = Some(Rc::clone(&knot));
        let weak = Rc::downgrade(&knot);
        drop(knot);
        assert_eq!(scratch.total_blocks(), 2);
        // Without the next line the knot would be a leak of the Rust heap.
        let knot = weak.upgrade().expect("the cycle keeps it");
        let own = knot.own.take();
        assert!(own.is_some());
        drop((own, knot));
        assert_eq!(scratch.total_blocks(), 1);
    });
}

#[test]
fn d1_a_kept_value_that_holds_its_own_root_in_a_cycle_is_dropped_once() {
    let counts = Counts::new();
    {
        type Slot = Rc<Cell<Option<Ctx<'static>>>>;
        let slot: Slot = Rc::default();
        let root = Ctx::new();
        TBox::keep(root.alloc((counts.value(), Rc::clone(&slot))));
        slot.set(Some(root));
        assert_eq!((Rc::strong_count(&slot), counts.dropped()), (2, 0));
        let root = slot.take().expect("it was put there");
        assert_eq!(root.total_blocks(), 2);
        root.free().expect("nobody else owns it");
        assert_eq!(Rc::strong_count(&slot), 1);
    }
    counts.assert_all_dropped(1);
}

#[test]
fn d1_a_forgotten_root_stays() {
    let counts = Counts::new();
    let root = Ctx::named(c"forgotten");
    TBox::keep(root.alloc(counts.value()));
    let raw = root.leak().as_ptr();
    assert_eq!(counts.dropped(), 0);
    // SAFETY: the root was leaked by this test, and is not used elsewhere.
    let root = unsafe { Ctx::from_raw(raw) }.expect("not null");
    assert_eq!(root.total_blocks(), 2);
    drop(root);
    counts.assert_all_dropped(1);
}

#[test]
fn d1_keep_drops_and_leak_does_not() {
    let counts = Counts::new();
    check_tree_mut(|root| {
        let kept = TBox::keep(root.alloc(counts.value()));
        let kept_array = TBox::keep(root.alloc_slice_fill_with(3, |_| counts.sized::<300>()));
        assert!(kept.is_alive() && kept_array.iter().all(|value| value.is_alive()));
        root.free_children();
        assert_eq!((counts.dropped(), root.total_blocks()), (4, 1));

        let leaked = TBox::leak(root.alloc(counts.value()));
        let leaked: *mut _ = leaked;
        // SAFETY: the value is valid; this takes it out of the chunk.
        let out = unsafe { leaked.read() };
        root.free_children();
        assert_eq!((counts.dropped(), root.total_blocks()), (4, 1));
        drop(out);
    });
    counts.assert_all_dropped(5);
}

#[test]
fn d8_swap_exchanges_values_and_not_chunks() {
    let counts = Counts::new();
    check_tree(|root| {
        let scratch = root.new_child();
        let mut first = root.alloc((1, counts.value()));
        let mut second = scratch.alloc((2, counts.value()));
        let addresses = (TBox::as_ptr(&first), TBox::as_ptr(&second));
        mem::swap(&mut *first, &mut *second);
        assert_eq!((first.0, second.0), (2, 1));
        assert_eq!((TBox::as_ptr(&first), TBox::as_ptr(&second)), addresses);
        drop(second);
        assert_eq!((counts.dropped(), scratch.total_blocks()), (1, 1));
    });
    counts.assert_all_dropped(2);
}

#[test]
fn d8_swapped_handles_free_their_own_chunks() {
    let counts = Counts::new();
    check_tree(|root| {
        let (left, right) = (root.new_child(), root.new_child());
        let mut first = left.alloc(counts.value());
        let mut second = right.alloc(counts.value());
        mem::swap(&mut first, &mut second);
        drop(first);
        assert_eq!((left.total_blocks(), right.total_blocks()), (2, 1));
        drop(second);
        assert_eq!((left.total_blocks(), right.total_blocks()), (1, 1));
    });
    counts.assert_all_dropped(2);
}

#[test]
fn d8_replace_take_and_assign_drop_what_was_there_once() {
    let counts = Counts::new();
    check_tree(|root| {
        let mut object = root.alloc(Some(counts.value()));
        let old = object.replace(counts.value());
        assert_eq!(counts.dropped(), 0);
        drop(old);
        assert_eq!(counts.dropped(), 1);
        *object = Some(counts.value());
        assert_eq!(counts.dropped(), 2);
        assert!(object.take().is_some_and(|value| value.is_alive()));
        assert_eq!(counts.dropped(), 3);
        drop(object);
        assert_eq!(counts.dropped(), 3);
    });
    counts.assert_all_dropped(3);
}

#[test]
fn d8_swap_behind_keep_leaves_the_destructor_with_a_valid_value() {
    let counts = Counts::new();
    check_tree(|root| {
        let scratch = root.new_child();
        let kept = TBox::keep(scratch.alloc(counts.value()));
        let mut outside = counts.value();
        mem::swap(kept, &mut outside);
        let kept_array = TBox::keep(scratch.alloc_slice_fill_with(4, |_| counts.value()));
        kept_array.reverse();
        mem::swap(&mut kept_array[1], &mut outside);
        drop(scratch);
        assert_eq!(counts.dropped(), 5);
        assert!(outside.is_alive());
    });
    counts.assert_all_dropped(6);
}

#[test]
fn d8_into_inner_moves_the_value_out_and_frees_the_chunk() {
    let counts = Counts::new();
    check_tree(|root| {
        let small = TBox::into_inner(root.alloc(counts.value())).expect("nobody refuses");
        let large = TBox::into_inner(root.alloc(counts.sized::<4096>())).expect("nobody refuses");
        assert_eq!((root.total_blocks(), counts.dropped()), (1, 0));
        assert!(small.is_alive() && large.is_alive());
    });
    counts.assert_all_dropped(2);
}
