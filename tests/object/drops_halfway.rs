//! D4: what makes a value panics or fails half-way. What was made is released
//! once, what was not made is not dropped.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use talloc::{Ctx, CtxRef, Error, TBox, TString};
use talloc_tests::{Counted, Counts, check_tree};

talloc::node! {
    struct Two<'t> {
        _first: Counted,
        _text: talloc::Str<'t>,
        _second: Counted<300>,
    }
}

/// Asserts that `make` panics and leaves nothing below the root.
#[track_caller]
fn panics(root: &Ctx<'static>, make: impl FnOnce(&CtxRef)) {
    let payload = catch_unwind(AssertUnwindSafe(|| make(root))).expect_err("a panic");
    assert_eq!(payload.downcast_ref::<&str>(), Some(&"half-way"));
    assert_eq!(root.total_blocks(), 1);
}

#[test]
fn d4_alloc_with_panics() {
    let counts = Counts::new();
    check_tree(|root| {
        panics(root, |ctx| {
            let _value: TBox<'_, Counted> = ctx.alloc_with(|| panic!("half-way"));
        });
        panics(root, |ctx| {
            let _value = ctx.alloc_with(|| {
                let _made = counts.value();
                if counts.made() == 1 { panic!("half-way") } else { counts.value() }
            });
        });
    });
    counts.assert_all_dropped(1);
}

#[test]
fn d4_fill_with_panics() {
    let counts = Counts::new();
    check_tree(|root| {
        for end in [0, 1, 5, 9] {
            panics(root, |ctx| {
                let _ = ctx.alloc_slice_fill_with(10, |index| {
                    assert!(index <= end);
                    if index == end { panic!("half-way") } else { counts.value() }
                });
            });
        }
    });
    counts.assert_all_dropped(1 + 5 + 9);
}

#[test]
fn d4_from_iter_panics() {
    let counts = Counts::new();
    check_tree(|root| {
        for (end, exact) in [(0, true), (7, true), (0, false), (7, false), (40, false)] {
            let values = (0..100)
                .map(|index| if index == end { panic!("half-way") } else { counts.value() });
            panics(root, |ctx| {
                if exact {
                    let _ = ctx.alloc_slice_from_iter(values);
                } else {
                    // A filter knows no lower bound, so that the array grows.
                    let _ = ctx.alloc_slice_from_iter(values.filter(Counted::is_alive));
                }
            });
        }
    });
    counts.assert_all_dropped(7 + 7 + 40);
}

#[test]
fn d4_clone_panics() {
    struct Picky<'c>(&'c Counts, u32, #[expect(dead_code, reason = "dropped only")] Counted);
    impl Clone for Picky<'_> {
        fn clone(&self) -> Self {
            if self.1 == 3 {
                panic!("half-way");
            }
            Picky(self.0, self.1, self.0.value())
        }
    }
    let counts = Counts::new();
    let originals: Vec<_> = (0..5).map(|index| Picky(&counts, index, counts.value())).collect();
    check_tree(|root| panics(root, |ctx| drop(ctx.alloc_slice_clone(&originals))));
    assert_eq!((counts.made(), counts.dropped()), (5 + 3, 3));
    drop(originals);
    counts.assert_all_dropped(8);
}

#[test]
fn d4_grow_with_panics_and_the_array_is_as_it_was() {
    let counts = Counts::new();
    check_tree(|root| {
        let mut array = root.alloc_slice_fill_with(2, |_| counts.value());
        let before = root.total_size();
        let grown = catch_unwind(AssertUnwindSafe(|| {
            TBox::grow_with(&mut array, 6, |index| {
                if index == 4 { panic!("half-way") } else { counts.value() }
            });
        }));
        assert!(grown.is_err());
        // C's realloc may have moved it, there and back.
        assert!(array.iter().all(|value| value.is_alive()));
        assert_eq!(root.total_size(), before);
        assert_eq!((array.len(), root.total_blocks(), counts.dropped()), (2, 2, 2));
        TBox::grow_with(&mut array, 3, |_| counts.value());
        assert!(array.iter().all(|value| value.is_alive()));
    });
    counts.assert_all_dropped(5);
}

#[test]
fn d4_build_panics_and_try_build_fails() {
    fn two<'t>(t: &'t CtxRef, counts: &Counts, end: u32) -> Result<Two<'t>, Error> {
        let kept = TBox::keep(t.alloc(counts.value()));
        assert!(kept.is_alive());
        let _first = counts.value();
        let text = if end == 1 { "a\0b" } else { "text" };
        let _text = t.try_strdup(text)?;
        if end == 2 {
            panic!("half-way");
        }
        Ok(Two { _first, _text, _second: counts.sized() })
    }
    let counts = Counts::new();
    check_tree(|root| {
        let failed = root.try_build_or::<Two, _>(|t| two(t, &counts, 1));
        assert_eq!(failed.err(), Some(Error::InteriorNul { position: 1 }));
        assert_eq!((root.total_blocks(), counts.dropped()), (1, 2));
        panics(root, |ctx| {
            let _ = ctx.try_build_or::<Two, _>(|t| two(t, &counts, 2));
        });
        panics(root, |ctx| drop(ctx.build::<Two>(|t| two(t, &counts, 2).expect("no error"))));
        assert_eq!(counts.dropped(), 6);
        let made = root.try_build_or::<Two, _>(|t| two(t, &counts, 0)).expect("no error");
        assert_eq!((made.as_ctx().total_blocks(), counts.dropped()), (3, 6));
    });
    counts.assert_all_dropped(9);
}

#[test]
fn d4_with_mut_panics_and_the_node_is_whole() {
    let counts = Counts::new();
    check_tree(|root| {
        let mut node = root.build::<Two>(|t| Two {
            _first: counts.value(),
            _text: t.strdup("old").expect("no NUL"),
            _second: counts.sized(),
        });
        let changed = catch_unwind(AssertUnwindSafe(|| {
            node.with_mut(|t, two| {
                two._first = counts.value();
                two._text.set(t, "new").expect("no NUL");
                panic!("half-way");
            })
        }));
        assert!(changed.is_err());
        assert_eq!(node.get()._text, "new");
        assert_eq!((root.total_blocks(), counts.dropped()), (3, 1));
    });
    counts.assert_all_dropped(3);
}

struct Displays<'a>(&'a str, bool);

impl fmt::Display for Displays<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&"long enough to grow ".repeat(20))?;
        match self.0 {
            "panics" => panic!("half-way"),
            "fails" => Err(fmt::Error),
            other if self.1 => f.write_str(other),
            _ => Ok(()),
        }
    }
}

#[test]
fn d4_format_with_a_display_that_panics_or_fails() {
    check_tree(|root| {
        panics(root, |ctx| drop(talloc::format!(ctx, "{}", Displays("panics", true))));
        panics(root, |ctx| {
            let _ = ctx.try_format(format_args!("{}", Displays("panics", true)));
        });
        let failed = root.try_format(format_args!("{}", Displays("fails", true)));
        assert_eq!(failed.err(), Some(Error::Format));
        assert_eq!(root.total_blocks(), 1);
    });
}

#[test]
fn d4_append_with_a_display_that_panics_or_fails() {
    check_tree(|root| {
        let mut text = TString::from_str_in("start ", root);
        let failed = text.try_write_fmt(format_args!("and {}", Displays("fails", true)));
        assert_eq!(failed, Err(Error::Format));
        assert_eq!(text, "start ");

        let appended = catch_unwind(AssertUnwindSafe(|| {
            let _ = text.try_write_fmt(format_args!("and {}", Displays("panics", true)));
        }));
        assert!(appended.is_err());
        // What was appended before the panic may stay, as valid text.
        assert!(text.starts_with("start "));
        assert!(text.as_c_str().is_ok());
        assert_eq!(root.total_blocks(), 2);

        text.clear();
        text.try_write_fmt(format_args!("{}", Displays("end", true))).expect("no error");
        assert!(text.ends_with("end"));
    });
}
