//! The facts about the variables of libtalloc that a whole process shares (23 to 26
//! in `docs/SAFETY.md`), and T4: when this crate lets them be set. What
//! ThreadSanitizer says of them is in `process_wide.rs`.

use core::ffi::{CStr, c_void};
use core::ptr::{null, null_mut};
use std::env;

use talloc::{Ctx, Error};
use talloc_sys as sys;
use talloc_tests::{c, can_exhaust_memory, exits};

type Chunk = *mut c_void;

/// Returns what is to be freed at the end, or null.
type Before = fn() -> Chunk;

/// Returns the root, if it is not gone.
type FirstRoot = fn() -> Option<Ctx<'static>>;

fn new(parent: Chunk, size: usize) -> Chunk {
    // SAFETY: the callers pass null or a live chunk.
    let chunk = unsafe { sys::talloc_named_const(parent, size, c"chunk".as_ptr()) };
    assert!(!chunk.is_null());
    chunk
}

fn free(chunk: Chunk) {
    // SAFETY: the callers own the chunk and do not use it again.
    assert_eq!(unsafe { sys::talloc_free(chunk) }, 0);
}

/// Asks libtalloc for a fill from now on, if it has not looked yet.
fn ask_for_fill() {
    // SAFETY: in a child process that has no other thread at work.
    unsafe { env::set_var("TALLOC_FREE_FILL", "0x5a") };
}

/// Whether libtalloc fills what it gives up: the end of a chunk that shrinks in its place.
fn fills() -> bool {
    let chunk = new(null_mut(), 100).cast::<u8>();
    // SAFETY: the chunk has 100 bytes.
    unsafe { chunk.write_bytes(1, 100) };
    // SAFETY: live; less than 1 KiB to gain, so it stays where it is (fact 11).
    let same = unsafe { sys::_talloc_realloc(null(), chunk.cast(), 50, c"chunk".as_ptr()) };
    assert_eq!(same, chunk.cast());
    // SAFETY: the memory still has its 100 bytes.
    let byte = unsafe { chunk.add(60).read() };
    free(same);
    byte == 0x5a
}

#[test]
fn fact_23_the_first_free_decides_on_the_fill() {
    let test = "fact_23_the_first_free_decides_on_the_fill";
    let parts: [(&str, Before, bool); 6] = [
        ("nothing", null_mut, true),
        ("a free", free_one, false),
        ("a chunk", || new(null_mut(), 0), true),
        ("a move", moved, true),
        ("a free of the children alone", without_child, true),
        ("a free that is refused", refused, false),
    ];
    for (part, before, fills_after) in parts {
        exits(test, part, || {
            // SAFETY: as in `ask_for_fill`.
            unsafe { env::remove_var("TALLOC_FREE_FILL") };
            let left = before();
            ask_for_fill();
            // Decides, if nothing has.
            free_one();
            assert_eq!(fills(), fills_after, "{part}");
            if !left.is_null() {
                free(left);
            }
        })
        .assert_success();
    }
}

fn free_one() -> Chunk {
    free(new(null_mut(), 0));
    null_mut()
}

fn moved() -> Chunk {
    let (parent, chunk) = (new(null_mut(), 0), new(null_mut(), 0));
    // SAFETY: both are live.
    unsafe { sys::talloc_steal(parent, chunk) };
    parent
}

fn without_child() -> Chunk {
    let parent = new(null_mut(), 0);
    new(parent, 0);
    // SAFETY: nobody uses the child again.
    unsafe { sys::talloc_free_children(parent) };
    parent
}

fn refused() -> Chunk {
    extern "C" fn refuse(_: *mut c_void) -> core::ffi::c_int {
        -1
    }
    let chunk = new(null_mut(), 0);
    // SAFETY: live; the function can be called at any time.
    unsafe { sys::_talloc_set_destructor(chunk, Some(refuse)) };
    // SAFETY: live, and not used again if it is freed.
    assert_eq!(unsafe { sys::talloc_free(chunk) }, -1);
    // SAFETY: still live.
    unsafe { sys::_talloc_set_destructor(chunk, None) };
    chunk
}

#[test]
fn t4_the_first_root_lets_libtalloc_decide_on_the_fill() {
    let test = "t4_the_first_root_lets_libtalloc_decide_on_the_fill";
    let parts: [(&str, FirstRoot); 5] = [
        ("context", || Some(Ctx::new())),
        ("pool", || Some(Ctx::pool(100))),
        ("scratch", || {
            talloc::scratch(|_| ());
            None
        }),
        ("hidden", || {
            talloc::enable_leak_report();
            let root = Ctx::new();
            talloc::disable_leak_report();
            Some(root)
        }),
        ("after a hook", || {
            talloc::set_log_stderr().expect("no root has been made");
            Some(Ctx::new())
        }),
    ];
    for (part, first_root) in parts {
        exits(test, part, || {
            // SAFETY: as in `ask_for_fill`.
            unsafe { env::remove_var("TALLOC_FREE_FILL") };
            let root = first_root();
            ask_for_fill();
            drop(Ctx::new());
            assert!(!fills(), "{part}");
            drop(root);
        })
        .assert_success();
    }
}

#[test]
fn t4_the_fill_that_the_environment_asks_for_is_there() {
    exits("t4_the_fill_that_the_environment_asks_for_is_there", "only", || {
        ask_for_fill();
        let _root = Ctx::new();
        assert!(fills());
    })
    .assert_success();
}

#[test]
fn t4_without_memory_the_first_root_is_an_error_and_the_next_one_the_first() {
    if !can_exhaust_memory() {
        return;
    }
    let test = "t4_without_memory_the_first_root_is_an_error_and_the_next_one_the_first";
    exits(test, "only", || {
        // SAFETY: as in `ask_for_fill`.
        unsafe { env::remove_var("TALLOC_FREE_FILL") };
        assert!(c::tt_exhaust_memory());
        let results = (Ctx::try_new().map(drop), Ctx::try_pool(1000).map(drop));
        c::tt_release_memory();
        assert_eq!(results.0, Err(Error::OutOfMemory { size: 0 }));
        assert_eq!(results.1, Err(Error::OutOfMemory { size: 1000 }));
        ask_for_fill();
        talloc::set_log_stderr().expect("no root has been made");
        drop(Ctx::new());
        assert!(fills());
        assert_eq!(talloc::explain_aborts(), Err(Error::HookTooLate));
    })
    .assert_success();
}

#[test]
fn fact_24_the_magic_is_that_of_all_chunks_and_stays() {
    /// The word at the start of the header, without its four bits of flags.
    fn magic(chunk: Chunk) -> std::ffi::c_int {
        let header = 12 * size_of::<usize>();
        // SAFETY: the header stands before the chunk and begins with the word.
        unsafe { chunk.byte_sub(header).cast::<std::ffi::c_int>().read() & !0xf }
    }
    // SAFETY: a function without duties.
    let asked = || unsafe { sys::talloc_test_get_magic() };
    let first = asked();
    let chunks = [new(null_mut(), 0), new(null_mut(), 10), new(null_mut(), 5000)];
    // SAFETY: null makes a root.
    let pool = unsafe { sys::talloc_pool(null(), 1000) };
    assert_eq!(magic(pool), first);
    assert_eq!(magic(new(pool, 10)), first);
    chunks.iter().for_each(|chunk| assert_eq!(magic(*chunk), first));
    chunks.into_iter().chain([pool]).for_each(free);
    assert_eq!(asked(), first);
}

fn parent_name(chunk: Chunk) -> Option<&'static CStr> {
    // SAFETY: the callers pass a live chunk.
    let parent = unsafe { sys::talloc_parent(chunk) };
    // SAFETY: live, with a static name.
    (!parent.is_null()).then(|| unsafe { CStr::from_ptr(sys::talloc_get_name(parent)) })
}

#[test]
fn fact_25_roots_have_no_parent_until_tracking_is_turned_on() {
    exits("fact_25_roots_have_no_parent_until_tracking_is_turned_on", "only", || {
        let before = Ctx::new();
        assert_eq!(parent_name(before.as_ptr()), None);
        // SAFETY: there is one thread.
        unsafe { talloc::process::enable_null_tracking() };
        let after = Ctx::new();
        assert_eq!(parent_name(before.as_ptr()), None);
        assert_eq!(parent_name(after.as_ptr()), Some(c"null_context"));
        // SAFETY: a function without duties on one thread.
        let autofree = unsafe { sys::talloc_autofree_context() };
        assert_eq!(parent_name(autofree), Some(c"null_context"));
        // SAFETY: as above.
        assert_eq!(unsafe { sys::talloc_autofree_context() }, autofree);
        drop((before, after));
        // SAFETY: there is one thread.
        unsafe { talloc::process::disable_null_tracking() };
        let late = Ctx::new();
        assert_eq!(parent_name(late.as_ptr()), None);
    })
    .assert_success();
}
