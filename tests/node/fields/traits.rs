//! The traits that the field types pass on.

use std::borrow::BorrowMut;
use std::cmp::Ordering;
use std::collections::{BTreeSet, HashSet};
use std::hash::{BuildHasher, RandomState};

use talloc::{Array, Blob, BlobBuf, Items, StrList};
use talloc_tests::check_tree;

#[test]
fn arrays_and_blobs_are_as_their_slices() {
    check_tree(|root| {
        let make = |values: &[u16]| Array::from(root.alloc_slice_copy(values));
        let (one, same, other) = (make(&[1, 2]), make(&[1, 2]), make(&[1, 3]));
        assert_eq!((one == same, one == other, one.cmp(&other)), (true, false, Ordering::Less));
        assert_eq!(one.partial_cmp(&same), Some(Ordering::Equal));
        assert!(one == [1, 2] && one == *[1, 2].as_slice());
        assert_eq!(format!("{one:?}"), "[1, 2]");
        let set: HashSet<Array<'_, u16>> = [one, same, other].into_iter().collect();
        assert!(set.len() == 2 && set.contains(&[1, 3][..]));
        let mut array = make(&[4, 5]);
        AsMut::<[u16]>::as_mut(&mut array)[0] = 6;
        assert_eq!(AsRef::<[u16]>::as_ref(&array).iter().copied().max(), Some(6));
        array.free();

        let (one, other) = (root.alloc_blob(b"a"), root.alloc_blob(b"b"));
        assert!(one < other && one == *b"a" && one == b"a"[..]);
        assert_eq!(format!("{one:?}"), "[97]");
        let [a, b]: [&[u8]; 2] = [b"a", b"b"];
        assert!(one != other && one != *b && one != *b"b" && one == root.alloc_blob(a));
        assert!(one == a && one != b && AsRef::<[u8]>::as_ref(&one) == a);
        let state = RandomState::new();
        assert_eq!(state.hash_one(&one), state.hash_one(b"a".as_slice()));
        let mut set: BTreeSet<BlobBuf<'_>> = [one, other, BlobBuf::default()].into_iter().collect();
        assert!(set.contains(&b"a"[..]) && set.remove(&[][..]));
        let mut blob = set.pop_last().expect("two are left");
        for byte in &mut blob {
            *byte += 1;
        }
        assert_eq!((&blob).into_iter().copied().next(), Some(b'c'));
        AsMut::<[u8]>::as_mut(&mut blob)[0] += 1;
        BorrowMut::<[u8]>::borrow_mut(&mut blob)[0] += 1;
        assert_eq!(*blob, *b"e");
        // SAFETY: nothing uses them any more.
        unsafe { talloc_sys::talloc_free_children(root.as_ptr()) };
    });
}

#[test]
fn what_c_lends_is_as_its_bytes() {
    let (one, other) = (Blob::from(b"a"), Blob::from(b"b"));
    assert!(one < other && one == *b"a" && one == b"a"[..] && one != b"b"[..]);
    assert!(one != other && one != *b"b" && one == Blob::from(b"a"));
    assert_eq!(one.partial_cmp(&Blob::from(b"a")), Some(Ordering::Equal));
    assert_eq!((AsRef::<[u8]>::as_ref(&one), Blob::EMPTY.as_ref()), (&b"a"[..], &b""[..]));
    assert_eq!(format!("{one:?}"), "[97]");
    let state = RandomState::new();
    assert_eq!(state.hash_one(one), state.hash_one(b"a".as_slice()));
    let elements = [1, 2];
    let shown = format!("Items({:?})", elements.as_ptr());
    assert_eq!(format!("{:?}", Items::from(&elements[..])), shown);
}

#[test]
fn lists_are_as_slices_of_strings() {
    check_tree(|root| {
        let make = |texts: &[&str]| root.strdup_list(texts.iter().copied()).expect("no NUL");
        let (one, same, other) = (make(&["a", "b"]), make(&["a", "b"]), make(&["a", "c"]));
        assert_eq!((one == same, one == other, one.cmp(&other)), (true, false, Ordering::Less));
        assert!(make(&["a"]) < one && make(&[]) < one && one != make(&["ab"]));
        assert_eq!(format!("{one:?}"), r#"["a", "b"]"#);
        assert_eq!((one.iter().len(), one.iter().next_back()), (2, Some(c"b")));
        assert!(one == ["a", "b"] && one != ["a", "c"] && one != ["a"] && one != ["a", "c"][..]);
        let state = RandomState::new();
        assert_eq!(state.hash_one(&one), state.hash_one(&same));
        assert_ne!(state.hash_one(&one), state.hash_one(&other));
        assert_ne!(state.hash_one(make(&["ab"])), state.hash_one(&one));
        assert_eq!((one.iter().count(), make(&[]).iter().count()), (2, 0));
        let set: HashSet<StrList<'_>> = [one, same, other].into_iter().collect();
        assert_eq!(set.len(), 2);
        // SAFETY: nothing uses them any more.
        unsafe { talloc_sys::talloc_free_children(root.as_ptr()) };
    });
}
