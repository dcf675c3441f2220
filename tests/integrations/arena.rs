//! Arenas in a context, and those of a thread.

use std::cell::RefCell;
use std::fmt;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};

use hashbrown::HashMap;
use talloc::allocator_api2::{boxed::Box as BoxIn, vec::Vec as VecIn};
use talloc::{Arena, Ctx, Error, scratch_arena, try_scratch_arena};
use talloc_tests::{Counts, check_tree, dies, exits, set_memlimit};

fn sum(arena: &Arena<'_>, count: u64) -> u64 {
    (0..count).map(|number| &*arena.alloc(number)).sum()
}

#[test]
fn an_arena_is_one_chunk_of_its_context() {
    check_tree(|root| {
        let arena = root.new_arena();
        assert_eq!(sum(&arena, 20), 190);
        let snapshot = root.snapshot();
        let chunk = snapshot.iter().nth(1).expect("a chunk");
        assert_eq!((chunk.name(), snapshot.total_blocks()), (&b"talloc::Arena"[..], 2));
        assert!((400..=512).contains(&chunk.size()), "{}", chunk.size());
        // The next one is larger.
        assert_eq!(sum(&arena, 1000), 499_500);
        assert!(root.total_size() > 8000 && (3..10).contains(&root.total_blocks()));
        drop(arena);
        assert_eq!(root.total_blocks(), 1);
    });
}

#[test]
fn a_reset_keeps_the_largest_chunk() {
    check_tree(|root| {
        let mut arena = root.new_arena();
        assert_eq!(sum(&arena, 1000), 499_500);
        arena.reset();
        assert_eq!((root.total_blocks(), arena.used()), (2, 0));
        let size = root.total_size();
        for _ in 0..10 {
            arena.reset();
            assert_eq!(sum(&arena, 100), 4950);
        }
        assert_eq!((root.total_blocks(), root.total_size()), (2, size));
    });
}

#[test]
fn a_forgotten_arena_goes_with_its_context() {
    check_tree(|root| {
        let ctx = root.new_child();
        let arena = ctx.new_arena();
        assert_eq!(sum(&arena, 1000), 499_500);
        mem::forget(arena);
        assert!(ctx.total_blocks() > 2);
        drop(ctx);
        assert_eq!(root.total_blocks(), 1);
    });
}

#[test]
fn values_are_dropped_by_their_boxes() {
    let counts = Counts::new();
    check_tree(|root| {
        let arena = root.new_arena();
        let one = BoxIn::new_in(counts.value(), &arena);
        let mut many = VecIn::new_in(&arena);
        many.extend([counts.value(), counts.value(), counts.value()]);
        assert_eq!(counts.alive(), 4);
        drop(one);
        assert_eq!(counts.alive(), 3);
        drop(many);
    });
    counts.assert_all_dropped(4);
}

#[test]
fn collections_lie_in_the_arena() {
    check_tree(|root| {
        let arena = root.new_arena();
        let words = "to be or not".split(' ').map(|word| &*arena.alloc_str(word));
        let words = arena.alloc_slice_from_iter(words);
        assert_eq!(*words, ["to", "be", "or", "not"]);
        let mut numbers = VecIn::new_in(&arena);
        numbers.extend(0..100_u64);
        let mut map = HashMap::new_in(&arena);
        map.extend(words.iter().enumerate().map(|(place, word)| (*word, place)));
        assert_eq!((map["or"], numbers[99]), (2, 99));
        assert!(root.snapshot().iter().skip(1).all(|entry| entry.name() == b"talloc::Arena"));
    });
}

#[test]
#[cfg_attr(miri, ignore = "starts a process")]
fn no_memory_is_an_error_or_the_end() {
    check_tree(|root| {
        assert!(matches!(root.try_new_arena(2 * talloc::MAX_SIZE), Err(Error::TooLarge { .. })));
        let ctx = root.new_child();
        set_memlimit(&ctx, 2000);
        assert!(matches!(ctx.try_new_arena(4000), Err(Error::OutOfMemory { size: 4000 })));
        let arena = ctx.try_new_arena(512).expect("memory");
        let refused = (0..100).find_map(|_| arena.try_alloc([0_u8; 100]).err());
        assert!(refused.is_some());
        assert!(arena.used() > 100);
        drop(arena);
        assert_eq!(ctx.total_blocks(), 1);
    });
    dies("no_memory_is_an_error_or_the_end", || {
        let root = Ctx::new();
        set_memlimit(&root, 1);
        drop(root.new_arena());
    })
    .assert_abort("memory allocation of");
}

#[test]
#[cfg_attr(miri, ignore = "starts a process")]
fn exhausted_memory_of_an_arena_goes_to_the_function_for_it() {
    dies("exhausted_memory_of_an_arena_goes_to_the_function_for_it", || {
        let root = Ctx::new();
        let arena = root.new_arena();
        set_memlimit(&root, 1);
        talloc::set_out_of_memory_fn(Some(|size| {
            eprintln!("no {size} bytes");
            std::process::abort()
        }));
        arena.alloc_slice_copy(&[0_u8; 5000]);
    })
    .assert_abort("no 5000 bytes");
}

#[test]
fn a_scratch_arena_is_used_again() {
    let address = || scratch_arena(|arena| std::ptr::from_mut(arena.alloc(1_u64)).addr());
    let first = address();
    for _ in 0..10 {
        assert_eq!(address(), first);
    }
    // Each level has its own.
    let addresses = scratch_arena(|outer| {
        let outer = std::ptr::from_mut(outer.alloc(1_u64)).addr();
        (outer, address(), address())
    });
    assert!(addresses.0 == first && addresses.1 != first && addresses.1 == addresses.2);
    assert_eq!(address(), first);
}

#[test]
fn scratch_arenas_within_each_other() {
    fn depth(levels: u64) -> u64 {
        scratch_arena(|arena| {
            let own = arena.alloc(levels);
            let below = if levels == 0 { 0 } else { depth(levels - 1) };
            // What is below has not touched it.
            assert_eq!((*own, arena.used()), (levels, 8));
            *own + below
        })
    }
    for _ in 0..3 {
        assert_eq!((depth(3), depth(10), depth(100)), (6, 55, 5050));
    }
}

#[test]
fn a_panic_and_an_error_leave_the_arena_empty() {
    let counts = Counts::new();
    for _ in 0..3 {
        let caught = catch_unwind(AssertUnwindSafe(|| {
            scratch_arena(|arena| {
                let _value = BoxIn::new_in(counts.value(), arena);
                scratch_arena(|inner| panic!("{}", inner.alloc_str("inner")))
            })
        }));
        assert!(caught.is_err());
        scratch_arena(|arena| assert_eq!(arena.used(), 0));
    }
    counts.assert_all_dropped(3);
    let result: Result<(), Error> = try_scratch_arena(|arena| {
        arena.alloc(1);
        Err(Error::Null)
    });
    assert_eq!(result, Err(Error::Null));
    assert_eq!(try_scratch_arena(|arena| Ok::<_, Error>(*arena.alloc(1))), Ok(1));
}

#[test]
fn a_large_scratch_arena_is_not_kept() {
    let size = || scratch_arena(|arena| arena.total_size());
    let small = size();
    let large = scratch_arena(|arena| {
        arena.alloc_slice_fill_with(1_000_000, |_| 0_u8);
        arena.total_size()
    });
    assert!(large > 1_000_000);
    assert_eq!(size(), small);
    // One of medium size is.
    scratch_arena(|arena| assert_eq!(arena.alloc_slice_fill_with(20_000, |_| 7_u8)[19_999], 7));
    assert!(size() > 20_000);
}

/// Attack: arenas of one lifetime change places, and the content goes with its arena.
#[test]
fn arenas_change_places() {
    check_tree(|root| {
        let (mut a, mut b) = (root.new_arena(), root.new_arena());
        assert_eq!((*a.alloc(5), b.used()), (5, 0));
        mem::swap(&mut a, &mut b);
        assert_eq!((a.used(), b.used()), (0, 4));
        drop(b);
        assert_eq!((*a.alloc(6), root.total_blocks()), (6, 2));
    });
}

/// What is formatted, yielded or made while the arena is written to may use it.
#[test]
fn an_arena_is_used_by_what_fills_it() {
    struct Writes<'a, 'p>(&'a Arena<'p>);
    impl fmt::Display for Writes<'_, '_> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0.alloc_str("inner"))
        }
    }
    check_tree(|root| {
        let arena = root.new_arena();
        for _ in 0..100 {
            let text = talloc::format!(arena, "<{}|{}>", Writes(&arena), Writes(&arena));
            assert_eq!(text, "<inner|inner>");
            let made = (0..20).map(|number| (number, &*arena.alloc(number)));
            let made = arena.alloc_slice_from_iter(made);
            assert!(made.iter().all(|(number, kept)| number == *kept));
            let filled = arena.alloc_slice_fill_with(20, |i| &*arena.alloc(i));
            assert!((0..20).eq(filled.iter().map(|kept| **kept)));
            assert_eq!(**arena.alloc_with(|| &*arena.alloc(7)), 7);
        }
        // A panic on the way leaves what is there.
        let kept = arena.alloc(8);
        let yielded = (0..).map(|number| if number < 50 { number } else { panic!("enough") });
        let caught = catch_unwind(AssertUnwindSafe(|| arena.alloc_slice_from_iter(yielded).len()));
        assert!(caught.is_err());
        assert_eq!((*kept, *arena.alloc(9)), (8, 9));
    });
}

#[test]
fn a_formatting_error_is_told() {
    struct Fails;
    impl fmt::Display for Fails {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            Err(fmt::Error)
        }
    }
    check_tree(|root| {
        let arena = root.new_arena();
        assert_eq!(arena.try_format(format_args!("a{Fails}")), Err(Error::Format));
        assert_eq!(arena.try_format(format_args!("literal")).as_deref(), Ok("literal"));
        set_memlimit(root, 3000);
        let long = "x".repeat(5000);
        let refused = arena.try_format(format_args!("{long}"));
        assert_eq!(refused, Err(Error::OutOfMemory { size: 5000 }));
        assert_eq!(arena.try_alloc_str(&long), Err(Error::OutOfMemory { size: 5000 }));
        let refused = arena.try_alloc_slice_from_iter(0..5000_u64);
        assert_eq!(refused, Err(Error::OutOfMemory { size: 40_000 }));
        // How many those are is known when there is no room for them.
        match arena.try_alloc_slice_from_iter((0..5000_u64).filter(|_| true)) {
            Err(Error::OutOfMemory { size }) => assert!((8..=40_000).contains(&size), "{size}"),
            other => panic!("{other:?}"),
        }
        assert!(arena.try_alloc_slice_copy(&[0_u64; 500]).is_err());
        assert_eq!(*arena.alloc(1), 1);
    });
}

/// Under valgrind: a thread leaves nothing.
#[test]
fn a_thread_frees_its_arenas() {
    struct AtTheEnd;
    impl Drop for AtTheEnd {
        fn drop(&mut self) {
            // The arenas of the thread may be gone, or not.
            assert_eq!(scratch_arena(|arena| *arena.alloc(5)), 5);
        }
    }
    thread_local! {
        static BEFORE: RefCell<Option<AtTheEnd>> = const { RefCell::new(None) };
        static AFTER: RefCell<Option<AtTheEnd>> = const { RefCell::new(None) };
    }
    for _ in 0..3 {
        std::thread::spawn(|| {
            BEFORE.set(Some(AtTheEnd));
            assert_eq!(scratch_arena(|arena| sum(arena, 1000)), 499_500);
            AFTER.set(Some(AtTheEnd));
        })
        .join()
        .expect("no panic");
    }
}

#[test]
#[cfg_attr(miri, ignore = "starts a process")]
fn arenas_of_a_thread_are_no_leak() {
    let end = exits("arenas_of_a_thread_are_no_leak", "only", || {
        talloc::enable_leak_report_full();
        scratch_arena(|arena| assert_eq!(*arena.alloc(1), 1));
        let ctx = Ctx::named(c"left");
        mem::forget(ctx.new_arena());
        mem::forget(ctx);
    });
    end.check_stderr(|stderr| {
        assert!(
            stderr.contains("left") && stderr.matches("talloc::Arena").count() == 1,
            "{stderr}"
        );
    });
}
