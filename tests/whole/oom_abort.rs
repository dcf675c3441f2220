//! M6: what ends the process when memory runs out, does so by an abort with a
//! message, and never by using a null pointer. And memory that is really gone.

use std::ops::AddAssign;

use talloc::{CType, Ctx, CtxRef, Error, TBox, TString};
use talloc_tests::{Counts, c, can_exhaust_memory, check_tree, dies_as, exits, set_memlimit};

talloc::node! {
    struct One<'t> {
        text: talloc::Str<'t>,
    }
}

#[derive(Clone, Copy)]
struct Point(#[expect(dead_code, reason = "never read")] u64);

impl CType for Point {
    const NAME: &'static core::ffi::CStr = c"struct point";
}

/// An operation in a context that has no memory left.
type Part = (&'static str, fn(&CtxRef));

fn all_abort(test: &str, parts: &[Part]) {
    for (part, body) in parts {
        dies_as(test, part, || {
            let root = Ctx::new();
            set_memlimit(&root, 1);
            body(&root);
        })
        .assert_abort("memory allocation of");
    }
}

#[test]
fn m6_plain_methods_for_objects_abort() {
    all_abort(
        "m6_plain_methods_for_objects_abort",
        &[
            ("new_child", |ctx| drop(ctx.new_child())),
            ("new_child_named", |ctx| drop(ctx.new_child_named(c"child"))),
            ("alloc", |ctx| drop(ctx.alloc(1))),
            ("alloc zero-sized", |ctx| drop(ctx.alloc(()))),
            ("alloc_with", |ctx| drop(ctx.alloc_with(|| 1))),
            ("alloc_zeroed", |ctx| drop(ctx.alloc_zeroed::<u8>())),
            ("alloc_uninit", |ctx| drop(ctx.alloc_uninit::<u8>())),
            ("typed", |ctx| drop(ctx.typed().alloc(Point(1)))),
            ("typed array", |ctx| drop(ctx.typed().alloc_slice_copy(&[Point(1)]))),
            ("build", |ctx| drop(ctx.build::<One>(|t| One { text: t.strdup_c(c"text") }))),
        ],
    );
}

#[test]
fn m6_plain_methods_for_arrays_abort() {
    all_abort(
        "m6_plain_methods_for_arrays_abort",
        &[
            ("copy", |ctx| drop(ctx.alloc_slice_copy(&[1]))),
            ("copy nothing", |ctx| drop(ctx.alloc_slice_copy::<u8>(&[]))),
            ("clone", |ctx| drop(ctx.alloc_slice_clone(&[String::new()]))),
            ("fill_with", |ctx| drop(ctx.alloc_slice_fill_with(1, |_| 1))),
            ("from_iter", |ctx| drop(ctx.alloc_slice_from_iter([1]))),
            ("zeroed", |ctx| drop(ctx.alloc_slice_zeroed::<u8>(1))),
            ("uninit", |ctx| drop(ctx.alloc_slice_uninit::<u8>(1))),
            ("strdup_list", |ctx| drop(ctx.strdup_list(["text"]))),
            ("grow_with", |ctx| {
                set_memlimit(ctx, 0);
                let mut array = ctx.alloc_slice_copy(&[1]);
                set_memlimit(ctx, 1);
                TBox::grow_with(&mut array, 2, |_| 1);
            }),
            ("extend_from_slice", |ctx| {
                set_memlimit(ctx, 0);
                let mut array = ctx.alloc_slice_copy(&[1]);
                set_memlimit(ctx, 1);
                TBox::extend_from_slice(&mut array, &[2]);
            }),
        ],
    );
}

#[test]
fn m6_plain_methods_for_strings_abort() {
    fn text(ctx: &CtxRef) -> TString<'_> {
        set_memlimit(ctx, 0);
        let text = TString::from_str_in("text", ctx);
        set_memlimit(ctx, 1);
        text
    }
    all_abort(
        "m6_plain_methods_for_strings_abort",
        &[
            ("strdup", |ctx| drop(ctx.strdup("text"))),
            ("strndup", |ctx| drop(ctx.strndup("text", 2))),
            ("strdup_c", |ctx| ctx.strdup_c(c"text").free()),
            ("alloc_str", |ctx| drop(ctx.alloc_str("text"))),
            ("format", |ctx| drop(talloc::format!(ctx, "{}", 1))),
            ("format literal", |ctx| drop(talloc::format!(ctx, "text"))),
            ("new_in", |ctx| drop(TString::new_in(ctx))),
            ("with_capacity_in", |ctx| drop(TString::with_capacity_in(9, ctx))),
            ("from_str_in", |ctx| drop(TString::from_str_in("text", ctx))),
            ("reserve", |ctx| text(ctx).reserve(100)),
            ("push_str", |ctx| text(ctx).push_str("more")),
            ("push", |ctx| text(ctx).push('!')),
            ("extend chars", |ctx| text(ctx).extend("more".chars())),
            ("extend texts", |ctx| text(ctx).extend(["more"])),
            ("add", |ctx| text(ctx).add_assign("more")),
            ("write", |ctx| std::fmt::Write::write_str(&mut text(ctx), "more").expect("it aborts")),
        ],
    );
}

/// ikigai's PANIC: the host puts something right, and ends the process itself.
#[test]
fn m6_a_host_says_how_exhausted_memory_ends_the_process() {
    fn exhausted() {
        let root = Ctx::new();
        set_memlimit(&root, 1);
        drop(root.alloc([0_u8; 100]));
    }
    let test = "m6_a_host_says_how_exhausted_memory_ends_the_process";
    let ended = |part, end: fn(usize) -> !, body: fn()| {
        dies_as(test, part, || {
            talloc::set_out_of_memory_fn(Some(end));
            body();
        })
    };
    unsafe extern "C" {
        /// At once: nobody looks for leaks.
        safe fn _exit(status: core::ffi::c_int) -> !;
    }
    fn restores(size: usize) -> ! {
        eprintln!("the terminal is as it was, without {size} bytes");
        _exit(7)
    }
    let restored = ended("restores", restores, exhausted);
    restored.assert_exit(7, "the terminal is as it was, without 100 bytes");
    let restored = ended("restores, on another thread", restores, || {
        let _never_returns = std::thread::spawn(exhausted).join();
    });
    restored.assert_exit(7, "the terminal is as it was, without 100 bytes");
    // A panic unwinds nothing.
    let panics = |_| panic!("no way to restore it");
    let caught = || drop(std::panic::catch_unwind(exhausted));
    ended("panics", panics, caught).assert_abort("no way to restore it");
    // Not once more within itself.
    fn needs_memory(_: usize) -> ! {
        exhausted();
        unreachable!("it has ended");
    }
    ended("needs memory", needs_memory, exhausted).assert_abort("memory allocation of");
    // What is too large is a panic as before, and the try_ methods return.
    let end = ended("taken back", restores, || {
        let root = Ctx::new();
        set_memlimit(&root, 1);
        assert!(matches!(root.try_alloc(1), Err(Error::OutOfMemory { .. })));
        let too_large = || drop(root.alloc_slice_zeroed::<u8>(talloc::MAX_SIZE + 1));
        assert!(std::panic::catch_unwind(too_large).is_err());
        talloc::set_out_of_memory_fn(None);
        exhausted();
    });
    end.assert_abort("memory allocation of");
}

#[test]
fn m6_dropping_takes_no_memory() {
    let counts = Counts::new();
    check_tree(|root| {
        let small = root.alloc(counts.value());
        let text = TString::from_str_in("text", root);
        let child = root.new_child();
        TBox::keep(child.alloc_slice_fill_with(3, |_| counts.sized::<300>()));
        let node = root.build::<One>(|t| One { text: t.strdup_c(c"text") });
        set_memlimit(root, 1);
        drop((small, text, child, node));
        assert_eq!(root.total_blocks(), 1);
    });
    counts.assert_all_dropped(4);
}

#[test]
fn m6_dropping_a_large_value_without_memory_aborts() {
    // As documented, such a value takes a small allocation to free; one of up to 64 KiB does not
    // need it, see `faults.rs`. A limit does not keep it back:
    // `m6_everything_is_dropped_in_a_full_tree`.
    if !can_exhaust_memory() {
        return;
    }
    let parts: [Part; 2] = [
        ("large", |ctx| {
            let object = ctx.alloc(Counts::new().sized::<70_000>());
            assert!(c::tt_exhaust_memory());
            drop(object);
        }),
        ("slice", |ctx| {
            let object = ctx.alloc_slice_fill_with(3, |_| String::new());
            assert!(c::tt_exhaust_memory());
            TBox::free(object).expect("it aborts");
        }),
    ];
    for (part, body) in parts {
        dies_as("m6_dropping_a_large_value_without_memory_aborts", part, || body(&Ctx::new()))
            .assert_abort("memory allocation of");
    }
}

fn root_node(t: &CtxRef) -> Result<One<'_>, Error> {
    Ok(One { text: t.try_strdup("text")? })
}

/// Runs `body` in a child process whose memory is used up. It must not
/// allocate on the Rust heap; what it returns is looked at when there is
/// memory again.
fn without_memory<S, R>(
    test: &str,
    prepare: impl FnOnce() -> S,
    body: impl FnOnce(&mut S) -> R,
    check: impl FnOnce(S, R),
) {
    if !can_exhaust_memory() {
        return;
    }
    exits(test, "only", || {
        let mut state = prepare();
        assert!(c::tt_exhaust_memory());
        let result = body(&mut state);
        c::tt_release_memory();
        check(state, result);
    })
    .assert_success();
}

#[test]
fn m6_memory_that_is_really_gone() {
    without_memory(
        "m6_memory_that_is_really_gone",
        || {
            let root: &'static CtxRef = Ctx::new().leak();
            // The first object of a type makes its name, on the Rust heap.
            drop(root.alloc(1_u64));
            drop(root.alloc_slice_zeroed::<u64>(1));
            (root, TString::from_str_in("text", root), "x".repeat(200_000), String::new())
        },
        |(root, text, large, out)| {
            (
                Ctx::try_new().map(drop),
                root.try_alloc(5_u64).map(|number| *number),
                text.try_push_str(large),
                root.try_alloc_slice_zeroed::<u64>(100).map(|array| array.len()),
                root.report_full(out),
                root.try_snapshot().map(|snapshot| snapshot.len()),
            )
        },
        |(root, mut text, _, out), (new_root, number, grown, array, report, snapshot)| {
            assert!(matches!(snapshot, Err(Error::OutOfMemory { .. })), "{snapshot:?}");
            assert_eq!(root.try_snapshot().map(|snapshot| snapshot.len()), Ok(2));
            assert_eq!(new_root, Err(Error::OutOfMemory { size: 0 }));
            assert_eq!(number, Err(Error::OutOfMemory { size: 8 }));
            assert_eq!(grown, Err(Error::OutOfMemory { size: 200_005 }));
            assert_eq!(array, Err(Error::OutOfMemory { size: 800 }));
            assert_eq!((report, out.len()), (Err(std::fmt::Error), 0));
            assert_eq!((root.total_blocks(), &*text), (2, "text"));
            text.push_str(" again");
            assert_eq!(text, "text again");
        },
    );
}

#[test]
fn m6_a_root_node_without_memory_is_an_error() {
    without_memory(
        "m6_a_root_node_without_memory_is_an_error",
        // The first node of a type makes its name. Its memory must not be there again.
        || talloc::try_root::<One>(root_node).expect("memory").keep(),
        |_| talloc::try_root::<One>(root_node).map(drop),
        |first, result| {
            assert!(matches!(result, Err(Error::OutOfMemory { .. })), "{result:?}");
            assert_eq!(first.get().text, "text");
        },
    );
}

#[test]
fn m6_the_first_object_of_a_type_without_memory_is_an_error() {
    struct Never(#[expect(dead_code, reason = "never made")] u64);

    without_memory(
        "m6_the_first_object_of_a_type_without_memory_is_an_error",
        || Ctx::new().leak(),
        |root| root.try_alloc_with(|| Never(1)).map(drop),
        |_, result| assert_eq!(result, Err(Error::OutOfMemory { size: 8 })),
    );
}
