//! The report, and the snapshot, of all roots of a thread while it runs. Each test is a process,
//! since the leak report is on or off for all of one.

use std::cell::RefCell;
use std::ffi::c_void;
use std::mem::MaybeUninit;
use std::ptr;
use std::rc::Rc;
use std::sync::mpsc;
use std::thread;

use talloc::{Ctx, Error, Guarded, Snapshot, Str, TBox, Tree, Verdict, tree};
use talloc_tests::{c, can_exhaust_memory, check_tree, parent};

/// Asked by LeakSanitizer, if there is one: what `exit` finds on the stack is no leak here.
#[unsafe(no_mangle)]
extern "C" fn __lsan_is_turned_off() -> i32 {
    1
}

/// Runs the body in a process that must end well, and says nothing of a leak.
#[track_caller]
fn clean(test: &str, body: impl FnOnce()) {
    let end = talloc_tests::exits(test, "only", body);
    end.assert_success();
    end.check_stderr(|stderr| assert!(!stderr.contains("report on"), "{stderr}"));
}

/// A thread with a name, and what it returns.
fn thread<R: Send + 'static>(name: &str, body: impl FnOnce() -> R + Send + 'static) -> R {
    let thread = thread::Builder::new().name(name.to_owned()).spawn(body).expect("a thread");
    thread.join().expect("no panic")
}

/// The names of the roots, the newest first. The text has the same number of blocks.
#[track_caller]
fn roots() -> Vec<String> {
    let (snapshot, text) = (Snapshot::of_thread().unwrap(), talloc::report_full().unwrap());
    let root = snapshot.root().expect("one that stands for the thread");
    assert_eq!((root.size(), root.address(), snapshot.roots().count()), (0, None, 1));
    let name = String::from_utf8_lossy(root.name()).into_owned();
    let title = format!("full talloc report on '{name}' (total ");
    let in_all = format!("bytes in {:>3} blocks)", snapshot.total_blocks());
    match text.lines().next() {
        None => assert_eq!(snapshot.total_blocks(), 1),
        Some(first) => assert!(first.starts_with(&title) && first.ends_with(&in_all), "{text}"),
    }
    assert!(!text.contains("talloc: contexts of a thread"), "{text}");
    assert_eq!(text.lines().count() as u64, snapshot.total_blocks() - u64::from(text.is_empty()));
    root.children().map(|root| String::from_utf8_lossy(root.name()).into_owned()).collect()
}

#[track_caller]
fn assert_unknown() {
    assert_eq!(Snapshot::of_thread().map(drop), Err(Error::RootsUnknown));
    assert_eq!(talloc::report_full(), Err(Error::RootsUnknown));
}

#[test]
fn without_the_leak_report_nothing_is_known() {
    clean("without_the_leak_report_nothing_is_known", || {
        assert_unknown();
        let _before = Ctx::named(c"before");
        assert_unknown();
        talloc::enable_leak_report();
        assert_eq!(roots(), [""; 0]);
        let on = Ctx::named(c"on");
        assert_eq!(roots(), ["on"]);
        talloc::disable_leak_report();
        let _off = Ctx::named(c"off");
        assert_unknown();
        talloc::enable_leak_report();
        assert_eq!(roots(), ["on"]);
        drop(on);
        assert_eq!(roots(), [""; 0]);
        assert_eq!(talloc::report_full().unwrap(), "");
    });
}

#[test]
fn each_thread_sees_its_own_roots() {
    clean("each_thread_sees_its_own_roots", || {
        talloc::enable_leak_report();
        let main = Ctx::named(c"of main");
        let (theirs, snapshot) = thread("worker", || {
            assert_eq!(roots(), [""; 0]);
            let worker = Ctx::named(c"of the worker");
            let _value = worker.alloc([7_u8; 100]);
            (roots(), Snapshot::of_thread().unwrap())
        });
        assert_eq!(theirs, ["of the worker"]);
        // It was sent here, and its thread is gone.
        assert_eq!((snapshot.total_size(), snapshot.total_blocks()), (100, 3));
        let path = "contexts of thread worker/of the worker/[u8; 100]";
        assert_eq!(snapshot.find_path(path).count(), 1);
        assert_eq!(roots(), ["of main"]);
        drop(main);
    });
}

#[test]
fn the_hidden_root_is_not_shown() {
    clean("the_hidden_root_is_not_shown", || {
        talloc::enable_leak_report();
        let root = Ctx::named(c"root");
        let hidden = parent(&root).addr() as u64;
        let snapshot = Snapshot::of_thread().unwrap();
        assert!(snapshot.iter().all(|entry| entry.address() != Some(hidden)));
        let shown = |address: u64| talloc::report_full().unwrap().contains(&format!("{address:x}"));
        assert!(shown(root.as_ptr().addr() as u64) && !shown(hidden));
    });
}

/// What a value sees that is dropped while libtalloc frees its tree.
struct Sees(Rc<RefCell<Vec<Vec<String>>>>);

impl Drop for Sees {
    fn drop(&mut self) {
        self.0.borrow_mut().push(roots());
    }
}

#[test]
fn in_a_drop_while_a_tree_is_freed() {
    clean("in_a_drop_while_a_tree_is_freed", || {
        talloc::enable_leak_report();
        let seen = Rc::default();
        let other = Ctx::named(c"other");
        // A value whose own free has begun is there, and so is its tree.
        let kept = Ctx::named(c"kept");
        let boxed = kept.alloc(Sees(Rc::clone(&seen)));
        drop(boxed);
        // When a root is freed, it is gone once that has come to the children.
        TBox::keep(kept.alloc(Sees(Rc::clone(&seen))));
        TBox::keep(kept.new_child().leak().alloc(Sees(Rc::clone(&seen))));
        drop(kept);
        // Its children only: the context stays.
        let mut emptied = Ctx::named(c"emptied");
        TBox::keep(emptied.alloc(Sees(Rc::clone(&seen))));
        emptied.free_children();
        drop((emptied, other));
        let seen: Vec<_> = seen.take().iter().map(|roots| roots.join(" ")).collect();
        assert_eq!(seen, ["kept other", "other", "other", "emptied other"]);
        assert_eq!(roots(), [""; 0]);
    });
}

talloc::node! {
    struct Named<'t> {
        name: Str<'t>,
    }
}

#[test]
fn in_the_middle_of_other_operations() {
    clean("in_the_middle_of_other_operations", || {
        talloc::enable_leak_report();
        let root = Ctx::named(c"root");
        // While a node is built, and while it is changed.
        let mut node = root.build::<Named>(|t| {
            assert_eq!(roots(), ["root"]);
            Named { name: t.strdup_c(c"anna") }
        });
        node.with_mut(|t, named| {
            assert_eq!(roots(), ["root"]);
            named.name.set(t, "bob").unwrap();
        });
        // While an exclusive borrow of what is below is alive.
        let mut text = root.alloc_str("text");
        let bytes = text.as_mut();
        assert_eq!(roots(), ["root"]);
        bytes.make_ascii_uppercase();
        assert_eq!((&*text, node.get().name.as_str()), ("TEXT", "bob"));
        // While the destructor of another object decides.
        let asks = root.alloc_guarded((), |()| {
            assert_eq!(roots(), ["root"]);
            Verdict::Free
        });
        drop(asks);
    });
}

#[test]
fn scratch_contexts_are_not_in_it() {
    clean("scratch_contexts_are_not_in_it", || {
        talloc::enable_leak_report();
        let root = Ctx::named(c"root");
        talloc::scratch(|tmp| {
            let (_temporary, lasting) = (tmp.alloc([7_u8; 100]), root.alloc(1_u8));
            assert_eq!(roots(), ["root"]);
            assert_eq!(Snapshot::of_thread().unwrap().total_size(), 1);
            // It has its own.
            assert_eq!(tmp.snapshot().total_size(), 100);
            drop(lasting);
        });
        assert_eq!(roots(), ["root"]);
    });
}

#[test]
fn nodes_pools_and_what_refused_are_in_it() {
    clean("nodes_pools_and_what_refused_are_in_it", || {
        talloc::enable_leak_report();
        let pool = Ctx::pool(1000).with_name_const(c"pool");
        let node = talloc::root::<Named>(|t| Named { name: t.strdup_c(c"anna") });
        assert_eq!(node.get().name, "anna");
        let below = pool.alloc(1_u8);
        assert_eq!(roots(), ["thread_report::Named", "pool"]);
        drop(below);
        drop(pool);
        // What belongs to C is C's.
        let root = Ctx::named(c"root").into_raw();
        assert_eq!(roots(), ["thread_report::Named"]);
        // SAFETY: it comes from `into_raw`.
        drop(unsafe { Ctx::from_raw(root) });
        drop(node);
        // An object that outlives its root has none.
        let root = Ctx::new();
        let refuses = std::cell::Cell::new(true);
        let kept = root.alloc_guarded(refuses, |refuses| {
            if refuses.take() { Verdict::Refuse } else { Verdict::Free }
        });
        let guarded = Guarded::as_ptr(&kept);
        Guarded::keep(kept);
        drop(root);
        assert_eq!(roots(), ["core::cell::Cell<bool>"]);
        // SAFETY: nobody else has it.
        assert_eq!(unsafe { c::tt_free(guarded.cast()) }, 0);
    });
}

talloc::node! {
    struct Moves<'t> {
        #[expect(dead_code, reason = "only the tree counts")]
        name: tree::Str<'t>,
    }
}

#[test]
fn trees_that_move_are_in_no_thread() {
    clean("trees_that_move_are_in_no_thread", || {
        talloc::enable_leak_report();
        let mut tree = Tree::<Moves>::build(|t| Moves { name: t.strdup_c(c"moves") });
        assert_eq!(roots(), [""; 0]);
        // Its owner asks it.
        assert_eq!(tree.snapshot().total_blocks(), 2);
        let tree = thread("other", move || {
            tree.with_mut(|_, _| assert_eq!(roots(), [""; 0]));
            tree
        });
        let local = tree.into_local();
        assert_eq!(roots().len(), 1);
        drop(local);
    });
}

#[test]
fn a_thread_that_ends() {
    thread_local! {
        static LATE: Late = const { Late };
    }
    struct Late;
    impl Drop for Late {
        fn drop(&mut self) {
            let _root = Ctx::named(c"late");
            assert_eq!(roots(), ["late"]);
        }
    }
    unsafe extern "C" {
        safe fn atexit(function: extern "C" fn()) -> i32;
    }
    extern "C" fn after_the_report() {
        assert_unknown();
        let _root = Ctx::named(c"after the report");
        assert_unknown();
    }
    clean("a_thread_that_ends", || {
        // What was registered first is called last.
        assert_eq!(atexit(after_the_report), 0);
        talloc::enable_leak_report();
        thread("with roots", || {
            LATE.with(|_| ());
            drop(Ctx::new());
        });
        thread("without", || LATE.with(|_| ()));
        LATE.with(|_| ());
        drop(Ctx::new());
    });
}

#[test]
fn threads_come_and_go_while_others_report() {
    clean("threads_come_and_go_while_others_report", || {
        talloc::enable_leak_report();
        let (go_on, goes_on) = mpsc::channel::<()>();
        let busy = thread::spawn(move || {
            let root = Ctx::named(c"busy");
            let mut rounds = 0_u64;
            while goes_on.try_recv() == Err(mpsc::TryRecvError::Empty) {
                let _value = root.alloc(rounds);
                drop(Ctx::new());
                rounds += 1;
            }
        });
        for _ in 0..100 {
            thread("short", || {
                let _root = Ctx::named(c"short");
                assert_eq!(roots(), ["short"]);
            });
            assert_eq!(roots(), [""; 0]);
        }
        drop(go_on);
        busy.join().unwrap();
    });
}

#[test]
fn m6_without_memory() {
    if !can_exhaust_memory() {
        return;
    }
    clean("m6_without_memory", || {
        talloc::enable_leak_report();
        let root = Ctx::named(c"root");
        assert!(c::tt_exhaust_memory());
        let (snapshot, text) = (Snapshot::of_thread().map(drop), talloc::report_full());
        c::tt_release_memory();
        assert!(matches!(snapshot, Err(Error::OutOfMemory { .. })), "{snapshot:?}");
        assert!(matches!(text, Err(Error::OutOfMemory { .. })), "{text:?}");
        assert_eq!(roots(), ["root"]);
        drop(root);
    });
}

#[test]
fn m6_a_root_that_could_not_be_written_down() {
    if !can_exhaust_memory() {
        return;
    }
    clean("m6_a_root_that_could_not_be_written_down", || {
        talloc::enable_leak_report();
        // A tree that moves needs nothing of the thread, until it stays there.
        let tree = Tree::<Moves>::build(|t| Moves { name: t.strdup_c(c"moves") });
        assert_eq!(roots(), [""; 0]);
        assert!(c::tt_exhaust_memory());
        let failed = Ctx::try_new().map(drop);
        let local = tree.into_local();
        c::tt_release_memory();
        assert!(matches!(failed, Err(Error::OutOfMemory { .. })));
        // No wrong number: not even when that root is gone.
        assert_unknown();
        drop(local);
        assert_unknown();
    });
}

#[test]
fn it_changes_no_tree() {
    check_tree(|root| {
        let _value = root.alloc(1_u8);
        let before = root.snapshot();
        let _ = (Snapshot::of_thread(), talloc::report_full());
        assert!(root.snapshot().diff(&before).is_empty());
    });
}

/// A thread of a process that exits is not told that it has no roots: nobody would report its end.
#[test]
fn t3_roots_of_a_thread_that_starts_while_the_process_exits_are_not_known() {
    extern "C" fn body(nothing: *mut c_void) -> *mut c_void {
        let ctx = Ctx::named(c"late root");
        assert_eq!(talloc::report_full(), Err(Error::RootsUnknown));
        drop(ctx);
        eprintln!("the late thread was there");
        nothing
    }
    extern "C" fn late() {
        let mut thread = MaybeUninit::uninit();
        // Rust 1.85 starts no thread of its own where the first one's variables are gone.
        // SAFETY: a function of the program, which needs no argument; the thread that was started is
        // waited for once.
        unsafe {
            let started =
                libc::pthread_create(thread.as_mut_ptr(), ptr::null(), body, ptr::null_mut());
            assert_eq!(started, 0);
            assert_eq!(libc::pthread_join(thread.assume_init(), ptr::null_mut()), 0);
        }
    }
    let test = "t3_roots_of_a_thread_that_starts_while_the_process_exits_are_not_known";
    let end = talloc_tests::exits(test, "only", || {
        // Called after what the leak report has asked for, which came later.
        // SAFETY: a function of the program, which stays.
        assert_eq!(unsafe { libc::atexit(late) }, 0);
        talloc::enable_leak_report();
        drop(Ctx::new());
    });
    end.assert_success();
    end.assert_said("the late thread was there");
}
