//! D6: values without bytes that have a `Drop`, and arrays of them.

use talloc::{Ctx, TBox};
use talloc_tests::{Counts, Zst, ZstCounts, check_tree, check_tree_mut};

const MANY: usize = 1 << 20;

#[test]
fn d6_a_value_without_bytes_is_dropped_once() {
    let zst = ZstCounts::new();
    check_tree_mut(|root| {
        let object = root.alloc(zst.value());
        assert_eq!((TBox::as_ctx(&object).size(), root.total_blocks()), (0, 2));
        drop(object);
        assert_eq!((zst.dropped(), root.total_blocks()), (1, 1));
        TBox::free(root.alloc(zst.value())).expect("not refused");
        drop(TBox::into_inner(root.alloc(zst.value())).expect("not refused"));
        assert_eq!(zst.dropped(), 3);
        TBox::keep(root.alloc(zst.value()));
        root.free_children();
    });
    zst.assert_all_dropped(4);
}

#[test]
fn d6_values_without_bytes_have_different_addresses() {
    check_tree(|root| {
        let (first, second) = (root.alloc(()), root.alloc(()));
        assert_ne!(TBox::as_ptr(&first), TBox::as_ptr(&second));
    });
}

#[test]
fn d6_arrays_without_bytes_drop_every_element() {
    let zst = ZstCounts::new();
    let drops = |root: &Ctx<'static>, array: TBox<'_, [Zst]>, len: usize| {
        let before = zst.dropped();
        assert_eq!((array.len(), TBox::as_ctx(&array).size()), (len, 0));
        drop(array);
        assert_eq!((zst.dropped() - before, root.total_blocks()), (len, 1));
    };
    check_tree(|root| {
        drops(root, root.alloc_slice_fill_with(0, |_| zst.value()), 0);
        drops(root, root.alloc_slice_fill_with(3, |_| zst.value()), 3);
        drops(root, root.alloc_slice_from_iter((0..5).map(|_| zst.value())), 5);
        let unknown = (0..7).filter(|_| true).map(|_| zst.value());
        drops(root, root.alloc_slice_from_iter(unknown), 7);
        drops(root, root.alloc_slice_fill_with(MANY, |_| zst.value()), MANY);
    });
    zst.assert_all_dropped(15 + MANY);
}

#[test]
fn d6_arrays_without_bytes_from_iterators_that_lie() {
    /// An iterator with a false lower bound.
    struct Lies<I>(usize, I);
    impl<I: Iterator> Iterator for Lies<I> {
        type Item = I::Item;
        fn next(&mut self) -> Option<I::Item> {
            self.1.next()
        }
        fn size_hint(&self) -> (usize, Option<usize>) {
            (self.0, None)
        }
    }
    let zst = ZstCounts::new();
    check_tree(|root| {
        for claimed in [0, 2, 3, 50, usize::MAX] {
            let array = root.alloc_slice_from_iter(Lies(claimed, (0..3).map(|_| zst.value())));
            assert_eq!(array.len(), 3);
        }
    });
    zst.assert_all_dropped(15);
}

#[test]
fn d6_arrays_without_bytes_grow() {
    let zst = ZstCounts::new();
    check_tree(|root| {
        let mut array = root.alloc_slice_fill_with(2, |_| zst.value());
        TBox::grow_with(&mut array, MANY, |_| zst.value());
        assert_eq!((array.len(), zst.dropped(), root.total_blocks()), (MANY, 0, 2));
        TBox::free(array).expect("not refused");
    });
    zst.assert_all_dropped(MANY);
}

#[test]
fn d6_arrays_without_bytes_of_the_greatest_length() {
    check_tree(|root| {
        let mut units = root.alloc_slice_copy(&[(); usize::MAX]);
        assert_eq!(units.len(), usize::MAX);
        let grown = TBox::try_extend_from_slice(&mut units, &[]);
        assert_eq!((grown, units.len()), (Ok(()), usize::MAX));
    });
}

#[test]
fn d6_a_large_value_in_arrays_of_every_small_length() {
    let counts = Counts::new();
    check_tree(|root| {
        for len in 0..20 {
            drop(root.alloc_slice_fill_with(len, |_| counts.sized::<300>()));
            assert_eq!(root.total_blocks(), 1);
        }
    });
    counts.assert_all_dropped(190);
}
