//! T5 under ThreadSanitizer (step `tsan` of `.ci/run`): whole trees that go from thread to
//! thread. It sees what the tests of `process_wide.rs` see; with libtalloc's source, all
//! that libtalloc reads and writes.
//!
//! The standard library is not compiled for it, so that the trees go by an atomic pointer
//! and a lock of this file, and threads are joined one by one.

use std::cell::UnsafeCell;
use std::ffi::c_void;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicUsize, Ordering};
use std::{hint, ptr, thread};

use talloc::tree::{self, Array, Kept, Str};
use talloc::{Error, Tree, TreeCtx};
use talloc_tests::source;
use talloc_tests::{assert_race, exits};

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

const ROUNDS: usize = 300;

talloc::node! {
    struct Job<'t> {
        name: Str<'t>,
        counts: Array<'t, u64>,
        log: Option<Kept<'t, Log<'static>>>,
        kept: &'t mut Vec<String>,
    }
}

talloc::node! {
    struct Log<'t> {
        path: Str<'t>,
        hosts: tree::StrList<'t>,
    }
}

fn job<'t>(t: &TreeCtx<'t>) -> Result<Job<'t>, Error> {
    t.on_free(|| ());
    Ok(Job {
        name: talloc::format!(t, "job {}", 1)?,
        counts: Array::new(),
        log: Some(t.try_build(|t| {
            Ok(Log { path: t.strdup("/var/log")?, hosts: t.strdup_list(["a", "b"])? })
        })?),
        kept: t.keep(Vec::new()),
    })
}

fn change(job: &mut Tree<Job<'_>>, round: usize) {
    job.with_mut(|t, job| {
        job.name.set(t, "another name").unwrap();
        job.name.push_str(t, &"longer".repeat(round % 50)).unwrap();
        job.counts.extend(t, 0..round as u64 % 100);
        if round % 3 == 0 {
            job.counts.truncate(5);
            job.counts.shrink_to_fit(t);
        }
        job.kept.push(round.to_string());
        let log = job.log.take().unwrap();
        log.free(t);
        job.log =
            Some(t.build(|t| Log {
                path: t.strdup_c(c"/tmp"),
                hosts: t.strdup_list(["c"]).unwrap(),
            }));
    });
    assert!(job.total_blocks() > 6);
}

fn read(job: &Tree<Job<'_>>) -> usize {
    job.with(|job| {
        let log = job.log.as_ref().unwrap().get();
        job.name.to_bytes().len()
            + job.counts.iter().sum::<u64>() as usize
            + log.path.to_bytes().len()
            + log.hosts.len()
            + job.kept.len()
    })
}

/// A tree on its way; null without one.
struct Slot(AtomicPtr<Tree<Job<'static>>>);

impl Slot {
    const fn new() -> Self {
        Slot(AtomicPtr::new(ptr::null_mut()))
    }

    fn send(&self, job: Tree<Job<'static>>, order: Ordering) {
        let job = Box::into_raw(Box::new(job));
        let free = ptr::null_mut();
        while self.0.compare_exchange_weak(free, job, order, Ordering::Relaxed).is_err() {
            thread::yield_now();
        }
    }

    fn receive(&self, order: Ordering) -> Tree<Job<'static>> {
        loop {
            let job = self.0.swap(ptr::null_mut(), order);
            if !job.is_null() {
                // SAFETY: it comes from `send`, and was taken out.
                return *unsafe { Box::from_raw(job) };
            }
            thread::yield_now();
        }
    }
}

/// Runs each on a thread, all at a time.
fn in_threads(bodies: &[fn()]) {
    let threads: Vec<_> = bodies.iter().map(|body| thread::spawn(*body)).collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
}

/// In a process of its own, with the leak report and without. It has no races.
fn clean(test: &str, body: fn()) {
    for part in ["plain", "reported"] {
        let end = exits(test, part, || {
            if part == "reported" {
                talloc::enable_leak_report();
            }
            body();
        });
        end.assert_success();
        end.check_stderr(|stderr| assert!(!stderr.contains("ThreadSanitizer"), "{stderr}"));
    }
}

#[test]
fn t5_two_threads_send_trees_to_each_other() {
    static THERE: Slot = Slot::new();
    static BACK: Slot = Slot::new();
    clean("t5_two_threads_send_trees_to_each_other", || {
        in_threads(&[
            || {
                let mut own = Tree::<Job>::try_build(job).unwrap();
                for round in 0..ROUNDS {
                    THERE.send(Tree::<Job>::try_build(job).unwrap(), Ordering::Release);
                    change(&mut own, round);
                    let mut back = BACK.receive(Ordering::Acquire);
                    change(&mut back, round);
                    if round % 4 == 0 {
                        let opened = back.into_local();
                        assert!(opened.as_ctx().total_blocks() > 5);
                    }
                }
            },
            || {
                let mut own = tree::pooled(20, 3000).try_build::<Job>(job).unwrap();
                for round in 0..ROUNDS {
                    let mut got = THERE.receive(Ordering::Acquire);
                    change(&mut own, round);
                    change(&mut got, round);
                    BACK.send(got, Ordering::Release);
                }
            },
        ]);
    });
}

#[test]
fn t5_threads_change_one_tree_under_a_lock() {
    struct Locked(AtomicBool, UnsafeCell<Option<Tree<Job<'static>>>>);
    // SAFETY: the flag is the lock, and what is locked is `Send`.
    unsafe impl Sync for Locked {}
    static LOCKED: Locked = Locked(AtomicBool::new(false), UnsafeCell::new(None));
    fn work() {
        for round in 0..ROUNDS {
            while LOCKED.0.swap(true, Ordering::Acquire) {
                thread::yield_now();
            }
            // SAFETY: locked.
            let tree = unsafe { &mut *LOCKED.1.get() };
            change(tree.get_or_insert_with(|| Tree::<Job>::try_build(job).unwrap()), round);
            LOCKED.0.store(false, Ordering::Release);
        }
    }
    clean("t5_threads_change_one_tree_under_a_lock", || in_threads(&[work as fn(); 3]));
}

#[test]
fn t5_threads_read_one_tree_while_another_uses_its_own() {
    static SHARED: AtomicPtr<Tree<Job<'static>>> = AtomicPtr::new(ptr::null_mut());
    static READERS: AtomicUsize = AtomicUsize::new(3);
    fn read_all() {
        let job = loop {
            // SAFETY: null, or a tree that is never freed, published by `Release`.
            match unsafe { SHARED.load(Ordering::Acquire).as_ref() } {
                Some(job) => break job,
                None => hint::spin_loop(),
            }
        };
        let expected = read(job);
        for _ in 0..ROUNDS {
            assert_eq!(read(job), expected);
        }
        READERS.fetch_sub(1, Ordering::Relaxed);
    }
    clean("t5_threads_read_one_tree_while_another_uses_its_own", || {
        in_threads(&[read_all, read_all, read_all, || {
            let mut own = Tree::<Job>::try_build(job).unwrap();
            let shared = Box::new(Tree::<Job>::try_build(job).unwrap());
            SHARED.store(Box::into_raw(shared), Ordering::Release);
            let mut round = 0;
            while READERS.load(Ordering::Relaxed) > 0 {
                round += 1;
                change(&mut own, round);
            }
        }]);
    });
}

#[test]
fn t5_a_thread_reads_fields_while_the_tree_grows() {
    clean("t5_a_thread_reads_fields_while_the_tree_grows", || {
        let mut job = Tree::<Job>::try_build(job).unwrap();
        job.with_mut(|t, job| {
            job.counts.push(t, 1);
            let Job { name, counts, log, kept } = job;
            thread::scope(|scope| {
                let reader = scope.spawn(|| {
                    for round in 0..ROUNDS as u64 {
                        assert_eq!(*name, *"job 1");
                        counts[0] += round;
                        assert_eq!(log.as_ref().unwrap().get().hosts.len(), 2);
                    }
                });
                for round in 0..ROUNDS {
                    kept.push(String::from("more"));
                    let mut more = t.strdup("more").unwrap();
                    more.push_str(t, &"longer".repeat(round % 100)).unwrap();
                    if round % 2 == 0 {
                        more.free(t);
                    }
                }
                reader.join().unwrap();
            });
        });
    });
}

#[test]
fn what_is_suppressed_is_there() {
    let list = source::read(&source::path("tests/c/tsan/suppressions.txt"));
    let lines: Vec<_> = list.lines().filter(|line| !line.starts_with('#')).collect();
    assert!(!lines.is_empty());
    let functions: Vec<_> = source::items()
        .into_iter()
        .map(|item| format!("talloc::{}::{}", item.file.replace('/', "::"), item.name))
        .map(|function| function.replace(".rs::", "::").replace("::mod::", "::"))
        .collect();
    for line in lines {
        let function = line.strip_prefix("race:").expect("a race in a function");
        assert!(functions.iter().any(|known| known == function), "there is no {function}");
    }
}

#[test]
fn t5_a_tree_that_is_sent_without_order_would_be_seen_as_a_race() {
    static SENT: Slot = Slot::new();
    let test = "t5_a_tree_that_is_sent_without_order_would_be_seen_as_a_race";
    assert_race(test, "only", tt_has_tsan(), || {
        in_threads(&[
            || SENT.send(Tree::<Job>::try_build(job).unwrap(), Ordering::Relaxed),
            || change(&mut SENT.receive(Ordering::Relaxed), 1),
        ]);
    });
}

#[test]
fn fact_27_walks_of_one_tree_would_be_seen_as_a_race() {
    static ROOT: AtomicPtr<c_void> = AtomicPtr::new(ptr::null_mut());
    let calls: [(&str, fn()); 2] = [
        // SAFETY: live; nobody changes the tree.
        ("walk", || unsafe {
            talloc_sys::talloc_total_blocks(ROOT.load(Ordering::Acquire));
        }),
        // SAFETY: as above.
        ("look", || unsafe {
            talloc_sys::talloc_get_size(ROOT.load(Ordering::Acquire));
        }),
    ];
    for (part, call) in calls {
        let races = part == "walk" && tt_has_tsan() && tt_has_source();
        assert_race("fact_27_walks_of_one_tree_would_be_seen_as_a_race", part, races, || {
            ROOT.store(Tree::<Job>::try_build(job).unwrap().into_raw().cast(), Ordering::Release);
            in_threads(&[call; 2]);
        });
    }
}
