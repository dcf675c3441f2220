//! R6: C holds a reference to what is to be resized, removed or freed.

use talloc::{Array, CtxRef, Error, StrList};
use talloc_tests::{check_tree, reference, unlink};

/// A live chunk as an object.
fn object<'a, T>(ptr: *mut T) -> &'a CtxRef {
    // SAFETY: the tests pass live chunks, and use the result while they are.
    unsafe { CtxRef::from_ptr(ptr.cast()) }.expect("not null")
}

#[test]
fn r6_an_array_keeps_its_length() {
    check_tree(|root| {
        let holder = root.new_child();
        let mut array: Array<'_, u32> = root.alloc_slice_from_iter(0..1000).into();
        reference(&holder, object(array.as_ptr()));
        assert_eq!(array.try_push(1), Err(Error::Referenced));
        assert_eq!(array.try_insert(0, 1), Err(Error::Referenced));
        assert_eq!(array.try_extend_from_slice(&[1]), Err(Error::Referenced));
        assert_eq!(array.try_extend([1]), Err(Error::Referenced));
        assert_eq!(array.try_pop(), Err(Error::Referenced));
        assert_eq!(array.try_remove(3), Err(Error::Referenced));
        assert_eq!(array.try_swap_remove(3), Err(Error::Referenced));
        assert_eq!(array.try_truncate(3), Err(Error::Referenced));
        assert_eq!(array.try_clear(), Err(Error::Referenced));
        // What changes nothing is no error.
        assert_eq!(array.try_truncate(2000), Ok(()));
        assert_eq!(array.try_extend([]), Ok(()));
        assert!(array.iter().copied().eq(0..1000), "it is as it was");
        assert_eq!(array.try_retain(|n| *n > 500), Err(Error::Referenced));
        assert_eq!((array.len(), array[0]), (1000, 501));
        unlink(&holder, object(array.as_ptr()));
        array.sort();
        array.retain(|n| *n > 500);
        assert!(array.iter().copied().eq(501..1000));
        array.free();
    });
}

#[test]
#[should_panic(expected = "the object cannot be resized while somebody holds a reference")]
fn r6_the_plain_methods_panic() {
    let root = talloc::Ctx::new();
    let mut array: Array<'_, u32> = root.alloc_slice_copy(&[1]).into();
    reference(root.new_child().leak(), object(array.as_ptr()));
    array.push(2);
}

#[test]
fn r6_a_list_shrinks_without_a_resize() {
    check_tree(|root| {
        let holder = root.new_child();
        let mut list: StrList<'_> = root.strdup_list(["a", "b", "c", "d"]).expect("no NUL");
        reference(&holder, object(list.as_ptr()));
        assert_eq!(list.push("e"), Err(Error::Referenced));
        assert_eq!(list.insert(0, "e"), Err(Error::Referenced));
        assert_eq!(list.extend(["e"]), Err(Error::Referenced));
        assert_eq!(list.extend([]), Ok(()));
        assert_eq!(list.set(0, "e"), Ok(()));
        list.remove(1).free();
        list.truncate(2);
        assert_eq!((list.len(), root.total_blocks()), (2, 6));
        assert_eq!(list, ["e", "c"]);
        list.clear();
        unlink(&holder, object(list.as_ptr()));
        list.push("f").expect("no NUL");
        assert_eq!(list, ["f"]);
        list.free();
    });
}

#[test]
fn r6_a_string_that_cannot_be_freed_stays_below_its_list() {
    check_tree(|root| {
        let holder = root.new_child();
        let mut list: StrList<'_> = root.strdup_list(["a", "b"]).expect("no NUL");
        let text = list[0].as_ptr().cast_mut();
        reference(&holder, object(text));
        list.set(0, "c").expect("no NUL");
        list.clear();
        assert_eq!((list.len(), object(list.as_ptr()).total_blocks()), (0, 2));
        unlink(&holder, object(text));
        list.free();
    });
}

#[test]
fn r6_a_blob_keeps_its_chunk() {
    check_tree(|root| {
        let holder = root.new_child();
        let mut blob = root.alloc_blob(b"content");
        let chunk = object(blob.as_ptr());
        reference(&holder, chunk);
        assert_eq!(blob.try_extend_from_slice(root, b"more"), Err(Error::Referenced));
        assert_eq!(blob, *b"content");
        blob.truncate(3);
        assert_eq!((&*blob, chunk.size()), (&b"con"[..], 7));
        let blob = blob.into_boxed_slice(root).expect_err("longer than the blob");
        assert_eq!(*blob.error(), Error::Referenced);
        let mut blob = blob.into_inner();
        assert_eq!(blob, *b"con");
        // The old chunk goes with its parents.
        blob.set(root, b"other").expect("memory");
        assert_eq!((&*blob, talloc_tests::reference_count(chunk)), (&b"other"[..], 1));
        unlink(&holder, chunk);
        blob.free();
        // SAFETY: the chunk that was left, which nobody uses.
        assert_eq!(unsafe { talloc_sys::_talloc_free(chunk.as_ptr(), c"here".as_ptr()) }, 0);
    });
}
