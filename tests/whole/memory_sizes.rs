//! M1, M2, M4: alignments, sizes, lengths and iterators that lie, values that move.

use std::mem::{MaybeUninit, size_of_val};
use std::panic::{AssertUnwindSafe, catch_unwind};

use talloc::{CtxRef, Error, MAX_SIZE, TBox, TString};
use talloc_tests::{Counts, check_tree, set_memlimit};

const LIMIT: usize = 256 << 20;

#[test]
fn m1_the_alignment_of_a_chunk_is_honoured() {
    // As much as libtalloc gives.
    #[cfg_attr(target_pointer_width = "64", repr(align(16)))]
    #[cfg_attr(target_pointer_width = "32", repr(align(8)))]
    #[derive(Clone, Copy, Default)]
    struct Aligned(#[expect(dead_code, reason = "only its place counts")] [u8; 16]);

    check_tree(|root| {
        let mut objects = Vec::new();
        for size in 0..64 {
            TBox::leak(root.alloc_slice_copy(&vec![0_u8; size]));
            objects.push(root.alloc_slice_copy(&vec![Aligned::default(); size % 5]));
            let one = root.alloc(Aligned::default());
            assert!(TBox::as_ptr(&one).is_aligned());
            assert!(objects.iter().all(|object| object.as_ptr().is_aligned()));
        }
        for object in &mut objects {
            TBox::extend_from_slice(object, &[Aligned::default(); 9]);
            assert!(object.as_ptr().is_aligned());
        }
        let wide = root.alloc(1_u64);
        assert!(TBox::as_ptr(&wide).is_aligned());
        drop(objects);
        drop(wide);
        // SAFETY: what was leaked is not used any more.
        unsafe { talloc_sys::talloc_free_children(root.as_ptr()) };
    });
}

#[test]
fn m2_size_zero_is_an_object() {
    check_tree(|root| {
        let array: TBox<'_, [u64]> = root.alloc_slice_copy(&[]);
        let zeroed = root.alloc_slice_zeroed::<u64>(0);
        let from_iter = root.alloc_slice_from_iter(std::iter::empty::<u64>());
        // A hint that promised more leaves a chunk of no bytes as well.
        let filtered = root.alloc_slice_from_iter(std::iter::once(1_u64).filter(|_| false));
        for array in [&array, &zeroed, &from_iter, &filtered] {
            assert_eq!((array.len(), TBox::as_ctx(array).size()), (0, 0));
            assert!(array.as_ptr().is_aligned());
        }
        let mut empty = root.alloc_str("");
        assert_eq!((TBox::as_ctx(&empty).size(), &mut *empty), (1, &mut *String::new()));
        let mut array = array;
        TBox::extend_from_slice(&mut array, &[1, 2]);
        assert_eq!(*array, [1, 2]);
    });
}

#[test]
fn m2_the_greatest_size_works_and_one_more_does_not() {
    check_tree(|root| {
        let array = root.alloc_slice_zeroed::<u8>(MAX_SIZE);
        assert_eq!((array.len(), MAX_SIZE, array[MAX_SIZE - 1]), (MAX_SIZE, LIMIT - 1, 0));
        drop(array);
        let uninit = root.try_alloc_slice_uninit::<u8>(MAX_SIZE);
        assert!(uninit.is_ok_and(|array| size_of_val(&*array) == MAX_SIZE));
        let uninit = root.try_alloc_slice_uninit::<u8>(LIMIT);
        assert_eq!(uninit.err(), Some(Error::TooLarge { size: LIMIT }));
        let uninit = root.try_alloc_slice_zeroed::<u64>(LIMIT / 8);
        assert_eq!(uninit.err(), Some(Error::TooLarge { size: LIMIT }));
        let one = root.try_alloc_uninit::<[u8; LIMIT]>();
        assert_eq!(one.err(), Some(Error::TooLarge { size: LIMIT }));
        let greatest = root.try_alloc_uninit::<[u8; MAX_SIZE]>();
        assert!(greatest.is_ok());
        drop(greatest);
        // Where it is memory that is missing, that is what is said.
        set_memlimit(root, 1000);
        let uninit = root.try_alloc_slice_uninit::<u8>(MAX_SIZE);
        assert_eq!(uninit.err(), Some(Error::OutOfMemory { size: MAX_SIZE }));
        set_memlimit(root, 0);
    });
}

#[test]
fn m2_a_multiplication_that_overflows_is_too_large() {
    fn too_large<T>(result: Result<T, Error>) -> usize {
        match result.map(|_| ()) {
            Err(Error::TooLarge { size }) => size,
            other => panic!("{other:?}"),
        }
    }
    check_tree(|root| {
        let all = usize::MAX;
        assert_eq!(too_large(root.try_alloc_slice_zeroed::<u64>(all)), all);
        assert_eq!(too_large(root.try_alloc_slice_uninit::<u16>(all / 2 + 1)), all);
        assert_eq!(too_large(root.try_alloc_slice_uninit::<u8>(all)), all);
        let fill = |_| -> u64 { panic!("not called on error") };
        assert_eq!(too_large(root.try_alloc_slice_fill_with(all / 8 + 1, fill)), all);
        // A product that would wrap round to a small number.
        let wraps = (all / 24) + 2;
        assert_eq!(too_large(root.try_alloc_slice_uninit::<[u64; 3]>(wraps)), all);
        assert_eq!(too_large(TString::try_with_capacity_in(all, root)), all);
        assert_eq!(too_large(TString::try_with_capacity_in(all - 1, root)), all);
        assert_eq!(too_large(TString::try_with_capacity_in(MAX_SIZE, root)), LIMIT);
    });
}

#[test]
fn m2_growing_beyond_the_limit_leaves_the_object_as_it_was() {
    check_tree(|root| {
        let mut text = TString::from_str_in("text", root);
        assert_eq!(text.try_reserve(usize::MAX), Err(Error::TooLarge { size: usize::MAX }));
        assert_eq!(text.try_reserve(MAX_SIZE - 4), Err(Error::TooLarge { size: LIMIT }));
        assert_eq!((&*text, text.capacity()), ("text", 4));

        let mut array = root.alloc_slice_copy(&[1_u64, 2]);
        let before = TBox::as_ptr(&array);
        let grown = TBox::try_grow_with(&mut array, LIMIT / 8 + 2, |_| panic!("not called"));
        assert_eq!(grown, Err(Error::TooLarge { size: LIMIT + 16 }));
        let grown = TBox::try_grow_with(&mut array, usize::MAX, |_| panic!("not called"));
        assert_eq!(grown, Err(Error::TooLarge { size: usize::MAX }));
        assert_eq!((TBox::as_ptr(&array), root.total_blocks()), (before, 3));
    });
}

#[test]
fn m2_the_plain_methods_panic_when_it_is_too_large() {
    check_tree(|root| {
        let panics = |call: &dyn Fn(&CtxRef)| {
            let payload = catch_unwind(AssertUnwindSafe(|| call(root))).expect_err("a panic");
            let message = payload.downcast_ref::<String>().expect("a formatted message");
            assert!(message.contains("libtalloc's limit of 268435455 bytes"), "{message}");
            assert_eq!(root.total_blocks(), 1);
        };
        panics(&|ctx| drop(ctx.alloc_slice_zeroed::<u8>(LIMIT)));
        panics(&|ctx| drop(ctx.alloc_slice_uninit::<u8>(usize::MAX)));
        panics(&|ctx| drop(ctx.alloc_uninit::<[u8; LIMIT]>()));
        panics(&|ctx| drop(TString::with_capacity_in(LIMIT, ctx)));
        panics(&|ctx| TString::new_in(ctx).reserve(usize::MAX));
        panics(&|ctx| drop(ctx.alloc_slice_from_iter(Lies(usize::MAX, 0_u8..4))));
    });
}

#[test]
fn m2_an_array_of_unknown_length_grows_up_to_the_limit() {
    const SIZE: usize = 1 << 16;
    // More than half of the limit, so that the last doubling would be too large.
    let pieces = |count: usize| (0..count).map(|index| [index as u8; SIZE]).filter(|_| true);
    check_tree(|root| {
        let array = root.try_alloc_slice_from_iter(pieces(3000)).expect("below the limit");
        assert_eq!((array.len(), TBox::as_ctx(&array).size()), (3000, 3000 * SIZE));
        assert_eq!((array[0][0], array[2999][SIZE - 1]), (0, 2999_usize as u8));
        drop(array);
        let all = LIMIT / SIZE;
        let array = root.try_alloc_slice_from_iter(pieces(all));
        assert_eq!(array.err(), Some(Error::TooLarge { size: LIMIT }));
        let array = root.try_alloc_slice_from_iter(pieces(all - 1));
        assert!(array.is_ok_and(|array| array.len() == all - 1));
    });
}

/// An iterator with a false lower bound.
struct Lies<I>(usize, I);

impl<I: Iterator> Iterator for Lies<I> {
    type Item = I::Item;

    fn next(&mut self) -> Option<I::Item> {
        self.1.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.0, Some(self.0))
    }
}

#[test]
fn m2_size_hints_that_lie() {
    let counts = Counts::new();
    check_tree(|root| {
        let values = |len: usize| (0..len).map(|_| counts.value());
        for (claimed, len) in [(100, 3), (100, 0), (1, 0), (0, 50), (3, 50), (1, 2)] {
            let array = root.alloc_slice_from_iter(Lies(claimed, values(len)));
            assert_eq!((array.len(), size_of_val(&*array)), (len, TBox::as_ctx(&array).size()));
            assert!(array.iter().all(|value| value.is_alive()));
        }
        let huge = root.try_alloc_slice_from_iter(Lies(usize::MAX, values(5)));
        assert_eq!(huge.err(), Some(Error::TooLarge { size: usize::MAX }));

        // Huge only once the array has to grow.
        struct Late(u8);
        impl Iterator for Late {
            type Item = Vec<u8>;
            fn next(&mut self) -> Option<Vec<u8>> {
                self.0 += 1;
                Some(vec![self.0])
            }
            fn size_hint(&self) -> (usize, Option<usize>) {
                (if self.0 < 3 { 2 } else { usize::MAX }, None)
            }
        }
        let late = root.try_alloc_slice_from_iter(Late(0));
        assert_eq!(late.err(), Some(Error::TooLarge { size: usize::MAX }));
        assert_eq!(root.total_blocks(), 1);
    });
    counts.assert_all_dropped(3 + 50 + 50 + 2);
}

#[test]
fn m2_size_hints_that_lie_to_a_list_of_strings() {
    check_tree(|root| {
        let texts = ["one", "two", "three"];
        for claimed in [0, 1, 2, 3, 4, 50] {
            let list = root.strdup_list(Lies(claimed, texts.into_iter())).expect("no NUL");
            assert!(list.iter().eq([c"one", c"two", c"three"]));
            // SAFETY: the list is live.
            let size = unsafe { talloc_sys::talloc_get_size(list.as_ptr().cast()) };
            assert_eq!((list.len(), size), (3, 4 * size_of::<*mut u8>()));
            assert_eq!(root.total_blocks(), 5);
            list.free();
        }
        let huge = root.try_strdup_list(Lies(usize::MAX, texts.into_iter()));
        assert_eq!(huge.err(), Some(Error::TooLarge { size: usize::MAX }));
        let one = size_of::<*mut u8>();
        let huge = root.try_strdup_list(Lies(LIMIT / one, texts.into_iter()));
        assert_eq!(huge.err(), Some(Error::TooLarge { size: LIMIT + one }));
    });
}

#[test]
fn m2_size_hints_that_lie_to_a_string() {
    check_tree(|root| {
        let mut text = TString::new_in(root);
        text.extend(Lies(0, "größer".chars()));
        text.extend(Lies(100, "!".chars()));
        assert_eq!(text, "größer!");
        let extended =
            catch_unwind(AssertUnwindSafe(|| text.extend(Lies(usize::MAX, "x".chars()))));
        assert!(extended.is_err());
        assert_eq!(text, "größer!");
    });
}

#[test]
fn m2_zero_sized_lengths_that_overflow_are_errors() {
    check_tree(|root| {
        let mut units = root.alloc_slice_copy(&[(); usize::MAX]);
        let grown = TBox::try_extend_from_slice(&mut units, &[(), ()]);
        assert_eq!(grown, Err(Error::TooLarge { size: usize::MAX }));
        assert_eq!(units.len(), usize::MAX);
    });
}

#[test]
fn m4_a_growing_object_moves_and_stays_whole() {
    check_tree(|root| {
        let mut array = root.alloc_slice_copy(&[0_u32]);
        let child: *mut u8 = TBox::leak(TBox::as_ctx(&array).alloc(7_u8));
        let mut text = TString::from_str_in("0", root);
        let (mut places, mut text_places) = (vec![], vec![]);
        for number in 1..2000_u32 {
            TBox::extend_from_slice(&mut array, &[number]);
            text.push_str("x");
            places.push(TBox::as_ptr(&array) as *mut u32);
            text_places.push(text.as_ptr());
            // Something in the way, so that the chunks have to move.
            TBox::leak(TBox::as_ctx(&array).alloc_slice_copy(&[0_u8; 40]));
        }
        places.dedup();
        text_places.dedup();
        assert!(places.len() > 1 && text_places.len() > 1, "nothing ever moved");
        assert!(array.iter().copied().eq(0..2000));
        assert_eq!(text.len(), 2000);
        // SAFETY: the child lives as long as the array.
        assert_eq!(unsafe { *child }, 7);
        assert_eq!(TBox::as_ctx(&array).total_blocks(), 2001);
    });
}

#[test]
fn m3_what_is_not_initialised_is_written_before_it_is_read() {
    check_tree(|root| {
        let number = TBox::write(root.alloc_uninit::<u64>(), 5);
        assert_eq!(*number, 5);
        let mut array = root.alloc_slice_uninit::<u16>(4);
        for (index, place) in array.iter_mut().enumerate() {
            *place = MaybeUninit::new(index as u16);
        }
        // SAFETY: all four were written.
        let sum: u16 = array.iter().map(|place| unsafe { place.assume_init() }).sum();
        assert_eq!(sum, 6);

        let mut zeroed = root.alloc_slice_zeroed::<u8>(100);
        assert!(zeroed.iter().all(|&byte| byte == 0));
        TBox::grow_with(&mut zeroed, 300, |index| index as u8);
        assert_eq!((zeroed[99], zeroed[100], zeroed[299]), (0, 100, 43));
        // A string never shows what its capacity holds.
        let mut text = TString::with_capacity_in(1000, root);
        text.push_str("abc");
        text.reserve(5000);
        let boxed = text.into_boxed_str();
        assert_eq!((&*boxed, TBox::as_ctx(&boxed).size()), ("abc", 4));
    });
}
