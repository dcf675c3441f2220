//! M8: names, in reports and in the checks of what is taken over.

use core::ffi::{CStr, c_char};
use std::thread;

use talloc::{Array, CType, Ctx, CtxRef, Error, Node, TBox, TString};
use talloc_tests::{check_tree, check_tree_mut};

talloc::node! {
    struct Unnamed<'t> {
        #[expect(dead_code, reason = "only the name counts")]
        text: Option<talloc::Str<'t>>,
    }
}

talloc::node! {
    #[repr(C)]
    struct Named<'t> as c"struct named" {
        number: u32,
        text: Option<talloc::Str<'t>>,
    }
}

#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq)]
struct Point(i32, i32);

impl CType for Point {
    const NAME: &'static CStr = c"struct point";
}

#[repr(transparent)]
#[derive(Debug, Clone, Copy, PartialEq)]
struct Byte(u8);

impl talloc::NoDrop for Byte {}

impl CType for Byte {
    const NAME: &'static CStr = c"char";
}

fn name<'a, T: ?Sized>(object: &'a TBox<'_, T>) -> &'a str {
    TBox::as_ctx(object).name().to_str().expect("ASCII")
}

#[test]
fn m8_objects_are_named_after_their_rust_type() {
    check_tree(|root| {
        assert_eq!(name(&root.alloc(1_u32)), "u32");
        assert_eq!(name(&root.alloc(vec![1])), "alloc::vec::Vec<i32>");
        assert_eq!(name(&root.alloc_zeroed::<[u64; 3]>()), "[u64; 3]");
        assert_eq!(name(&root.alloc_uninit::<f32>()), "f32");
        assert_eq!(name(&root.alloc_slice_copy(&[1_u8])), "[u8]");
        assert_eq!(name(&root.alloc_slice_from_iter([1_u8; 3])), "[u8]");
        assert_eq!(name(&root.alloc_slice_uninit::<u8>(3)), "[u8]");
        assert_eq!(name(&root.alloc_slice_zeroed::<u8>(3)), "[u8]");
        assert_eq!(name(&root.alloc_str("content")), "char");
        assert_eq!(name(&TString::from_str_in("content", root).into_boxed_str()), "char");
        let node = root.build::<Unnamed>(|_| Unnamed { text: None });
        assert_eq!(node.as_ctx().name(), c"names::Unnamed");
    });
}

/// As C's `talloc_new: file.c:7`.
#[test]
fn m8_contexts_are_named_after_the_place_that_made_them() {
    #[track_caller]
    fn helper(ctx: &CtxRef) -> Ctx<'_> {
        ctx.new_child()
    }
    fn name(ctx: &CtxRef) -> &str {
        ctx.name().to_str().expect("ASCII")
    }
    let place = |what, line: u32| format!("talloc_{what}: {}:{line}", file!());
    check_tree(|root| {
        for _ in 0..2 {
            let line = line!();
            assert_eq!(name(&Ctx::new()), place("new", line + 1));
            assert_eq!(name(&Ctx::try_new().expect("memory")), place("new", line + 2));
            assert_eq!(name(&root.new_child()), place("new", line + 3));
            assert_eq!(name(&root.try_new_child().expect("memory")), place("new", line + 4));
            assert_eq!(name(&helper(root)), place("new", line + 5));
            assert_eq!(name(&Ctx::pool(100)), place("pool", line + 6));
            assert_eq!(name(&Ctx::try_pool(100).expect("memory")), place("pool", line + 7));
            assert_eq!(name(&root.new_pool(100)), place("pool", line + 8));
            assert_eq!(name(&root.try_new_pool(100).expect("memory")), place("pool", line + 9));
        }
        assert_eq!(Ctx::named(c"named").name(), c"named");
        assert_eq!(root.new_child_named(c"named").name(), c"named");
    });
}

#[test]
fn m8_declared_names_are_c_names() {
    check_tree(|root| {
        assert_eq!(name(&root.typed().alloc(Point(1, 2))), "struct point");
        assert_eq!(name(&root.typed().alloc_with(|| Point(1, 2))), "struct point");
        assert_eq!(name(&root.typed().alloc_slice_copy(&[Point(1, 2)])), "struct point");
        let node = root.build::<Named>(|_| Named { number: 1, text: None });
        assert_eq!(node.as_ctx().name(), c"struct named");
        assert_eq!((node.get().number, node.get().text.is_none()), (1, true));
        // Growing keeps the name.
        let mut points = root.typed().alloc_slice_copy(&[Point(1, 2)]);
        TBox::extend_from_slice(&mut points, &[Point(3, 4); 100]);
        assert_eq!((points.len(), name(&points)), (101, "struct point"));
    });
}

#[test]
fn m8_names_are_never_formats() {
    const WICKED: &CStr = c"%n%s%d%%";
    check_tree(|root| {
        let mut ctx = Ctx::named(WICKED).steal(root);
        assert_eq!(ctx.name(), WICKED);
        let child = ctx.new_child_named(WICKED);
        assert_eq!(child.name(), WICKED);
        drop(child);
        ctx.set_name("%s%n%d %100000x").expect("no NUL");
        assert_eq!(ctx.name(), c"%s%n%d %100000x");
        let text = root.strdup("%n%n").expect("no NUL");
        let mut report = String::new();
        root.report_full(&mut report).expect("a report");
        assert!(report.contains("%s%n%d %100000x"), "{report}");
        text.free();
    });
}

#[test]
fn m8_a_dynamic_name_is_a_child_that_outlives_a_reset() {
    check_tree_mut(|root| {
        let mut ctx = root.new_child();
        ctx.set_name("first").expect("no NUL");
        assert_eq!((ctx.name(), ctx.total_blocks()), (c"first", 2));
        let scratch = String::from("second");
        ctx.set_name(&scratch).expect("no NUL");
        drop(scratch);
        TBox::leak(ctx.alloc([0_u8; 100]));
        assert_eq!(ctx.set_name("a\0b"), Err(Error::InteriorNul { position: 1 }));
        assert_eq!(ctx.name(), c"second");
        ctx.free_children();
        assert_eq!((ctx.name(), ctx.total_blocks()), (c"second", 2));
        let mut report = String::new();
        ctx.report_full(&mut report).expect("a report");
        assert!(report.contains(".name") && report.contains("'second'"), "{report}");
        // The name goes along.
        let ctx = ctx.into_raw();
        // SAFETY: the context was given out by `into_raw`.
        let ctx = unsafe { Ctx::from_raw(ctx) }.expect("not null");
        assert_eq!(ctx.name(), c"second");
    });
}

#[test]
fn m8_a_dynamic_name_of_c_survives_growth() {
    check_tree(|root| {
        let mut array = root.alloc_slice_copy(&[1_u8; 8]);
        // SAFETY: the object is live; the format fits its argument.
        unsafe {
            talloc_sys::talloc_set_name(
                TBox::as_ptr(&array).cast(),
                c"%s".as_ptr(),
                c"dynamic".as_ptr(),
            )
        };
        for _ in 0..10 {
            TBox::extend_from_slice(&mut array, &[2; 3000]);
            assert_eq!(name(&array), "dynamic");
        }
        assert_eq!(TBox::as_ctx(&array).total_blocks(), 2);
    });
}

/// A string that C made, named by its own content.
fn self_named(ctx: &CtxRef, text: &CStr) -> *mut c_char {
    // SAFETY: the context is live and the text ends with NUL.
    let text = unsafe { talloc_sys::talloc_strdup(ctx.as_ptr(), text.as_ptr()) };
    // SAFETY: the chunk is live.
    assert_eq!(unsafe { talloc_sys::talloc_get_name(text.cast()) }, text);
    text
}

#[test]
fn m8_a_string_named_by_itself_moves_and_its_name_does_not_dangle() {
    check_tree(|root| {
        let raw = self_named(root, c"char");
        // SAFETY: the chunk is live and holds five bytes.
        let mut bytes =
            unsafe { Array::<Byte>::from_raw(raw.cast()) }.expect("five bytes").into_boxed_slice();
        let in_the_way: Vec<TBox<'_, [u8]>> =
            (0..20).map(|_| root.alloc_slice_copy(&[1; 100])).collect();
        TBox::extend_from_slice(&mut bytes, &[Byte(b'!'); 5000]);
        assert_eq!((bytes.len(), bytes[4], bytes[5]), (5005, Byte(0), Byte(b'!')));
        let found = TBox::as_ctx(&bytes).name();
        assert!(!bytes.as_ptr_range().contains(&found.as_ptr().cast()), "the name is the content");
        drop(in_the_way);

        // The same as text.
        let raw = self_named(root, c"adopted");
        // SAFETY: C left the string to the test.
        let mut text = TBox::into_string(unsafe { TBox::from_raw_c_str(raw) }.expect("UTF-8"));
        (0..1000).for_each(|_| text.push_str(" and grown"));
        assert_eq!(name(&text.into_boxed_str()), "char");
    });
}

#[test]
fn m8_writing_to_an_adopted_object_does_not_write_its_name() {
    check_tree(|root| {
        let raw = self_named(root, c"char");
        // SAFETY: the chunk is live and holds five bytes.
        let mut bytes =
            unsafe { Array::<Byte>::from_raw(raw.cast()) }.expect("five bytes").into_boxed_slice();
        // The NUL stays, so that a wrong answer is no wild read.
        bytes[..4].fill(Byte(b'x'));
        assert_ne!(name(&bytes), "xxxx", "overwriting the NUL would make this an overread");
    });
}

#[test]
fn m8_what_is_taken_over_must_have_the_right_name() {
    fn wrong(result: Result<(), Error>) -> (String, String) {
        match result {
            Err(Error::WrongType { expected, found }) => (expected, found),
            other => panic!("{other:?}"),
        }
    }
    let pair = |expected: &str, found: &str| (expected.to_string(), found.to_string());
    check_tree(|root| {
        let raw = TBox::into_raw(root.alloc(1_u64));
        // SAFETY: the object is live, and its name is that of no other type.
        unsafe {
            assert_eq!(wrong(TBox::<i64>::from_raw(raw.cast()).map(drop)), pair("i64", "u64"));
            assert_eq!(wrong(TBox::<[u64]>::from_raw_slice(raw).map(drop)), pair("[u64]", "u64"));
            assert_eq!(
                wrong(TBox::<Point>::from_raw_typed(raw.cast()).map(drop)),
                pair("struct point", "u64")
            );
            assert_eq!(
                wrong(TBox::<[Point]>::from_raw_slice_typed(raw.cast()).map(drop)),
                pair("struct point", "u64")
            );
            assert_eq!(
                wrong(Node::<Named>::from_raw(raw.cast()).map(drop)),
                pair("struct named", "u64")
            );
            assert_eq!(
                wrong(Node::<Unnamed>::from_raw(raw.cast()).map(drop)),
                pair("names::Unnamed", "u64")
            );
        }
        assert_eq!(root.total_blocks(), 2);
        // SAFETY: the object was given out by `into_raw`; its parent is the root.
        let back = unsafe { TBox::<u64>::from_raw(raw) }.expect("its own type");
        assert_eq!(*back, 1);
    });
}

#[test]
fn m8_what_is_taken_over_must_have_the_right_size() {
    #[repr(C)]
    struct Larger([u64; 4]);

    impl CType for Larger {
        const NAME: &'static CStr = c"struct larger";
    }

    talloc::node! {
        struct LargerNode<'t> as c"struct larger" {
            number: u64,
            // 32 bytes with the number.
            texts: [Option<talloc::Str<'t>>; 24 / size_of::<usize>()],
        }
    }

    check_tree(|root| {
        for size in [0_usize, 31, 32, 33, 64] {
            // SAFETY: the context is live.
            let raw =
                unsafe { talloc_sys::talloc_zero_size(root.as_ptr(), c"struct larger", size) };
            let wrong = Error::WrongSize { expected: 32, found: size };
            // SAFETY: the object is live and zeroed. Only one of the handles is used at a
            // time, and none frees it.
            let (one, many, node) = unsafe {
                (
                    TBox::<Larger>::from_raw_typed(raw.cast()).map(TBox::into_raw),
                    TBox::<[Larger]>::from_raw_slice_typed(raw.cast()).map(TBox::into_raw),
                    Node::<LargerNode>::from_raw(raw.cast()).map(|node| node.into_raw()),
                )
            };
            match (one, size) {
                // SAFETY: as above.
                (Ok(one), 32) => assert_eq!(unsafe { (*one).0 }, [0; 4]),
                (one, _) => assert_eq!(one.err(), Some(wrong.clone())),
            }
            match (many, size) {
                (Ok(many), 0 | 32 | 64) => assert_eq!(many.len(), size / 32),
                (many, _) => assert_eq!(many.err(), Some(wrong.clone())),
            }
            // C may add fields to its struct.
            match (node, size) {
                // SAFETY: as above.
                (Ok(node), 32..) => unsafe {
                    assert_eq!(((*node).number, (*node).texts[2].is_none()), (0, true));
                },
                (node, _) => assert_eq!(node.err(), Some(wrong)),
            }
            assert_eq!(root.total_blocks(), 2);
            // SAFETY: nobody owns it.
            assert_eq!(unsafe { talloc_sys::talloc_free(raw) }, 0);
        }
    });
}

#[test]
fn m8_threads_that_name_the_same_types_at_once_agree() {
    let names = || {
        check_tree(|root| {
            [
                name(&root.alloc(0_i8)).to_owned(),
                name(&root.alloc([0_i8; 2])).to_owned(),
                name(&root.alloc([0_i8; 3])).to_owned(),
                name(&root.alloc(Some(0_i8))).to_owned(),
            ]
        })
    };
    let expected = ["i8", "[i8; 2]", "[i8; 3]", "core::option::Option<i8>"];
    thread::scope(|scope| {
        for thread in Vec::from_iter((0..8).map(|_| scope.spawn(names))) {
            assert_eq!(thread.join().expect("no panic"), expected);
        }
    });
}
