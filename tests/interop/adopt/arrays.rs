//! F2, D7, M2, M8, R1: arrays, whose count C tells elsewhere.

use core::ffi::CStr;

use talloc::{Array, Blob, CType, CtxRef, Error, MAX_SIZE, TBox};
use talloc_tests::{
    ZstCounts, address, c, check_tree, parent, reference, reference_count, set_refusing, unlink,
};

use crate::shared::{tt_numbers, tt_string_without_nul};

#[test]
fn f2_an_array_longer_than_its_count_is_cut() {
    check_tree(|root| {
        for (room, used) in [(3, 3), (16, 3), (100_000, 3), (100_000, 99_999)] {
            let numbers = tt_numbers(root, room, used);
            // SAFETY: C made it on the root, with so many initialised elements.
            let mut numbers = unsafe { root.adopt_slice(numbers, used) }.expect("an array");
            assert_eq!((numbers.len(), &numbers[..3]), (used, &[10, 20, 30][..]));
            assert_eq!(TBox::as_ctx(&numbers).size(), 4 * used);
            assert_eq!(TBox::as_ctx(&numbers).name(), c"uint32_t");
            assert_eq!(parent(TBox::as_ctx(&numbers)), root.as_ptr());
            TBox::extend_from_slice(&mut numbers, &[7]);
            assert_eq!(numbers.last(), Some(&7));
            // C's own length agrees, and so does a second way in.
            let array: Array<'_, u32> = numbers.into();
            assert_eq!(array.len(), used + 1);
            // SAFETY: it comes from C, as it were.
            let again: Array<'_, u32> = unsafe { root.adopt(array.into_raw()) }.expect("whole");
            again.free();
            assert_eq!(root.total_blocks(), 1);
        }
    });
}

#[test]
fn m2_a_count_that_the_chunk_does_not_hold_is_an_error() {
    check_tree(|root| {
        let numbers = tt_numbers(root, 3, 3);
        let before = (root.total_blocks(), root.total_size());
        let limit = MAX_SIZE / 4;
        for (count, error) in [
            (4, Error::WrongSize { expected: 16, found: 12 }),
            (limit, Error::WrongSize { expected: 4 * limit, found: 12 }),
            (limit + 1, Error::WrongSize { expected: 4 * (limit + 1), found: 12 }),
            (usize::MAX / 2, Error::TooLarge { size: usize::MAX }),
            (usize::MAX, Error::TooLarge { size: usize::MAX }),
        ] {
            // SAFETY: C made it on the root; the count is refused.
            assert_eq!(unsafe { root.adopt_slice(numbers, count) }.err(), Some(error));
        }
        // SAFETY: C made it on the root; the length is refused.
        let error = unsafe {
            let longer = Blob::from_raw_parts(numbers.cast(), 13);
            root.adopt_blob(longer).expect_err("too long")
        };
        assert_eq!(error, Error::WrongSize { expected: 13, found: 12 });
        assert_eq!((root.total_blocks(), root.total_size()), before);
        // SAFETY: another type is refused, and the array is still good.
        unsafe {
            let error = root.adopt_slice::<i64>(numbers.cast(), 1).expect_err("another type");
            assert!(matches!(error, Error::WrongType { .. }), "{error:?}");
            assert_eq!(*root.adopt_slice(numbers, 2).expect("an array"), [10, 20]);
        }
    });
}

#[test]
fn m2_elements_without_bytes() {
    struct Empty(talloc_tests::Zst);
    impl CType for Empty {
        const NAME: &'static CStr = c"struct empty";
    }
    let counts = ZstCounts::new();
    check_tree(|root| {
        for size in [0, 16] {
            // SAFETY: the root is live and the name static.
            let chunk = unsafe {
                talloc_sys::talloc_named_const(root.as_ptr(), size, Empty::NAME.as_ptr())
            };
            // Three values that live wherever the array lies.
            for _ in 0..3 {
                std::mem::forget(counts.value());
            }
            // SAFETY: on the root, with three elements of no bytes.
            let array = unsafe { root.adopt_slice::<Empty>(chunk.cast(), 3) }.expect("an array");
            assert_eq!((array.len(), TBox::as_ctx(&array).size()), (3, 0));
            drop(array);
            assert_eq!(root.total_blocks(), 1);
        }
    });
    counts.assert_all_dropped(6);
}

#[test]
fn r1_an_array_that_c_refers_to_is_not_cut() {
    check_tree(|root| {
        let holder = root.new_child();
        for count in [0, 2] {
            let numbers = tt_numbers(root, 3, 3);
            // SAFETY: C made it on the root.
            let same = unsafe { CtxRef::from_ptr(numbers.cast()) }.expect("not null");
            reference(&holder, same);
            let before = (root.total_blocks(), root.total_size(), address(same));
            // SAFETY: C made it on the root; C's reference is not used meanwhile.
            unsafe {
                let error = root.adopt_slice(numbers, count).expect_err("cannot be cut");
                assert_eq!(error, Error::Referenced);
                let blob = Blob::from_raw_parts(numbers.cast(), 4 * count);
                assert_eq!(root.adopt_blob(blob).expect_err("cannot be cut"), Error::Referenced);
            }
            assert_eq!((root.total_blocks(), root.total_size(), address(same)), before);
            assert_eq!((reference_count(same), parent(same)), (1, root.as_ptr()));
            // One that need not be cut is fine; its free is what C refuses.
            // SAFETY: as above.
            let whole = unsafe { root.adopt_slice(numbers, 3) }.expect("whole");
            assert_eq!(*whole, [10, 20, 30]);
            let whole = TBox::free(whole).expect_err("referenced").into_inner();
            unlink(&holder, TBox::as_ctx(&whole));
        }
    });
}

#[test]
fn d7_an_array_that_c_refuses_to_let_go_is_not_replaced_by_an_empty_one() {
    check_tree(|root| {
        let numbers = tt_numbers(root, 3, 3);
        // SAFETY: C made it on the root.
        let same = unsafe { CtxRef::from_ptr(numbers.cast()) }.expect("not null");
        set_refusing(same, 1);
        // SAFETY: as above.
        let error = unsafe { root.adopt_slice(numbers, 0) }.expect_err("refused");
        assert_eq!((error, root.total_blocks()), (Error::Refused, 2));
        // SAFETY: as above; the destructor agrees this time.
        let empty = unsafe { root.adopt_slice(numbers, 0) }.expect("empty");
        assert_eq!((empty.len(), root.total_blocks(), c::tt_destructor_calls()), (0, 2, 2));
    });
}

#[test]
fn m8_an_array_that_is_its_own_name_gets_another() {
    check_tree(|root| {
        // The name of this string does not even end within its chunk.
        // SAFETY: a new chunk on the root, all of whose bytes are initialised.
        let mut array: Array<'_, u8> =
            unsafe { root.adopt(tt_string_without_nul(root)) }.expect("bytes");
        assert_eq!(*array, *b"xxxxx");
        array.fill(b'y');
        let array = array.into_boxed_slice();
        assert_eq!(TBox::as_ctx(&array).name(), c"[u8]");
    });
}
