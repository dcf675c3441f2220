//! The facts about libtalloc that the library leans on: allocating, resizing,
//! names. The numbers are those of `docs/SAFETY.md`; those about freeing and
//! moving are in `facts_tree.rs`.

use core::ffi::{CStr, c_char, c_void};
use core::ptr::{null, null_mut};

use talloc_sys as sys;
use talloc_tests::c;

type Chunk = *mut c_void;

const LIMIT: usize = 256 << 20;

/// A chunk of some bytes.
fn sized(parent: Chunk, size: usize) -> Chunk {
    // SAFETY: the callers pass null or a live chunk.
    unsafe { sys::talloc_named_const(parent, size, c"sized".as_ptr()) }
}

fn new(parent: Chunk) -> Chunk {
    let chunk = sized(parent, 0);
    assert!(!chunk.is_null());
    chunk
}

fn size(chunk: Chunk) -> usize {
    // SAFETY: the callers pass a live chunk.
    unsafe { sys::talloc_get_size(chunk) }
}

fn name(chunk: Chunk) -> &'static CStr {
    // SAFETY: the callers pass a live chunk, and look at the name at once.
    unsafe { CStr::from_ptr(sys::talloc_get_name(chunk)) }
}

fn name_address(chunk: Chunk) -> *const c_char {
    // SAFETY: the callers pass a live chunk.
    unsafe { sys::talloc_get_name(chunk) }
}

fn realloc(context: Chunk, chunk: Chunk, size: usize) -> Chunk {
    // SAFETY: the callers pass null or live chunks and use what is returned.
    unsafe { sys::_talloc_realloc(context, chunk, size, c"resized".as_ptr()) }
}

fn free(chunk: Chunk) {
    // SAFETY: the callers own the chunk and do not use it again.
    assert_eq!(unsafe { sys::talloc_free(chunk) }, 0);
}

#[test]
fn fact_01_a_request_of_256_mib_is_null() {
    assert_eq!(sys::MAX_TALLOC_SIZE, LIMIT);
    let root = new(null_mut());
    for size in [LIMIT, LIMIT + 1, usize::MAX / 2, usize::MAX - 95, usize::MAX] {
        assert!(sized(root, size).is_null());
        // SAFETY: the root is live.
        assert!(unsafe { sys::_talloc_zero(root, size, c"zero".as_ptr()) }.is_null());
        assert!(realloc(root, null_mut(), size).is_null());
    }
    let largest = sized(root, LIMIT - 1);
    assert_eq!((largest.is_null(), size(largest)), (false, LIMIT - 1));
    assert!(realloc(root, largest, LIMIT).is_null());
    assert_eq!(size(largest), LIMIT - 1);
    free(root);
}

#[test]
fn fact_01_an_allocation_that_fails_is_null_and_leaves_nothing() {
    let root = new(null_mut());
    let chunk = sized(root, 100);
    // SAFETY: the root is live.
    unsafe {
        assert_eq!(sys::talloc_set_memlimit(root, 1), 0);
        assert!(sys::_talloc_zero(root, 1, c"zero".as_ptr()).is_null());
        assert!(sys::talloc_strdup(root, c"text".as_ptr()).is_null());
        assert!(sized(root, 0).is_null());
        assert!(realloc(root, chunk, 200).is_null());
        assert_eq!((size(chunk), sys::talloc_total_blocks(root)), (100, 2));
    }
    free(root);
}

#[test]
fn fact_02_alignment_and_size_zero() {
    let alignment = if cfg!(target_pointer_width = "64") { 16 } else { 8 };
    let root = new(null_mut());
    // SAFETY: the root is live.
    let pool = unsafe { sys::talloc_pool(root, 10_000) };
    let mut addresses = Vec::new();
    for size in 0..100 {
        for parent in [root, pool] {
            let chunk = sized(parent, size);
            assert_eq!(chunk.addr() % alignment, 0);
            let chunk = realloc(parent, chunk, size + 7);
            assert_eq!(chunk.addr() % alignment, 0);
            let empty = new(chunk);
            assert_eq!((empty.addr() % alignment, self::size(empty)), (0, 0));
            addresses.extend([chunk, empty]);
        }
    }
    let all = addresses.len();
    addresses.sort();
    addresses.dedup();
    assert_eq!(addresses.len(), all, "two chunks at one address");
    free(root);
}

#[test]
fn fact_10_names_are_stored_by_address() {
    const WICKED: &CStr = c"%n%s%d";
    let root = new(null_mut());
    let text = Box::into_raw(Box::new(*b"changes\0"));
    // SAFETY: the chunks are live and the names outlive their use.
    unsafe {
        let chunks = [
            sys::talloc_named_const(root, 1, WICKED.as_ptr()),
            sys::_talloc_zero(root, 1, WICKED.as_ptr()),
            sys::_talloc_realloc(root, sized(root, 1), 5000, WICKED.as_ptr()),
            new(root),
        ];
        sys::talloc_set_name_const(chunks[3], WICKED.as_ptr());
        for chunk in chunks {
            assert_eq!((name_address(chunk), name(chunk)), (WICKED.as_ptr(), WICKED));
        }
        assert_eq!(sys::talloc_total_blocks(root), 5, "a copy would be a chunk");
        sys::talloc_set_name_const(root, text.cast());
        text.cast::<u8>().write(b'C');
        assert_eq!(name(root), c"Changes");
        free(root);
        drop(Box::from_raw(text));
    }
}

#[test]
fn fact_11_realloc_keeps_parent_children_and_destructor() {
    let root = new(null_mut());
    let _older = new(root);
    let mut chunk = sized(root, 8);
    let _newer = new(root);
    let child = new(chunk);
    // SAFETY: the chunk is live and has eight bytes.
    unsafe {
        chunk.cast::<u64>().write(77);
        c::tt_set_refusing(chunk, 0);
    }
    let mut places = vec![chunk];
    for size in [9, 100, 5000, 100_000, 3_000_000, 20] {
        chunk = realloc(null_mut(), chunk, size);
        places.push(chunk);
        // SAFETY: the chunks are live.
        unsafe {
            assert_eq!(sys::talloc_parent(chunk), root);
            assert_eq!(sys::talloc_parent(child), chunk);
            assert_eq!((chunk.cast::<u64>().read(), self::size(chunk)), (77, size));
            assert_eq!((name(chunk), sys::talloc_total_blocks(root)), (c"resized", 5));
        }
    }
    places.dedup();
    assert!(places.len() > 1, "it never moved");
    free(root);
    assert_eq!(c::tt_destructor_calls(), 1);
}

#[test]
fn fact_11_realloc_sets_no_name_when_it_has_nothing_to_do() {
    let root = new(null_mut());
    let chunk = sized(root, 3000);
    // The same size, and less than 1 KiB to gain.
    for size in [3000, 2500, 2000] {
        assert_eq!(realloc(root, chunk, size), chunk);
        assert_eq!((self::size(chunk), name(chunk)), (size, c"sized"));
    }
    let chunk = realloc(root, chunk, 500);
    assert_eq!(name(chunk), c"resized");
    // Room at the end of a pool.
    // SAFETY: the root is live.
    let pool = unsafe { sys::talloc_pool(root, 10_000) };
    let (_first, last) = (sized(pool, 100), sized(pool, 100));
    assert_eq!(realloc(root, last, 2000), last);
    assert_eq!((size(last), name(last)), (2000, c"sized"));
    free(root);
}

#[test]
fn fact_11_realloc_of_a_referenced_chunk_fails() {
    let root = new(null_mut());
    let (holder, chunk) = (new(root), sized(root, 100));
    // SAFETY: all are live.
    unsafe {
        assert_eq!(sys::talloc_reference(holder, chunk), chunk);
        for size in [1, 99, 100, 101, 5000] {
            assert!(realloc(root, chunk, size).is_null());
            assert_eq!((self::size(chunk), name(chunk)), (100, c"sized"));
        }
        assert_eq!((sys::talloc_reference_count(chunk), sys::talloc_parent(chunk)), (1, root));
    }
    free(root);
}

#[test]
fn fact_12_realloc_to_size_zero_is_unlink() {
    let root = new(null_mut());
    let (holder, other) = (new(root), new(root));
    // SAFETY: the chunks are live as long as they are used.
    unsafe {
        // Of the parent: a free.
        let chunk = sized(root, 10);
        c::tt_set_refusing(chunk, 0);
        assert!(realloc(root, chunk, 0).is_null());
        assert_eq!((c::tt_destructor_calls(), sys::talloc_total_blocks(root)), (1, 3));
        // Of the holder of a reference: the reference goes.
        let chunk = sized(root, 10);
        sys::talloc_reference(holder, chunk);
        assert!(realloc(holder, chunk, 0).is_null());
        assert_eq!((sys::talloc_reference_count(chunk), sys::talloc_parent(chunk)), (0, root));
        // Of anybody else: nothing.
        assert!(realloc(other, chunk, 0).is_null());
        assert!(realloc(null_mut(), chunk, 0).is_null());
        assert_eq!((size(chunk), sys::talloc_parent(chunk)), (10, root));
        assert_eq!(sys::talloc_total_blocks(root), 4);
    }
    free(root);
}

#[test]
fn fact_14_strings_of_c_are_named_by_their_own_address() {
    let root = new(null_mut());
    // SAFETY: the root is live and the texts end with NUL.
    unsafe {
        let texts = [
            sys::talloc_strdup(root, c"text".as_ptr()),
            sys::talloc_strndup(root, c"textual".as_ptr(), 4),
            sys::talloc_asprintf(root, c"%s".as_ptr(), c"text".as_ptr()),
            sys::talloc_strdup_append(null_mut(), c"text".as_ptr()),
        ];
        for text in texts {
            assert_eq!(
                (name_address(text.cast()), name(text.cast())),
                (text.cast_const(), c"text")
            );
            assert_eq!(size(text.cast()), 5);
            let grown = sys::talloc_strdup_append(text, c" and more than fits".as_ptr());
            assert_eq!(name_address(grown.cast()), grown.cast_const());
            free(grown.cast());
        }
        assert_eq!(sys::talloc_total_blocks(root), 1);
    }
    free(root);
}

#[test]
fn fact_15_a_name_is_never_null() {
    let root = new(null_mut());
    // SAFETY: the root is live.
    let unnamed = unsafe { sys::_talloc(root, 1) };
    assert_eq!(name(unnamed), c"UNNAMED");
    // SAFETY: the chunk is live, and null is the absence of a name.
    unsafe { sys::talloc_set_name_const(root, null()) };
    assert_eq!(name(root), c"UNNAMED");
    free(root);
}

#[test]
fn fact_15_the_chunk_of_a_reference_has_a_name() {
    // Nothing public leads to such a chunk; but in a pool chunks lie side by side.
    // SAFETY: all chunks are live.
    unsafe {
        let pool = sys::talloc_pool(null(), 10_000);
        let object = sys::talloc_pool(null(), 0);
        let (first, second) = (new(pool), new(pool));
        sys::talloc_reference(pool, object);
        let reference = second.byte_add(second.addr() - first.addr());
        assert_eq!((name(reference), sys::talloc_parent(reference)), (c".reference", pool));
        free(pool);
        assert_eq!(sys::talloc_reference_count(object), 0);
        free(object);
    }
}
