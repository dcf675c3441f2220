//! M6: exhausted memory at every allocation point of every operation that
//! returns it as an error. Those that change fields are in `tests/node/fields/memory.rs`.

use std::fmt;

use talloc::{CType, TBox, TString};
use talloc_tests::{Counted, Counts, Freed, sweep, sweep_making, sweep_measuring};

talloc::node! {
    struct Pair<'t> {
        first: talloc::Str<'t>,
        second: talloc::Str<'t>,
        value: Counted,
    }
}

struct Point(u64);

impl CType for Point {
    const NAME: &'static core::ffi::CStr = c"struct point";
}

#[test]
fn m6_single_objects() {
    assert_eq!(sweep_making(|root, _| root.try_alloc(5_u64)), [8]);
    assert_eq!(sweep_making(|root, _| root.try_alloc(())), [0]);
    assert_eq!(sweep_making(|root, counts| root.try_alloc(counts.value())), [size_of::<Counted>()]);
    assert_eq!(
        sweep_making(|root, counts| root.try_alloc(counts.sized::<500>())),
        [size_of::<Counted<500>>()]
    );
    assert_eq!(sweep_making(|root, _| root.try_alloc_zeroed::<[u64; 16]>()), [128]);
    assert_eq!(sweep_making(|root, _| root.try_alloc_uninit::<[u8; 100]>()), [100]);
    assert_eq!(sweep_making(|root, _| root.try_new_child()), [0]);
    assert_eq!(sweep_making(|root, _| root.try_new_child_named(c"child")), [0]);
    assert_eq!(sweep_making(|root, _| root.typed().try_alloc(Point(1)).map(|p| p.0)), [8]);
}

#[test]
fn m6_alloc_with_does_not_call_its_function() {
    let made = sweep_making(|root, counts| {
        let before = counts.made();
        let result = root.try_alloc_with(|| counts.value());
        assert_eq!(counts.made() - before, usize::from(result.is_ok()));
        result
    });
    assert_eq!(made, [size_of::<Counted>()]);
    let made = sweep_making(|root, counts| {
        let before = counts.made();
        let result = root.try_alloc_slice_fill_with(3, |_| counts.value());
        assert_eq!(counts.made() - before, if result.is_ok() { 3 } else { 0 });
        result
    });
    assert_eq!(made, [3 * size_of::<Counted>()]);
}

#[test]
fn m6_arrays() {
    let size = size_of::<Counted>();
    assert_eq!(sweep_making(|root, _| root.try_alloc_slice_copy(&[1_u32, 2])), [8]);
    assert_eq!(sweep_making(|root, _| root.try_alloc_slice_zeroed::<u8>(9)), [9]);
    assert_eq!(sweep_making(|root, _| root.try_alloc_slice_uninit::<u16>(9)), [18]);
    assert_eq!(
        sweep_making(|root, counts| {
            root.try_alloc_slice_clone(&[counts.value(), counts.value()])
        }),
        [2 * size]
    );
    assert_eq!(
        sweep_making(|root, counts| root.try_alloc_slice_from_iter((0..5).map(|_| counts.value()))),
        [5 * size]
    );
    // Unknown length: nothing, then 4, 8, 16, and cut to 9.
    assert_eq!(
        sweep_making(|root, counts| {
            let unknown = (0..9).filter(|_| true).map(|_| counts.value());
            root.try_alloc_slice_from_iter(unknown)
        }),
        [0, 4 * size, 8 * size, 16 * size]
    );
    // A chunk that turns out to be empty is made anew.
    assert_eq!(
        sweep_making(|root, _| root.try_alloc_slice_from_iter(Empty)),
        [5 * size_of::<u64>(), 0]
    );
}

/// Promises five elements and has none.
struct Empty;

impl Iterator for Empty {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        None
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (5, Some(5))
    }
}

#[test]
fn m6_growing_arrays() {
    let size = size_of::<Counted>();
    let points = sweep(
        |root, counts| root.alloc_slice_fill_with(2, |_| counts.value()),
        |array, _, counts| TBox::try_grow_with(array, 5, |_| counts.value()),
        |array| assert!(array.iter().all(Counted::is_alive)),
    );
    assert_eq!(points, [5 * size]);

    let points = sweep(
        |root, _| root.alloc_slice_copy(&[1_u8, 2]),
        |array, _, _| TBox::try_extend_from_slice(array, &[3; 1000]),
        |array| assert_eq!(array[..2], [1, 2]),
    );
    assert_eq!(points, [1002]);
}

#[test]
fn m6_strings() {
    let made = sweep_making(|root, _| {
        root.try_strdup("text").map(|text| Freed(Some(text), |text| text.free()))
    });
    assert_eq!(made, [5]);
    let made = sweep_making(|root, _| {
        root.try_strndup("textual", 4).map(|text| Freed(Some(text), |text| text.free()))
    });
    assert_eq!(made, [5]);
    let made = sweep_making(|root, _| {
        root.try_strdup_c(c"text").map(|text| Freed(Some(text), |text| text.free()))
    });
    assert_eq!(made, [5]);
    assert_eq!(sweep_making(|root, _| root.try_alloc_str("text")), [5]);
    assert_eq!(sweep_making(|root, _| TString::try_with_capacity_in(10, root)), [11]);
    assert_eq!(sweep_making(|root, _| TString::try_from_str_in("text", root)), [5]);
    assert_eq!(sweep_making(|root, _| root.try_format(format_args!("literal"))), [8]);
    assert_eq!(sweep_making(|root, _| root.try_format(format_args!("{}", 1))), [2]);
    // What is no short text has 128 bytes, or what it needs, and twice as much when it does not
    // fit.
    let made = sweep_making(|root, _| root.try_format(format_args!("{}{:200}", "start", 1)));
    assert_eq!(made.first(), Some(&66));
    assert!(made.len() >= 2, "{made:?}");
}

#[test]
fn m6_text_that_ignores_errors_is_not_cut_silently() {
    struct Careless;
    impl fmt::Display for Careless {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            let _ = f.write_str(&"x".repeat(500));
            let _ = f.write_str("end");
            Ok(())
        }
    }
    let made = sweep_making(|root, _| {
        let text = root.try_format(format_args!("{Careless}"))?;
        assert!(text.len() == 503 && text.ends_with("xend"));
        Ok(text)
    });
    assert_eq!(made.first(), Some(&501));
    assert!(made.len() >= 2, "{made:?}");
}

#[test]
fn m6_lists_of_strings() {
    let pointer = size_of::<*mut u8>();
    let made = sweep_making(|root, _| {
        root.try_strdup_list(["a", "bc"]).map(|list| Freed(Some(list), |list| list.free()))
    });
    assert_eq!(made, [3 * pointer, 2, 3]);
    let made = sweep_making(|root, _| {
        root.try_strdup_list_c([c"a", c"bc"]).map(|list| Freed(Some(list), |list| list.free()))
    });
    assert_eq!(made, [3 * pointer, 2, 3]);
    let made = sweep_making(|root, _| {
        let unknown = ["a", "bc", "def", "ghij"].into_iter().filter(|_| true);
        root.try_strdup_list(unknown).map(|list| Freed(Some(list), |list| list.free()))
    });
    assert_eq!(made, [pointer, 2, 3, 4 * pointer, 4, 5, 8 * pointer]);
}

#[test]
fn m6_growing_strings() {
    let text = |root, _: &Counts| TString::from_str_in("start", root);
    let unchanged =
        |before: &'static str| move |text: &mut TString<'_>| assert!(text.starts_with(before));
    let points = sweep(text, |text, _, _| text.try_reserve(100), unchanged("start"));
    assert_eq!(points, [106]);
    let points = sweep(
        text,
        |text, _, _| {
            let result = text.try_push_str(&"x".repeat(100));
            assert_eq!(text.len(), if result.is_ok() { 105 } else { 5 });
            result
        },
        unchanged("start"),
    );
    assert_eq!(points, [106]);
    // The text is as it was; room that was made for its beginning stays.
    let points = sweep_measuring(
        text,
        |text, _, _| {
            let result = text.try_write_fmt(format_args!("{}, {:100}, {:200}", 1, 2, 3));
            assert_eq!(text.len(), if result.is_ok() { 5 + 1 + 2 + 100 + 2 + 200 } else { 5 });
            result
        },
        unchanged("start"),
        |_| 0,
    );
    assert!(points.len() > 2, "{points:?}");
}

#[test]
fn m6_string_fields_stay_when_they_cannot_be_replaced() {
    let points = sweep(
        |root, _| Freed(Some(root.strdup("old").expect("no NUL")), |text| text.free()),
        |field, root, _| {
            let text = field.0.as_mut().expect("it is there");
            let result = text.set(root, "longer");
            assert_eq!(*text, if result.is_ok() { "longer" } else { "old" });
            result
        },
        |_| {},
    );
    assert_eq!(points, [7]);
}

#[test]
fn m6_names_stay_when_there_is_no_memory_for_a_new_one() {
    let points = sweep(
        |root, _| root.new_child_named(c"old"),
        |ctx, _, _| {
            let result = ctx.set_name("a longer name");
            assert_eq!(ctx.name(), if result.is_ok() { c"a longer name" } else { c"old" });
            result
        },
        |_| {},
    );
    assert_eq!(points, [14]);
}

#[test]
fn m6_nodes() {
    let made = sweep_making(|root, counts| {
        let node = root.try_build::<Pair>(|t| {
            let value = counts.value();
            Ok(Pair { first: t.try_strdup("a")?, second: t.try_strdup("bc")?, value })
        })?;
        assert!(node.get().value.is_alive());
        assert_eq!(
            (node.get().first.to_bytes(), node.get().second.to_bytes()),
            (&b"a"[..], &b"bc"[..])
        );
        Ok(node)
    });
    assert_eq!(made, [size_of::<Pair>(), 2, 3]);
}

#[test]
fn m6_changes_of_nodes() {
    let points = sweep(
        |root, counts| {
            root.build::<Pair>(|t| Pair {
                first: t.strdup_c(c"a"),
                second: t.strdup_c(c"b"),
                value: counts.value(),
            })
        },
        |node, _, _| node.with_mut(|t, pair| pair.first.set(t, "changed")),
        |node| assert_eq!(node.get().second, "b"),
    );
    assert_eq!(points, [8]);
}

#[test]
fn m6_nested_nodes() {
    talloc::node! { struct Outer<'t> { inner: talloc::Kept<'t, Pair<'static>>, } }
    let made = sweep_making(|root, counts| {
        let node = root.try_build::<Outer>(|t| {
            let inner = t.try_build::<Pair>(|t| {
                let first = t.try_strdup("a")?;
                Ok(Pair { first, value: counts.value(), second: t.try_strdup("bc")? })
            })?;
            Ok(Outer { inner: inner.keep() })
        })?;
        assert!(node.get().inner.get().value.is_alive());
        Ok(node)
    });
    assert_eq!(made, [size_of::<Outer>(), size_of::<Pair>(), 2, 3]);
}
