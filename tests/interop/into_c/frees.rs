//! F2: C frees the object, or what is above it.

use core::ffi::{c_int, c_void};

use talloc::{CtxRef, TBox};
use talloc_tests::{Counts, check_tree};

use crate::shared::{KINDS, for_each_kind, free_in_c, job};

unsafe extern "C" {
    fn tt_scope(callback: unsafe extern "C" fn(&CtxRef) -> *mut c_void) -> c_int;
}

#[test]
fn f2_c_frees() {
    for_each_kind(|_, object, _| assert_eq!(free_in_c(object), 0));
}

#[test]
fn f2_c_frees_the_parent_of_the_parent() {
    for make in KINDS {
        let counts = Counts::new();
        check_tree(|root| {
            let top = root.new_child();
            let middle = top.new_child().leak();
            make(middle, &counts);
            make(middle, &counts);
            assert_eq!(free_in_c(top.into_raw()), 0);
            assert_eq!(counts.dropped(), 2);
        });
        counts.assert_all_dropped(2);
    }
}

#[test]
fn f2_a_function_of_rust_makes_it_on_a_frame_of_c() {
    thread_local! {
        static COUNTS: Counts = Counts::new();
    }
    unsafe extern "C" fn make(frame: &CtxRef) -> *mut c_void {
        COUNTS.with(|counts| {
            job(frame, counts).into_c();
            TBox::into_c(frame.alloc(counts.value())).cast()
        })
    }
    // SAFETY: the callback makes an object on the frame.
    assert_eq!(unsafe { tt_scope(make) }, 0);
    COUNTS.with(|counts| assert_eq!((counts.made(), counts.dropped()), (2, 2)));
}
