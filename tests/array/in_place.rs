//! Growing in the chunk itself, as `talloc_realloc` does it: in a pool, and under a limit.

use std::panic::{AssertUnwindSafe, catch_unwind};

use talloc::{Array, Ctx, CtxRef, Error, TBox};
use talloc_tests::{Counts, check_tree, dies, reference, set_memlimit};

const KIB: usize = 1024;

/// What C's array does in such a pool: where it is after each step.
fn moves_of_c(ctx: &CtxRef, steps: usize) -> usize {
    let pool = ctx.new_pool(10 * KIB);
    // SAFETY: an array below a live context, which is used at its newest address only.
    unsafe {
        let mut array = talloc_sys::talloc_named_const(pool.as_ptr(), KIB, c"array".as_ptr());
        (1..=steps)
            .filter(|step| {
                let size = (step + 1) * KIB;
                let old = array;
                array = talloc_sys::_talloc_realloc(pool.as_ptr(), old, size, c"array".as_ptr());
                assert!(!array.is_null());
                array != old
            })
            .count()
    }
}

#[test]
fn an_array_in_a_pool_stays_where_it_is() {
    check_tree(|root| {
        assert_eq!(moves_of_c(root, 8), 0);
        let pool = root.new_pool(10 * KIB);
        let mut array = pool.alloc_slice_fill_with(KIB, |i| i as u8);
        let place = TBox::as_ptr(&array).cast::<u8>();
        for step in 1..=8 {
            TBox::grow_with(&mut array, (step + 1) * KIB, |i| i as u8);
            assert_eq!(TBox::as_ptr(&array).cast::<u8>(), place);
        }
        assert!(array.iter().enumerate().all(|(i, byte)| *byte == i as u8));
        drop(array);

        let mut array: Array<'_, u32> = pool.alloc_slice_copy(&[0]).into();
        let place = array.as_ptr();
        for step in 1..=8 {
            array.extend(array.len() as u32..step * 250);
            assert_eq!(array.as_ptr(), place);
        }
        assert!(array.iter().copied().eq(0..2000));
        array.free();
    });
}

#[test]
fn the_limit_is_that_of_the_array() {
    check_tree(|root| {
        let ctx = root.new_child();
        let mut array = ctx.alloc_slice_fill_with(100, |i| i as u64);
        // Room for 200 of them, not for 100 and 200.
        set_memlimit(&ctx, ctx.total_size() + 200 * 8 + 500);
        TBox::grow_with(&mut array, 200, |i| i as u64);
        assert!(array.iter().copied().eq(0..200));
        let refused = TBox::try_grow_with(&mut array, 1000, |_| panic!("nothing is made"));
        assert_eq!(refused, Err(Error::OutOfMemory { size: 8000 }));
        assert!(array.iter().copied().eq(0..200));
    });
}

/// D4: what makes the elements panics at each of them.
#[test]
fn d4_a_panic_leaves_the_array_as_it_was() {
    let counts = Counts::new();
    check_tree(|root| {
        for len in [0, 1, 3, 500] {
            for enough in [0, 1, 7, 1500] {
                let mut array = root.alloc_slice_fill_with(len, |_| counts.value());
                let mut bytes = root.alloc_slice_fill_with(len, |_| true);
                let (before, made) = (root.total_size(), counts.alive());
                let panicked = catch_unwind(AssertUnwindSafe(|| {
                    TBox::grow_with(&mut array, len + 2000, |i| {
                        assert!(i < len + enough, "half-way");
                        counts.value()
                    });
                }));
                assert!(panicked.is_err());
                let panicked = catch_unwind(AssertUnwindSafe(|| {
                    TBox::grow_with(&mut bytes, len + 2000, |i| {
                        assert!(i < len + enough, "half-way");
                        false
                    });
                }));
                assert!(panicked.is_err());
                assert_eq!((array.len(), counts.alive()), (len, made));
                assert!(bytes.len() == len && bytes.iter().all(|byte| *byte));
                // Of an array that had nothing, one byte may be left.
                let after = root.total_size();
                assert!(after == before || len == 0 && after == before + 1, "{before}, {after}");
                TBox::grow_with(&mut array, len + 1, |_| counts.value());
                assert_eq!(counts.alive(), made + 1);
                // What is kept by its parent is counted by its chunk.
                let kept = root.new_child();
                TBox::keep(TBox::steal(array, &kept));
                drop(kept);
                assert_eq!(counts.alive(), 0);
            }
        }
    });
}

/// Elements without bytes take no chunk, and so none has to be cut.
#[test]
fn d4_a_panic_while_elements_without_bytes_are_made() {
    check_tree(|root| {
        let ctx = root.new_child();
        let mut array = ctx.alloc_slice_fill_with(3, |_| ());
        set_memlimit(&ctx, 1);
        let size = TBox::as_ctx(&array).size();
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            TBox::grow_with(&mut array, 10, |i| assert!(i < 7, "half-way"));
        }));
        assert!(panicked.is_err());
        assert_eq!((array.len(), TBox::as_ctx(&array).size()), (3, size));
    });
}

/// C takes a reference while the elements are made: then the array cannot be cut again.
#[test]
#[cfg_attr(miri, ignore = "starts a process")]
fn d4_a_panic_while_c_takes_a_reference() {
    dies("d4_a_panic_while_c_takes_a_reference", || {
        let root = Ctx::new();
        let holder = root.new_child();
        // What is last in a pool grows in its place.
        let pool = root.new_pool(4096);
        let mut array = pool.alloc_slice_fill_with(3, |i| i);
        let raw = TBox::as_ptr(&array).cast::<usize>();
        TBox::grow_with(&mut array, 4, |_| {
            // SAFETY: the array has not moved, and C may hold a reference.
            reference(
                &holder,
                unsafe { CtxRef::from_ptr(raw.cast::<core::ffi::c_void>()) }.expect("not null"),
            );
            panic!("half-way")
        });
    })
    .assert_abort("talloc: C has taken a reference to an array");
}

/// An array that finds out in the middle that there are fewer, or none.
#[test]
fn elements_that_were_promised() {
    struct Promised<I>(I, usize);
    impl<I: Iterator> Iterator for Promised<I> {
        type Item = I::Item;
        fn next(&mut self) -> Option<I::Item> {
            self.0.next()
        }
        fn size_hint(&self) -> (usize, Option<usize>) {
            (self.1, Some(self.1))
        }
    }
    check_tree(|root| {
        for (promised, there) in [(3, 0), (3, 2), (3, 3), (3, 9), (900, 20), (0, 2)] {
            let mut array: Array<'_, u32> = root.alloc_slice_copy(&[7]).into();
            array.extend(Promised(0..there, promised));
            assert!(array[1..].iter().copied().eq(0..there));
            assert_eq!(root.total_size(), array.len() * 4);
            array.free();
            let mut bytes: Array<'_, u8> = Array::new_in(root);
            bytes.extend(Promised(0..there as u8, promised));
            assert!(bytes.iter().copied().eq(0..there as u8));
            bytes.free();
        }
        // More than was promised, and then a panic, or no memory.
        for (start, promised) in [(0, 3), (1, 3), (5, 0)] {
            let ctx = root.new_child();
            let mut array: Array<'_, u32> = ctx.alloc_slice_fill_with(start, |_| 7).into();
            let mut bytes: Array<'_, u8> = ctx.alloc_slice_fill_with(start, |_| 7).into();
            let numbers = (0..).inspect(|number| assert!(*number < 50, "enough"));
            let numbers = AssertUnwindSafe(|| array.extend(Promised(numbers, promised)));
            assert!(catch_unwind(numbers).is_err());
            let numbers = (0..).inspect(|number| assert!(*number < 50, "enough"));
            let numbers = AssertUnwindSafe(|| bytes.extend(Promised(numbers, promised)));
            assert!(catch_unwind(numbers).is_err());
            assert_eq!((&*array, &*bytes), (&vec![7; start][..], &vec![7; start][..]));
            set_memlimit(&ctx, ctx.total_size() + 500);
            assert!(array.try_extend(Promised(0..10_000, promised)).is_err());
            assert!(bytes.try_extend(Promised((0..10_000).map(|_| 1), promised)).is_err());
            assert_eq!((&*array, &*bytes), (&vec![7; start][..], &vec![7; start][..]));
        }
        // One that goes on after its end is not asked again, as by `Vec`.
        let mut asked = 0;
        let gaps = std::iter::from_fn(|| {
            asked += 1;
            (asked != 2).then_some(asked)
        });
        let mut array: Array<'_, u32> = root.alloc_slice_copy(&[7]).into();
        array.extend(Promised(gaps, 4));
        assert_eq!(array, [7, 1]);
        array.free();
    });
}
