//! What grows an array, and what its chunk is like then.

use talloc::{Array, Error, MAX_SIZE, TBox};
use talloc_tests::check_tree;

/// The size of the chunk.
pub(crate) fn size<T: talloc::NoDrop>(array: &Array<'_, T>) -> usize {
    // SAFETY: the chunk is live.
    unsafe { talloc_sys::talloc_get_size(array.as_ptr().cast()) }
}

#[test]
fn the_chunk_is_always_as_long_as_the_array() {
    check_tree(|root| {
        let mut numbers: Array<'_, u32> = root.alloc_slice_from_iter([]).into();
        let mut expected = Vec::new();
        for number in 0..2000 {
            if number % 3 == 0 {
                numbers.insert(number as usize / 2, number);
                expected.insert(number as usize / 2, number);
            } else {
                numbers.push(number);
                expected.push(number);
            }
            assert_eq!((numbers.len(), size(&numbers)), (expected.len(), expected.len() * 4));
        }
        assert_eq!(numbers, *expected);
        numbers.extend_from_slice(&[]);
        numbers.extend_from_slice(&[1, 2, 3]);
        numbers.extend(expected.iter());
        numbers.extend((0..100).filter(|number| number % 2 == 0));
        numbers.extend([0; 0]);
        expected.extend_from_within(..);
        expected.splice(2000..2000, [1, 2, 3]);
        expected.extend((0..100).filter(|number| number % 2 == 0));
        assert_eq!(numbers, *expected);
        assert_eq!((size(&numbers), root.total_blocks()), (expected.len() * 4, 2));
        numbers.sort();
        expected.sort();
        assert_eq!(numbers, *expected);
        numbers.free();
    });
}

#[test]
fn the_name_stays() {
    check_tree(|root| {
        // SAFETY: a new array that nobody else uses.
        let mut numbers: Array<'_, u16> = unsafe {
            let ptr = talloc_sys::_talloc_array(root.as_ptr(), 2, 1, c"named by C".as_ptr());
            ptr.cast::<u16>().write(1);
            Array::from_raw(ptr.cast()).expect("whole")
        };
        (0..5000).for_each(|_| numbers.push(2));
        numbers.truncate(1);
        let numbers = numbers.into_boxed_slice();
        assert_eq!(TBox::as_ctx(&numbers).name(), c"named by C");
    });
}

#[test]
fn m2_an_array_that_would_be_too_large() {
    check_tree(|root| {
        let half = MAX_SIZE / 2 + 1;
        let mut large: Array<'_, u8> = root.alloc_slice_zeroed::<u8>(half).into();
        let values = root.alloc_slice_zeroed::<u8>(half);
        let error = large.try_extend_from_slice(&values).expect_err("too large");
        assert_eq!(error, Error::TooLarge { size: 2 * half });
        assert_eq!(large.len(), half);
        large.free();

        let mut array: Array<'_, u64> = root.alloc_slice_copy(&[1]).into();
        let endless = array.try_extend(std::iter::repeat(7));
        assert!(matches!(endless, Err(Error::TooLarge { .. })), "{endless:?}");
        assert_eq!((&array, root.total_blocks()), (&array, 3));
        assert_eq!(array, [1]);
        array.free();
    });
}

#[test]
#[should_panic(expected = "no place 3 to insert at in an array of 2")]
fn an_index_behind_the_end() {
    check_tree(|root| Array::from(root.alloc_slice_copy(&[1, 2])).insert(3, 0));
}
