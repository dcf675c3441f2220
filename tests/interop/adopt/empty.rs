//! M2, M6: arrays and blobs of nothing, which are made anew.

use core::ptr;

use talloc::{Blob, CtxRef, Error, TBox};
use talloc_tests::{check_tree, parent, set_memlimit};

use crate::shared::{tt_blob_null, tt_blob_of_string, tt_numbers};

#[test]
fn m2_no_elements() {
    check_tree(|root| {
        // SAFETY: NULL; an array of the root with room; one without.
        unsafe {
            let none = root.adopt_slice::<u32>(ptr::null_mut(), 0).expect("empty");
            let long = root.adopt_slice(tt_numbers(root, 16, 0), 0).expect("empty");
            let empty = tt_numbers(root, 0, 0);
            let empty = root.adopt_slice(empty, 0).expect("empty");
            for mut array in [none, long, empty] {
                assert_eq!((array.len(), TBox::as_ctx(&array).size()), (0, 0));
                assert_eq!(parent(TBox::as_ctx(&array)), root.as_ptr());
                assert_eq!(TBox::as_ctx(&array).name(), c"uint32_t");
                TBox::extend_from_slice(&mut array, &[1, 2]);
                assert_eq!(*array, [1, 2]);
            }
            let blob = root.adopt_blob(tt_blob_null(0)).expect("empty");
            assert!(blob.is_empty() && root.total_blocks() == 2);
            drop(blob);
            let empty = root.adopt_blob(blob_of_nothing(root)).expect("empty");
            assert!(empty.is_empty() && root.total_blocks() == 2);
        }
    });
    /// The empty string: one byte, none of which counts.
    fn blob_of_nothing(root: &CtxRef) -> Blob<'_> {
        tt_blob_of_string(root, c"".into())
    }
}

#[test]
fn m6_adopting_what_is_empty_takes_memory() {
    check_tree(|root| {
        let limited = root.new_child();
        let numbers = tt_numbers(&limited, 3, 3);
        set_memlimit(&limited, 1);
        // SAFETY: NULL, and an array of the context.
        unsafe {
            let none = Error::OutOfMemory { size: 0 };
            assert_eq!(limited.adopt_slice::<u8>(ptr::null_mut(), 0).err(), Some(none.clone()));
            assert_eq!(limited.adopt_blob(Blob::EMPTY).err(), Some(none.clone()));
            assert_eq!(limited.adopt_slice(numbers, 0).err(), Some(none.clone()));
            let blob = Blob::from_raw_parts(numbers.cast(), 0);
            assert_eq!(limited.adopt_blob(blob).err(), Some(none));
            assert_eq!((limited.total_blocks(), limited.total_size()), (2, 12));
            // All else takes none.
            assert_eq!(*limited.adopt_slice(numbers, 2).expect("an array"), [10, 20]);
        }
        assert_eq!(limited.total_blocks(), 1);
    });
}
