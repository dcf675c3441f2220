//! The report at exit of contexts that were never freed. Each test is a process.

use std::cell::RefCell;
use std::ffi::CStr;
use std::mem;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock, mpsc};
use std::thread;

use talloc::{CType, Ctx, Error, Guarded, Shared, Str, TBox, Tree, Verdict, tree};
use talloc_tests::{Death, c, can_exhaust_memory, check_tree, parent, reference, reference_count};

/// Asked by LeakSanitizer, if there is one: these tests leak on purpose.
#[unsafe(no_mangle)]
extern "C" fn __lsan_is_turned_off() -> i32 {
    1
}

talloc::node! {
    struct Named<'t> {
        #[expect(dead_code, reason = "only the tree counts")]
        name: Str<'t>,
    }
}

/// A named thread that has ended, its thread-local variables included.
fn thread(name: &str, body: impl FnOnce() + Send + 'static) {
    let thread = thread::Builder::new().name(name.to_owned()).spawn(body).expect("a thread");
    thread.join().expect("no panic");
}

/// Runs the body in a process that must end well.
#[track_caller]
fn exits(test: &str, part: &str, body: impl FnOnce()) -> Death {
    let end = talloc_tests::exits(test, part, body);
    end.assert_success();
    end
}

fn leak(name: &'static CStr) {
    let ctx = Ctx::named(name);
    TBox::leak(ctx.alloc([7_u8; 100]));
    mem::forget(ctx);
}

/// The report has this section, with these totals and roots.
#[track_caller]
fn assert_section(stderr: &str, thread: &str, totals: &str, roots: &[&str]) {
    let title = format!("talloc report on 'contexts of thread {thread}' (total ");
    let at = stderr.find(&title).unwrap_or_else(|| panic!("no {title:?} in: {stderr}"));
    let rest = stderr[at + title.len()..].trim_start();
    assert!(rest.starts_with(totals), "{thread}: not {totals:?}: {stderr}");
    let section: Vec<&str> =
        rest.lines().skip(1).take_while(|line| line.starts_with(' ')).collect();
    let top = section.iter().filter(|line| !line.starts_with("        "));
    let names: Vec<&str> = top.map(|line| line.split("contains").next().unwrap().trim()).collect();
    assert_eq!(names, roots, "{thread}: {stderr}");
}

fn assert_silent(stderr: &str) {
    assert!(!stderr.contains("talloc"), "{stderr}");
}

#[test]
fn nothing_left_is_nothing_said() {
    exits("nothing_left_is_nothing_said", "only", || {
        talloc::enable_leak_report();
        drop(Ctx::new());
        check_tree(|root| drop(root.alloc(1)));
        thread("other", || drop(Ctx::pool(1000)));
        talloc::scratch(|tmp| mem::forget(tmp.alloc(1)));
    })
    .check_stderr(assert_silent);
}

#[test]
fn the_short_form_has_a_line_for_each_root() {
    let test = "the_short_form_has_a_line_for_each_root";
    let end = exits(test, "only", || {
        leak(c"before");
        talloc::enable_leak_report();
        leak(c"first");
        mem::forget(Ctx::pool(1000).with_name_const(c"pool"));
        thread("worker", || leak(c"second"));
        thread("clean", || drop(Ctx::new()));
        // A leak by name is one, too.
        Ctx::named(c"leaked").leak();
    });
    end.check_stderr(|stderr| {
        assert_section(stderr, "worker", "100 bytes in   3 blocks)", &["second"]);
        let main = ["leaked", "pool", "first"];
        assert_section(stderr, test, "100 bytes in   5 blocks)", &main);
        assert!(!stderr.contains("clean") && !stderr.contains("before"), "{stderr}");
        assert!(!stderr.contains("u8") && !stderr.contains("running"), "{stderr}");
    });
}

#[test]
fn the_full_form_has_all_that_is_below() {
    let test = "the_full_form_has_all_that_is_below";
    exits(test, "only", || {
        talloc::enable_leak_report_full();
        thread("a name of sixty-four bytes or more is cut at the end: ä, ö, ü, äöü", || {
            let ctx = Ctx::named(c"session");
            mem::forget(ctx.build::<Named>(|t| Named { name: t.strdup_c(c"anna") }));
            mem::forget(ctx);
        });
    })
    .check_stderr(|stderr| {
        assert!(stderr.contains("full talloc report on 'contexts of thread a name of"), "{stderr}");
        let lines: Vec<&str> = stderr.lines().map(|line| line.trim_start()).collect();
        let at = lines.iter().position(|line| line.starts_with("session ")).expect(stderr);
        assert!(lines[at + 1].contains("Named") && lines[at + 2].starts_with("anna "), "{stderr}");
    });
}

#[test]
fn a_disabled_report_says_nothing() {
    exits("a_disabled_report_says_nothing", "only", || {
        talloc::enable_leak_report();
        leak(c"main");
        thread("worker", || leak(c"worker"));
        talloc::disable_leak_report();
        leak(c"later");
    })
    .check_stderr(assert_silent);
}

#[test]
fn an_enabled_report_can_be_enabled_again() {
    let test = "an_enabled_report_can_be_enabled_again";
    exits(test, "only", || {
        talloc::enable_leak_report_full();
        leak(c"seen");
        talloc::disable_leak_report();
        leak(c"not seen");
        talloc::enable_leak_report();
        leak(c"seen too");
    })
    .check_stderr(|stderr| {
        assert_section(stderr, test, "200 bytes in   5 blocks)", &["seen too", "seen"]);
    });
}

/// T3: contexts in thread-local variables are no leaks, whichever is made first.
#[test]
fn t3_contexts_in_thread_locals_are_not_reported() {
    thread_local! {
        static LAZY: Ctx<'static> = Ctx::named(c"lazy");
        static EARLY: RefCell<Option<Ctx<'static>>> = const { RefCell::new(None) };
        static AT_THE_END: MakesARoot = const { MakesARoot };
    }
    struct MakesARoot;
    impl Drop for MakesARoot {
        fn drop(&mut self) {
            drop(Ctx::new());
            leak(c"made at the end");
        }
    }
    fn fill(name: &'static CStr) {
        AT_THE_END.with(|_| ());
        // Registered for destruction before there is any root, and after some.
        EARLY.with_borrow_mut(|early| *early = Some(Ctx::named(name)));
        LAZY.with(|lazy| mem::forget(lazy.alloc(1)));
    }

    let test = "t3_contexts_in_thread_locals_are_not_reported";
    exits(test, "threads", || {
        talloc::enable_leak_report();
        for name in ["one", "two"] {
            thread(name, || fill(c"early"));
        }
    })
    .check_stderr(|stderr| {
        assert_section(stderr, "one", "100 bytes in   3 blocks)", &["made at the end"]);
        assert_section(stderr, "two", "100 bytes in   3 blocks)", &["made at the end"]);
    });
    // On the thread that exits.
    exits(test, "exit", || {
        talloc::enable_leak_report();
        fill(c"early");
    })
    .check_stderr(|stderr| {
        assert_section(stderr, test, "100 bytes in   3 blocks)", &["made at the end"]);
    });
}

#[test]
fn t3_threads_that_still_run_are_counted_and_not_looked_at() {
    let test = "t3_threads_that_still_run_are_counted_and_not_looked_at";
    exits(test, "only", || {
        talloc::enable_leak_report();
        let (ready, are_ready) = mpsc::channel();
        for _ in 0..3 {
            let ready = ready.clone();
            thread::spawn(move || {
                let busy = Ctx::named(c"busy");
                ready.send(()).unwrap();
                // At work on its tree up to the end of the process.
                loop {
                    drop(busy.alloc(1));
                    drop(Ctx::new());
                }
            });
        }
        (0..3).for_each(|_| are_ready.recv().unwrap());
        leak(c"main");
    })
    .check_stderr(|stderr| {
        assert_section(stderr, test, "100 bytes in   3 blocks)", &["main"]);
        assert!(stderr.contains("still running: 3, not looked at"), "{stderr}");
        assert!(!stderr.contains("busy"), "{stderr}");
    });
}

#[test]
fn t3_any_thread_may_exit() {
    let end = exits("t3_any_thread_may_exit", "only", || {
        talloc::enable_leak_report();
        let _main = Ctx::named(c"main");
        thread("exits", || {
            leak(c"theirs");
            std::process::exit(0);
        });
    });
    end.check_stderr(|stderr| {
        assert_section(stderr, "exits", "100 bytes in   3 blocks)", &["theirs"]);
        assert!(stderr.contains("still running: 1, not looked at"), "{stderr}");
    });
}

#[test]
fn a_forked_child_reports_what_it_has() {
    unsafe extern "C" {
        safe fn fork() -> i32;
        safe fn _exit(status: i32) -> !;
        fn waitpid(child: i32, status: *mut i32, options: i32) -> i32;
    }
    let test = "a_forked_child_reports_what_it_has";
    let end = exits(test, "only", || {
        talloc::enable_leak_report();
        leak(c"before the fork");
        let child = fork();
        if child == 0 {
            leak(c"child");
            std::process::exit(0);
        }
        let mut status = 1;
        // SAFETY: the status is writable.
        assert_eq!(unsafe { waitpid(child, &raw mut status, 0) }, child);
        _exit(status)
    });
    end.check_stderr(|stderr| {
        let roots = ["child", "before the fork"];
        assert_section(stderr, test, "200 bytes in   5 blocks)", &roots);
    });
}

/// The address of a chunk on its way to another thread.
struct Sent(*mut core::ffi::c_void);

// SAFETY: the sender does not use it any more.
unsafe impl Send for Sent {}

#[test]
fn t2_a_root_that_went_to_c_may_be_freed_on_any_thread() {
    exits("t2_a_root_that_went_to_c_may_be_freed_on_any_thread", "only", || {
        talloc::enable_leak_report();
        let newest = Ctx::new();
        let (roots, to_free) = mpsc::channel::<Sent>();
        let frees = thread::spawn(move || {
            for Sent(root) in to_free {
                // SAFETY: a root that nobody else uses.
                assert_eq!(unsafe { talloc_sys::talloc_free(root) }, 0);
            }
        });
        for round in 0..2000 {
            let (older, sent, newer) = (Ctx::new(), Ctx::new(), Ctx::new());
            TBox::leak(sent.alloc(round));
            roots.send(Sent(sent.into_raw())).unwrap();
            // The siblings are made and freed meanwhile.
            drop((newer, older));
        }
        drop((roots, newest));
        frees.join().unwrap();
        // What is below another context stays there.
        check_tree(|root| {
            let child = root.new_child().into_raw();
            assert_eq!(root.total_blocks(), 2);
            // SAFETY: owned by nobody else.
            drop(unsafe { Ctx::from_raw(child) });
        });
        let _leaked = Ctx::new().into_raw();
    })
    .check_stderr(assert_silent);
}

#[test]
fn t2_what_is_left_of_a_thread_is_no_longer_linked() {
    let end = exits("t2_what_is_left_of_a_thread_is_no_longer_linked", "only", || {
        talloc::enable_leak_report();
        let left = Arc::new([const { AtomicUsize::new(0) }; 100]);
        let for_thread = Arc::clone(&left);
        thread("worker", move || {
            for address in &*for_thread {
                let root = Ctx::named(c"root").leak();
                address.store(root.as_ptr().expose_provenance(), Ordering::Relaxed);
            }
        });
        for address in &*left {
            let root = core::ptr::with_exposed_provenance_mut(address.load(Ordering::Relaxed));
            // SAFETY: the thread that made it has ended.
            let root = unsafe { Ctx::from_raw(root) }.unwrap();
            assert!(parent(&root).is_null());
            drop(root);
        }
    });
    end.check_stderr(|stderr| {
        let roots = vec!["root"; 100];
        assert_section(stderr, "worker", "0 bytes in 101 blocks)", &roots);
    });
}

/// Fact 5: a root with one reference goes to the holder, and says nothing.
#[test]
fn a_root_that_is_referenced_goes_to_the_holder() {
    exits("a_root_that_is_referenced_goes_to_the_holder", "only", || {
        talloc::set_log_stderr().unwrap();
        talloc::enable_leak_report();
        check_tree(|holder| {
            let (dropped, freed) = (Ctx::new(), Ctx::new());
            let _newer = Ctx::new();
            reference(holder, &dropped);
            reference(holder, &freed);
            drop(dropped);
            freed.free().unwrap();
            assert_eq!(holder.total_blocks(), 3);
            // SAFETY: no handle is left.
            unsafe { talloc_sys::talloc_free_children(holder.as_ptr()) };
        });
    })
    .check_stderr(assert_silent);
    exits("a_root_that_is_referenced_goes_to_the_holder", "two", || {
        talloc::enable_leak_report();
        check_tree(|holder| {
            let root = Ctx::new();
            reference(holder, &root);
            reference(holder, &root);
            let root = root.free().unwrap_err().into_inner();
            assert_eq!(reference_count(&root), 2);
            // SAFETY: no handle leads there.
            unsafe { talloc_sys::talloc_free_children(holder.as_ptr()) };
            assert_eq!(reference_count(&root), 0);
        });
    })
    .check_stderr(assert_silent);
}

#[test]
fn the_hidden_root_is_not_found() {
    // All that could go wrong with a type is allowed to it: it has no content.
    struct Fake;
    impl CType for Fake {
        const NAME: &'static CStr = c"talloc: contexts of a thread";
    }
    exits("the_hidden_root_is_not_found", "only", || {
        talloc::enable_leak_report();
        check_tree(|root| {
            // SAFETY: it has the name, as the next line shows.
            let hidden = unsafe { CStr::from_ptr(talloc_sys::talloc_parent_name(root.as_ptr())) };
            assert_eq!(hidden, Fake::NAME);
            let child = root.new_child();
            assert!(child.find_type_ptr::<Fake>().unwrap().is_none());
            let fake = root.typed().alloc(Fake);
            assert_eq!(root.total_blocks(), 3);
            // An object of that name is.
            let below = TBox::as_ctx(&fake).new_child();
            assert!(below.find_type_ptr::<Fake>().unwrap().is_some());
        });
    })
    .check_stderr(assert_silent);
}

#[test]
fn objects_that_refuse_and_shared_ones_outlive_their_root() {
    let test = "objects_that_refuse_and_shared_ones_outlive_their_root";
    exits(test, "only", || {
        talloc::enable_leak_report();
        let (first, second) = (Ctx::new(), Ctx::new());
        let stays = second.alloc_guarded(1_u64, |_| Verdict::Refuse);
        let other = Ctx::new();
        let shared = first.alloc_shared(String::from("shared"));
        let theirs = Shared::clone_in(&shared, &other);
        drop(shared);
        drop(first);
        assert_eq!(*theirs, "shared");
        Guarded::keep(stays);
        drop(second);
        drop(theirs);
        assert_eq!(other.total_blocks(), 1);
        // Moved below another root, and no leak by itself any more.
        let moved = Ctx::named(c"moved").steal(&other);
        mem::forget(moved);
        drop(other);
        // The newest root again: its object moves up to where the roots are.
        let last = Ctx::new();
        Guarded::keep(last.alloc_guarded(2_u64, |_| Verdict::Refuse));
        drop(last);
    })
    .check_stderr(|stderr| assert_section(stderr, test, "8 bytes in   2 blocks)", &["u64"]));
}

#[test]
fn a_limit_on_a_root_is_its_own() {
    exits("a_limit_on_a_root_is_its_own", "only", || {
        talloc::enable_leak_report();
        let (limited, free) = (Ctx::new(), Ctx::new());
        // SAFETY: nothing leaves the context.
        unsafe { limited.set_memlimit(Some(1000)) }.unwrap();
        assert!(limited.try_alloc([0_u8; 2000]).is_err());
        drop(free.alloc([0_u8; 2000]));
        // SAFETY: owned by nobody else.
        let limited = unsafe { Ctx::from_raw(limited.into_raw()) }.unwrap();
        assert!(limited.try_alloc([0_u8; 2000]).is_err());
        drop(limited.alloc([0_u8; 500]));
    })
    .check_stderr(assert_silent);
}

#[test]
fn a_panic_of_main_leaves_no_leak() {
    let end = talloc_tests::dies("a_panic_of_main_leaves_no_leak", || {
        talloc::enable_leak_report();
        let ctx = Ctx::new();
        let _kept: &mut String = TBox::keep(ctx.alloc(String::from("kept")));
        panic!("on purpose");
    });
    end.assert_said("on purpose");
    end.check_stderr(|stderr| assert!(!stderr.contains("report on"), "{stderr}"));
}

#[test]
fn m6_the_first_root_without_memory() {
    if !can_exhaust_memory() {
        return;
    }
    let test = "m6_the_first_root_without_memory";
    exits(test, "only", || {
        talloc::enable_leak_report();
        assert!(c::tt_exhaust_memory());
        let root = Ctx::try_new();
        c::tt_release_memory();
        assert_eq!(root.map(drop), Err(Error::OutOfMemory { size: 0 }));
        leak(c"later");
    })
    .check_stderr(|stderr| assert_section(stderr, test, "100 bytes in   3 blocks)", &["later"]));
}

talloc::node! {
    struct Moves<'t> {
        #[expect(dead_code, reason = "only the tree counts")]
        name: tree::Str<'t>,
    }
}

talloc::node! {
    struct MovesWith<'t> as c"struct moves" {
        inner: Option<tree::Kept<'t, Moves<'static>>>,
    }
}

#[test]
fn t5_trees_that_belong_to_no_thread() {
    fn moves() -> Tree<Moves<'static>> {
        Tree::<Moves>::build(|t| Moves { name: t.strdup_c(c"moves") })
    }
    fn forgotten_elsewhere() {
        thread("elsewhere", || mem::forget(moves()));
    }
    let end = exits("t5_trees_that_belong_to_no_thread", "only", || {
        let before = moves();
        talloc::enable_leak_report();
        drop(before);
        drop(moves());
        thread("other", || drop(moves()));
        let sent = moves();
        thread("frees", move || drop(sent));
        forgotten_elsewhere();
        forgotten_elsewhere();
        let mut with = Tree::<MovesWith>::build(|_| MovesWith { inner: None });
        // Not a tree of its own any more.
        with.with_mut(|t, with| with.inner = Some(t.attach(moves())));
        with.with(|with| assert!(with.inner.is_some()));
        mem::forget(with);
        // C has it.
        let _ = moves().into_raw();
        // In the section of its thread.
        mem::forget(moves().into_local());
        let opened = moves().into_local();
        let ctx = Ctx::new();
        drop(opened.steal(&ctx));
        static TREE: OnceLock<Tree<Moves>> = OnceLock::new();
        TREE.get_or_init(moves);
    });
    end.check_stderr(|stderr| {
        assert!(stderr.contains("trees of no thread (total 4 trees, not looked at)"), "{stderr}");
        let line = |name: &str| {
            let line = stderr.lines().find(|line| line.trim_start().starts_with(name));
            line.unwrap_or_else(|| panic!("no {name} in {stderr}")).to_owned()
        };
        assert!(line("struct moves").ends_with(" 1 trees"), "{stderr}");
        assert!(line("leak_report::Moves").ends_with(" 3 trees"), "{stderr}");
        assert!(stderr.contains("contexts of thread"), "{stderr}");
        assert_eq!(stderr.matches("Opened<leak_report::Moves>").count(), 1, "{stderr}");
    });
}

#[test]
fn t5_a_tree_that_refuses_is_reported() {
    let end = exits("t5_a_tree_that_refuses_is_reported", "only", || {
        talloc::enable_leak_report();
        let raw = Tree::<MovesWith>::build(|_| MovesWith { inner: None }).into_raw();
        // SAFETY: live; the destructor does not look at it.
        unsafe { c::tt_set_refusing(raw.cast(), 1) };
        // SAFETY: it comes from `into_raw`.
        let refuses = unsafe { Tree::<MovesWith>::from_raw(raw) }.unwrap();
        drop(refuses);
        talloc::disable_leak_report();
        mem::forget(Tree::<MovesWith>::build(|_| MovesWith { inner: None }));
        talloc::enable_leak_report();
    });
    end.check_stderr(|stderr| {
        assert!(stderr.contains("trees of no thread (total 1 trees, not looked at)"), "{stderr}");
    });
}
