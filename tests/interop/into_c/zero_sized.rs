//! D6: values without bytes.

use core::ffi::c_void;

use talloc::TBox;
use talloc_tests::{ZstCounts, check_tree, reference};

use crate::shared::{ctx, free_in_c, tt_enlarge, tt_unlink};

#[test]
fn d6_a_value_without_bytes() {
    let counts = ZstCounts::new();
    check_tree(|root| {
        let object: *mut c_void = TBox::into_c(root.alloc(counts.value())).cast();
        let neighbour: *mut c_void = TBox::into_c(root.alloc(counts.value())).cast();
        assert_ne!(object, neighbour);
        let holder = root.new_child();
        reference(&holder, ctx(object));
        assert_eq!((free_in_c(object), counts.dropped()), (-1, 0));
        // SAFETY: the holder is another owner.
        assert_eq!(unsafe { tt_unlink(root, object) }, 0);
        drop(holder);
        assert_eq!(counts.dropped(), 1);
        // SAFETY: C's; the old address is not used again.
        let neighbour = unsafe { tt_enlarge(neighbour, 100) };
        assert_eq!((free_in_c(neighbour), counts.dropped()), (0, 2));
    });
    counts.assert_all_dropped(2);
}
