//! What snapshots cost: bytes for each entry, and, on demand, all of it for a large tree.
//!
//! ```sh
//! cargo test --release -p talloc-tests --test snapshot_costs -- --ignored --nocapture
//! ```

use std::alloc::{GlobalAlloc, Layout, System};
use std::ffi::{CStr, c_void};
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Instant;

use talloc::{Ctx, CtxRef, Snapshot};

/// The allocator of the system, which counts.
struct Counting;

static NOW: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

fn add(bytes: usize) {
    MOST.fetch_max(NOW.fetch_add(bytes, Relaxed) + bytes, Relaxed);
}

// SAFETY: 1. It allocates as the system does. 2. It does not unwind.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        add(layout.size());
        // SAFETY: as this call.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Relaxed);
        // SAFETY: as this call.
        unsafe { System.dealloc(block, layout) }
    }

    // Large blocks grow in their place, by what the kernel does with their pages.
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        NOW.fetch_sub(layout.size(), Relaxed);
        add(size);
        // SAFETY: as this call.
        unsafe { System.realloc(block, layout, size) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// The most bytes that `f` has at once, beyond those that there are now.
fn most<T>(f: impl FnOnce() -> T) -> (T, usize) {
    let before = NOW.load(Relaxed);
    MOST.store(before, Relaxed);
    let value = f();
    (value, MOST.load(Relaxed) - before)
}

/// Of each file: the file, its name, a handle.
const BLOCKS: usize = 3;
const FILES: usize = 33_333;

/// What a server has, with so many files, each with another name of 20 bytes.
fn server(files: usize) -> Snapshot {
    let mut builder = Snapshot::builder();
    builder.push(0, "null_context", 0);
    for file in 0..files {
        builder.push(1, "struct files_struct", 416);
        builder.push(2, format!("projects/C/{file:05}.odt"), 21);
        builder.push(2, "struct fd_handle", 88);
    }
    builder.finish()
}

// The only one, since all threads count together.
#[test]
fn few_bytes_for_each_entry() {
    let entries = BLOCKS * FILES;
    let bytes_for_each = |bytes: usize| bytes as f64 / entries as f64;
    let (before, making) = most(|| server(FILES));
    let (after, kept) = {
        let start = NOW.load(Relaxed);
        let after = server(FILES + 100);
        (after, NOW.load(Relaxed) - start)
    };
    assert_eq!(before.len(), entries + 1);
    // The record, and for every third entry 20 bytes of its name and where they end.
    let each = bytes_for_each(kept);
    assert!((24.0..25.0).contains(&each), "a snapshot has {each} bytes for each entry");
    // Vectors have room for twice as much at the worst, and names a table.
    let each = bytes_for_each(making);
    assert!(each < 42.0, "to make it takes {each}");

    let (names, most_by_name) = most(|| before.by_name().ranks().len());
    let (paths, most_by_path) = most(|| before.by_path().ranks().len());
    let (changes, most_diff) = most(|| after.diff(&before).changes().len());
    assert_eq!((names, paths, changes), (FILES + 3, FILES + 3, 102));
    let each = [most_by_name, most_by_path, most_diff].map(bytes_for_each);
    assert!(each[0] < 6.0, "a ranking by name takes {} more", each[0]);
    assert!(each[1] < 13.0, "a ranking by path takes {} more", each[1]);
    assert!(each[2] < 20.0, "a comparison takes {} more", each[2]);
}

/// An object of C with this name and size.
fn object<'c>(parent: &'c CtxRef, name: &'static CStr, size: usize) -> &'c CtxRef {
    // SAFETY: the parent is live; the name is static.
    let object = unsafe { talloc_sys::talloc_named_const(parent.as_ptr(), size, name.as_ptr()) };
    // SAFETY: a new object, which goes with its parent only.
    unsafe { CtxRef::from_ptr(object) }.expect("memory is enough")
}

/// The bytes of libtalloc's report, which stays in memory.
fn report(ctx: &CtxRef) -> usize {
    let (mut text, mut len) = (ptr::null_mut(), 0);
    // SAFETY: both are written to before the stream is closed.
    let stream = unsafe { libc::open_memstream(&mut text, &mut len) };
    assert!(!stream.is_null());
    // SAFETY: 1. The context is live. 2. The stream is open.
    unsafe { talloc_sys::talloc_report_full(ctx.as_ptr(), stream.cast()) };
    // SAFETY: 1. The stream is open. 2. The text is that of `open_memstream`.
    unsafe {
        assert_eq!(libc::fclose(stream), 0);
        libc::free(text.cast::<c_void>());
    }
    len
}

#[test]
#[ignore = "makes a tree of ten million objects; its figures are in docs/performance.md"]
fn a_large_tree() {
    let server = Ctx::named(c"null_context");
    for client in 0..100 {
        let share = object(&server, c"struct smbXsrv_tcon", 320);
        for file in 0..33_333 {
            let open = object(share, c"struct files_struct", 416);
            let name = format!("projects/{client}/report-{file}.odt\0");
            // SAFETY: 1. The parent is live. 2. The name ends with a NUL.
            let name = unsafe { talloc_sys::talloc_strdup(open.as_ptr(), name.as_ptr().cast()) };
            assert!(!name.is_null());
            object(open, c"struct fd_handle", 88);
        }
    }
    measure("ten million objects", &server);
}

fn measure(what: &str, root: &CtxRef) {
    let start = Instant::now();
    let (snapshot, making) = most(|| root.snapshot());
    let taken = start.elapsed();
    let start = Instant::now();
    let text = report(root);
    let reported = start.elapsed();
    println!(
        "{what}: {} entries in {taken:.2?}, at most {:.1} MB; the report has {:.1} MB, in {reported:.2?}: {:.2}",
        snapshot.len(),
        making as f64 / 1e6,
        text as f64 / 1e6,
        taken.as_secs_f64() / reported.as_secs_f64(),
    );
    let start = Instant::now();
    let parents = snapshot.iter().filter_map(|entry| entry.parent()).count();
    println!("  all parents in {:.2?}", start.elapsed());
    assert_eq!(parents + 1, snapshot.len());
}
