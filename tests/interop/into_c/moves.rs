//! F2: C moves the object, in the tree, in memory and out of a pool.

use core::ffi::c_void;

use talloc::{Ctx, CtxRef};
use talloc_tests::{Counts, check_tree, check_tree_mut, parent};

use crate::shared::{KINDS, ctx, for_each_kind, free_in_c, tt_enlarge};

unsafe extern "C" {
    fn tt_reparent(from: &CtxRef, to: &CtxRef, ptr: *mut c_void) -> *mut c_void;
    fn tt_move(to: &CtxRef, ptr: *mut *mut c_void) -> *mut c_void;
}

#[test]
fn f2_c_steals_moves_and_reparents() {
    for_each_kind(|root, object, counts| {
        let (first, second) = (Ctx::new(), root.new_child());
        let mut pointer = object;
        // SAFETY: all are live.
        unsafe {
            assert_eq!(tt_move(&first, &raw mut pointer), object);
            assert_eq!((pointer.is_null(), parent(ctx(object))), (true, first.as_ptr()));
            assert_eq!(tt_reparent(&first, &second, object), object);
            assert_eq!(parent(ctx(object)), second.as_ptr());
        }
        drop(first);
        assert_eq!(counts.dropped(), 0);
        drop(second);
    });
}

#[test]
fn f2_c_enlarges_it_and_it_moves() {
    for make in &KINDS[..3] {
        let counts = Counts::new();
        check_tree(|root| {
            let object = make(root, &counts);
            let neighbour = root.alloc([0_u8; 64]);
            // SAFETY: the object is C's; its old address is not used again.
            let moved = unsafe { tt_enlarge(object, 100 << 20) };
            assert!(!moved.is_null() && moved != object, "a large block is elsewhere");
            assert_eq!(counts.dropped(), 0);
            assert_eq!(free_in_c(moved), 0);
            assert_eq!(counts.dropped(), 1);
            drop(neighbour);
        });
        counts.assert_all_dropped(1);
    }
}

#[test]
fn f2_in_a_pool_and_out_of_it() {
    for make in KINDS {
        let counts = Counts::new();
        check_tree_mut(|root| {
            let mut pool = root.new_pool(10_000);
            make(&pool, &counts);
            pool.free_children();
            assert_eq!(counts.dropped(), 1);
            make(&pool, &counts);
            let stolen = make(&pool, &counts);
            // SAFETY: both are live.
            unsafe { talloc_sys::talloc_steal(root.as_ptr(), stolen) };
            drop(pool);
            assert_eq!(counts.dropped(), 2);
            assert_eq!(free_in_c(stolen), 0);
        });
        counts.assert_all_dropped(3);
    }
}
