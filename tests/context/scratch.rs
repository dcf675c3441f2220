//! Temporary contexts from the pool of a thread: D1, D3, D5, D7, F2, L5, T3.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use talloc::{Ctx, CtxRef, Error, Node, Str, TBox, TString, scratch, try_scratch};
use talloc_tests::{
    Counts, c, can_exhaust_memory, check_tree, check_tree_mut, exits, forks, parent, reference,
    set_refusing,
};

/// The size of the pool, as it is documented.
const SIZE: usize = 32 * 1024;

/// The address of the pool of this thread, from which `tmp` was cut.
fn pool_of(tmp: &CtxRef) -> usize {
    let pool = parent(tmp).addr();
    assert!((pool..pool + SIZE).contains(&tmp.as_ptr().addr()), "the context is not in the pool");
    pool
}

fn lies_in(pool: usize, object: &CtxRef) -> bool {
    (pool..pool + SIZE).contains(&object.as_ptr().addr())
}

/// Something of everything: a few objects, a node, a string that grows.
fn work<'t>(tmp: &'t CtxRef, seen: &mut dyn FnMut(&CtxRef)) -> TString<'t> {
    let numbers = tmp.alloc_slice_fill_with(100, |index| index);
    let node = tmp.build::<Pair>(|t| Pair {
        first: t.strdup("first").expect("no NUL"),
        second: t.strdup("second").expect("no NUL"),
    });
    let mut text = talloc::format!(tmp, "{} {}", node.get().first.to_bytes().len(), numbers[99]);
    text.push_str(&".".repeat(200));
    seen(TBox::as_ctx(&numbers));
    seen(node.as_ctx());
    text
}

talloc::node! {
    struct Pair<'t> {
        first: Str<'t>,
        second: Str<'t>,
    }
}

#[test]
fn a_warm_scratch_is_cut_from_the_same_pool() {
    // Malloc never returns memory from within a block that is in use: what lies
    // within the pool did not come from malloc.
    let mut places = HashSet::new();
    for _ in 0..1000 {
        scratch(|tmp| {
            assert_eq!(tmp.name(), c"talloc::scratch");
            let pool = pool_of(tmp);
            let text = work(tmp, &mut |object| assert!(lies_in(pool, object)));
            assert!(lies_in(pool, TBox::as_ctx(&text.into_boxed_str())));
            places.insert((pool, tmp.as_ptr().addr()));
        });
    }
    assert_eq!(places.len(), 1);
}

#[test]
fn a_warm_scratch_works_when_malloc_gives_nothing() {
    exits("a_warm_scratch_works_when_malloc_gives_nothing", "only", || {
        if !can_exhaust_memory() {
            return;
        }
        scratch(|tmp| {
            mem::forget(work(tmp, &mut |_| {}));
            scratch(|inner| assert_eq!(*inner.alloc(1), 1));
        });
        let text = ["first", "second"];
        assert!(c::tt_exhaust_memory());
        let mut lengths = 0;
        let mut failed = false;
        for _ in 0..100 {
            let worked: Result<usize, Error> = try_scratch(|tmp| {
                let list = tmp.try_alloc_slice_copy(&text)?;
                let joined = TString::try_from_str_in(list[0], tmp).map(|text| text.len())?;
                try_scratch(|inner| Ok(joined + inner.try_alloc_str(list[1])?.len()))
            });
            lengths += worked.unwrap_or(0);
            // Outside of the pool there is nothing.
            failed |= try_scratch(|tmp| tmp.try_alloc_slice_zeroed::<u8>(SIZE).map(drop)).is_err();
        }
        c::tt_release_memory();
        assert_eq!((lengths, failed), (1100, true));
    })
    .assert_success();
}

#[test]
fn results_are_plain_or_belong_elsewhere() {
    check_tree(|root| {
        let sum: usize = scratch(|tmp| tmp.alloc_slice_fill_with(10, |index| index).iter().sum());
        let text = scratch(|tmp| talloc::format!(root, "{}", *tmp.alloc(sum)));
        assert_eq!(text, "45");
        assert_eq!(try_scratch(|tmp| Ok::<_, Error>(tmp.try_alloc(1_u8)?.count_ones())), Ok(1));
        let failed = try_scratch(|tmp| tmp.strdup("a\0b").map(|_| ()));
        assert_eq!(failed, Err(Error::InteriorNul { position: 1 }));
        // An error from the caller's context.
        #[derive(Debug)]
        struct Failure<'c>(TString<'c>);
        impl From<Error> for Failure<'_> {
            fn from(_: Error) -> Self {
                unreachable!("there is memory")
            }
        }
        let failed: Result<(), _> =
            try_scratch(|tmp| Err(Failure(talloc::format!(root, "{}", *tmp.alloc(7)))));
        assert_eq!(failed.map_err(|failure| failure.0).expect_err("an error"), "7");
    });
}

#[test]
fn four_nested_contexts_have_a_pool_each() {
    fn nest(depth: usize, outer: &[usize]) -> Vec<usize> {
        scratch(|tmp| {
            let pools = [outer, &[pool_of(tmp)]].concat();
            let _handle = tmp.alloc([depth; 100]);
            let forgotten: &[usize] = TBox::leak(tmp.alloc_slice_copy(outer));
            let deeper = if depth == 0 { pools.clone() } else { nest(depth - 1, &pools) };
            assert_eq!(forgotten, outer);
            deeper
        })
    }
    let pools = nest(7, &[]);
    assert_eq!(HashSet::<&usize>::from_iter(&pools).len(), 4);
    assert!(pools[3..].iter().all(|&pool| pool == pools[3]));
    for _ in 0..1000 {
        assert_eq!(nest(7, &[]), pools);
    }
}

#[test]
fn a_nested_context_gives_back_all_that_it_used() {
    scratch(|outer| {
        let before = outer.alloc([1_u8; 64]);
        let mut places = HashSet::new();
        for round in 0..1000_usize {
            scratch(|inner| {
                let pool = pool_of(inner);
                assert_ne!(pool, pool_of(outer));
                places.insert(inner.as_ptr().addr());
                let numbers = inner.alloc_slice_fill_with(500, |index| index as u64);
                // Freed after the numbers, which were allocated before it.
                mem::forget(inner.alloc_str("forgotten"));
                assert!(lies_in(pool, TBox::as_ctx(&numbers)));
            });
            if round % 100 == 0 {
                let stolen = scratch(|inner| TBox::steal(inner.alloc(round), outer));
                assert_eq!(*TBox::leak(stolen), round);
            }
        }
        // Each stolen object holds up a pool until half of it is used.
        assert!(places.len() <= 1 + 10 * 5, "{} places", places.len());
        assert_eq!((*before, outer.total_blocks()), ([1; 64], 12));
    });
}

#[test]
fn l5_what_moves_between_nested_contexts_lives_as_long_as_its_new_parent() {
    scratch(|outer| {
        let from_inner = scratch(|inner| {
            let down = TBox::steal(outer.alloc_str("down"), inner);
            let up = TBox::steal(inner.alloc_str("up"), outer);
            assert_eq!(&*down, "down");
            up
        });
        assert_eq!((&*from_inner, outer.total_blocks()), ("up", 2));
    });
}

#[test]
fn recursion_a_thousand_deep() {
    fn depth(left: usize, above: &[u8; 16]) -> usize {
        scratch(|tmp| {
            let mine = tmp.alloc([left as u8; 16]);
            assert_eq!(above[0], (left + 1) as u8);
            let below = if left == 0 { 0 } else { depth(left - 1, &mine) };
            assert_eq!(*mine, [left as u8; 16]);
            below + 1
        })
    }
    for _ in 0..3 {
        assert_eq!(depth(999, &[1000_usize as u8; 16]), 1000);
    }
    scratch(|tmp| assert_eq!(tmp.as_ptr().addr() - pool_of(tmp), 12 * size_of::<usize>()));
}

#[test]
fn more_than_fits_comes_from_malloc() {
    let before = scratch(pool_of);
    scratch(|tmp| {
        let large = tmp.alloc_slice_zeroed::<u8>(SIZE);
        assert!(!lies_in(before, TBox::as_ctx(&large)));
        let many: Vec<_> = (0..1000_u64).map(|number| tmp.alloc(number)).collect();
        assert!(many.iter().any(|object| !lies_in(before, TBox::as_ctx(object))));
        scratch(|inner| assert_eq!(*inner.alloc(5), 5));
        assert!((0..).zip(&many).all(|(number, object)| **object == number));
    });
    assert_eq!(scratch(pool_of), before);
}

#[test]
fn d3_a_panic_leaves_the_scratch_usable() {
    let counts = Counts::new();
    let place = || scratch(|tmp| (pool_of(tmp), tmp.as_ptr().addr()));
    let before = place();
    for _ in 0..100 {
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            scratch(|tmp| {
                TBox::keep(tmp.alloc(counts.value()));
                let _handle = tmp.alloc(counts.value());
                scratch(|inner| {
                    TBox::keep(inner.alloc(counts.value()));
                    panic!("in the inner closure")
                })
            })
        }));
        assert!(panicked.is_err());
        scratch(|outer| {
            let caught = catch_unwind(AssertUnwindSafe(|| scratch(|_| panic!("caught half-way"))));
            assert!(caught.is_err());
            assert_eq!(*outer.alloc(1), 1);
        });
    }
    assert_eq!(place(), before);
    counts.assert_all_dropped(300);

    // A value whose Drop panics, through its handle.
    let panicked =
        catch_unwind(AssertUnwindSafe(|| scratch(|tmp| drop(tmp.alloc(counts.panicking())))));
    assert!(panicked.is_err());
    assert_eq!(place(), before);
}

#[test]
fn d1_what_is_forgotten_is_freed_and_not_dropped() {
    let counts = Counts::new();
    let mut alive = None;
    scratch(|tmp| {
        let local = String::from("borrowed");
        struct LooksAtIt<'a>(&'a str);
        impl Drop for LooksAtIt<'_> {
            fn drop(&mut self) {
                panic!("dropped when {} is gone", self.0);
            }
        }
        mem::forget(tmp.alloc(LooksAtIt(&local)));
        TBox::leak(tmp.alloc(LooksAtIt(&local)));
        TBox::keep(tmp.alloc(counts.value()));
        alive = Some(counts.dropped());
    });
    assert_eq!((alive, counts.dropped()), (Some(0), 1));
}

#[test]
fn d5_a_kept_value_may_use_the_scratch_when_it_is_dropped() {
    struct Uses<'a>(&'a Cell<usize>);
    impl Drop for Uses<'_> {
        fn drop(&mut self) {
            self.0.set(self.0.get() + scratch(|tmp| tmp.alloc_str("four").len()));
        }
    }
    let seen: &'static Cell<usize> = Box::leak(Box::default());
    for _ in 0..10 {
        scratch(|tmp| {
            for _ in 0..3 {
                TBox::keep(tmp.alloc(Uses(seen)));
                drop(tmp.alloc(Uses(seen)));
            }
        });
    }
    assert_eq!(seen.get(), 10 * 6 * 4);
    scratch(|tmp| assert_eq!(tmp.as_ptr().addr() - pool_of(tmp), 12 * size_of::<usize>()));
    // SAFETY: it was leaked here, and nobody uses it any more.
    drop(unsafe { Box::from_raw(std::ptr::from_ref(seen).cast_mut()) });
}

#[test]
fn a_stolen_result_pins_the_pool_which_is_replaced_when_half_is_used() {
    check_tree(|root| {
        let mut pools = Vec::new();
        let mut results: Vec<Node<'_, Pair<'_>>> = Vec::new();
        for _ in 0..1000 {
            let pair = scratch(|tmp| {
                pools.push(pool_of(tmp));
                assert!(tmp.as_ptr().addr() - pool_of(tmp) <= SIZE / 2);
                let text = work(tmp, &mut |_| {});
                let pair = tmp.build::<Pair>(|t| Pair {
                    first: t.strdup("first").expect("no NUL"),
                    second: t.strdup(&text).expect("no NUL"),
                });
                pair.steal(root)
            });
            results.push(pair);
        }
        // What pins lies in all pools but the last, at least half of each.
        pools.dedup();
        let each = 1000 / pools.len();
        assert!(pools.len() > 1 && each >= 5, "{} results in a pool", each);
        assert!(results.iter().all(|pair| pair.get().first == "first"));
        assert!(results.iter().all(|pair| pair.get().second.to_bytes().len() == 204));
        // In no order in particular.
        while results.len() > 1 {
            drop(results.swap_remove(results.len() / 2));
        }
        // The pool of the thread is not affected by the results' end.
        scratch(|tmp| assert_eq!(*tmp.alloc(1), 1));
        assert_eq!(results[0].get().first, "first");
    });
    // All in it is gone: the pool starts over.
    scratch(|tmp| assert_eq!(tmp.as_ptr().addr() - pool_of(tmp), 12 * size_of::<usize>()));
}

#[test]
fn a_pool_is_not_replaced_as_long_as_a_context_is_in_use() {
    check_tree(|root| {
        scratch(|outer| {
            let pool = pool_of(outer);
            let mine = outer.alloc([7_u8; 100]);
            let results: Vec<_> = (0..1000)
                .map(|number| scratch(|tmp| TBox::steal(tmp.alloc(number), root)))
                .collect();
            assert_eq!(*mine, [7; 100]);
            assert_eq!(pool_of(outer), pool);
            assert!((0..).zip(&results).all(|(number, result)| **result == number));
            // They outlive all contexts.
            results.into_iter().for_each(mem::forget);
        });
        scratch(|tmp| assert_eq!(*tmp.alloc(1), 1));
        // SAFETY: what was forgotten is not used any more.
        unsafe { talloc_sys::talloc_free_children(root.as_ptr()) };
    });
}

#[test]
fn d7_what_refuses_to_be_freed_does_not_disturb() {
    for _ in 0..3 {
        let refusing: *mut u64 = scratch(|tmp| {
            let object = tmp.alloc(5_u64);
            set_refusing(TBox::as_ctx(&object), 1);
            TBox::into_raw(object)
        });
        scratch(|tmp| mem::forget(work(tmp, &mut |_| {})));
        // SAFETY: it has refused once, and is below the pool of the thread.
        assert_eq!(unsafe { *refusing }, 5);
        // SAFETY: as above; it does not refuse again.
        assert_eq!(unsafe { c::tt_free(refusing.cast()) }, 0);
    }
    // What stays is freed with the pool, when that is used up.
    for _ in 0..1000 {
        scratch(|tmp| set_refusing(tmp, 1));
        scratch(|tmp| set_refusing(TBox::as_ctx(&*mem::ManuallyDrop::new(tmp.alloc(1))), 1));
    }
    scratch(|tmp| assert!(tmp.as_ptr().addr() - pool_of(tmp) <= SIZE / 2));
}

#[test]
fn f2_what_c_refers_to_lives_on() {
    let dropped = Arc::new(AtomicUsize::new(0));
    let for_thread = Arc::clone(&dropped);
    let thread = thread::spawn(move || {
        check_tree_mut(|root| {
            for _ in 0..300 {
                scratch(|tmp| {
                    let object = tmp.alloc(Shared(Arc::clone(&for_thread)));
                    reference(root, TBox::as_ctx(&object));
                    TBox::keep(object);
                    reference(root, tmp);
                });
                assert_eq!(for_thread.load(Ordering::Relaxed), 0);
            }
            root.free_children();
        });
    });
    thread.join().expect("no panic");
    assert_eq!(dropped.load(Ordering::Relaxed), 300);
}

/// Counts its drops for all threads.
struct Shared(Arc<AtomicUsize>);

impl Drop for Shared {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn t3_the_pool_is_freed_when_its_thread_ends() {
    let dropped = Arc::new(AtomicUsize::new(0));
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let dropped = Arc::clone(&dropped);
            thread::spawn(move || {
                let pool = scratch(parent);
                // SAFETY: the pool lives as long as the thread.
                let pool = unsafe { CtxRef::from_ptr(pool) }.expect("not null");
                TBox::keep(pool.alloc(Shared(Arc::clone(&dropped))));
                for _ in 0..100 {
                    scratch(|tmp| mem::forget(work(tmp, &mut |_| {})));
                }
                let panicked = catch_unwind(|| scratch(|_| panic!("in a thread")));
                assert!(panicked.is_err());
            })
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().expect("no panic"));
    assert_eq!(dropped.load(Ordering::Relaxed), 4);

    // A thread that ends by a panic from within.
    let for_thread = Arc::clone(&dropped);
    let thread = thread::spawn(move || {
        scratch(|tmp| -> () {
            // SAFETY: as above.
            let pool = unsafe { CtxRef::from_ptr(parent(tmp)) }.expect("not null");
            TBox::keep(pool.alloc(Shared(for_thread)));
            panic!("to the end of the thread")
        });
    });
    assert!(thread.join().is_err());
    assert_eq!(dropped.load(Ordering::Relaxed), 5);
}

#[test]
fn t3_what_was_stolen_outlives_the_pool_of_the_thread() {
    thread_local!(static CTX: Ctx<'static> = Ctx::named(c"thread"));
    struct Late(Option<TBox<'static, [u8; 100]>>);
    impl Drop for Late {
        fn drop(&mut self) {
            assert!(self.0.as_ref().is_some_and(|bytes| **bytes == [6; 100]));
        }
    }
    thread_local!(static LATE: RefCell<Late> = const { RefCell::new(Late(None)) });
    for late_first in [true, false] {
        let thread = thread::spawn(move || {
            let root: &'static CtxRef = Ctx::new().leak();
            if !late_first {
                scratch(|_| {});
            }
            let stolen = |tmp: &CtxRef| TBox::steal(tmp.alloc([6; 100]), root);
            LATE.with_borrow_mut(|late| late.0 = Some(scratch(stolen)));
            CTX.with(|ctx| {
                scratch(|tmp| TBox::keep(TBox::steal(tmp.alloc(vec![1]), ctx)).push(2));
            });
            root.as_ptr() as usize
        });
        let root = thread.join().expect("no panic") as *mut core::ffi::c_void;
        // SAFETY: the thread that leaked the root has ended.
        let root = unsafe { Ctx::from_raw(root) }.expect("not null");
        assert_eq!(root.total_blocks(), 1);
    }
}

#[test]
fn t3_thread_local_destructors_may_use_the_scratch() {
    struct Uses(Arc<AtomicUsize>);
    impl Drop for Uses {
        fn drop(&mut self) {
            let used = scratch(|tmp| {
                let nested = scratch(|inner| *inner.alloc(1));
                nested + *tmp.alloc_slice_copy(&[1, 2]).last().expect("two")
            });
            self.0.fetch_add(used, Ordering::Relaxed);
            let panicked = catch_unwind(|| {
                scratch(|tmp| {
                    let _number = tmp.alloc(1);
                    panic!("late")
                })
            });
            assert!(panicked.is_err());
        }
    }
    thread_local! {
        static BEFORE: RefCell<Option<Uses>> = const { RefCell::new(None) };
        static AFTER: RefCell<Option<Uses>> = const { RefCell::new(None) };
    }
    let used = Arc::new(AtomicUsize::new(0));
    for with_pool in [true, false] {
        let used = Arc::clone(&used);
        let thread = thread::spawn(move || {
            BEFORE.set(Some(Uses(Arc::clone(&used))));
            if with_pool {
                scratch(|tmp| assert_eq!(*tmp.alloc(1), 1));
            }
            AFTER.set(Some(Uses(used)));
        });
        thread.join().expect("no panic");
    }
    assert_eq!(used.load(Ordering::Relaxed), 4 * 3);
}

#[test]
fn t3_a_process_that_exits_from_within_frees_nothing_that_is_in_use() {
    let test = "t3_a_process_that_exits_from_within_frees_nothing_that_is_in_use";
    exits(test, "only", || {
        struct Loud;
        impl Drop for Loud {
            fn drop(&mut self) {
                std::process::abort();
            }
        }
        scratch(|tmp| {
            TBox::keep(tmp.alloc(Loud));
            let numbers: &[u64] = TBox::leak(tmp.alloc_slice_fill_with(1000, |_| 1));
            thread::scope(|scope| {
                for _ in 0..2 {
                    scope.spawn(move || {
                        loop {
                            assert_eq!(numbers.iter().sum::<u64>(), 1000);
                        }
                    });
                }
                std::process::exit(0)
            })
        })
    })
    .assert_success();
}

/// What a thread asks for at its first call is not held by a child that was forked meanwhile.
#[test]
fn t3_a_forked_child_exits_whatever_other_threads_do() {
    forks("t3_a_forked_child_exits_whatever_other_threads_do", "only", || {
        /// Ends the threads, also when a child was ended by a signal.
        struct Done<'d>(&'d AtomicBool);
        impl Drop for Done<'_> {
            fn drop(&mut self) {
                self.0.store(true, Ordering::Relaxed);
            }
        }
        let (done, threads) = (AtomicBool::new(false), 2);
        thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    while !done.load(Ordering::Relaxed) {
                        thread::spawn(|| scratch(|_| ())).join().expect("no panic");
                    }
                });
            }
            let _done = Done(&done);
            scratch(|_| ());
            for _ in 0..200 {
                // SAFETY: the child only exits, and is ended if it does not.
                let ended = unsafe {
                    let child = libc::fork();
                    if child == 0 {
                        libc::alarm(20);
                        libc::exit(0);
                    }
                    let mut status = 0;
                    assert_eq!(libc::waitpid(child, &mut status, 0), child);
                    status
                };
                assert_eq!(ended, 0, "a child was ended by a signal");
            }
        });
    })
    .assert_success();
}

#[test]
fn threads_have_a_pool_each() {
    let here = scratch(pool_of);
    scratch(|tmp| {
        let mine = tmp.alloc([1_u8; 64]);
        thread::scope(|scope| {
            for number in 0..4_u8 {
                scope.spawn(move || {
                    for _ in 0..200 {
                        scratch(|tmp| {
                            assert_ne!(pool_of(tmp), here);
                            let bytes = tmp.alloc([number; 500]);
                            mem::forget(work(tmp, &mut |_| {}));
                            assert_eq!(*bytes, [number; 500]);
                        });
                    }
                });
            }
        });
        assert_eq!(*mine, [1; 64]);
    });
}
