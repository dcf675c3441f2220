//! F3, D7: C sets destructors on the object, which agree, refuse or flee.

use core::ffi::c_void;

use talloc_tests::{c, parent};

use crate::shared::{ctx, for_each_kind, free_in_c};

unsafe extern "C" {
    fn tt_set_fleeing(ptr: *mut c_void, to: *mut c_void);
}

#[test]
fn f3_c_sets_destructors_that_agree_refuse_and_come_off() {
    for_each_kind(|_, object, counts| {
        // SAFETY: the object is C's, whose destructor does not look at it.
        unsafe {
            c::tt_set_refusing(object, 0);
            talloc_sys::talloc_set_destructor::<c_void>(object, None);
            c::tt_set_refusing(object, 2);
        }
        for calls in 1..=2 {
            assert_eq!((free_in_c(object), counts.dropped()), (-1, 0));
            assert_eq!(c::tt_destructor_calls(), calls);
        }
        assert_eq!((free_in_c(object), c::tt_destructor_calls()), (0, 3));
    });
}

#[test]
fn d7_a_destructor_of_c_refuses_when_the_parent_goes() {
    for_each_kind(|root, object, counts| {
        let scratch = root.new_child();
        // SAFETY: both are live; the destructor does not look at the object.
        unsafe {
            talloc_sys::talloc_steal(scratch.as_ptr(), object);
            c::tt_set_refusing(object, 1);
        }
        drop(scratch);
        // It moved up (fact 6).
        assert_eq!((counts.dropped(), parent(ctx(object))), (0, root.as_ptr()));
        assert_eq!(free_in_c(object), 0);
    });
}

#[test]
fn d7_a_destructor_of_c_moves_the_object_away_and_refuses() {
    for_each_kind(|root, object, counts| {
        let (scratch, refuge) = (root.new_child(), root.new_child());
        // SAFETY: all are live.
        unsafe {
            talloc_sys::talloc_steal(scratch.as_ptr(), object);
            tt_set_fleeing(object, refuge.as_ptr());
        }
        drop(scratch);
        assert_eq!((counts.dropped(), parent(ctx(object))), (0, refuge.as_ptr()));
        drop(refuge);
    });
}

#[test]
fn f3_a_destructor_of_c_may_free_the_children_if_it_agrees_and_may_add_some() {
    for_each_kind(|_, object, _| {
        // SAFETY: the object is C's.
        unsafe { c::tt_set_freeing_children(object, 0) };
        assert_eq!((free_in_c(object), c::tt_destructor_calls()), (0, 1));
    });
    for_each_kind(|_, object, _| {
        c::tt_log_clear();
        // SAFETY: the object is C's.
        unsafe { c::tt_set_adding_children(object) };
        assert_eq!((free_in_c(object), c::tt_log_length()), (0, 3));
    });
}
