//! T2: threads with a tree each, while one of them switches hooks and leak
//! reports on and off. T4: what libtalloc sets on first use.
//!
//! Under ThreadSanitizer (step `tsan` of `.ci/run`) these tests show races of the
//! crate's own state, and those within libtalloc. That takes libtalloc's source
//! (`TALLOC_SOURCE`), which is compiled in instead of the installed library. Without
//! it, `c/tsan/touch.c` shows calls on the same chunks by two threads, and the
//! variables that it knows of. The tests that end in `would_be_seen_as_a_race` show
//! what is seen.

use std::ffi::c_void;
use std::process::Command;
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};
use std::{hint, mem, ptr, thread};

use talloc::{Ctx, Error, Shared, TBox, TString, Verdict};
use talloc_tests::{assert_race, check_tree, exits, reference};

/// Asked by LeakSanitizer, if there is one: these tests leak on purpose.
#[unsafe(no_mangle)]
extern "C" fn __lsan_is_turned_off() -> i32 {
    1
}

#[link(name = "talloc_tests_touch", kind = "static", modifiers = "+whole-archive")]
unsafe extern "C" {
    /// Whether the C side, and so the program, is compiled for ThreadSanitizer.
    safe fn tt_has_tsan() -> bool;
    /// Whether libtalloc is compiled into this program, with what the C side has.
    safe fn tt_has_source() -> bool;
}

const THREADS: usize = 4;

/// Runs each on a thread, all at a time. (The standard library is not compiled for
/// ThreadSanitizer, which knows the end of a thread by `pthread_join` alone.)
fn in_threads(bodies: &[fn()]) {
    let threads: Vec<_> = bodies.iter().map(|body| thread::spawn(*body)).collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
}

/// Lets all threads go at once.
fn start() {
    static MISSING: AtomicUsize = AtomicUsize::new(THREADS);
    MISSING.fetch_sub(1, Ordering::Relaxed);
    while MISSING.load(Ordering::Relaxed) > 0 {
        hint::spin_loop();
    }
}

fn use_trees(rounds: usize) {
    for round in 0..rounds {
        check_tree(|root| {
            let (other, pool) = (Ctx::new(), Ctx::pool(1000));
            let object = TBox::steal(root.alloc(round), &other);
            let text = talloc::scratch(|tmp| talloc::format!(pool, "{}", *tmp.alloc(round)));
            assert_eq!(text, object.to_string().as_str());
            drop(other.new_child().steal(root));
        });
    }
}

#[test]
fn t2_leak_reports_are_switched_while_threads_use_their_trees() {
    let test = "t2_leak_reports_are_switched_while_threads_use_their_trees";
    let end = exits(test, "only", || {
        static RUNNING: AtomicUsize = AtomicUsize::new(THREADS);
        let work: fn() = || {
            use_trees(300);
            mem::forget(Ctx::named(c"left"));
            RUNNING.fetch_sub(1, Ordering::Relaxed);
        };
        let switch: fn() = || {
            let mut switched = 0;
            while RUNNING.load(Ordering::Relaxed) > 0 || switched < 10 {
                talloc::enable_leak_report();
                let _ = talloc::explain_aborts();
                let _ = talloc::set_log_stderr();
                talloc::enable_leak_report_full();
                talloc::disable_leak_report();
                switched += 1;
            }
        };
        in_threads(&[switch, work, work, work, work]);
        talloc::enable_leak_report();
        let leak: fn() = || mem::forget(Ctx::named(c"reported"));
        in_threads(&[leak; THREADS]);
    });
    end.assert_success();
    end.check_stderr(|stderr| {
        assert!(!stderr.contains("ThreadSanitizer"), "{stderr}");
        assert_eq!(stderr.matches("reported ").count(), THREADS, "{stderr}");
    });
}

#[test]
fn t2_hooks_are_set_while_threads_make_their_first_root() {
    let test = "t2_hooks_are_set_while_threads_make_their_first_root";
    for part in 0..40 {
        let end = exits(test, &part.to_string(), || {
            let work: fn() = || {
                start();
                use_trees(3);
            };
            let log: fn() = || {
                start();
                assert!(matches!(talloc::set_log_fn(|_| ()), Ok(()) | Err(Error::HookTooLate)));
            };
            let abort: fn() = || {
                start();
                assert!(matches!(talloc::explain_aborts(), Ok(()) | Err(Error::HookTooLate)));
            };
            in_threads(&[log, work, abort, work]);
            assert_eq!(talloc::set_log_stderr(), Err(Error::HookTooLate));
        });
        end.assert_success();
        end.check_stderr(|stderr| assert!(!stderr.contains("ThreadSanitizer"), "{stderr}"));
    }
}

#[test]
fn t2_roots_go_to_another_thread_while_leaks_are_reported() {
    let test = "t2_roots_go_to_another_thread_while_leaks_are_reported";
    let end = exits(test, "only", || {
        // Null: the next root may come.
        static SENT: AtomicPtr<c_void> = AtomicPtr::new(ptr::null_mut());
        talloc::enable_leak_report();
        let make: fn() = || {
            for _ in 0..500 {
                let (_older, sent, _newer) = (Ctx::new(), Ctx::new(), Ctx::new());
                let sent = sent.into_raw();
                while !SENT.load(Ordering::Acquire).is_null() {
                    thread::yield_now();
                }
                SENT.store(sent, Ordering::Release);
            }
        };
        let free: fn() = || {
            let mut freed = 0;
            while freed < 500 {
                let root = SENT.swap(ptr::null_mut(), Ordering::AcqRel);
                // SAFETY: null, or a root that nobody else uses.
                match unsafe { Ctx::from_raw(root) } {
                    Ok(root) => drop(root),
                    Err(_) => {
                        thread::yield_now();
                        continue;
                    }
                }
                freed += 1;
            }
        };
        in_threads(&[make, free]);
    });
    end.assert_success();
    end.check_stderr(|stderr| assert_eq!(stderr.trim(), ""));
}

/// Calls `first` and then, on another thread, `second`, in an order that
/// ThreadSanitizer does not know, so that nothing breaks but it calls it a race.
fn unordered(first: fn(), second: fn()) {
    static STEP: AtomicUsize = AtomicUsize::new(0);
    // Nothing of the standard library's is used to wait: it is not compiled for
    // ThreadSanitizer, which takes some of that for a race.
    fn wait_for(step: usize) {
        while STEP.load(Ordering::Relaxed) < step {
            thread::yield_now();
        }
    }
    // The first thread stays to the end: ThreadSanitizer may have forgotten what a thread
    // did that is gone.
    let first = thread::spawn(move || {
        first();
        STEP.store(1, Ordering::Relaxed);
        wait_for(2);
    });
    let second = thread::spawn(move || {
        wait_for(1);
        second();
        STEP.store(2, Ordering::Relaxed);
    });
    second.join().unwrap();
    first.join().unwrap();
}

#[test]
fn t2_threads_without_order_alone_are_no_race() {
    let test = "t2_threads_without_order_alone_are_no_race";
    assert_race(test, "only", false, || unordered(|| (), || ()));
}

#[test]
fn t2_tracking_of_libtalloc_would_be_seen_as_a_race() {
    assert_race("t2_tracking_of_libtalloc_would_be_seen_as_a_race", "only", tt_has_tsan(), || {
        // SAFETY: the two threads do not use it at the same time.
        unsafe { talloc::process::enable_null_tracking_no_autofree() };
        unordered(|| drop(Ctx::new()), || drop(Ctx::new()));
    });
}

/// Has libtalloc look for its log function.
fn refuse_loudly() {
    let (owner, holder) = (Ctx::new(), Ctx::new());
    let object = owner.alloc(1);
    reference(&holder, TBox::as_ctx(&object));
    drop(object);
}

#[test]
fn t2_a_late_hook_would_be_seen_as_a_race() {
    assert_race("t2_a_late_hook_would_be_seen_as_a_race", "only", tt_has_tsan(), || {
        let set = || {
            // SAFETY: the two threads do not use libtalloc at the same time.
            unsafe { talloc::process::set_log_fn(None) }
        };
        unordered(refuse_loudly, set);
    });
}

/// What the first root of a Rust program may set while C is inside libtalloc.
#[test]
fn t2_a_late_abort_function_is_no_race() {
    assert_race("t2_a_late_abort_function_is_no_race", "only", false, || {
        let set = || {
            // SAFETY: the other thread does not abort.
            unsafe { talloc::process::set_abort_fn(None) }
        };
        unordered(refuse_loudly, set);
    });
}

/// Threads that make their first root at the same time, and free it.
#[test]
fn t4_threads_free_their_first_chunk_at_the_same_time() {
    let test = "t4_threads_free_their_first_chunk_at_the_same_time";
    let first_roots: [(&str, fn()); 4] = [
        ("context", || drop(Ctx::new())),
        ("pool", || drop(Ctx::pool(100))),
        ("scratch", || talloc::scratch(|_| ())),
        ("all", || use_trees(3)),
    ];
    for (name, first_root) in first_roots {
        for round in 0..10 {
            let end = exits(test, &format!("{name} {round}"), || {
                if round % 2 == 1 {
                    talloc::enable_leak_report();
                }
                let threads: Vec<_> = (0..THREADS)
                    .map(|_| {
                        thread::spawn(move || {
                            start();
                            first_root();
                        })
                    })
                    .collect();
                threads.into_iter().for_each(|thread| thread.join().unwrap());
            });
            end.assert_success();
            end.check_stderr(|stderr| assert!(!stderr.contains("ThreadSanitizer"), "{stderr}"));
        }
    }
}

/// The same without this crate: what its first root is for.
#[test]
fn t4_a_first_free_would_be_seen_as_a_race() {
    fn make_and_free() {
        // SAFETY: null makes a root.
        let root = unsafe { talloc_sys::talloc_new(ptr::null(), c"root") };
        // SAFETY: live, and not used again.
        assert_eq!(unsafe { talloc_sys::talloc_free(root) }, 0);
    }
    fn after_a_root() {
        drop(Ctx::new());
        unordered(make_and_free, make_and_free);
    }
    let test = "t4_a_first_free_would_be_seen_as_a_race";
    let libtalloc_alone = || unordered(make_and_free, make_and_free);
    assert_race(test, "libtalloc alone", tt_has_tsan(), libtalloc_alone);
    assert_race(test, "after a root", false, after_a_root);
}

/// Whatever libtalloc keeps for the process, safe code only reads it: everything that
/// a thread does with a tree of its own, on several at a time.
#[test]
fn t4_threads_use_all_of_libtalloc() {
    fn use_all() {
        start();
        for round in 0..20 {
            check_tree(|root| {
                let (pool, other) = (root.new_pool(2000), root.new_child());
                let numbers = pool.alloc_slice_copy(&[round; 50]);
                let mut text = TString::from_str_in("text", &pool);
                (0..200).for_each(|_| text.push_str("longer"));
                text.truncate(4);
                let shared = root.alloc_shared(String::from("shared"));
                let second = Shared::clone_in(&shared, &other);
                drop(shared);
                assert_eq!(*second, "shared");
                root.on_free(|| ()).cancel();
                let guarded = other.alloc_guarded(1, |_| Verdict::Free);
                let mut named = root.new_child();
                named.set_name("a name of its own").expect("memory");
                let mut report = String::new();
                root.report_full(&mut report).expect("memory");
                assert!(report.contains("a name of its own"));
                assert!(root.total_size() > 0 && root.snapshot().len() > 5);
                assert!(root.is_ancestor_of(&named));
                let kept = TBox::keep(named.alloc(String::from("kept")));
                assert_eq!(kept, "kept");
                drop((guarded, second, numbers, text));
            });
        }
    }
    let test = "t4_threads_use_all_of_libtalloc";
    let end = exits(test, "only", || in_threads(&[use_all as fn(); THREADS]));
    end.assert_success();
    end.check_stderr(|stderr| assert!(!stderr.contains("ThreadSanitizer"), "{stderr}"));
}

/// Fact 26. A variable that a new libtalloc brings is a question to `docs/SAFETY.md`.
#[test]
fn t4_libtalloc_has_no_other_variables() {
    const KNOWN: [&str; 9] = [
        "autofree_context",
        "done",
        "null_context",
        "talloc_abort_fn",
        "talloc_fill",
        "talloc_log_fn",
        "talloc_magic",
        "talloc_report_null",
        "talloc_report_null_full",
    ];
    if !tt_has_source() {
        eprintln!("skipped: no source of libtalloc (TALLOC_SOURCE)");
        return;
    }
    let archive = concat!(env!("TALLOC_TESTS_OUT"), "/libtalloc_tests_touch.a");
    let output = Command::new("nm").arg(archive).output().expect("nm");
    assert!(output.status.success(), "{output:?}");
    let symbols = String::from_utf8(output.stdout).expect("names");
    let mut variables: Vec<_> = symbols
        .lines()
        .filter_map(|line| {
            // An address, unless it is unknown, the kind, the name.
            let mut words = line.split_whitespace().rev();
            words.next().zip(words.next())
        })
        .filter(|(_, kind)| ["b", "B", "d", "D", "C"].contains(kind))
        // A static variable of a function has a number, and may have its function, too.
        .map(|(name, _)| name.split('.').find(|part| KNOWN.contains(part)).unwrap_or(name))
        .collect();
    variables.sort_unstable();
    assert_eq!(variables, KNOWN);
}
