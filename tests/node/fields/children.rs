//! What lies below an array or a list stays attached when it moves.

use std::ffi::c_char;

use talloc::{Array, CtxRef, Str, StrList};
use talloc_tests::check_tree;

fn parent(ptr: *mut c_char) -> *mut c_char {
    // SAFETY: a live string.
    unsafe { talloc_sys::talloc_parent(ptr.cast()) }.cast()
}

#[test]
fn m4_the_strings_below_an_array() {
    check_tree(|root| {
        let raw = Array::<Str<'_>>::from(root.alloc_slice_from_iter([])).into_raw();
        // SAFETY: a live chunk.
        let chunk = unsafe { CtxRef::from_ptr(raw.cast()) }.expect("not null");
        let first = chunk.strdup("first").expect("no NUL").into_raw();
        // SAFETY: the array from above, which nobody else uses.
        let mut names = unsafe { Array::from_raw(raw) }.expect("empty");
        // SAFETY: a string below the array, which lives as long as it.
        names.push(unsafe { Str::from_raw(first) }.expect("not null"));
        for _ in 0..3000 {
            names.push(root.strdup("other").expect("no NUL"));
        }
        assert_eq!(parent(first), names.as_ptr().cast());
        while names.len() > 1 {
            names.remove(1).free();
        }
        assert_eq!(parent(first), names.as_ptr().cast());
        assert_eq!(root.total_blocks(), 3);
        // The last one out: its parent is still there.
        let last = names.pop().expect("one is left");
        assert_eq!((parent(first), last.to_bytes()), (names.as_ptr().cast(), &b"first"[..]));
        last.free();
        names.free();
    });
}

#[test]
fn m4_the_strings_of_a_list() {
    check_tree(|root| {
        let mut list: StrList<'_> = root.strdup_list(["first"]).expect("no NUL");
        let first = list.get(0).expect("it is there").as_ptr();
        for _ in 0..3000 {
            list.push("other").expect("no NUL");
        }
        assert_eq!(parent(first.cast_mut()), list.as_ptr().cast());
        assert_eq!(list[0].as_ptr(), first, "strings do not move");
        let other = root.new_child();
        let mut list = list.steal(&other);
        list.truncate(1);
        assert_eq!((list.len(), other.total_blocks()), (1, 3));
        list.free();
    });
}
