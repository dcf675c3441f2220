//! M6: exhausted memory at every allocation point of what changes a field.

use talloc::{Array, BlobBuf, CtxRef, StrList};
use talloc_tests::{Counts, Freed, sweep, sweep_making};

const POINTER: usize = size_of::<*mut u8>();

fn array(root: &'static CtxRef, _: &Counts) -> Freed<Array<'static, u32>> {
    Freed(Some(root.alloc_slice_copy(&[1, 2]).into()), Array::free)
}

fn list(root: &'static CtxRef, _: &Counts) -> Freed<StrList<'static>> {
    Freed(Some(root.strdup_list(["one", "two"]).expect("no NUL")), StrList::free)
}

#[test]
fn m6_arrays() {
    let unchanged = |array: &mut Freed<Array<'_, u32>>| {
        assert_eq!(array.0.as_ref().expect("it is there")[..2], [1, 2]);
    };
    let points = sweep(array, |a, _, _| a.0.as_mut().expect("there").try_push(3), unchanged);
    assert_eq!(points, [12]);
    let points = sweep(
        array,
        |a, _, _| {
            let array = a.0.as_mut().expect("there");
            let result = array.try_insert(0, 3);
            assert_eq!(array.len(), if result.is_ok() { 3 } else { 2 });
            result
        },
        |_| {},
    );
    assert_eq!(points, [12]);
    let points = sweep(
        array,
        |a, _, _| a.0.as_mut().expect("there").try_extend_from_slice(&[3; 50]),
        unchanged,
    );
    assert_eq!(points, [208]);
    let points = sweep(
        array,
        |a, _, _| a.0.as_mut().expect("there").try_extend((0..5).map(|n| n * n)),
        unchanged,
    );
    assert_eq!(points, [28]);
}

#[test]
fn m6_shrinking_takes_no_memory() {
    let points = sweep(
        array,
        |a, _, _| {
            let array = a.0.as_mut().expect("there");
            array.try_pop()?;
            array.try_remove(0)?;
            array.try_clear()
        },
        |_| {},
    );
    assert_eq!(points, []);
}

#[test]
fn m6_lists() {
    let unchanged = |list: &mut Freed<StrList<'_>>| {
        let list = list.0.as_ref().expect("it is there");
        assert!(list.contains("one") && list.contains("two"));
    };
    let points = sweep(list, |l, _, _| l.0.as_mut().expect("there").try_push("more"), unchanged);
    assert_eq!(points, [5, 4 * POINTER]);
    let points =
        sweep(list, |l, _, _| l.0.as_mut().expect("there").try_insert(1, "more"), unchanged);
    assert_eq!(points, [5, 4 * POINTER]);
    let points = sweep(
        list,
        |l, _, _| l.0.as_mut().expect("there").try_extend(["a", "bc"].into_iter().filter(|_| true)),
        unchanged,
    );
    assert_eq!(points, [0, 2, 4 * POINTER, 3, 5 * POINTER]);
    let points = sweep(
        list,
        |l, _, _| {
            let list = l.0.as_mut().expect("there");
            let result = list.set(0, "longer");
            assert_eq!(*list, [if result.is_ok() { "longer" } else { "one" }, "two"]);
            result
        },
        |_| {},
    );
    assert_eq!(points, [7]);
    let points = sweep_making(|root, _| {
        root.try_strdup_split("a, bc", StrList::SEPARATORS).map(|l| Freed(Some(l), StrList::free))
    });
    assert_eq!(points, [3 * POINTER, 2, 3]);
}

#[test]
fn m6_blobs() {
    let blob =
        |root: &'static CtxRef, _: &Counts| Freed(Some(root.alloc_blob(b"old")), BlobBuf::free);
    let points = sweep(
        blob,
        |b, root, _| b.0.as_mut().expect("there").try_extend_from_slice(root, b"newer"),
        |b| assert_eq!(b.0.as_ref().expect("there")[..3], *b"old"),
    );
    assert_eq!(points, [8]);
    let points = sweep(
        blob,
        |b, root, _| {
            let blob = b.0.as_mut().expect("there");
            let result = blob.set(root, b"newer");
            assert_eq!(*blob, *(if result.is_ok() { &b"newer"[..] } else { b"old" }));
            result
        },
        |_| {},
    );
    assert_eq!(points, [5]);
    let points = sweep_making(|root, _| {
        root.try_alloc_blob(b"made").map(|blob| Freed(Some(blob), BlobBuf::free))
    });
    assert_eq!(points, [4]);
    let points = sweep_making(|root, _| {
        let mut blob = BlobBuf::EMPTY;
        blob.try_extend_from_slice(root, b"made")?;
        Ok(Freed(Some(blob), BlobBuf::free))
    });
    assert_eq!(points, [4]);
    let points =
        sweep_making(|root, _| BlobBuf::EMPTY.into_boxed_slice(root).map_err(talloc::Error::from));
    assert_eq!(points, [0]);
}
