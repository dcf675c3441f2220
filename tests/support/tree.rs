//! Trees that must be empty at the end, and what C code would do to them.

use core::ffi::{CStr, c_int, c_void};

use talloc::{Ctx, CtxRef};

use crate::c;

/// Gives the test a root, and asserts afterwards that nothing is left below it.
pub fn check_tree<R>(test: impl FnOnce(&Ctx<'static>) -> R) -> R {
    check_tree_mut(|root| test(root))
}

/// Like [`check_tree`], with a root that can be changed.
pub fn check_tree_mut<R>(test: impl FnOnce(&mut Ctx<'static>) -> R) -> R {
    // All tests work the same when roots hang below hidden ones.
    if is_set("TALLOC_TESTS_LEAK_REPORT") {
        talloc::enable_leak_report();
    }
    let mut root = Ctx::named(c"test");
    let result = test(&mut root);
    if root.total_blocks() != 1 {
        let mut report = String::new();
        root.report_full(&mut report).expect("a report");
        panic!("the test left something:\n{report}");
    }
    assert_eq!(reference_count(&root), 0);
    root.free().expect("the root of a test can be freed");
    result
}

/// The parent of an object; null for a root.
pub fn parent(object: &CtxRef) -> *mut c_void {
    // SAFETY: the object is live.
    unsafe { talloc_sys::talloc_parent(object.as_ptr()) }
}

/// Whether an object has no parent, or only the one that roots have while leaks
/// are reported.
pub fn is_root(object: &CtxRef) -> bool {
    let parent = parent(object);
    parent.is_null() || {
        // SAFETY: not null, so it is live as long as its child.
        let name = unsafe { CStr::from_ptr(talloc_sys::talloc_get_name(parent)) };
        name == c"talloc: contexts of a thread"
    }
}

/// Makes `holder` one more owner of an object, as C code may do.
pub fn reference(holder: &CtxRef, object: &CtxRef) {
    // SAFETY: both are live and belong to this thread.
    let object = unsafe { talloc_sys::talloc_reference(holder.as_ptr(), object.as_ptr()) };
    assert!(!object.is_null());
}

/// Gives up the claim of `holder`, which must not be the last one.
pub fn unlink(holder: &CtxRef, object: &CtxRef) {
    assert!(reference_count(object) > 0, "this would free the object");
    // SAFETY: both are live, and another owner is left.
    assert_eq!(unsafe { talloc_sys::talloc_unlink(holder.as_ptr(), object.as_ptr()) }, 0);
}

/// How many references an object has.
pub fn reference_count(object: &CtxRef) -> usize {
    // SAFETY: the object is live.
    unsafe { talloc_sys::talloc_reference_count(object.as_ptr()) }
}

/// Sets a C destructor that refuses so many times, and then agrees.
pub fn set_refusing(object: &CtxRef, how_often: c_int) {
    // SAFETY: the object is live, and the destructor does not look at it.
    unsafe { c::tt_set_refusing(object.as_ptr(), how_often) }
}

/// Limits the memory of a subtree to `bytes`, headers included; 0 lifts the limit.
pub fn set_memlimit(ctx: &CtxRef, bytes: usize) {
    // SAFETY: the context is live.
    assert_eq!(unsafe { talloc_sys::talloc_set_memlimit(ctx.as_ptr(), bytes) }, 0);
}

/// How many levels of a tree libtalloc frees on a stack of 2 MiB, with room to spare. It frees by
/// recursion, and a level takes what the compiler of libtalloc makes of its frames: with Debian's
/// 2.4.0, 48 bytes on i686 and armhf, 64 on x86-64, 112 on arm64, 160 on s390x.
pub const LEVELS_IN_2_MIB: usize =
    if cfg!(any(target_arch = "x86_64", target_arch = "x86", target_arch = "arm")) {
        20_000
    } else {
        12_000
    };

/// Whether the tests run under valgrind, as `TALLOC_TESTS_VALGRIND=1` says.
pub fn under_valgrind() -> bool {
    is_set("TALLOC_TESTS_VALGRIND")
}

/// Whether [`c::tt_exhaust_memory`] can take all memory; says so if not.
pub fn can_exhaust_memory() -> bool {
    let why = if under_valgrind() || c::tt_has_asan() {
        "the checker has an allocator of its own"
    } else if cfg!(target_vendor = "apple") {
        "the system refuses a limit below what is mapped already"
    } else {
        return true;
    };
    eprintln!("skipped: {why}");
    false
}

fn is_set(variable: &str) -> bool {
    std::env::var_os(variable).is_some_and(|value| value == "1")
}
