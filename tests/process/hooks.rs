//! F4: libtalloc's messages and its abort, set by safe functions. Each test is a
//! process.

use std::cell::RefCell;
use std::ffi::{CStr, c_char, c_void};
use std::panic;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use log::{Log, Metadata, Record};
use talloc::{Ctx, CtxRef, Error, TBox};
use talloc_tests::{Death, check_tree, dies_as, reference, unlink};

/// Asked by LeakSanitizer, if there is one: these tests leak on purpose.
#[unsafe(no_mangle)]
extern "C" fn __lsan_is_turned_off() -> i32 {
    1
}

/// Runs the body in a process that must end well.
#[track_caller]
fn exits(test: &str, part: &str, body: impl FnOnce()) -> Death {
    let end = talloc_tests::exits(test, part, body);
    end.assert_success();
    end
}

/// C frees an object that is referenced: libtalloc refuses, and says so.
fn provoke() {
    check_tree(|root| {
        let (object, holder) = (root.alloc(1), root.new_child());
        reference(&holder, TBox::as_ctx(&object));
        // SAFETY: refused.
        assert_eq!(unsafe { talloc_sys::talloc_free(TBox::as_ptr(&object)) }, -1);
        unlink(&holder, TBox::as_ctx(&object));
    });
}

/// Frees an object twice. It lies in a pool, so that its header stays readable.
fn free_twice() {
    // SAFETY: this breaks the duties on purpose, in a process of its own.
    unsafe {
        let pool = talloc_sys::talloc_pool(core::ptr::null(), 4096);
        let first = talloc_sys::talloc_named_const(pool, 8, c"first".as_ptr());
        let _second = talloc_sys::talloc_named_const(pool, 8, c"second".as_ptr());
        talloc_sys::talloc_free(first);
        talloc_sys::talloc_free(first);
    }
}

#[test]
fn messages_on_stderr() {
    exits("messages_on_stderr", "only", || {
        talloc::set_log_stderr().unwrap();
        provoke();
    })
    .assert_said("ERROR: talloc_free with references");
}

struct MakesARoot;

impl MakesARoot {
    fn nothing(&self) {}
}

impl Drop for MakesARoot {
    fn drop(&mut self) {
        drop(Ctx::new());
    }
}

#[test]
fn hooks_are_set_before_the_first_root_or_not_at_all() {
    let test = "hooks_are_set_before_the_first_root_or_not_at_all";
    let too_late = || {
        assert_eq!(talloc::set_log_stderr(), Err(Error::HookTooLate));
        assert_eq!(talloc::set_log_fn(|_| ()), Err(Error::HookTooLate));
        assert_eq!(talloc::log_to_logger(), Err(Error::HookTooLate));
        assert_eq!(talloc::explain_aborts(), Err(Error::HookTooLate));
        provoke();
    };
    let silent = |stderr: &str| assert!(!stderr.contains("ERROR"), "{stderr}");
    type Root = fn();
    let roots: [(&str, Root); 6] = [
        ("new", || drop(Ctx::new())),
        ("named", || drop(Ctx::named(c"root"))),
        ("pool", || drop(Ctx::pool(100))),
        ("scratch", || talloc::scratch(|_| ())),
        ("thread", || thread::spawn(|| drop(Ctx::new())).join().unwrap()),
        ("reporting", || {
            talloc::enable_leak_report();
            drop(Ctx::new());
        }),
    ];
    for (part, make_a_root) in roots {
        exits(test, part, || {
            make_a_root();
            too_late();
        })
        .check_stderr(silent);
    }
    exits(test, "in time", || {
        talloc::enable_leak_report();
        talloc::disable_leak_report();
        talloc::set_log_stderr().unwrap();
        talloc::explain_aborts().unwrap();
        assert_eq!(talloc::set_log_fn(|_| ()), Err(Error::HookAlreadySet));
        assert_eq!(talloc::log_to_logger(), Err(Error::HookAlreadySet));
        assert_eq!(talloc::set_log_stderr(), Err(Error::HookAlreadySet));
        assert_eq!(talloc::explain_aborts(), Err(Error::HookAlreadySet));
        // A function that is refused is dropped, and its `Drop` may make a root.
        let makes_a_root = MakesARoot;
        let refused = talloc::set_log_fn(move |_| makes_a_root.nothing());
        assert_eq!(refused, Err(Error::HookAlreadySet));
        provoke();
    })
    .assert_said("ERROR: talloc_free with references");
}

#[test]
fn f4_a_function_gets_each_message() {
    exits("f4_a_function_gets_each_message", "only", || {
        let messages = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&messages);
        talloc::set_log_fn(move |message| sink.lock().unwrap().push(message.to_owned())).unwrap();
        provoke();
        let messages = messages.lock().unwrap();
        assert_eq!(messages.len(), 2, "{messages:?}");
        assert!(messages[0].starts_with("ERROR: talloc_free with references"), "{messages:?}");
        assert!(messages[1].starts_with("\treference at"), "{messages:?}");
    });
}

/// The function cannot free what libtalloc is looking at while it writes a message:
/// here the holder of a reference, in the middle of the list of references.
#[test]
fn f4_a_function_that_frees_all_it_can_reach() {
    thread_local! {
        static HOLDERS: RefCell<Vec<Ctx<'static>>> = const { RefCell::new(Vec::new()) };
    }
    exits("f4_a_function_that_frees_all_it_can_reach", "only", || {
        static CALLED: AtomicBool = AtomicBool::new(false);
        talloc::set_log_fn(|_| {
            CALLED.store(true, Ordering::Relaxed);
            HOLDERS.take();
            talloc::scratch(|tmp| drop(tmp.alloc(1)));
            check_tree(|root| drop(root.alloc(1)));
        })
        .unwrap();
        let root = Ctx::new();
        let object = root.alloc(1);
        HOLDERS.with_borrow_mut(|holders| {
            for _ in 0..3 {
                let holder = Ctx::new();
                reference(&holder, TBox::as_ctx(&object));
                holders.push(holder);
            }
        });
        // SAFETY: refused.
        assert_eq!(unsafe { talloc_sys::talloc_free(TBox::as_ptr(&object)) }, -1);
        assert!(CALLED.load(Ordering::Relaxed));
        assert_eq!(HOLDERS.take().len(), 3);
    });
}

#[test]
fn f4_a_function_that_comes_back() {
    let end = exits("f4_a_function_that_comes_back", "only", || {
        static CALLS: Mutex<usize> = Mutex::new(0);
        talloc::set_log_fn(|_| {
            *CALLS.lock().unwrap() += 1;
            provoke();
        })
        .unwrap();
        provoke();
        assert_eq!(*CALLS.lock().unwrap(), 2);
    });
    end.assert_said("libtalloc: ERROR: talloc_free with references");
}

struct ToPanic;

impl Log for ToPanic {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        assert!(record.level() != log::Level::Warn, "the logger panics: {}", record.args());
        eprintln!("{}: {}", record.target(), record.args());
    }

    fn flush(&self) {}
}

/// The function waits for a lock of the sender, which goes on, and then the message is written.
#[test]
fn f4_a_function_that_waits_for_its_sender() {
    exits("f4_a_function_that_waits_for_its_sender", "only", || {
        let written = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&written);
        talloc::set_log_fn(move |message| sink.lock().unwrap().push(message.to_owned())).unwrap();
        let held = written.lock().unwrap();
        provoke();
        assert!(held.is_empty());
        drop(held);
        // A thread each.
        while written.lock().unwrap().len() < 2 {
            thread::yield_now();
        }
        let messages = written.lock().unwrap();
        assert!(messages.iter().any(|text| text.contains("talloc_free with references")));
    });
}

#[test]
fn f4_a_function_that_panics() {
    dies_as("f4_a_function_that_panics", "function", || {
        talloc::set_log_fn(|message| panic!("no: {message}")).unwrap();
        provoke();
    })
    .assert_abort("no: ERROR: talloc_free with references");
    let end = dies_as("f4_a_function_that_panics", "logger", || {
        log::set_logger(&ToPanic).unwrap();
        log::set_max_level(log::LevelFilter::Trace);
        talloc::log_to_logger().unwrap();
        provoke();
    });
    end.assert_said("talloc: ERROR: talloc_free with references");
    end.assert_abort("the logger panics: reference at");
}

#[test]
fn a_wrong_free_is_explained() {
    let test = "a_wrong_free_is_explained";
    let end = dies_as(test, "twice", || {
        talloc::explain_aborts().unwrap();
        let thread = thread::Builder::new().name("worker".to_owned()).spawn(free_twice).unwrap();
        let _ = thread.join();
    });
    end.assert_said("thread 'worker'");
    end.assert_said("libtalloc aborts: Bad talloc magic value - access after free");
    end.assert_abort("freed once more, after it had been freed");

    dies_as(test, "unknown", || {
        talloc::explain_aborts().unwrap();
        let not_a_chunk = [0_u64; 64];
        let pointer: *const c_void = not_a_chunk.as_ptr().wrapping_add(32).cast();
        // SAFETY: this breaks the duties on purpose, in a process of its own.
        drop(unsafe { Ctx::from_raw(pointer.cast_mut()) });
    })
    .assert_abort("a pointer is none of talloc's");

    dies_as(test, "type", || {
        talloc::explain_aborts().unwrap();
        let ctx = Ctx::named(c"struct foo");
        // SAFETY: live, and static texts.
        unsafe {
            let location = c"somewhere.c:7".as_ptr();
            talloc_sys::_talloc_get_type_abort(ctx.as_ptr(), c"struct bar".as_ptr(), location)
        };
    })
    .assert_abort("C asked for an object of another type");
}

#[test]
fn f4_abort_comes_whatever_the_panic_hook_does() {
    let test = "f4_abort_comes_whatever_the_panic_hook_does";
    dies_as(test, "says", || {
        talloc::explain_aborts().unwrap();
        panic::set_hook(Box::new(|info| eprintln!("hook: {info}")));
        free_twice();
    })
    .assert_abort("hook: panicked at");
    dies_as(test, "panics", || {
        talloc::explain_aborts().unwrap();
        panic::set_hook(Box::new(|_| panic!("the hook panics")));
        free_twice();
    })
    .assert_abort("the hook panics");
    dies_as(test, "comes back", || {
        talloc::explain_aborts().unwrap();
        panic::set_hook(Box::new(|_| {
            eprintln!("hook");
            free_twice();
        }));
        free_twice();
    })
    .assert_abort("hook");
    // Half-way through the unwinding of another panic.
    dies_as(test, "unwinding", || {
        struct FreesTwice;
        impl Drop for FreesTwice {
            fn drop(&mut self) {
                free_twice();
            }
        }
        talloc::explain_aborts().unwrap();
        let _guard = FreesTwice;
        panic!("the first");
    })
    .assert_abort("libtalloc aborts: Bad talloc magic value");
}

#[test]
fn the_unsafe_forms_are_for_any_time() {
    unsafe extern "C" fn to_stderr(text: *const c_char) {
        // SAFETY: libtalloc passes NUL-terminated text.
        eprint!("said: {}", unsafe { CStr::from_ptr(text) }.to_string_lossy());
    }
    unsafe extern "C" fn end(text: *const c_char) {
        // SAFETY: libtalloc passes NUL-terminated text.
        eprintln!("end: {}", unsafe { CStr::from_ptr(text) }.to_string_lossy());
        std::process::abort();
    }
    let test = "the_unsafe_forms_are_for_any_time";
    exits(test, "log", || {
        let ctx = Ctx::new();
        // SAFETY: there is one thread that uses libtalloc.
        unsafe { talloc::process::set_log_fn(Some(to_stderr)) };
        provoke();
        drop(ctx);
    })
    .assert_said("said: ERROR: talloc_free with references");
    exits(test, "stderr", || {
        drop(Ctx::new());
        // SAFETY: there is one thread that uses libtalloc.
        unsafe { talloc::process::set_log_stderr() };
        provoke();
    })
    .assert_said("ERROR: talloc_free with references");
    dies_as(test, "abort", || {
        drop(Ctx::new());
        // SAFETY: there is one thread that uses libtalloc.
        unsafe { talloc::process::set_abort_fn(Some(end)) };
        free_twice();
    })
    .assert_abort("end: Bad talloc magic value");
    exits(test, "tracking", || {
        let report = || {
            let mut text = String::new();
            // SAFETY: there is one thread that uses libtalloc.
            unsafe { talloc::process::report_full(&mut text) }.unwrap();
            text
        };
        assert_eq!(report(), "");
        // SAFETY: there is one thread that uses libtalloc.
        unsafe { talloc::process::enable_null_tracking_no_autofree() };
        talloc::enable_leak_report();
        let ctx: &CtxRef = Ctx::named(c"tracked").leak();
        assert!(report().contains("tracked"), "{}", report());
        // SAFETY: no handle is left.
        drop(unsafe { Ctx::from_raw(ctx.as_ptr()) });
        assert!(!report().contains("tracked"), "{}", report());
        // SAFETY: there is one thread that uses libtalloc.
        unsafe { talloc::process::disable_null_tracking() };
        assert_eq!(report(), "");
        // SAFETY: there is one thread that uses libtalloc.
        unsafe { talloc::process::enable_null_tracking() };
        check_tree(|root| drop(root.alloc(1)));
    });
    exits(test, "reports", || {
        // SAFETY: there is one thread that uses libtalloc.
        unsafe { talloc::process::enable_leak_report() };
        // SAFETY: there is one thread that uses libtalloc.
        unsafe { talloc::process::enable_leak_report_full() };
        TBox::leak(Ctx::named(c"left").leak().alloc(1_u64));
    })
    .assert_said("left ");
}
