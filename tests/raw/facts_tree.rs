//! The facts about libtalloc that the library leans on: freeing, references,
//! moving. The numbers are those of `docs/SAFETY.md`.

use core::ffi::c_void;
use core::ptr::{null, null_mut};
use std::cell::RefCell;
use std::thread;

use talloc_sys as sys;
use talloc_tests::c;

type Chunk = *mut c_void;

/// C's `talloc_new`.
fn new(parent: Chunk) -> Chunk {
    // SAFETY: the callers pass null or a live chunk.
    let chunk = unsafe { sys::talloc_named_const(parent, 0, c"chunk".as_ptr()) };
    assert!(!chunk.is_null());
    chunk
}

fn parent(chunk: Chunk) -> Chunk {
    // SAFETY: the callers pass a live chunk.
    unsafe { sys::talloc_parent(chunk) }
}

fn blocks(chunk: Chunk) -> usize {
    // SAFETY: the callers pass a live chunk.
    unsafe { sys::talloc_total_blocks(chunk) }
}

fn references(chunk: Chunk) -> usize {
    // SAFETY: the callers pass a live chunk.
    unsafe { sys::talloc_reference_count(chunk) }
}

fn free(chunk: Chunk) -> i32 {
    // SAFETY: the callers own the chunk and do not use it after a 0.
    unsafe { sys::talloc_free(chunk) }
}

fn recording(parent: Chunk) -> Chunk {
    let chunk = new(parent);
    // SAFETY: the chunk is live.
    unsafe { c::tt_set_recording(chunk) };
    chunk
}

fn refusing(parent: Chunk, how_often: i32) -> Chunk {
    let chunk = new(parent);
    // SAFETY: the chunk is live.
    unsafe { c::tt_set_refusing(chunk, how_often) };
    chunk
}

fn refer(holder: Chunk, chunk: Chunk) {
    // SAFETY: the callers pass live chunks.
    assert_eq!(unsafe { sys::talloc_reference(holder, chunk) }, chunk);
}

/// What the recording destructors saw, in order.
fn log() -> Vec<Chunk> {
    // SAFETY: the indices are in range.
    (0..c::tt_log_length()).map(|index| unsafe { c::tt_log_chunk(index) }).collect()
}

#[test]
fn fact_03_the_order_of_a_free() {
    c::tt_log_clear();
    let root = new(null_mut());
    let top = recording(root);
    let first = recording(top);
    let second = recording(top);
    let below_first = recording(first);
    let third = recording(top);
    assert_eq!(free(top), 0);
    // The destructor of the parent comes first, then the newest child.
    assert_eq!(log(), [top, third, second, first, below_first]);
    // The destructor still saw all children.
    // SAFETY: there are five records.
    assert_eq!(unsafe { [c::tt_log_children(0), c::tt_log_children(3)] }, [4, 1]);
    assert_eq!(blocks(root), 1);
    assert_eq!(free(root), 0);
}

#[test]
fn fact_03_a_chunk_is_unlinked_before_its_children_are_freed() {
    unsafe extern "C" fn counts(chunk: *mut c_void) -> i32 {
        // SAFETY: the destructor runs while its chunk is live; it holds a pointer and a number.
        unsafe {
            let seen = chunk.cast::<(Chunk, usize)>();
            let out = (*seen).0.cast::<usize>();
            *out = sys::talloc_total_blocks((*seen).1 as Chunk);
        }
        0
    }
    let mut seen = 0_usize;
    let root = new(null_mut());
    let top = new(root);
    // SAFETY: all chunks are live, and the child has room for what is written.
    unsafe {
        let child = sys::talloc_size(top, c"child", size_of::<(Chunk, usize)>());
        child.cast::<(Chunk, usize)>().write(((&raw mut seen).cast(), root as usize));
        sys::talloc_set_destructor(child, Some(counts));
    }
    assert_eq!(blocks(root), 3);
    assert_eq!(free(top), 0);
    assert_eq!(seen, 1, "the root no longer counts the chunk that is being freed");
    assert_eq!(free(root), 0);
}

#[test]
fn fact_03_children_made_by_the_destructor_are_freed_too() {
    c::tt_log_clear();
    let chunk = new(null_mut());
    // SAFETY: the chunk is live.
    unsafe { c::tt_set_adding_children(chunk) };
    assert_eq!(free(chunk), 0);
    assert_eq!((c::tt_destructor_calls(), log().len()), (1, 3));
}

#[test]
fn fact_04_a_destructor_refuses_and_everything_stays() {
    let root = new(null_mut());
    let chunk = refusing(root, 2);
    let child = new(chunk);
    for calls in 1..=2 {
        assert_eq!(free(chunk), -1);
        assert_eq!((c::tt_destructor_calls(), parent(chunk), parent(child)), (calls, root, chunk));
        assert_eq!(blocks(root), 3);
    }
    assert_eq!(free(chunk), 0);
    assert_eq!((c::tt_destructor_calls(), blocks(root)), (3, 1));
    assert_eq!(free(root), 0);
}

#[test]
fn fact_04_a_second_free_within_the_destructor_is_refused() {
    let root = new(null_mut());
    // SAFETY: the root is live.
    assert_eq!(unsafe { c::tt_free_within_destructor(root) }, -1);
    assert_eq!(blocks(root), 1);
    assert_eq!(free(root), 0);
}

#[test]
fn fact_05_a_referenced_chunk_is_not_freed() {
    let root = new(null_mut());
    let (holder, chunk) = (new(root), refusing(root, 0));
    let child = new(chunk);
    refer(holder, chunk);
    assert_eq!(free(chunk), -1);
    assert_eq!((parent(chunk), parent(child), references(chunk)), (root, chunk, 1));
    refer(holder, chunk);
    assert_eq!((free(chunk), references(chunk), c::tt_destructor_calls()), (-1, 2, 0));
    // The same for a chunk without parent that has two.
    let orphan = new(null_mut());
    refer(holder, orphan);
    refer(root, orphan);
    assert_eq!((free(orphan), references(orphan), parent(orphan)), (-1, 2, null_mut()));
    // SAFETY: both are live and the holder has a reference; the other owner stays.
    assert_eq!(unsafe { sys::talloc_unlink(holder, orphan) }, 0);
    assert_eq!(free(root), 0);
    assert_eq!(c::tt_destructor_calls(), 1);
    // The orphan has lost its last reference, and has no parent that frees it.
    assert_eq!((references(orphan), free(orphan)), (0, 0));
}

#[test]
fn fact_05_a_chunk_without_parent_goes_to_the_holder_of_its_only_reference() {
    let holder = new(null_mut());
    let chunk = refusing(null_mut(), 0);
    refer(holder, chunk);
    assert_eq!(free(chunk), 0);
    assert_eq!((parent(chunk), references(chunk), c::tt_destructor_calls()), (holder, 0, 0));
    assert_eq!(blocks(holder), 2);
    assert_eq!(free(holder), 0);
    assert_eq!(c::tt_destructor_calls(), 1);
}

#[test]
fn fact_06_a_referenced_child_goes_to_the_holder_when_its_parent_is_freed() {
    let (root, holder) = (new(null_mut()), new(null_mut()));
    let top = new(root);
    let child = refusing(top, 0);
    let grandchild = new(child);
    refer(holder, child);
    assert_eq!(free(top), 0);
    assert_eq!((parent(child), parent(grandchild)), (holder, child));
    assert_eq!((references(child), c::tt_destructor_calls()), (0, 0));
    assert_eq!((free(root), free(holder)), (0, 0));
    assert_eq!(c::tt_destructor_calls(), 1);
}

#[test]
fn fact_06_a_holder_below_the_chunk_itself_makes_a_loop() {
    for unlinked in [false, true] {
        let root = if unlinked { new(null_mut()) } else { null_mut() };
        let chunk = refusing(root, 0);
        let holder = new(new(chunk));
        refer(holder, chunk);
        if unlinked {
            // SAFETY: both are live.
            assert_eq!(unsafe { sys::talloc_unlink(root, chunk) }, 0);
        } else {
            assert_eq!(free(chunk), 0);
        }
        // Nothing above leads there any more. Who still has an address in the loop opens it.
        assert_eq!((parent(chunk), references(chunk), c::tt_destructor_calls()), (holder, 0, 0));
        assert!(root.is_null() || blocks(root) == 1);
        assert_eq!(free(chunk), 0);
        assert_eq!(c::tt_destructor_calls(), 1);
        assert!(root.is_null() || free(root) == 0);
    }

    // A parent that is freed frees a chunk whose references come from below it alone.
    let root = new(null_mut());
    let chunk = refusing(root, 0);
    refer(new(chunk), chunk);
    assert_eq!((free(root), c::tt_destructor_calls()), (0, 1));
}

#[test]
fn fact_06_a_child_that_refuses_goes_to_the_grandparent() {
    // For `talloc_free_children`, whichever child its parent is.
    let root = new(null_mut());
    let top = new(root);
    let child = refusing(top, 1);
    let newer = new(root);
    // SAFETY: the chunk is live.
    unsafe { sys::talloc_free_children(top) };
    assert_eq!((parent(child), blocks(top)), (root, 1));
    assert_eq!((free(child), free(newer)), (0, 0));

    // For `talloc_free`, if the parent is the newest child of the grandparent.
    let child = refusing(top, 1);
    assert_eq!(free(top), 0);
    assert_eq!((parent(child), blocks(root)), (root, 2));
    assert_eq!(free(root), 0);
}

#[test]
fn fact_06_a_child_that_refuses_is_orphaned_if_its_parent_was_not_the_newest() {
    let root = new(null_mut());
    let top = new(root);
    let child = refusing(top, 1);
    let _newer = new(root);
    assert_eq!(free(top), 0);
    // libtalloc has forgotten who the grandparent was.
    assert_eq!((parent(child), blocks(root)), (null_mut(), 2));
    assert_eq!((free(child), free(root)), (0, 0));
}

#[test]
fn fact_07_a_free_recurses() {
    const DEPTH: usize = 300;
    c::tt_log_clear();
    let top = recording(null_mut());
    let mut deepest = top;
    for _ in 1..DEPTH {
        deepest = recording(deepest);
    }
    assert_eq!(free(top), 0);
    // SAFETY: there are so many records.
    let stack: Vec<usize> = (0..DEPTH).map(|index| unsafe { c::tt_log_stack(index) }).collect();
    let deeper = stack.windows(2).filter(|pair| pair[1] < pair[0]).count();
    assert_eq!((c::tt_log_length(), deeper), (DEPTH, DEPTH - 1), "each level lies deeper");
}

#[test]
fn fact_07_so_many_levels_fit_into_two_mib() {
    if talloc_tests::under_valgrind() || c::tt_has_asan() {
        eprintln!("skipped: the checker uses more stack");
        return;
    }
    thread::Builder::new()
        .stack_size(2 << 20)
        .spawn(|| {
            let top = new(null_mut());
            let mut deepest = top;
            for _ in 1..talloc_tests::LEVELS_IN_2_MIB {
                deepest = new(deepest);
            }
            assert_eq!(free(top), 0);
        })
        .expect("a thread")
        .join()
        .expect("no panic");
}

#[test]
fn fact_08_talloc_free_children_keeps_the_name() {
    let root = new(null_mut());
    // SAFETY: the chunk is live and the format fits its argument.
    let named = unsafe { sys::talloc_named(root, 0, c"%s".as_ptr(), c"its name".as_ptr()) };
    // Older and newer children, and the name in the middle.
    let _newer = (new(named), new(named));
    assert_eq!(blocks(named), 4);
    // SAFETY: the chunk is live.
    let name = unsafe {
        sys::talloc_free_children(named);
        core::ffi::CStr::from_ptr(sys::talloc_get_name(named))
    };
    assert_eq!((name, blocks(named)), (c"its name", 2));
    assert_eq!(free(root), 0);
}

#[test]
fn fact_09_a_steal_moves_no_address_and_does_not_look_for_loops() {
    let (root, other) = (new(null_mut()), new(null_mut()));
    let chunk = new(root);
    let child = new(chunk);
    // SAFETY: all are live.
    unsafe {
        assert_eq!(sys::talloc_steal(other, chunk), chunk);
        assert_eq!((parent(chunk), parent(child), blocks(root)), (other, chunk, 1));
        assert_eq!(sys::talloc_steal(null(), chunk), chunk);
        assert_eq!((parent(chunk), blocks(other)), (null_mut(), 1));
        // Below its own child: accepted, and nothing leads there any more.
        assert_eq!(sys::talloc_steal(child, chunk), chunk);
        assert_eq!(parent(chunk), child);
        // Out of the loop again, so that the test leaves nothing.
        assert_eq!(sys::talloc_steal(root, chunk), chunk);
    }
    assert_eq!(blocks(root), 3);
    assert_eq!((free(root), free(other)), (0, 0));
}

#[test]
fn fact_13_talloc_is_parent_counts_the_chunk_itself_and_gives_up() {
    let top = new(null_mut());
    let mut deepest = top;
    // SAFETY: all chunks are live.
    let is_parent = |chunk, of| unsafe { sys::talloc_is_parent(of, chunk) };
    assert_eq!(is_parent(top, top), 1);
    let levels = sys::TALLOC_MAX_DEPTH as usize;
    assert_eq!(levels, 10_000);
    for _ in 1..levels {
        deepest = new(deepest);
    }
    assert_eq!((is_parent(top, deepest), is_parent(deepest, top)), (1, 0));
    let one_more = new(deepest);
    assert_eq!((is_parent(top, one_more), is_parent(deepest, one_more)), (0, 1));
    // Piece by piece, for the sake of checkers that need more stack.
    while deepest != top {
        let above = parent(deepest);
        assert_eq!(free(deepest), 0);
        deepest = above;
    }
    assert_eq!(free(top), 0);
}

#[test]
fn fact_19_a_child_that_is_freed_with_its_parent_still_knows_it() {
    unsafe extern "C" fn note_parent(chunk: *mut c_void) -> i32 {
        // SAFETY: the destructor runs while its chunk is live, which holds a pointer.
        unsafe { **chunk.cast::<*mut Chunk>() = sys::talloc_parent(chunk) };
        0
    }
    for moved in [false, true] {
        let mut seen = null_mut();
        let root = new(null_mut());
        let (_older, mut top) = (new(root), new(root));
        let _newer = new(root);
        let _first = new(top);
        // SAFETY: all chunks are live, and the child has room for what is written.
        unsafe {
            let child = sys::talloc_size(top, c"child", size_of::<*mut Chunk>());
            child.cast::<*mut Chunk>().write(&raw mut seen);
            sys::talloc_set_destructor(child, Some(note_parent));
            new(top);
            if moved {
                top = sys::_talloc_realloc(null(), top, 1 << 20, c"moved".as_ptr());
                assert!(!top.is_null());
            }
        }
        assert_eq!(free(top), 0);
        assert_eq!(seen, top);
        assert_eq!(free(root), 0);
    }
}

#[test]
fn fact_19_what_is_new_or_stolen_within_its_parent_is_freed_first_and_what_is_resized_in_its_place()
{
    c::tt_log_clear();
    let root = new(null_mut());
    let first = recording(root);
    let second = recording(root);
    let third = recording(root);
    let newest = recording(root);
    // SAFETY: all are live.
    unsafe {
        // Below its own parent, which a chunk that is not the newest does not know.
        assert_eq!(sys::talloc_steal(root, first), first);
        let third = sys::_talloc_realloc(null(), third, 1 << 20, c"resized".as_ptr());
        assert!(!third.is_null());
        assert_eq!(free(root), 0);
        assert_eq!(log(), [first, newest, third, second]);
    }
    let _ = third;
}

/// What `talloc_report_depth_cb` calls its function with: chunk, depth, whether it is a reference.
type Calls = Vec<(Chunk, i32, bool)>;

unsafe extern "C" fn record(ptr: *const c_void, depth: i32, _: i32, is_ref: i32, data: Chunk) {
    // SAFETY: `calls_of` passes a list that it does not touch meanwhile.
    let calls = unsafe { &mut *data.cast::<Calls>() };
    calls.push((ptr.cast_mut(), depth, is_ref != 0));
}

fn calls_of(chunk: Chunk) -> Calls {
    let mut calls = Calls::new();
    let data = (&raw mut calls).cast();
    // SAFETY: the callers pass a live chunk; `record` changes no tree.
    unsafe { sys::talloc_report_depth_cb(chunk, 0, -1, Some(record), data) };
    calls
}

#[test]
fn fact_20_a_report_calls_once_for_each_chunk_and_reference_below() {
    let root = new(null_mut());
    let (first, second) = (new(root), new(root));
    let object = new(first);
    refer(second, object);
    assert_eq!(
        calls_of(root),
        [
            (root, 0, false),
            (second, 1, false),
            (object, 2, true),
            (first, 1, false),
            (object, 2, false),
        ]
    );
    // A reference leads no further, so that a loop of them ends.
    refer(object, second);
    assert_eq!(calls_of(root).len(), 6);
    // SAFETY: both are live.
    assert_eq!(unsafe { sys::talloc_unlink(object, second) }, 0);
    assert_eq!(free(second), 0);
    assert_eq!(free(root), 0);
}

thread_local! {
    /// The chunks that the destructor reports on, and how many calls each made.
    static REPORTED: RefCell<(Vec<Chunk>, Vec<usize>)> = const { RefCell::new((vec![], vec![])) };
}

unsafe extern "C" fn report_parents(_: Chunk) -> i32 {
    REPORTED.with_borrow_mut(|(chunks, lengths)| {
        lengths.extend(chunks.iter().map(|chunk| calls_of(*chunk).len()));
    });
    0
}

#[test]
fn fact_20_a_chunk_makes_no_call_once_its_free_has_come_to_its_children() {
    let root = new(null_mut());
    let parent = new(root);
    let reported = |children: &dyn Fn()| {
        let child = new(parent);
        REPORTED.set((vec![root, parent, child], vec![]));
        // SAFETY: the chunk is live, and the destructor does not look at it.
        unsafe { sys::talloc_set_destructor(child, Some(report_parents)) };
        children();
        REPORTED.take().1
    };
    // The destructor comes before all else: the chunk is still where it was.
    // SAFETY: nobody uses the children of `parent`.
    let children = || unsafe { sys::talloc_free_children(parent) };
    assert_eq!(reported(&children), [3, 2, 1]);
    // The parent has left the tree by now, and counts nothing itself.
    assert_eq!(reported(&|| assert_eq!(free(parent), 0)), [1, 0, 1]);
    assert_eq!(free(root), 0);
}

#[test]
fn fact_20_a_limit_of_0_tells_what_is_being_freed() {
    unsafe extern "C" fn count(_: *const c_void, _: i32, _: i32, _: i32, calls: Chunk) {
        // SAFETY: it is the counter below.
        unsafe { *calls.cast::<usize>() += 1 };
    }
    fn calls_of(chunk: Chunk) -> usize {
        let mut calls = 0_usize;
        let data = (&raw mut calls).cast();
        // SAFETY: the chunk is live; the callback counts.
        unsafe { sys::talloc_report_depth_cb(chunk, 0, 0, Some(count), data) };
        calls
    }
    unsafe extern "C" fn ask_parents(_: Chunk) -> i32 {
        REPORTED.with_borrow_mut(|(chunks, lengths)| {
            lengths.extend(chunks.iter().map(|chunk| calls_of(*chunk)));
        });
        0
    }

    let root = new(null_mut());
    let parent = new(root);
    let child = new(parent);
    let below = new(child);
    REPORTED.set((vec![root, parent, child, below], vec![]));
    for chunk in [child, below] {
        // SAFETY: the chunk is live, and the destructor does not look at it.
        unsafe { sys::talloc_set_destructor(chunk, Some(ask_parents)) };
    }
    assert_eq!(free(parent), 0);
    // In its own destructor a chunk is whole, in that of what is below it is not.
    assert_eq!(REPORTED.take().1, [1, 0, 1, 1, 1, 0, 0, 1]);
    assert_eq!(free(root), 0);
}

#[test]
fn fact_22_reparent_moves_a_referenced_chunk_from_its_parent_only() {
    let root = new(null_mut());
    let (first, second, third) = (new(root), new(root), new(root));
    let object = new(first);
    refer(third, object);
    // SAFETY: all are live.
    unsafe {
        assert!(sys::talloc_reparent(second, root, object).is_null());
        assert_eq!(sys::talloc_parent(object), first);
        assert_eq!(sys::talloc_reparent(first, second, object), object);
        assert_eq!(sys::talloc_parent(object), second);
        assert_eq!(sys::talloc_reference_count(object), 1);
        assert_eq!(sys::talloc_reparent(second, null(), object), object);
        assert!(sys::talloc_parent(object).is_null());
        assert_eq!(sys::talloc_unlink(third, object), 0);
    }
    assert_eq!(free(object), 0);
    assert_eq!(free(root), 0);
}
