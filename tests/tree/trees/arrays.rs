//! Arrays that grow with the context of their node.

use talloc::tree::Array;
use talloc::{Error, Tree};

talloc::node! { struct Items<'t, T> { all: Array<'t, T> } }

fn with_array<T: Send + Copy + 'static, R>(
    values: &[T],
    f: impl for<'t> FnOnce(&talloc::TreeCtx<'t>, &mut Array<'t, T>) -> R,
) -> R {
    let mut tree = Tree::<Items<'_, T>>::build(|t| Items { all: t.alloc_slice_copy(values) });
    let result = tree.with_mut(|t, items| f(t, &mut items.all));
    tree.with_mut(|t, items| std::mem::take(&mut items.all).free(t));
    assert_eq!(tree.total_blocks(), 1);
    result
}

#[test]
fn t5_like_a_vec() {
    let mut vec = vec![1_u32, 2, 3];
    with_array(&[1_u32, 2, 3], |t, array| {
        for step in 0..2000_u32 {
            let at = (step as usize * 7) % (vec.len() + 1);
            match step % 11 {
                0 | 1 => {
                    vec.push(step);
                    array.push(t, step);
                }
                2 | 3 => {
                    vec.insert(at, step);
                    array.insert(t, at, step);
                }
                4 if at < vec.len() => assert_eq!(vec.remove(at), array.remove(at)),
                5 if at < vec.len() => assert_eq!(vec.swap_remove(at), array.swap_remove(at)),
                6 => assert_eq!(vec.pop(), array.pop()),
                7 if step % 5 == 0 => {
                    vec.truncate(at);
                    array.truncate(at);
                }
                8 => {
                    vec.extend(0..step % 4);
                    array.extend(t, 0..step % 4);
                }
                9 => {
                    vec.extend_from_slice(&[step; 3]);
                    array.extend_from_slice(t, &[step; 3]);
                }
                10 if step % 3 == 0 => {
                    vec.retain(|item| item % 3 != 0);
                    array.retain(|item| item % 3 != 0);
                }
                _ => array.shrink_to_fit(t),
            }
            assert_eq!(**array, *vec);
            assert!(array.capacity(t) >= array.len());
        }
    });
}

#[test]
fn t5_without_elements_or_without_bytes() {
    with_array::<u64, _>(&[], |t, array| {
        assert_eq!((array.pop(), array.capacity(t)), (None, 0));
        array.shrink_to_fit(t);
        array.shrink_to_fit(t);
        array.clear();
        array.extend(t, []);
        array.push(t, 7);
        assert_eq!(**array, [7]);
    });
    with_array(&[(), ()], |t, array| {
        array.push(t, ());
        array.extend(t, [(); 1000]);
        array.shrink_to_fit(t);
        array.remove(1000);
        array.swap_remove(0);
        assert_eq!((array.len(), array.capacity(t)), (1001, usize::MAX));
        array.retain(|()| false);
        assert_eq!(array.pop(), None);
        array.shrink_to_fit(t);
    });
}

#[test]
fn t5_emptied_and_left_to_its_node() {
    with_array(&[1, 2, 3], |t, array| {
        array.clear();
        assert_eq!((&**array, array.capacity(t)), (&[][..], 3));
        array.push(t, 4);
        assert_eq!(**array, [4]);
        array.reserve(t, 5);
        assert!(array.capacity(t) >= 6, "{}", array.capacity(t));
        array.shrink_to_fit(t);
        assert_eq!((&**array, array.capacity(t)), (&[4][..], 1));
        let mut capacities = vec![];
        for number in 0..10_000 {
            array.push(t, number);
            capacities.push(array.capacity(t));
        }
        capacities.dedup();
        assert!(capacities.len() < 20, "{capacities:?}");
        array.clear();
        array.shrink_to_fit(t);
        assert_eq!(array.capacity(t), 0);
    });
    let mut tree = Tree::<Items<'_, u32>>::build(|t| Items { all: t.alloc_slice_copy(&[1, 2]) });
    tree.with_mut(|_, items| {
        let left = std::mem::take(&mut items.all).leak();
        left[0] = 7;
        assert_eq!(left, [7, 2]);
    });
    assert_eq!(tree.total_blocks(), 2);
}

/// Where twice the room would be too much, there is as much as there can be.
#[test]
fn t5_the_last_growth_ends_at_the_limit() {
    let len = talloc::MAX_SIZE / 64 / 2 + 1;
    let mut tree = Tree::<Items<'_, [u64; 8]>>::build(|t| Items {
        all: t.try_alloc_slice_from_iter(std::iter::repeat_n([1; 8], len)).unwrap(),
    });
    tree.with_mut(|t, items| {
        items.all.push(t, [2; 8]);
        assert_eq!(items.all.capacity(t), talloc::MAX_SIZE / 64);
        assert_eq!((items.all[0], items.all[len]), ([1; 8], [2; 8]));
    });
}

#[test]
fn t5_what_is_too_large_changes_nothing() {
    with_array(&[1_u64, 2], |t, array| {
        for additional in [talloc::MAX_SIZE / 8, usize::MAX / 8, usize::MAX - 2, usize::MAX] {
            let error = array.try_reserve(t, additional).unwrap_err();
            assert!(matches!(error, Error::TooLarge { .. }), "{error}");
        }
        assert_eq!(**array, [1, 2]);
    });
}

#[test]
#[should_panic(expected = "removal index (is 2) should be < len (is 2)")]
fn t5_an_element_that_is_not_there() {
    with_array(&[1, 2], |_, array| array.remove(2));
}

#[test]
fn t5_an_iterator_that_panics_in_retain() {
    with_array(&[1, 2, 3, 4], |_, array| {
        let retain = || array.retain(|item| if *item == 3 { panic!("at 3") } else { *item > 1 });
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(retain)).unwrap_err();
        assert_eq!(**array, [2]);
    });
}
