//! M8: names of one's own, for any object.

use core::ffi::{CStr, c_char};
use std::cell::RefCell;

use talloc::{AsCtx, Ctx, CtxRef, Error, Guarded, Kept, Node, Str, TBox, Verdict};
use talloc_tests::{check_tree, check_tree_mut, set_memlimit, set_refusing};

talloc::node! {
    #[derive(Debug)]
    struct Conn<'t> {
        fd: i32,
        peer: Str<'t>,
    }
}

fn conn(ctx: &CtxRef, fd: i32) -> Node<'_, Conn<'_>> {
    ctx.build(|t| Conn { fd, peer: t.strdup_c(c"peer") })
}

#[test]
fn any_object_has_the_name_that_it_was_given() {
    check_tree(|root| {
        let mut number = root.alloc(1);
        TBox::set_name(&mut number, "number").expect("no NUL");
        assert_eq!(number.as_ctx().name(), c"number");
        let text = TBox::with_name(root.alloc_str("text"), "a text").expect("no NUL");
        assert_eq!((text.as_ctx().name(), &*text), (c"a text", "text"));
        let array = TBox::with_name_const(root.alloc_slice_copy(&[1, 2]), c"an array");
        assert_eq!((array.as_ctx().name(), array.len()), (c"an array", 2));

        let mut job = root.alloc_guarded(7, |_| Verdict::Free);
        Guarded::set_name(&mut job, "job 7").expect("no NUL");
        assert_eq!((job.as_ctx().name(), *job), (c"job 7", 7));
        let job = Guarded::with_name_const(job, c"job");
        assert_eq!(job.as_ctx().name(), c"job");

        let mut node = conn(root, 4);
        node.set_name(&format!("conn {}", node.get().fd)).expect("no NUL");
        assert_eq!((node.as_ctx().name(), node.get().peer.to_bytes()), (c"conn 4", &b"peer"[..]));
        let mut kept: Kept<'_, Conn<'static>> = node.keep();
        kept.set_name_const(c"listener");
        assert_eq!((kept.as_ctx().name(), kept.get().fd), (c"listener", 4));
        let kept = kept.with_name("conn 5").expect("no NUL");
        let tree = root.snapshot().tree().to_string();
        assert!(tree.contains("conn 5") && tree.contains("job") && tree.contains("an array"));
        kept.free();

        let child = root.new_child().with_name("child").expect("no NUL").with_name_const(c"again");
        assert_eq!((child.name(), child.total_blocks()), (c"again", 2));
    });
}

#[test]
fn m8_a_given_name_is_never_a_format_and_has_no_nul() {
    check_tree(|root| {
        let mut node = conn(root, 4).with_name("%n%s%d %100000x").expect("no NUL");
        assert_eq!(node.as_ctx().name(), c"%n%s%d %100000x");
        let mut report = String::new();
        root.report_full(&mut report).expect("a report");
        assert!(report.contains("%n%s%d %100000x"), "{report}");

        let nul = Error::InteriorNul { position: 1 };
        assert_eq!(node.set_name("a\0b"), Err(nul.clone()));
        let rejected = node.with_name("a\0b").unwrap_err();
        assert_eq!(*rejected.error(), nul);
        let node = rejected.into_inner();
        assert_eq!((node.as_ctx().name(), node.get().fd), (c"%n%s%d %100000x", 4));
        assert_eq!(node.as_ctx().total_blocks(), 3);

        let rejected = TBox::with_name(root.alloc(String::from("kept")), "\0").unwrap_err();
        assert_eq!(*rejected.into_inner(), "kept");
        let empty = TBox::with_name(root.alloc(()), "").expect("no NUL");
        assert_eq!(empty.as_ctx().name(), c"");
    });
}

#[test]
fn m8_a_given_name_goes_along_and_survives_growth() {
    check_tree(|root| {
        let request = root.new_child();
        let mut array =
            TBox::with_name(request.alloc_slice_copy(&[1_u8; 8]), "bytes").expect("no NUL");
        for _ in 0..10 {
            TBox::extend_from_slice(&mut array, &[2; 3000]);
            assert_eq!(array.as_ctx().name(), c"bytes");
        }
        let array = TBox::steal(array, root);
        drop(request);
        assert_eq!((array.as_ctx().name(), array.len()), (c"bytes", 30_008));

        // As a share.
        let shared = talloc::Shared::from_box_in(
            TBox::with_name(root.alloc(vec![1]), "shared").expect("no NUL"),
            root,
        );
        let unshared = talloc::Shared::into_box(shared, root).expect("one owner");
        assert_eq!(unshared.as_ctx().name(), c"shared");
    });
}

#[test]
fn m8_a_given_name_stays_through_all_forms_of_a_string() {
    check_tree(|root| {
        let text = TBox::with_name(root.alloc_str("text"), "given").expect("no NUL");
        let mut text = TBox::into_string(text);
        for _ in 0..1000 {
            text.push_str(" and more");
            assert_eq!(text.as_ctx().name(), c"given");
        }
        // Cut by little, and by much.
        text.reserve(100);
        let mut text = TBox::into_string(text.into_boxed_str());
        text.truncate(9);
        assert_eq!(text.capacity(), 9004);
        let text = text.into_boxed_str();
        assert_eq!((text.as_ctx().name(), text.as_ctx().size()), (c"given", 10));
        let text: Str<'_> = TBox::into_c_str(text).expect("no NUL");
        assert_eq!((text.as_ctx().name(), &*text), (c"given", c"text and "));
        let text = text.into_boxed_str().expect("UTF-8");
        assert_eq!((text.as_ctx().name(), &*text), (c"given", "text and "));

        // From C, whose names are the texts unless it has given others; cut to the first NUL.
        for (name, expected) in [(None, c"char"), (Some(c"of C"), c"of C")] {
            for rest in [0, 3, 5000] {
                let bytes = [&b"of C\0"[..], &vec![b'x'; rest]].concat();
                let raw = TBox::into_raw(root.alloc_slice_copy(&bytes)).cast::<c_char>();
                let name = name.map_or(raw.cast_const(), CStr::as_ptr);
                // SAFETY: live; the name lives as long, and has a NUL.
                unsafe { talloc_sys::talloc_set_name_const(raw.cast(), name) };
                // SAFETY: live, initialised, and nobody else owns it.
                let text = unsafe { TBox::from_raw_c_str(raw) }.expect("UTF-8");
                assert_eq!((&*text, text.as_ctx().name()), ("of C", expected), "{rest}");
                assert_eq!(text.as_ctx().size(), 5);
            }
        }
    });
}

#[test]
fn m8_a_string_without_a_given_name_is_called_as_always() {
    check_tree(|root| {
        let mut text = talloc::TString::from_str_in("text", root);
        text.push_str(" and much more of it");
        assert_eq!(text.as_ctx().name(), c"char");
        let text = text.into_c_str().expect("no NUL");
        // SAFETY: live; the name of a chunk has a NUL.
        let name = unsafe { CStr::from_ptr(talloc_sys::talloc_get_name(text.as_ptr().cast())) };
        assert_eq!(name, c"text and much more of it");
        let text = TBox::into_string(text.into_boxed_str().expect("UTF-8"));
        assert_eq!(text.as_ctx().name(), c"char");
    });
}

#[test]
fn m8_a_renamed_object_is_no_object_of_its_type() {
    check_tree(|root| {
        let raw = TBox::into_raw(TBox::with_name_const(root.alloc(1_u64), c"number"));
        // SAFETY: the object is live, and its name is that of no type.
        let Err(error) = (unsafe { TBox::from_raw(raw) }) else { panic!("the name is wrong") };
        assert_eq!(error, Error::WrongType { expected: "u64".into(), found: "number".into() });
        // SAFETY: live, a `u64`, and nobody else owns it.
        let number = unsafe { TBox::from_raw_unchecked(raw) };
        assert_eq!(*number, 1);

        let raw: *mut Conn<'_> = conn(root, 4).with_name("conn 4").expect("no NUL").into_raw();
        // SAFETY: as above.
        let Err(error) = (unsafe { Node::<Conn>::from_raw(raw) }) else { panic!("the name") };
        let expected = "renames::Conn".to_owned();
        assert_eq!(error, Error::WrongType { expected, found: "conn 4".into() });
        // SAFETY: live; nobody owns it.
        assert_eq!(unsafe { talloc_sys::talloc_free(raw) }, 0);
    });
}

thread_local! {
    static SEEN: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Has the name that its node had, and looks at it and at the present one at the end.
struct Looks<'t> {
    ctx: &'t CtxRef,
    name: &'t CStr,
}

impl Drop for Looks<'_> {
    fn drop(&mut self) {
        let names = [self.name, self.ctx.name()].map(|name| name.to_string_lossy().into_owned());
        SEEN.with_borrow_mut(|seen| seen.extend(names));
    }
}

talloc::node! { struct Holds<'t> { looks: Looks<'t> } }

#[test]
fn m8_an_old_name_that_a_node_holds_stays_as_long_as_the_node() {
    check_tree(|root| {
        let mut node = root.build::<Holds>(|t| Holds { looks: Looks { ctx: t, name: t.name() } });
        for name in ["first", "second"] {
            node.set_name(name).expect("no NUL");
            node.with_mut(|t, holds| holds.looks.name = t.name());
        }
        node.set_name_const(c"third");
        assert_eq!(node.get().looks.name, c"second");
        assert_eq!(node.as_ctx().total_blocks(), 3);
        // Children that are newer than the name do not change when it goes.
        let _: &mut i32 = TBox::leak(node.as_ctx().alloc(1));
        node.set_name("fourth").expect("no NUL");
        drop(node);
        assert_eq!(SEEN.take(), ["second", "fourth"]);
    });
}

#[test]
fn m8_a_name_outlives_a_reset_whatever_was_the_name_before() {
    check_tree_mut(|root| {
        let mut ctx = root.new_child();
        ctx.set_name("first").expect("no NUL");
        ctx.set_name_const(c"second");
        ctx.free_children();
        assert_eq!((ctx.name(), ctx.total_blocks()), (c"second", 1));
        ctx.set_name("third").expect("no NUL");
        ctx.set_name("fourth").expect("no NUL");
        ctx.free_children();
        assert_eq!((ctx.name(), ctx.total_blocks()), (c"fourth", 2));
    });
}

#[test]
fn a_renamed_object_that_c_refuses_to_free_keeps_its_name() {
    check_tree(|root| {
        let large = root.alloc((String::from("value"), [0_u8; 500]));
        let large = TBox::with_name(large, "large").expect("no NUL");
        set_refusing(large.as_ctx(), 1);
        let large = TBox::free(large).unwrap_err().into_inner();
        assert_eq!((large.as_ctx().name(), &*large.0), (c"large", "value"));
        assert_eq!(large.as_ctx().total_blocks(), 2);
    });
}

#[test]
fn without_memory_the_old_name_stays() {
    let ctx = Ctx::new();
    let mut node = conn(&ctx, 4).with_name("conn 4").expect("no NUL");
    set_memlimit(&ctx, ctx.total_size() + 6 * 200);
    let long = "x".repeat(5000);
    assert_eq!(node.set_name(&long), Err(Error::OutOfMemory { size: 5001 }));
    let node = node.with_name(&long).unwrap_err().into_inner();
    assert_eq!(node.as_ctx().name(), c"conn 4");
    let node = node.with_name_const(c"no memory is needed");
    assert_eq!(node.as_ctx().name(), c"no memory is needed");
    assert_eq!(node.as_ctx().total_blocks(), 3);
}
