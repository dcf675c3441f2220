//! M8: fields that C has named by their own content grow, move and come as handles, and no
//! name is left behind.

use talloc::{Array, BlobBuf, CtxRef, TBox};
use talloc_tests::check_tree;

/// As C's `talloc_strdup` names what it makes.
fn name_by_content<T>(chunk: *const T) {
    // SAFETY: the chunk is live; the text of the test has a NUL.
    unsafe { talloc_sys::talloc_set_name_const(chunk.cast(), chunk.cast()) };
}

fn names(root: &CtxRef) -> Vec<String> {
    let mut report = String::new();
    root.report_full(&mut report).expect("a report");
    assert!(!report.contains("a string without NUL"), "{report}");
    let snapshot = root.snapshot();
    let names = snapshot.iter().map(|entry| entry.text().unwrap_or(entry.name()));
    names.map(|name| String::from_utf8_lossy(name).into_owned()).collect()
}

#[test]
fn m8_an_array_that_is_its_own_name_grows() {
    check_tree(|root| {
        let mut array: Array<'_, u16> =
            root.alloc_slice_copy(&[u16::from_ne_bytes(*b"ab"), 0]).into();
        name_by_content(array.as_ptr());
        assert_eq!(names(root)[1], "ab");
        let in_the_way = root.alloc([0_u8; 100]);
        array.extend_from_slice(&[7; 5000]);
        assert_eq!(names(root), ["test", "[u8; 100]", "char"]);
        drop(in_the_way);
        name_by_content(array.as_ptr());
        array.truncate(1);
        let boxed = array.into_boxed_slice();
        assert_eq!(
            (&*boxed, TBox::as_ctx(&boxed).name()),
            (&[u16::from_ne_bytes(*b"ab")][..], c"char")
        );
    });
}

#[test]
fn m8_an_array_that_is_its_own_name_becomes_a_box() {
    check_tree(|root| {
        let array: Array<'_, u16> = root.alloc_slice_copy(&[0x6162_u16, 0]).into();
        name_by_content(array.as_ptr());
        let mut boxed = array.into_boxed_slice();
        boxed.fill(0x7878);
        assert_eq!(names(root), ["test", "[u16]"]);
    });
}

#[test]
fn m8_a_blob_that_is_its_own_name_grows() {
    check_tree(|root| {
        let mut blob: BlobBuf<'_> = root.alloc_blob(b"text\0");
        name_by_content(blob.as_blob().as_ptr());
        blob.extend_from_slice(root, &[b'x'; 5000]);
        assert_eq!(names(root), ["test", "char"]);
        name_by_content(blob.as_blob().as_ptr());
        blob.truncate(5);
        assert_eq!(names(root), ["test", "char"]);
        name_by_content(blob.as_blob().as_ptr());
        let mut boxed = blob.into_boxed_slice(root).expect("memory");
        boxed.fill(b'x');
        assert_eq!(names(root), ["test", "[u8]"]);
    });
}
