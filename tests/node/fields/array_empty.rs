//! Empty arrays: made empty, of no bytes, or emptied, of one byte.

use talloc::{Array, CtxRef, TBox};
use talloc_tests::{c, check_tree};

use crate::array_grows::size;

fn emptied(root: &CtxRef) -> Array<'_, u16> {
    let mut array: Array<'_, u16> = root.alloc_slice_copy(&[1, 2]).into();
    array.clear();
    array
}

#[test]
fn an_emptied_array_has_no_element_for_rust_and_c() {
    check_tree(|root| {
        let made: Array<'_, u16> = root.alloc_slice_copy(&[]).into();
        let emptied = emptied(root);
        assert_eq!((size(&made), size(&emptied)), (0, 1));
        for mut array in [made, emptied] {
            assert!(array.is_empty() && array == [0_u16; 0]);
            // SAFETY: an array of this type.
            assert_eq!(unsafe { c::tt_ports_length(array.as_ptr()) }, 0);
            array.clear();
            array.truncate(7);
            array.retain(|_| panic!("there is no element"));
            assert_eq!(array.pop(), None);
            array.push(3);
            assert_eq!((size(&array), &*array), (2, &[3][..]));
            array.free();
        }
    });
}

#[test]
fn an_emptied_array_goes_to_c_and_back() {
    check_tree(|root| {
        let raw = emptied(root).into_raw();
        // SAFETY: from `into_raw`, below `root`.
        let array = unsafe { Array::from_raw(raw) }.expect("an empty array");
        assert!(array.is_empty());
        let raw = array.into_raw();
        // SAFETY: as above; the name is that of the slice it was made from.
        let mut boxed = unsafe { TBox::from_raw_slice(raw) }.expect("an empty array");
        assert!(boxed.is_empty());
        TBox::extend_from_slice(&mut boxed, &[5, 6]);
        assert_eq!(*boxed, [5, 6]);

        let other = root.new_child();
        let boxed = emptied(root).steal(&other).into_boxed_slice();
        let vec = TBox::into_vec(boxed, root);
        assert_eq!((vec.len(), other.total_blocks()), (0, 1));
    });
}

#[test]
fn one_byte_elements_grow() {
    check_tree(|root| {
        let mut bytes: Array<'_, u8> = root.alloc_slice_copy(&[]).into();
        bytes.push(1);
        bytes.extend_from_slice(&[2, 3]);
        assert_eq!((size(&bytes), &*bytes), (3, &[1, 2, 3][..]));
        bytes.free();
        // SAFETY: a new chunk of one byte.
        let bytes = unsafe {
            Array::from_raw(talloc_sys::_talloc_zero(root.as_ptr(), 1, c"u8".as_ptr()).cast::<u8>())
        };
        let bytes = bytes.expect("one element");
        assert_eq!(bytes, [0]);
        bytes.free();
    });
}

#[test]
fn emptying_costs_nothing_by_the_siblings() {
    check_tree(|root| {
        let mut arrays: Vec<Array<'_, u32>> =
            (0..1000).map(|_| root.alloc_slice_copy(&[1]).into()).collect();
        for array in &mut arrays {
            for round in 0..10 {
                array.clear();
                array.push(round);
            }
        }
        // No chunk is left behind, however often.
        assert_eq!(root.total_blocks(), 1001);
        arrays.into_iter().for_each(Array::free);
    });
}
