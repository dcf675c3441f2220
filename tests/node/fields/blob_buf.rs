//! Blobs that own their bytes.

use talloc::{Blob, BlobBuf, Ctx, Error, TBox};
use talloc_tests::check_tree;

#[test]
fn it_grows_and_shrinks_in_place() {
    check_tree(|root| {
        let mut blob = BlobBuf::EMPTY;
        let mut expected = Vec::new();
        for byte in 0..200_u8 {
            blob.extend_from_slice(root, &[byte; 17]);
            expected.extend_from_slice(&[byte; 17]);
            assert_eq!(blob, *expected);
        }
        blob.extend_from_slice(root, &[]);
        for length in [5000, 3400, 3399, 100, 7] {
            blob.truncate(length);
            expected.truncate(length);
            assert_eq!(blob, *expected);
            // SAFETY: the chunk is live.
            assert_eq!(unsafe { talloc_sys::talloc_get_size(blob.as_ptr().cast()) }, blob.len());
        }
        blob.reverse();
        assert_eq!((blob.len(), root.total_blocks()), (7, 2));
        blob.set(root, b"new").expect("memory");
        assert_eq!((&*blob, root.total_blocks()), (&b"new"[..], 2));
        blob.truncate(0);
        assert!(blob.as_ptr().is_null() && blob.is_empty());
        assert_eq!(root.total_blocks(), 1);
        blob.truncate(0);
        blob.clear();
        blob.set(root, b"").expect("nothing");
        blob.free();
    });
}

#[test]
fn it_becomes_an_owned_slice_and_is_made_of_one() {
    check_tree(|root| {
        let boxed = root.alloc_blob(b"content").into_boxed_slice(root).expect("its own");
        assert_eq!(*boxed, *b"content");
        let blob = BlobBuf::from(boxed);
        // SAFETY: 1 and 2. A chunk that is longer, of which there is no other user.
        let blob = unsafe { BlobBuf::from_raw(Blob::from_raw_parts(blob.as_ptr(), 3)) };
        let boxed = blob.expect("large enough").into_boxed_slice(root).expect("its own");
        assert_eq!((&*boxed, TBox::as_ctx(&boxed).size()), (&b"con"[..], 3));

        let blob = BlobBuf::from(root.alloc_slice_copy::<u8>(&[]));
        assert!(blob.is_empty() && !blob.as_ptr().is_null());
        let boxed = blob.into_boxed_slice(root).expect("its own");
        assert_eq!((boxed.len(), TBox::as_ctx(&boxed).size()), (0, 0));
        let none = BlobBuf::EMPTY.into_boxed_slice(root).expect("a new one");
        assert_eq!((none.len(), root.total_blocks()), (0, 4));

        // SAFETY: 1 and 2, as above.
        let blob =
            unsafe { BlobBuf::from_raw(Blob::from_raw_parts(TBox::into_raw(boxed).cast(), 0)) };
        let mut blob = blob.expect("empty");
        blob.extend_from_slice(root, b"grown");
        assert_eq!(blob, *b"grown");
        blob.free();
    });
}

#[test]
fn a_longer_chunk_of_an_empty_blob() {
    check_tree(|root| {
        let raw: *mut u8 = TBox::into_raw(root.alloc_slice_copy(b"content")).cast();
        // SAFETY: 1 and 2. A chunk that is longer, of which there is no other user.
        let blob = unsafe { BlobBuf::from_raw(Blob::from_raw_parts(raw, 0)) }.expect("empty");
        let mut boxed = blob.into_boxed_slice(root).expect("its own");
        assert_eq!((boxed.len(), TBox::as_ctx(&boxed).size()), (0, 0));
        TBox::extend_from_slice(&mut boxed, b"new");
        assert_eq!((&*boxed, root.total_blocks()), (&b"new"[..], 2));
    });
}

#[test]
fn a_length_without_a_chunk() {
    check_tree(|root| {
        // SAFETY: as C fills it in, `NULL` and a length.
        let mut blob: BlobBuf<'_> = unsafe { std::mem::transmute([0_usize, 5]) };
        assert_eq!(*blob, *b"");
        blob.truncate(3);
        assert_eq!(*blob, *b"");
        // SAFETY: as before.
        let blob: BlobBuf<'_> = unsafe { std::mem::transmute([0_usize, 5]) };
        assert_eq!(*blob.into_boxed_slice(root).unwrap(), *b"");
    });
}

#[test]
fn f1_what_from_raw_refuses() {
    check_tree(|root| {
        // SAFETY: 1 and 2. Null; or a chunk that is too small, and is not used on.
        unsafe {
            let null = Blob::from_raw_parts(std::ptr::null(), 0);
            assert!(BlobBuf::from_raw(null).expect("empty").is_empty());
            let null = Blob::from_raw_parts(std::ptr::null(), 3);
            assert_eq!(BlobBuf::from_raw(null).err(), Some(Error::Null));
            let small = root.alloc_slice_copy(&[1_u8, 2]);
            let blob = Blob::from_raw_parts(TBox::as_ptr(&small).cast(), 3);
            let error = Error::WrongSize { expected: 3, found: 2 };
            assert_eq!(BlobBuf::from_raw(blob).err(), Some(error));
        }
    });
}

#[test]
fn m8_a_string_of_c_is_no_longer_named_by_its_content() {
    check_tree(|root| {
        // SAFETY: 1 and 2. A new string, of which there is no other user.
        let blob = unsafe {
            let text = talloc_sys::talloc_strdup(root.as_ptr(), c"text".as_ptr());
            BlobBuf::from_raw(Blob::from_raw_parts(text.cast(), 5))
        };
        let mut blob = blob.expect("large enough");
        blob.fill(b'Q');
        let mut report = String::new();
        root.report_full(&mut report).expect("a report");
        assert!(!report.contains('Q'), "{report}");
        blob.free();
    });
}

#[test]
fn it_moves_and_is_lent_and_left() {
    check_tree(|root| {
        let other = Ctx::new();
        let blob = other.alloc_blob(b"content").steal(root);
        drop(other);
        assert_eq!(blob.as_blob(), *b"content");
        let left: Blob<'_> = blob.leak();
        assert_eq!((left, root.total_blocks()), (Blob::from(b"content"), 2));
        assert!(BlobBuf::EMPTY.steal(root).leak().as_ptr().is_null());
        // SAFETY: nothing uses it any more.
        unsafe { talloc_sys::talloc_free_children(root.as_ptr()) };
    });
}
