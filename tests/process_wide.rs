//! T2: threads with a tree each, while one of them switches hooks and leak
//! reports on and off.
//!
//! Under ThreadSanitizer (step `tsan` of `.ci/run`) these tests show races of the
//! crate's own state, and, by `c_tsan/touch.c`, calls on the same chunks by two
//! threads. It does not see what libtalloc reads and writes besides; the last two
//! tests show what it does see.

use std::ffi::c_void;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicUsize, Ordering};
use std::{hint, mem, ptr, thread};

use talloc::{Ctx, Error, TBox};
use talloc_tests::{check_tree, exits};

/// Asked by LeakSanitizer, if there is one: these tests leak on purpose.
#[unsafe(no_mangle)]
extern "C" fn __lsan_is_turned_off() -> i32 {
    1
}

#[link(name = "talloc_tests_touch", kind = "static", modifiers = "+whole-archive")]
unsafe extern "C" {
    /// Whether the C side, and so the program, is compiled for ThreadSanitizer.
    safe fn tt_has_tsan() -> bool;
}

const THREADS: usize = 4;

/// Runs each on a thread, all at a time. (The standard library is not compiled for
/// ThreadSanitizer, which knows the end of a thread by `pthread_join` alone.)
fn in_threads(bodies: &[fn()]) {
    let threads: Vec<_> = bodies.iter().map(|body| thread::spawn(*body)).collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
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
            /// Lets all threads go at once.
            fn start() {
                static MISSING: AtomicUsize = AtomicUsize::new(THREADS);
                MISSING.fetch_sub(1, Ordering::Relaxed);
                while MISSING.load(Ordering::Relaxed) > 0 {
                    hint::spin_loop();
                }
            }
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
    static DONE: AtomicBool = AtomicBool::new(false);
    let first = thread::spawn(move || {
        first();
        DONE.store(true, Ordering::Relaxed);
    });
    let second = thread::spawn(move || {
        while !DONE.load(Ordering::Relaxed) {
            thread::yield_now();
        }
        second();
    });
    first.join().unwrap();
    second.join().unwrap();
}

#[test]
fn t2_tracking_of_libtalloc_would_be_seen_as_a_race() {
    exits("t2_tracking_of_libtalloc_would_be_seen_as_a_race", "only", || {
        // SAFETY: the two threads do not use it at the same time.
        unsafe { talloc::process::enable_null_tracking_no_autofree() };
        unordered(|| drop(Ctx::new()), || drop(Ctx::new()));
    })
    .check_stderr(|stderr| {
        assert_eq!(stderr.contains("ThreadSanitizer: data race"), tt_has_tsan(), "{stderr}");
    });
}

#[test]
fn t2_a_late_hook_would_be_seen_as_a_race() {
    exits("t2_a_late_hook_would_be_seen_as_a_race", "only", || {
        let set = || {
            // SAFETY: the two threads do not use libtalloc at the same time.
            unsafe { talloc::process::set_log_fn(None) }
        };
        unordered(|| drop(Ctx::new()), set);
    })
    .check_stderr(|stderr| {
        assert_eq!(stderr.contains("ThreadSanitizer: data race"), tt_has_tsan(), "{stderr}");
    });
}
