//! F4: functions of Rust that libtalloc calls back (reports, messages, aborts, destructors), which
//! panic or work on trees themselves.
//!
//! These belong to the whole process: each test runs in one of its own.

use core::cell::RefCell;
use core::ffi::{CStr, c_char, c_int, c_void};
use core::ptr::null_mut;

use talloc::{Ctx, CtxRef, Shared, TBox};
use talloc_tests::{Counted, Counts, c, check_tree, dies_as, exits, reference, unlink};

thread_local! {
    /// A tree of the callbacks, and what they have written there.
    static SEEN: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Allocates, reports and frees on a tree of its own.
fn work(text: &str) {
    let ctx = Ctx::named(c"callback");
    let shared = Shared::from_box_in(ctx.alloc(5), &ctx);
    let copy = ctx.strdup(text).expect("no NUL");
    TBox::keep(ctx.alloc(String::from(text)));
    let mut report = String::new();
    ctx.report_full(&mut report).expect("a report");
    assert!(report.lines().count() >= 4 && *shared == 5, "{report}");
    SEEN.with_borrow_mut(|seen| seen.push(copy.to_string_lossy().into_owned()));
    TBox::leak(ctx.alloc([0_u8; 1000]));
}

fn seen() -> Vec<String> {
    SEEN.take()
}

unsafe extern "C" fn log_works(message: *const c_char) {
    // SAFETY: libtalloc passes a text.
    work(unsafe { CStr::from_ptr(message) }.to_str().expect("ASCII"));
}

unsafe extern "C" fn log_panics(_: *const c_char) {
    panic!("the log function panics");
}

/// C frees an object that is referenced: libtalloc refuses, and says so.
fn refused_free(root: &CtxRef) {
    let (object, holder) = (root.alloc(1), root.new_child());
    reference(&holder, TBox::as_ctx(&object));
    // SAFETY: refused.
    assert_eq!(unsafe { c::tt_free(TBox::as_ptr(&object).cast()) }, -1);
    unlink(&holder, TBox::as_ctx(&object));
}

#[test]
fn f4_a_log_function_that_works_on_another_tree() {
    exits("f4_a_log_function_that_works_on_another_tree", "only", || {
        // SAFETY: no other thread of this process uses libtalloc.
        unsafe { talloc_sys::talloc_set_log_fn(Some(log_works)) };
        check_tree(|root| refused_free(root));
        let seen = seen();
        assert!(seen.len() >= 2 && seen[0].contains("talloc_free with references"), "{seen:?}");
    })
    .assert_success();
}

#[test]
fn f4_a_log_function_that_panics_ends_the_process() {
    dies_as("f4_a_log_function_that_panics_ends_the_process", "only", || {
        // SAFETY: no other thread of this process uses libtalloc.
        unsafe { talloc_sys::talloc_set_log_fn(Some(log_panics)) };
        check_tree(|root| refused_free(root));
    })
    .assert_abort("the log function panics");
}

/// Hands libtalloc something that is no chunk.
fn misuse() {
    let not_a_chunk = [0_u64; 64];
    // SAFETY: this breaks the duties on purpose, in a process of its own.
    let _ = unsafe { Ctx::from_raw(not_a_chunk.as_ptr().add(32).cast_mut().cast()) }
        .map(|ctx| ctx.free());
}

unsafe extern "C" fn abort_panics(_: *const c_char) {
    panic!("the abort function panics");
}

unsafe extern "C" fn abort_works(reason: *const c_char) {
    // SAFETY: libtalloc passes a text.
    let reason = unsafe { CStr::from_ptr(reason) }.to_str().expect("ASCII");
    work(reason);
    eprintln!("seen by Rust: {:?}", seen());
    std::process::abort();
}

#[test]
fn f4_an_abort_function_that_panics_or_works_on_another_tree() {
    let test = "f4_an_abort_function_that_panics_or_works_on_another_tree";
    type AbortFn = unsafe extern "C" fn(*const c_char);
    let parts: [(&str, AbortFn, &str); 2] = [
        ("panics", abort_panics, "the abort function panics"),
        ("works", abort_works, "seen by Rust: [\"Bad talloc magic value - unknown value\"]"),
    ];
    for (part, function, message) in parts {
        dies_as(test, part, || {
            // SAFETY: no other thread of this process uses libtalloc.
            unsafe { talloc_sys::talloc_set_abort_fn(Some(function)) };
            misuse();
        })
        .assert_abort(message);
    }
}

unsafe extern "C" fn report_works(
    object: *const c_void,
    depth: c_int,
    _: c_int,
    is_reference: c_int,
    _: *mut c_void,
) {
    // SAFETY: libtalloc passes a live chunk, which nobody frees meanwhile.
    let object = unsafe { CtxRef::from_ptr(object.cast_mut()) }.expect("not null");
    // It may be read, too; libtalloc marks what it is in as visited.
    work(&format!("{depth} {is_reference} {}", object.name().to_string_lossy()));
}

unsafe extern "C" fn report_panics(
    _: *const c_void,
    depth: c_int,
    _: c_int,
    _: c_int,
    _: *mut c_void,
) {
    assert!(depth == 0, "the report function panics");
}

/// Below it a child with a child.
fn some_tree(root: &CtxRef) -> Ctx<'_> {
    let top = root.new_child_named(c"top");
    top.new_child_named(c"middle").leak().new_child_named(c"low").leak();
    top
}

#[test]
fn f4_a_report_function_that_works_on_another_tree() {
    check_tree(|root| {
        let top = some_tree(root);
        // SAFETY: the tree is live and the callback does not change it.
        unsafe {
            let callback = Some(report_works as _);
            talloc_sys::talloc_report_depth_cb(top.as_ptr(), 0, -1, callback, null_mut());
        }
        assert_eq!(seen(), ["0 0 top", "1 0 middle", "2 0 low"]);
    });
}

#[test]
fn f4_a_report_function_that_panics_ends_the_process() {
    dies_as("f4_a_report_function_that_panics_ends_the_process", "only", || {
        check_tree(|root| {
            let top = some_tree(root);
            // SAFETY: the tree is live.
            unsafe {
                let callback = Some(report_panics as _);
                talloc_sys::talloc_report_depth_cb(top.as_ptr(), 0, -1, callback, null_mut());
            }
        });
    })
    .assert_abort("the report function panics");
}

/// Asks C to free other objects of the tree while C frees this one.
struct AsksC {
    others: Vec<*mut c_void>,
    _counted: Counted,
}

impl Drop for AsksC {
    fn drop(&mut self) {
        for other in self.others.drain(..) {
            // SAFETY: the test has left them to this value.
            assert_eq!(unsafe { c::tt_free(other) }, 0);
        }
        work("dropped");
    }
}

#[test]
fn f4_a_destructor_of_rust_that_calls_c_back() {
    let counts = Counts::new();
    check_tree(|root| {
        // Objects of C's free list: older and newer siblings, values of both kinds, and a cousin.
        let parent = root.new_child();
        let kept: *mut Counted = TBox::keep(parent.alloc(counts.value()));
        let given = TBox::into_c(parent.alloc(counts.value()));
        // SAFETY: the parent is live.
        let user = unsafe { c::tt_user_new(parent.as_ptr(), c"older".as_ptr()) };
        let cousin = root.new_child().into_raw();
        let others = vec![kept.cast(), given.cast(), user, cousin];
        TBox::keep(parent.alloc(AsksC { others, _counted: counts.value() }));
        let newer: *mut Counted = TBox::keep(parent.alloc(counts.value()));
        let others = vec![newer.cast::<c_void>()];
        let last = TBox::into_c(root.alloc(AsksC { others, _counted: counts.value() }));
        // SAFETY: left to C.
        assert_eq!(unsafe { c::tt_free(last.cast()) }, 0);
        assert_eq!((counts.dropped(), parent.total_blocks()), (2, 10));
        // SAFETY: left to C.
        assert_eq!(unsafe { c::tt_free(parent.into_raw()) }, 0);
    });
    assert_eq!(seen(), ["dropped", "dropped"]);
    counts.assert_all_dropped(5);
}
