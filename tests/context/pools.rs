//! Pools: where objects lie, when the memory goes back, and what that must not
//! change. D7, F2, M2, M4 with pools.

use std::collections::VecDeque;
use std::mem;
use std::panic::catch_unwind;

use talloc::{CType, Ctx, CtxRef, Error, MAX_SIZE, TBox, TString};
use talloc_tests::{
    Counted, Counts, address, check_tree, check_tree_mut, lies_in, parent, reference, set_refusing,
};

/// What an object takes in a pool, with the libtalloc of a 64-bit system.
const fn cost(size: usize) -> usize {
    (12 * size_of::<usize>() + size).next_multiple_of(16)
}

#[test]
fn a_pool_has_no_name_in_c_and_one_in_rust() {
    check_tree(|root| {
        // SAFETY: the parent is live.
        let pool = unsafe { talloc_sys::talloc_pool(root.as_ptr(), 100) };
        // SAFETY: a new context below `root`, known to nobody else.
        let pool = unsafe { Ctx::from_raw(pool) }.expect("memory");
        assert_eq!(pool.name(), c"UNNAMED");
        let named = Ctx::pool(100).with_name_const(c"request");
        assert_eq!((named.name(), named.total_blocks(), named.size()), (c"request", 1, 0));
        let renamed = named.with_name_const(c"again");
        assert_eq!(renamed.name(), c"again");
    });
}

#[test]
fn an_object_costs_its_header_and_its_size_rounded_to_16() {
    let pool = Ctx::pool(100_000);
    let mut expected = address(&pool) + cost(0);
    for size in (0..70).chain([1000, 1001]) {
        let object: &mut [u8] = TBox::leak(pool.alloc_slice_zeroed(size));
        assert_eq!(object.as_ptr().addr(), expected, "{size} bytes");
        expected += cost(size);
    }
}

#[test]
fn the_estimated_size_is_enough_and_not_far_from_it() {
    assert_eq!(Ctx::pool_size(0, 0), 0);
    assert_eq!(Ctx::pool_size(usize::MAX, 1), usize::MAX);
    for sizes in [vec![1], vec![0; 10], vec![16; 7], vec![17, 1, 33, 15, 160], vec![5; 100]] {
        let size = Ctx::pool_size(sizes.len(), sizes.iter().sum());
        let pool = Ctx::pool(size);
        for &bytes in &sizes {
            let object: &mut [u8] = TBox::leak(pool.alloc_slice_zeroed(bytes));
            assert!(lies_in(object.as_ptr().addr() + bytes, address(&pool), size + 1));
        }
        let spare = size - sizes.iter().map(|&bytes| cost(bytes)).sum::<usize>();
        assert!(spare <= 15 * sizes.len(), "{spare} bytes too many for {sizes:?}");
    }
}

#[test]
fn m2_sizes_of_pools() {
    check_tree(|root| {
        let empty = root.new_pool(0);
        let object = empty.alloc(5_u64);
        assert_eq!((*object, address(TBox::as_ctx(&object)) == address(&empty)), (5, false));
        assert!(root.try_new_pool(MAX_SIZE).is_ok());
        for size in [MAX_SIZE + 1, usize::MAX] {
            assert_eq!(root.try_new_pool(size).err(), Some(Error::TooLarge { size }));
            assert_eq!(Ctx::try_pool(size).err(), Some(Error::TooLarge { size }));
            assert!(catch_unwind(|| Ctx::pool(size)).is_err());
            assert!(catch_unwind(|| drop(root.new_pool(size))).is_err());
        }
    });
}

#[test]
fn a_full_pool_falls_back_to_malloc() {
    check_tree(|root| {
        let size = 3 * cost(8);
        let pool = root.new_pool(size);
        let objects: Vec<_> = (0..6_u64).map(|number| pool.alloc(number)).collect();
        let inside: Vec<_> = objects
            .iter()
            .map(|object| lies_in(address(TBox::as_ctx(object)), address(&pool), size))
            .collect();
        assert_eq!(inside, [true, true, true, false, false, false]);
        // What is below an object outside is outside, too; also when there is room again.
        drop(objects);
        let outside = pool.alloc_slice_zeroed::<u8>(size);
        let below = TBox::as_ctx(&outside).alloc(1_u8);
        let next = pool.alloc(2_u8);
        assert!(!lies_in(address(TBox::as_ctx(&below)), address(&pool), size));
        assert!(lies_in(address(TBox::as_ctx(&next)), address(&pool), size));
    });
}

#[test]
fn a_place_is_used_again_if_it_was_the_last_or_nothing_is_left() {
    let pool = Ctx::pool(4096);
    let first = address(&pool) + cost(0);
    let place = |index: usize| first + index * cost(8);
    let (a, b, c) = (pool.alloc(0_u64), pool.alloc(1_u64), pool.alloc(2_u64));
    assert_eq!(address(TBox::as_ctx(&c)), place(2));
    drop(c);
    let c = pool.alloc(2_u64);
    assert_eq!(address(TBox::as_ctx(&c)), place(2));
    drop(a);
    let d = pool.alloc(3_u64);
    assert_eq!(address(TBox::as_ctx(&d)), place(3));
    drop((b, c, d));
    assert_eq!(address(TBox::as_ctx(&pool.alloc(4_u64))), place(0));
}

#[test]
fn a_reset_pool_starts_over() {
    let counts = Counts::new();
    let mut pool = Ctx::pool(4096).with_name_const(c"reset");
    let mut places = Vec::new();
    for round in 0..10 {
        places.push(address(&pool.new_child().leak().new_child()));
        TBox::keep(pool.alloc(counts.sized::<300>()));
        mem::forget(pool.alloc_str("forgotten"));
        pool.free_children();
        assert_eq!((counts.dropped(), pool.total_blocks()), (round + 1, 1));
    }
    places.dedup();
    assert_eq!(places.len(), 1);

    // A copied name lies in the pool: it stays, and so does all before the end.
    pool.set_name("copied").expect("no NUL");
    let before = address(&pool.new_child());
    TBox::leak(pool.alloc([0_u8; 100]));
    mem::forget(pool.new_child());
    pool.free_children();
    assert_eq!(pool.name(), c"copied");
    assert!(address(&pool.new_child()) >= before);
    assert_ne!(before, places[0]);
    drop(pool);
    counts.assert_all_dropped(10);
}

#[test]
fn m4_the_last_object_grows_in_its_place_and_others_move() {
    check_tree(|root| {
        let size = 8192;
        let pool = root.new_pool(size);
        let mut first = TString::from_str_in("first", &pool);
        let mut last = TString::from_str_in("last", &pool);
        let place = last.as_ptr();
        for _ in 0..500 {
            last.push_str("12345678");
        }
        assert_eq!((last.as_ptr(), last.len()), (place, 4004));
        let before = first.as_ptr();
        for _ in 0..200 {
            first.push_str("0123456789");
        }
        assert_ne!(first.as_ptr(), before);
        assert!(first.starts_with("first0123456789") && first.ends_with("6789"));
        // Beyond the pool, into memory from malloc.
        last.push_str(&"x".repeat(2 * size));
        assert!(!lies_in(last.as_ptr().addr(), address(&pool), size));
        assert!(last.starts_with("last12345678") && last.ends_with("xxx"));
        // Alone in the pool, it may be moved down, over itself.
        drop(last);
        let end = first.len();
        first.push_str(&"y".repeat(1500));
        assert!(
            first[..end].starts_with("first0123456789") && first[end..].bytes().all(|b| b == b'y')
        );
        let boxed = first.into_boxed_str();
        assert_eq!(TBox::as_ctx(&boxed).size(), boxed.len() + 1);
    });
}

#[test]
fn m4_children_stay_attached_when_the_only_object_moves_within_its_pool() {
    check_tree(|root| {
        let pool = root.new_pool(4096);
        let first = pool.alloc([1_u8; 200]);
        let mut array = pool.alloc_slice_copy(&[7_u8; 300]);
        // From malloc, so that the array is alone in the pool in the end.
        let child: *mut [u8; 8000] = TBox::leak(TBox::as_ctx(&array).alloc([9; 8000]));
        drop(first);
        let before = array.as_ptr();
        TBox::extend_from_slice(&mut array, &[8; 100]);
        assert!(array.as_ptr() < before, "it was not moved down");
        assert_eq!((array[299], array[300], array.len()), (7, 8, 400));
        // SAFETY: the child lives as long as the array.
        assert_eq!(unsafe { (*child)[7999] }, 9);
        assert_eq!(parent(TBox::as_ctx(&array)), pool.as_ptr());
        assert_eq!(TBox::as_ctx(&array).total_blocks(), 2);
    });
}

#[test]
fn a_stolen_object_keeps_the_memory_of_the_pool() {
    let size = 4096;
    check_tree(|root| {
        let pool = root.new_pool(size);
        let at = address(&pool);
        let stolen = TBox::steal(pool.alloc([1_u8; 64]), root);
        mem::forget(pool.alloc([2_u8; 64]));
        drop(pool);
        // All that is below it is cut from the same block, as long as there is room.
        let below = TBox::as_ctx(&stolen).alloc([3_u8; 64]);
        let mut text = TString::from_str_in("text", TBox::as_ctx(&stolen));
        text.push_str(&"-".repeat(1000));
        for place in [TBox::as_ptr(&stolen).addr(), TBox::as_ptr(&below).addr()] {
            assert!(lies_in(place, at, size));
        }
        assert!(lies_in(text.as_ptr().addr(), at, size));
        assert_eq!((*stolen, *below, text.len()), ([1; 64], [3; 64], 1004));
        let last = text.steal(root);
        drop(below);
        drop(stolen);
        assert!(last.starts_with("text--"));
    });
}

#[test]
fn a_reset_does_not_touch_what_was_stolen() {
    check_tree_mut(|root| {
        let session = root.new_child();
        let mut pool = session.new_pool(4096);
        let mut results = Vec::new();
        for round in 0..50_u8 {
            mem::forget(pool.alloc([round; 100]));
            results.push(TBox::steal(pool.alloc([round; 40]), &session));
            mem::forget(pool.alloc([round; 200]));
            pool.free_children();
        }
        drop(pool);
        assert!((0..50).zip(&results).all(|(round, result)| **result == [round; 40]));
    });
}

#[test]
fn the_pool_and_what_was_stolen_go_in_any_order() {
    for order in 0..6 {
        check_tree(|root| {
            let pool = Ctx::pool(2048);
            let first = TBox::steal(pool.alloc(Box::new(1)), root);
            let second = TBox::steal(pool.alloc(Box::new(2)), root);
            let mut all: VecDeque<Box<dyn FnOnce() + '_>> = VecDeque::new();
            all.push_back(Box::new(move || drop(pool)));
            all.push_back(Box::new(move || assert_eq!(**first, 1)));
            all.push_back(Box::new(move || assert_eq!(**second, 2)));
            all.rotate_left(order % 3);
            if order >= 3 {
                all.swap(0, 1);
            }
            all.into_iter().for_each(|step| step());
        });
    }
}

#[test]
fn pools_in_pools() {
    check_tree(|root| {
        let outer = root.new_pool(8192);
        let inner = outer.new_pool(1000);
        assert!(lies_in(address(&inner), address(&outer), 8192));
        // Its own size, the header, and the header of a pool.
        let next = outer.alloc(0_u8);
        let expected = (16 * size_of::<usize>() + 1000).next_multiple_of(16);
        assert_eq!(
            address(TBox::as_ctx(&next)) + 4 * size_of::<usize>() - address(&inner),
            expected
        );
        let large = outer.new_pool(10_000);
        assert!(!lies_in(address(&large), address(&outer), 8192));

        let a = TBox::steal(inner.alloc([1_u8; 30]), root);
        let b = TBox::steal(large.alloc([2_u8; 30]), root);
        let c = TBox::steal(outer.alloc([3_u8; 30]), root);
        let deep = inner.new_pool(300);
        let d = TBox::steal(deep.alloc([4_u8; 30]), root);
        drop(next);
        drop(deep);
        drop(inner);
        drop(large);
        drop(outer);
        let more = TBox::as_ctx(&a).alloc([5_u8; 30]);
        assert_eq!((*a, *b, *c, *d, *more), ([1; 30], [2; 30], [3; 30], [4; 30], [5; 30]));
        drop(more);
        drop((c, a, d, b));
    });
}

#[test]
fn a_pool_may_be_stolen_and_adopted_by_c() {
    check_tree(|root| {
        let first = root.new_child();
        let second = root.new_child();
        let pool = first.new_pool(1024);
        mem::forget(pool.alloc_str("below"));
        let pool = pool.steal(&second);
        drop(first);
        let number = pool.alloc(1_u8);
        assert!(lies_in(address(TBox::as_ctx(&number)), address(&pool), 1024));
        drop(number);
        let raw = pool.into_raw();
        // SAFETY: `raw` comes from `into_raw`, its parent is `second`.
        drop(unsafe { Ctx::from_raw(raw) });
        assert_eq!(second.total_blocks(), 1);
    });
}

#[test]
fn c_cannot_resize_a_pool_and_neither_can_rust() {
    struct Number(u64);
    impl Clone for Number {
        fn clone(&self) -> Self {
            *self
        }
    }
    impl Copy for Number {}
    impl CType for Number {
        const NAME: &'static core::ffi::CStr = c"struct number";
    }
    check_tree(|root| {
        let pool = root.new_pool(1000).with_name_const(c"pool");
        // SAFETY: the pool is live; a failure leaves it as it was.
        let resized = unsafe {
            talloc_sys::_talloc_realloc(std::ptr::null(), pool.as_ptr(), 8, c"resized".as_ptr())
        };
        assert!(resized.is_null());
        assert_eq!((pool.size(), pool.name()), (0, c"pool"));

        // An object with a pool that C made, adopted as an array.
        let name = c"struct number".as_ptr();
        // SAFETY: the parent is live.
        let raw = unsafe { talloc_sys::_talloc_pooled_object(root.as_ptr(), 8, name, 2, 50) };
        // SAFETY: the object has 8 bytes.
        unsafe { raw.cast::<Number>().write(Number(7)) };
        // SAFETY: an array of one number, below `root`, known to nobody else.
        let array = unsafe { TBox::<[Number]>::from_raw_slice_typed(raw.cast()) };
        let mut array = array.expect("the right name");
        let grown = TBox::try_extend_from_slice(&mut array, &[Number(8)]);
        assert_eq!(grown, Err(Error::OutOfMemory { size: 16 }));
        assert_eq!((array.len(), array[0].0), (1, 7));
        assert!(lies_in(
            address(&TBox::as_ctx(&array).new_child()),
            address(TBox::as_ctx(&array)),
            250
        ));
    });
}

#[test]
fn d7_an_object_that_refuses_outlives_its_pool() {
    let counts = Counts::new();
    check_tree_mut(|root| {
        let pool = root.new_pool(1024);
        let kept: *mut Counted = TBox::keep(pool.alloc(counts.value()));
        // A destructor of C's on another object; the pool is the newest child.
        let object: *mut u64 = TBox::leak(pool.alloc(5_u64));
        // SAFETY: live.
        set_refusing(unsafe { CtxRef::from_ptr(object.cast()) }.expect("not null"), 1);
        // SAFETY: live until the pool is dropped.
        assert!(unsafe { (*kept).is_alive() });
        drop(pool);
        // SAFETY: it has refused, and is below the root now.
        assert_eq!((unsafe { *object }, root.total_blocks(), counts.dropped()), (5, 2, 1));
        root.free_children();
    });
    counts.assert_all_dropped(1);
}

#[test]
fn f2_an_object_to_which_c_holds_a_reference_outlives_its_pool() {
    let counts = Counts::new();
    check_tree(|root| {
        let holder = root.new_child();
        let mut pool = root.new_pool(1024);
        let kept: *mut Counted = TBox::keep(pool.alloc(counts.value()));
        // SAFETY: live.
        reference(&holder, unsafe { CtxRef::from_ptr(kept.cast()) }.expect("not null"));
        pool.free_children();
        let next = pool.alloc([0_u8; 500]);
        // SAFETY: it lives on below the holder.
        assert!(unsafe { (*kept).is_alive() });
        drop(next);
        drop(pool);
        // SAFETY: as above.
        assert!(unsafe { (*kept).is_alive() });
        drop(holder);
    });
    counts.assert_all_dropped(1);
}
