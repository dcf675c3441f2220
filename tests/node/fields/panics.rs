//! D4: user code that panics half-way, or does not do what it promises.

use std::panic::{AssertUnwindSafe, catch_unwind};

use talloc::{Array, StrList};
use talloc_tests::check_tree;

#[test]
fn d4_an_iterator_that_panics() {
    check_tree(|root| {
        let mut array: Array<'_, u32> = root.alloc_slice_copy(&[1, 2]).into();
        let mut list = root.strdup_list(["a"]).expect("no NUL");
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            array.extend((0..10).map(|n| if n < 7 { n } else { panic!("half-way") }));
        }));
        assert!(panicked.is_err());
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            let texts = (0..10).map(|n| if n < 7 { "b" } else { panic!("half-way") });
            list.extend(texts).expect("no NUL");
        }));
        assert!(panicked.is_err());
        assert_eq!(array, [1, 2]);
        assert_eq!(list, ["a"]);
        assert_eq!(root.total_blocks(), 4);
        array.free();
        list.free();
    });
}

#[test]
fn d4_a_condition_that_panics() {
    check_tree(|root| {
        let mut array: Array<'_, u32> = root.alloc_slice_from_iter(0..10).into();
        let mut list = root.strdup_list(["a", "b", "c", "d"]).expect("no NUL");
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            array.retain(|&n| if n < 7 { n % 2 == 0 } else { panic!("half-way") });
        }));
        assert!(panicked.is_err());
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            list.retain(|text| if text < c"d" { text != c"a" } else { panic!("half-way") });
        }));
        assert!(panicked.is_err());
        array.sort();
        assert!(array.iter().copied().eq(0..10));
        list.sort();
        assert_eq!(list, ["a", "b", "c", "d"]);
        array.free();
        list.free();
    });
}

/// Promises another number of elements than it has.
struct Liar<I>(I, usize);

impl<I: Iterator> Iterator for Liar<I> {
    type Item = I::Item;

    fn next(&mut self) -> Option<I::Item> {
        self.0.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.1, Some(self.1))
    }
}

#[test]
fn d4_an_iterator_that_lies() {
    check_tree(|root| {
        for promised in [0, 1, 5, 1000] {
            let mut array: Array<'_, u32> = root.alloc_slice_copy(&[0]).into();
            array.extend(Liar(1..4, promised));
            assert_eq!(array, [0, 1, 2, 3]);
            array.extend(Liar(0..0, promised));
            assert_eq!((array.len(), root.total_blocks()), (4, 2));
            array.free();
            let mut list: StrList<'_> = root.strdup_list(["a"]).expect("no NUL");
            list.extend(Liar(["b", "c"].into_iter(), promised)).expect("no NUL");
            list.extend(Liar([].into_iter(), promised)).expect("nothing");
            assert_eq!(list, ["a", "b", "c"]);
            list.free();
        }
        let mut array: Array<'_, u32> = root.alloc_slice_copy(&[0]).into();
        array.try_extend(Liar(1..4, usize::MAX)).expect_err("too much is promised");
        assert_eq!((array.len(), root.total_blocks()), (1, 2));
        array.free();
    });
}
