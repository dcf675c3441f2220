//! Calls every function of `macros.rs`, and the functions with variable arguments, on the real
//! library. Each test ends with no chunk left.

use std::ffi::{CStr, c_char, c_int, c_uint, c_void};
use std::ptr::{null, null_mut};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard};

use talloc_sys as sys;
use talloc_sys::TALLOC_CTX;

/// A root for one test, under null tracking, which sees the chunks without a parent as well.
/// Null tracking is one for the process, so the tests take turns.
struct Root {
    ctx: *mut TALLOC_CTX,
    /// The null context and its children, before `ctx` was made.
    blocks: usize,
    _turn: MutexGuard<'static, ()>,
}

impl Root {
    fn new() -> Root {
        static TURN: Mutex<()> = Mutex::new(());
        let turn = TURN.lock().unwrap_or_else(|e| e.into_inner());
        // SAFETY: no other thread uses talloc: this one has the turn.
        let (ctx, blocks) = unsafe {
            sys::talloc_enable_null_tracking_no_autofree();
            let blocks = sys::talloc_total_blocks(null());
            (sys::talloc_new(null(), c"root of a test"), blocks)
        };
        assert!(!ctx.is_null());
        Root { ctx, blocks, _turn: turn }
    }

    /// Ends the test: `ctx` has to be the only chunk left.
    fn end(self) {
        // SAFETY: `ctx` is live and used by this thread only.
        unsafe {
            assert_eq!(sys::talloc_total_blocks(self.ctx), 1, "chunks left below the root");
            assert_eq!(sys::talloc_free(self.ctx), 0);
            assert_eq!(sys::talloc_total_blocks(null()), self.blocks, "chunks left elsewhere");
            sys::talloc_disable_null_tracking();
        }
    }
}

/// The name of a chunk, which must be live and stay so.
fn name<T>(ptr: *const T) -> &'static CStr {
    // SAFETY: the tests ask for the name of live chunks and compare it at once.
    unsafe { CStr::from_ptr(sys::talloc_get_name(ptr.cast())) }
}

/// The text of a live string.
fn text(ptr: *const c_char) -> &'static CStr {
    assert!(!ptr.is_null());
    // SAFETY: the tests pass live strings and compare the text at once.
    unsafe { CStr::from_ptr(ptr) }
}

fn size<T>(ptr: *const T) -> usize {
    // SAFETY: the tests ask for the size of live chunks.
    unsafe { sys::talloc_get_size(ptr.cast()) }
}

#[repr(C)]
struct Foo {
    number: u64,
    next: *mut Foo,
}

#[test]
fn new_chunks_have_size_name_and_parent() {
    let root = Root::new();
    let ctx = root.ctx;
    // SAFETY: all chunks come from talloc, are live where they are used, and are on this thread.
    unsafe {
        let node = sys::talloc::<Foo>(ctx, c"struct foo");
        assert_eq!((size(node), name(node)), (size_of::<Foo>(), c"struct foo"));
        assert_eq!(sys::talloc_parent(node.cast()), ctx);
        node.write(Foo { number: 7, next: node });
        assert!((*node).number == 7 && (*node).next == node);

        let same = sys::talloc_ptrtype(ctx, sys::location!(), node);
        assert_eq!(size(same), size_of::<Foo>());
        assert!(name(same).to_str().unwrap().contains("smoke.rs:"));

        let bytes = sys::talloc_size(ctx, c"bytes", 33);
        assert_eq!((size(bytes), name(bytes)), (33, c"bytes"));
        let empty = sys::talloc_new(bytes, c"empty");
        assert_eq!((size(empty), name(empty)), (0, c"empty"));
        assert_eq!(sys::talloc_parent(empty), bytes);

        assert!(sys::talloc_size(ctx, c"too much", sys::MAX_TALLOC_SIZE).is_null());

        let rest = [node.cast(), same.cast(), bytes];
        assert!(rest.iter().all(|&ptr| sys::talloc_free::<c_void>(ptr) == 0));
    }
    root.end();
}

#[test]
fn zeroed_and_copied_chunks_have_their_contents() {
    let root = Root::new();
    let ctx = root.ctx;
    // SAFETY: as in the first test; zeroes are a valid `Foo`.
    unsafe {
        let mut node = sys::talloc_zero::<Foo>(ctx, c"struct foo");
        assert!((*node).number == 0 && (*node).next.is_null());
        assert_eq!(name(node), c"struct foo");

        let mut bytes = sys::talloc_zero_size(ctx, c"zeroes", 100);
        assert_eq!(std::slice::from_raw_parts(bytes.cast::<u8>(), size(bytes)), [0; 100]);
        assert_eq!(name(bytes), c"zeroes");

        let mut copy = sys::talloc_memdup(ctx, c"copy", c"hello".as_ptr().cast(), 6);
        assert_eq!((text(copy.cast()), size(copy), name(copy)), (c"hello", 6, c"copy"));
        assert!(sys::talloc_memdup(ctx, c"copy", null(), 1).is_null());

        sys::TALLOC_FREE(&mut node);
        sys::TALLOC_FREE(&mut bytes);
        sys::TALLOC_FREE(&mut copy);
        assert!(node.is_null() && bytes.is_null() && copy.is_null());
        sys::TALLOC_FREE(&mut copy);
        assert!(copy.is_null());
    }
    root.end();
}

#[test]
fn arrays_grow_shrink_and_stop_at_the_limit() {
    let root = Root::new();
    let ctx = root.ctx;
    let too_many = (sys::MAX_TALLOC_SIZE / size_of::<u32>()) as c_uint;
    // SAFETY: as in the first test; elements are written before they are read.
    unsafe {
        let array = sys::talloc_array::<u32>(ctx, c"uint32_t", 3);
        assert_eq!((size(array), name(array)), (12, c"uint32_t"));
        assert_eq!(sys::talloc_array_length(array), 3);
        assert_eq!(sys::talloc_array_length(null::<u32>()), 0);
        (0..3).for_each(|i| array.add(i).write(i as u32 + 1));

        let array = sys::talloc_realloc(ctx, c"uint32_t[]", array, 5000);
        assert_eq!((sys::talloc_array_length(array), name(array)), (5000, c"uint32_t[]"));
        assert_eq!(std::slice::from_raw_parts(array, 3), [1, 2, 3]);
        assert!(sys::talloc_realloc(ctx, c"uint32_t", array, too_many).is_null());
        assert_eq!(sys::talloc_array_length(array), 5000);
        assert!(sys::talloc_realloc(ctx, c"uint32_t", array, 0).is_null());
        assert_eq!(sys::talloc_total_blocks(ctx), 1);

        let made = sys::talloc_realloc(ctx, c"uint32_t", null_mut::<u32>(), 2);
        assert_eq!((sys::talloc_array_length(made), sys::talloc_parent(made.cast())), (2, ctx));
        assert_eq!(sys::talloc_free(made), 0);

        let zeroes = sys::talloc_zero_array::<u16>(ctx, c"uint16_t", 9);
        assert_eq!(std::slice::from_raw_parts(zeroes, 9), [0; 9]);
        let typed = sys::talloc_array_ptrtype(zeroes.cast(), c"typed", zeroes, 4);
        assert_eq!((size(typed), name(typed)), (8, c"typed"));
        assert_eq!(sys::talloc_free(zeroes), 0);

        let bytes = sys::talloc_array_size(ctx, c"bytes", 10, 7);
        assert_eq!((size(bytes), name(bytes)), (70, c"bytes"));
        let bytes = sys::talloc_realloc_size(ctx, c"other bytes", bytes, 3000);
        assert_eq!((size(bytes), name(bytes)), (3000, c"other bytes"));
        assert_eq!(sys::talloc_free(bytes), 0);

        assert!(sys::talloc_array::<u32>(ctx, c"uint32_t", too_many).is_null());
        assert!(sys::talloc_zero_array::<u32>(ctx, c"uint32_t", too_many).is_null());
    }
    root.end();
}

#[cfg(talloc_2_4_4)]
#[test]
fn growing_with_zeroes_keeps_what_was_there() {
    let root = Root::new();
    // SAFETY: as in the first test.
    unsafe {
        let array = sys::talloc_array::<u32>(root.ctx, c"uint32_t", 1);
        array.write(5);
        let array = sys::talloc_realloc_zero(root.ctx, c"uint32_t", array, 4);
        assert_eq!(std::slice::from_raw_parts(array, 4), [5, 0, 0, 0]);
        assert_eq!(sys::talloc_free(array), 0);
    }
    root.end();
}

static RUNS: AtomicUsize = AtomicUsize::new(0);

unsafe extern "C" fn refuse_once(node: *mut Foo) -> c_int {
    // SAFETY: libtalloc calls this with the chunk that it was set on, which holds a `Foo`.
    let number = unsafe { (*node).number };
    assert_eq!(number, 42);
    if RUNS.fetch_add(1, Ordering::Relaxed) == 0 { -1 } else { 0 }
}

#[test]
fn destructors_run_and_may_refuse() {
    let root = Root::new();
    // SAFETY: as in the first test. The destructor is for a `Foo`, which the chunk holds.
    unsafe {
        let node = sys::talloc_zero::<Foo>(root.ctx, c"struct foo");
        (*node).number = 42;
        sys::talloc_set_destructor(node, Some(refuse_once));
        assert_eq!(sys::talloc_free(node), -1);
        assert_eq!(sys::talloc_total_blocks(root.ctx), 2);
        assert_eq!(sys::talloc_free(node), 0);
        assert_eq!(RUNS.load(Ordering::Relaxed), 2);

        let node = sys::talloc_zero::<Foo>(root.ctx, c"struct foo");
        sys::talloc_set_destructor(node, Some(refuse_once));
        sys::talloc_set_destructor::<Foo>(node, None);
        assert_eq!(sys::talloc_free(node), 0);
        assert_eq!(RUNS.load(Ordering::Relaxed), 2);
        assert_eq!(sys::talloc_free(null_mut::<Foo>()), -1);
    }
    root.end();
}

#[test]
fn steal_move_and_reference_change_the_owners() {
    let root = Root::new();
    // SAFETY: as in the first test.
    unsafe {
        let one = sys::talloc_new(root.ctx, c"one");
        let two = sys::talloc_new(root.ctx, c"two");
        let mut node = sys::talloc::<Foo>(one, c"struct foo");

        assert_eq!(sys::talloc_steal(two, node), node);
        assert_eq!(sys::talloc_parent(node.cast()), two);
        assert!(sys::talloc_steal(two, null_mut::<Foo>()).is_null());

        let moved = sys::talloc_move(one, &mut node);
        assert!(node.is_null() && !moved.is_null());
        assert_eq!(sys::talloc_parent(moved.cast()), one);

        assert_eq!(sys::talloc_reference(two, moved), moved);
        assert_eq!(sys::talloc_reference_count(moved.cast()), 1);
        assert_eq!(sys::talloc_free(one), 0);
        assert_eq!(sys::talloc_parent(moved.cast()), two);
        assert_eq!(name(moved), c"struct foo");
        assert_eq!(sys::talloc_free(two), 0);
    }
    root.end();
}

static ABORTS: Mutex<Vec<String>> = Mutex::new(Vec::new());

unsafe extern "C" fn note_abort(reason: *const c_char) {
    ABORTS.lock().unwrap().push(text(reason).to_str().unwrap().to_owned());
}

unsafe extern "C" fn quiet(_: *const c_char) {}

#[test]
fn types_are_checked_by_name() {
    let root = Root::new();
    let ctx = root.ctx;
    // SAFETY: as in the first test. The abort function returns, which the function under test
    // allows; it is reset before the turn ends.
    unsafe {
        let node = sys::talloc::<Foo>(ctx, c"struct foo");
        let plain = node.cast::<c_void>();
        assert_eq!(sys::talloc_get_type::<Foo>(plain, c"struct foo"), node);
        assert!(sys::talloc_get_type::<u8>(plain, c"struct bar").is_null());
        assert!(sys::talloc_get_type::<Foo>(null(), c"struct foo").is_null());
        assert_eq!(sys::talloc_get_type_abort::<Foo>(plain, c"struct foo"), node);

        sys::talloc_set_log_fn(Some(quiet));
        sys::talloc_set_abort_fn(Some(note_abort));
        let before = sys::talloc_total_blocks(null());
        assert!(sys::talloc_get_type_abort::<u8>(plain, c"struct bar").is_null());
        sys::talloc_set_abort_fn(None);
        sys::talloc_set_log_fn(None);
        let reasons = std::mem::take(&mut *ABORTS.lock().unwrap());
        assert_eq!(reasons.len(), 1);
        assert!(reasons[0].contains("struct foo") && reasons[0].contains("struct bar"));
        assert!(reasons[0].contains("talloc-sys"), "{reasons:?} has no location");
        // libtalloc makes a root for the message and does not free it: the root found first.
        assert_eq!(sys::talloc_total_blocks(null()), before + 1);
        free_root_that_contains("struct bar");

        let below = sys::talloc_new(sys::talloc_new(plain, c"middle"), c"below");
        assert_eq!(sys::talloc_find_parent_bytype::<Foo>(below, c"struct foo"), node);
        assert!(sys::talloc_find_parent_bytype::<u8>(below, c"struct bar").is_null());

        sys::talloc_set_type(node, c"struct bar");
        assert_eq!(name(node), c"struct bar");
        assert_eq!(sys::talloc_get_type::<Foo>(plain, c"struct bar"), node);
        assert_eq!(sys::talloc_free(node), 0);
    }
    root.end();
}

/// Frees the child of the null context whose name (its text) contains `part`.
fn free_root_that_contains(part: &str) {
    struct Search<'a>(&'a str, *const c_void);
    unsafe extern "C" fn visit(
        ptr: *const c_void,
        _depth: c_int,
        _max_depth: c_int,
        _is_ref: c_int,
        search: *mut c_void,
    ) {
        // SAFETY: this is the pointer that was passed on, to a `Search` that nobody else uses.
        let search = unsafe { &mut *search.cast::<Search<'_>>() };
        if name(ptr).to_str().is_ok_and(|name| name.contains(search.0)) {
            search.1 = ptr;
        }
    }
    let mut search = Search(part, null());
    // SAFETY: null tracking is on, this thread has the turn, and the callback changes no tree.
    unsafe {
        sys::talloc_report_depth_cb(null(), 0, 1, Some(visit), (&raw mut search).cast());
        assert_eq!(sys::talloc_free(search.1.cast_mut()), 0);
    }
}

#[test]
fn pooled_object_takes_its_children_in() {
    let root = Root::new();
    // SAFETY: as in the first test.
    unsafe {
        let node = sys::talloc_pooled_object::<Foo>(root.ctx, c"struct foo", 2, 64);
        assert_eq!((size(node), name(node)), (size_of::<Foo>(), c"struct foo"));
        node.write(Foo { number: 1, next: null_mut() });
        let child = sys::talloc_zero_size(node.cast(), c"child", 32);
        let distance = child.addr().abs_diff(node.addr());
        assert!(distance < 1024, "the child is {distance} bytes away from its pool");
        assert_eq!((*node).number, 1);
        assert_eq!(sys::talloc_free(node), 0);
    }
    root.end();
}

#[test]
fn variable_arguments_arrive() {
    let root = Root::new();
    let ctx = root.ctx;
    let (number, word) = (-3 as c_int, c"word");
    // SAFETY: as in the first test; each format fits its arguments.
    unsafe {
        let made = sys::talloc_asprintf(ctx, c"%d %s".as_ptr(), number, word.as_ptr());
        assert_eq!(text(made), c"-3 word");
        let made = sys::talloc_asprintf_append(made, c" %.1f".as_ptr(), 2.5);
        let made = sys::talloc_asprintf_append_buffer(made, c"%zu".as_ptr(), 12_usize);
        assert_eq!((text(made), size(made)), (c"-3 word 2.512", 14));
        sys::talloc_set_name(made.cast(), c"number %u".as_ptr(), 8 as c_uint);
        assert_eq!(name(made), c"number 8");
        assert_eq!(sys::talloc_free(made), 0);

        let named = sys::talloc_named(ctx, 4, c"%s!".as_ptr(), word.as_ptr());
        assert_eq!((size(named), name(named)), (4, c"word!"));
        assert_eq!(sys::talloc_free(named), 0);
        let made = sys::talloc_init(c"%s?".as_ptr(), word.as_ptr());
        assert_eq!((size(made), name(made)), (0, c"word?"));
        assert_eq!(sys::talloc_free(made), 0);
    }
    root.end();
}

#[cfg(talloc_2_3_5)]
#[test]
fn addbuf_appends_and_skips_null() {
    let root = Root::new();
    // SAFETY: as in the first test; each format fits its arguments.
    unsafe {
        let mut made = sys::talloc_strdup(root.ctx, c"a".as_ptr());
        sys::talloc_asprintf_addbuf(&mut made, c"%d".as_ptr(), 1 as c_int);
        assert_eq!(text(made), c"a1");
        sys::TALLOC_FREE(&mut made);
        sys::talloc_asprintf_addbuf(&mut made, c"%d".as_ptr(), 1 as c_int);
        assert!(made.is_null());
    }
    root.end();
}

#[cfg(talloc_2_5_0)]
#[test]
fn addsep_separates_all_but_the_first() {
    let root = Root::new();
    // SAFETY: as in the first test; each format fits its arguments.
    unsafe {
        let mut made = sys::talloc_strdup(root.ctx, c"".as_ptr());
        for number in 1..=3 as c_int {
            sys::talloc_asprintf_addsep(&mut made, c", ".as_ptr(), c"%d".as_ptr(), number);
        }
        assert_eq!(text(made), c"1, 2, 3");
        sys::TALLOC_FREE(&mut made);
    }
    root.end();
}

#[test]
fn the_library_is_of_the_version_that_was_found() {
    // SAFETY: both have no duties.
    let version = unsafe { (sys::talloc_version_major(), sys::talloc_version_minor()) };
    assert!(version >= (2, 1), "{version:?}");
    if cfg!(talloc_2_5_0) {
        assert!(version >= (2, 5), "{version:?}");
    } else if cfg!(talloc_2_3_5) {
        assert!(version >= (2, 3), "{version:?}");
    }
}

#[test]
fn is_parent_gives_up_at_the_documented_depth() {
    let root = Root::new();
    let depth = sys::TALLOC_MAX_DEPTH as usize;
    // SAFETY: as in the first test. The chain is taken apart from below, since freeing it at once
    // would need a stack frame for each chunk.
    unsafe {
        let mut chain = vec![root.ctx];
        for _ in 0..depth + 1 {
            chain.push(sys::talloc_new(*chain.last().unwrap(), c"link"));
        }
        assert_eq!(sys::talloc_is_parent(chain[depth - 1], root.ctx), 1);
        assert_eq!(sys::talloc_is_parent(chain[depth + 1], root.ctx), 0);
        while chain.len() > 1 {
            assert_eq!(sys::talloc_free(chain.pop().unwrap()), 0);
        }
    }
    root.end();
}
