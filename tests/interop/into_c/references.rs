//! F2: C refers to the object, and to what is below it.

use core::ffi::c_void;

use talloc_tests::{parent, reference, reference_count};

use crate::shared::{ctx, for_each_kind, free_in_c, tt_hang_children, tt_unlink};

unsafe extern "C" {
    fn tt_hang_loop(ptr: *mut c_void);
}

#[test]
fn f2_c_refers_to_it_and_the_parent_goes_first() {
    for_each_kind(|root, object, counts| {
        let (holder, other) = (root.new_child(), root.new_child());
        // SAFETY: all are live.
        unsafe { talloc_sys::talloc_steal(other.as_ptr(), object) };
        reference(&holder, ctx(object));
        assert_eq!((free_in_c(object), counts.dropped()), (-1, 0));
        drop(other);
        assert_eq!((counts.dropped(), parent(ctx(object))), (0, holder.as_ptr()));
        assert_eq!(reference_count(ctx(object)), 0);
        drop(holder);
    });
    // The holder goes first; then a second reference is unlinked.
    for_each_kind(|root, object, counts| {
        let (holder, other) = (root.new_child(), root.new_child());
        reference(&holder, ctx(object));
        reference(&other, ctx(object));
        drop(holder);
        // SAFETY: both are live.
        assert_eq!(unsafe { tt_unlink(root, object) }, 0);
        assert_eq!((counts.dropped(), parent(ctx(object))), (0, other.as_ptr()));
        // SAFETY: this is the last owner, and nobody uses it afterwards.
        assert_eq!(unsafe { tt_unlink(&other, object) }, 0);
    });
}

#[test]
fn f2_c_hangs_children_and_a_loop_of_references_below() {
    for_each_kind(|root, object, counts| {
        let scratch = root.new_child();
        // SAFETY: all are live.
        unsafe {
            talloc_sys::talloc_steal(scratch.as_ptr(), object);
            tt_hang_children(object);
            tt_hang_loop(object);
        }
        assert_eq!((reference_count(ctx(object)), counts.dropped()), (1, 0));
        assert_eq!((free_in_c(object), counts.dropped()), (-1, 0));
        drop(scratch);
    });
}
