//! What shrinks an array, and what its chunk is like then.

use talloc::Array;
use talloc_tests::check_tree;

use crate::array_grows::size;

#[test]
fn the_chunk_shrinks_with_the_array() {
    check_tree(|root| {
        // Less and more than what libtalloc finds worth a move (1 KiB).
        for len in [10_u32, 100, 5000] {
            let mut expected: Vec<u32> = (0..len).collect();
            let mut numbers: Array<'_, u32> = root.alloc_slice_copy(&expected).into();
            let check = |numbers: &Array<'_, u32>, expected: &Vec<u32>| {
                assert_eq!(*numbers, **expected);
                assert_eq!(size(numbers), expected.len() * 4);
            };
            assert_eq!(numbers.remove(0), expected.remove(0));
            check(&numbers, &expected);
            assert_eq!(numbers.remove(5), expected.remove(5));
            assert_eq!(numbers.swap_remove(3), expected.swap_remove(3));
            check(&numbers, &expected);
            assert_eq!(numbers.pop(), expected.pop());
            check(&numbers, &expected);
            let last = numbers.len() - 1;
            assert_eq!(numbers.swap_remove(last), expected.swap_remove(last));
            numbers.retain(|number| number % 3 != 0);
            expected.retain(|number| number % 3 != 0);
            check(&numbers, &expected);
            numbers.retain(|_| true);
            numbers.truncate(1000);
            expected.truncate(1000);
            check(&numbers, &expected);
            numbers.truncate(1);
            assert_eq!((numbers.pop(), numbers.pop()), (Some(expected[0]), None));
            numbers.free();
        }
    });
}

#[test]
#[should_panic(expected = "no element 2 to remove in an array of 2")]
fn an_element_that_is_not_there() {
    check_tree(|root| Array::from(root.alloc_slice_copy(&[1, 2])).remove(2));
}

#[test]
#[should_panic(expected = "no element 0 to remove in an array of 0")]
fn an_element_of_an_empty_array() {
    check_tree(|root| Array::<u16>::from(root.alloc_slice_copy(&[])).swap_remove(0));
}
