//! Arrays: what their chunks look like, how they are made, grown and converted.

use talloc::{Array, Ctx, Error, StrList, TBox};
use talloc_tests::{Counts, check_tree, reference, unlink};

fn size<T>(array: &TBox<'_, [T]>) -> usize {
    TBox::as_ctx(array).size()
}

#[test]
fn arrays_fill_their_chunk() {
    check_tree(|root| {
        let copied = root.alloc_slice_copy(&[1_u16, 2, 3]);
        let cloned = root.alloc_slice_clone(&[String::from("a"), String::from("b")]);
        let filled = root.alloc_slice_fill_with(4, |index| index * 2);
        let exact = root.alloc_slice_from_iter(0..5_u64);
        let inexact = root.alloc_slice_from_iter((0..100_u64).filter(|number| number % 7 == 0));
        let zeroed = root.alloc_slice_zeroed::<u32>(6);
        assert_eq!((&*copied, size(&copied)), (&[1, 2, 3][..], 6));
        assert_eq!((&*cloned.concat(), size(&cloned)), ("ab", 2 * size_of::<String>()));
        assert_eq!((&*filled, size(&filled)), (&[0, 2, 4, 6][..], 4 * size_of::<usize>()));
        assert_eq!((&*exact, size(&exact)), (&[0, 1, 2, 3, 4][..], 40));
        assert_eq!((inexact.len(), size(&inexact), inexact[14]), (15, 120, 98));
        assert_eq!((&*zeroed, size(&zeroed)), (&[0; 6][..], 24));
        // C counts the elements in the same way.
        // SAFETY: the chunk is live.
        let length =
            unsafe { talloc_sys::talloc_array_length(TBox::as_ptr(&inexact).cast::<u64>()) };
        assert_eq!(length, 15);
    });
}

#[test]
fn arrays_grow_to_the_size_that_was_asked_for() {
    let counts = Counts::new();
    check_tree(|root| {
        let mut numbers = root.alloc_slice_copy(&[0_u32]);
        TBox::extend_from_slice(&mut numbers, &[1, 2]);
        TBox::extend_from_slice(&mut numbers, &[]);
        assert_eq!((&*numbers, size(&numbers)), (&[0, 1, 2][..], 12));
        TBox::grow_with(&mut numbers, 3, |_| panic!("there is nothing to make"));
        TBox::grow_with(&mut numbers, 6, |index| index as u32 * 10);
        assert_eq!((&*numbers, size(&numbers)), (&[0, 1, 2, 30, 40, 50][..], 24));

        let mut values = root.alloc_slice_fill_with(1, |_| counts.value());
        TBox::grow_with(&mut values, 40, |_| counts.value());
        assert!(values.iter().all(|value| value.is_alive()));
        assert_eq!((counts.dropped(), root.total_blocks()), (0, 3));
    });
    counts.assert_all_dropped(40);
}

#[test]
#[should_panic(expected = "an array can only grow")]
fn arrays_do_not_shrink() {
    check_tree(|root| TBox::grow_with(&mut root.alloc_slice_copy(&[1, 2]), 1, |_| 0));
}

#[test]
fn arrays_that_are_referenced_do_not_grow() {
    let counts = Counts::new();
    check_tree(|root| {
        let holder = root.new_child();
        let mut array = root.alloc_slice_fill_with(2, |_| counts.value());
        reference(&holder, TBox::as_ctx(&array));
        let grown = TBox::try_grow_with(&mut array, 3, |_| counts.value());
        assert_eq!(grown, Err(Error::Referenced));
        // No new element was made, the array is as it was.
        assert_eq!((counts.made(), counts.dropped(), array.len()), (2, 0, 2));
        assert_eq!(TBox::as_ctx(&array).total_blocks(), 1);
        unlink(&holder, TBox::as_ctx(&array));

        let mut numbers = root.alloc_slice_copy(&[1_u8]);
        reference(&holder, TBox::as_ctx(&numbers));
        assert_eq!(TBox::try_extend_from_slice(&mut numbers, &[2]), Err(Error::Referenced));
        unlink(&holder, TBox::as_ctx(&numbers));
        TBox::extend_from_slice(&mut numbers, &[2]);
        assert_eq!(*numbers, [1, 2]);
    });
    counts.assert_all_dropped(2);
}

/// A length for which there is no size is too large, whoever refers to the array.
#[test]
fn arrays_that_are_referenced_and_grow_too_much_are_too_large() {
    check_tree(|root| {
        let holder = root.new_child();
        let mut numbers = root.alloc_slice_copy(&[1_u64]);
        reference(&holder, TBox::as_ctx(&numbers));
        let grown = TBox::try_grow_with(&mut numbers, usize::MAX, |_| unreachable!());
        assert_eq!(grown, Err(Error::TooLarge { size: usize::MAX }));
        unlink(&holder, TBox::as_ctx(&numbers));
    });
}

#[test]
fn arrays_convert_to_one_of_known_length_and_back() {
    let counts = Counts::new();
    check_tree(|root| {
        let values = root.alloc_slice_fill_with(3, |_| counts.value());
        let place = TBox::as_ptr(&values);
        let values = match <TBox<'_, [_; 4]>>::try_from(values) {
            Ok(_) => panic!("the length is another"),
            Err(values) => values,
        };
        let values = <TBox<'_, [_; 3]>>::try_from(values).expect("the length is right");
        assert!(core::ptr::addr_eq(TBox::as_ptr(&values), place));
        assert!(values[2].is_alive());
        let values = talloc::unsize!(values => [talloc_tests::Counted]);
        assert_eq!((values.len(), counts.dropped()), (3, 0));
    });
    counts.assert_all_dropped(3);
}

#[test]
fn trait_objects_are_dropped_once_and_freed() {
    trait Speaks {
        fn speak(&self) -> usize;
    }
    impl<const N: usize> Speaks for talloc_tests::Counted<N> {
        fn speak(&self) -> usize {
            assert!(self.is_alive());
            N
        }
    }
    let counts = Counts::new();
    check_tree(|root| {
        let small = talloc::unsize!(root.alloc(counts.value()) => dyn Speaks);
        let large = talloc::unsize!(root.alloc(counts.sized::<500>()) => dyn Speaks);
        let small = TBox::steal(small, root);
        assert_eq!((small.speak(), large.speak(), root.total_blocks()), (0, 500, 3));
        drop(small);
        TBox::free(large).expect("not refused");
        assert_eq!((counts.dropped(), root.total_blocks()), (2, 1));

        let panicking = talloc::unsize!(root.alloc(counts.panicking()) => dyn core::fmt::Debug);
        let payload = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(panicking)));
        assert!(payload.is_err());
        assert_eq!(root.total_blocks(), 1);

        let refused = talloc::unsize!(root.alloc(counts.value()) => dyn Speaks);
        talloc_tests::set_refusing(TBox::as_ctx(&refused), 1);
        let refused = TBox::free(refused).expect_err("refused").into_inner();
        assert_eq!(refused.speak(), 0);
    });
    counts.assert_all_dropped(4);
}

#[test]
fn field_arrays_know_their_length() {
    check_tree(|root| {
        let mut ports: Array<'_, u16> = root.alloc_slice_copy(&[80, 443]).into();
        ports[0] = 8080;
        assert_eq!((&*ports, ports.len()), (&[8080, 443][..], 2));
        for port in &mut ports {
            *port += 1;
        }
        assert_eq!((&ports).into_iter().copied().collect::<Vec<_>>(), [8081, 444]);
        let empty: Array<'_, u64> = root.alloc_slice_copy(&[]).into();
        assert!(empty.is_empty());
        empty.free();

        // Back to a handle, grown, and to a field again.
        let mut boxed = ports.into_boxed_slice();
        TBox::extend_from_slice(&mut boxed, &[1; 1000]);
        let ports = Array::from(boxed);
        assert_eq!((ports.len(), root.total_blocks()), (1002, 2));
        ports.free();
    });
}

#[test]
fn field_arrays_and_lists_are_left_to_their_parent() {
    check_tree(|root| {
        let scratch = root.new_child();
        let numbers: Array<'_, u8> = scratch.alloc_slice_copy(&[1]).into();
        let list: StrList<'_> = scratch.strdup_list(["a", "b"]).expect("no NUL");
        assert_eq!((numbers.len(), list.len(), list.is_empty()), (1, 2, false));
        assert_eq!(scratch.total_blocks(), 5);
        drop(scratch);
        let none = root.strdup_list([]).expect("no NUL");
        assert!(none.is_empty() && none.iter().next().is_none());
        none.free();
    });
}

#[test]
fn lists_end_with_null_and_own_their_strings() {
    check_tree(|root| {
        let texts: Vec<String> = (0..100).map(|number| number.to_string()).collect();
        let inexact = texts.iter().map(String::as_str).filter(|text| text.len() == 2);
        let list = root.strdup_list(inexact).expect("no NUL");
        assert_eq!((list.len(), root.total_blocks()), (90, 92));
        let first = list.as_ptr();
        // SAFETY: the list has 90 strings and a null pointer.
        unsafe {
            assert!((*first.add(90)).is_null());
            assert_eq!(talloc_sys::talloc_get_size(first.cast()), 91 * size_of::<*mut u8>());
            assert_eq!(talloc_sys::talloc_parent((*first.add(89)).cast()), first.cast());
        }
        assert_eq!(list.iter().nth(89), Some(c"99"));
        list.free();
        // Nothing is left of a list that fails at its last string.
        let failed = root.strdup_list(["one", "two", "thr\0ee"]);
        assert_eq!(failed.err(), Some(Error::InteriorNul { position: 3 }));
    });
}

#[test]
fn arrays_of_handles_free_what_the_handles_own() {
    let counts = Counts::new();
    check_tree(|root| {
        let scratch = root.new_child();
        let contexts = root.alloc_slice_fill_with(3, |_| scratch.new_child());
        let boxes = root.alloc_slice_fill_with(3, |index| contexts[index].alloc(counts.value()));
        assert_eq!((scratch.total_blocks(), root.total_blocks()), (7, 10));
        drop(boxes);
        drop(contexts);
        assert_eq!((scratch.total_blocks(), root.total_blocks()), (1, 2));
        let roots = root.alloc_slice_fill_with(3, |_| Ctx::new());
        roots.iter().for_each(|other| drop(other.alloc(counts.value())));
    });
    counts.assert_all_dropped(6);
}
