//! The tree that libtalloc has, beside that of the model.

use core::ffi::{CStr, c_int, c_void};

use talloc_sys as sys;

use super::tree::{Chunk, Id, Tree};

/// One call of `talloc_report_depth_cb`.
struct Seen {
    chunk: *const c_void,
    depth: c_int,
    is_reference: bool,
}

unsafe extern "C" fn note(
    chunk: *const c_void,
    depth: c_int,
    _limit: c_int,
    is_reference: c_int,
    list: *mut c_void,
) {
    // SAFETY: `walk` gives it its list.
    let list = unsafe { &mut *list.cast::<Vec<Seen>>() };
    list.push(Seen { chunk, depth, is_reference: is_reference != 0 });
}

/// All chunks below an address, itself included: parents first, the newest children first.
fn walk(root: usize) -> Vec<Seen> {
    let mut list: Vec<Seen> = Vec::new();
    let list_ptr = (&raw mut list).cast();
    // SAFETY: a root of the model is live, and `note` gets the list.
    unsafe { sys::talloc_report_depth_cb(root as *const c_void, 0, -1, Some(note), list_ptr) };
    list
}

/// Asserts that libtalloc has the trees of the model: parents, order of children, names, sizes,
/// contents, references. Learns where chunks are that were not seen yet.
pub(crate) fn compare(tree: &mut Tree) {
    let roots: Vec<_> = tree.roots().collect();
    let mut references = Vec::new();
    for root in roots {
        let address = tree[root]
            .address
            .unwrap_or_else(|| panic!("root {root} is nowhere: {:?}", tree[root]));
        let mut seen = walk(address).into_iter();
        let mut expected = vec![(root, 0)];
        while let Some((id, depth)) = expected.pop() {
            let seen = seen.next().unwrap_or_else(|| panic!("chunk {id} is missing"));
            let target = tree[id].target;
            let place = (seen.depth, seen.is_reference);
            assert_eq!(place, (depth, target.is_some()), "chunk {id} is elsewhere");
            match target {
                Some(target) => references.push((target, seen.chunk.addr())),
                None => check(id, &mut tree[id], seen.chunk),
            }
            let before = expected.len();
            expected.extend(tree.children(id).map(|child| (child, depth + 1)));
            expected[before..].reverse();
        }
        assert!(seen.next().is_none(), "root {root} has more below it than the model");
    }
    for (target, address) in references {
        assert_eq!(tree[target].address, Some(address), "the target of a reference");
    }
}

fn check(id: Id, chunk: &mut Chunk, real: *const c_void) {
    assert_eq!(*chunk.address.get_or_insert(real.addr()), real.addr(), "chunk {id} has moved");
    // SAFETY: libtalloc has just said that it is there.
    let (name, size, count) = unsafe {
        (
            CStr::from_ptr(sys::talloc_get_name(real)),
            sys::talloc_get_size(real),
            sys::talloc_reference_count(real),
        )
    };
    if name.to_bytes() != chunk.name() {
        let expected = String::from_utf8_lossy(chunk.name());
        panic!("chunk {id} is called {name:?}, and not {expected:?}");
    }
    assert_eq!(size, chunk.size, "the size of chunk {id}, {name:?}");
    assert_eq!(count, chunk.reference_count(), "the references to chunk {id}, {name:?}");
    assert!(chunk.bytes.len() <= size, "the model of chunk {id} is wrong");
    // SAFETY: the chunk has so many bytes, and these were written.
    let bytes = unsafe { core::slice::from_raw_parts(real.cast::<u8>(), chunk.bytes.len()) };
    assert_eq!(bytes, chunk.bytes, "the content of chunk {id}, {name:?}");
}
