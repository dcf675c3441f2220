//! Names, sizes, totals, ancestors and reports, as C sees them. F4: writers
//! that panic or work on the tree.

use core::ffi::c_void;
use std::fmt::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use talloc::{Ctx, CtxRef, TBox, TString};
use talloc_tests::{Counts, c, check_tree, reference, unlink};

/// What C's `talloc_report_full` prints.
fn report_of_c(ctx: &CtxRef) -> Vec<u8> {
    let mut size = 0;
    // SAFETY: the context is live.
    let text = unsafe { c::tt_report_full(ctx.as_ptr(), &raw mut size) };
    assert!(!text.is_null());
    // SAFETY: the text is as long as C says.
    let copy = unsafe { core::slice::from_raw_parts(text.cast::<u8>(), size) }.to_vec();
    // SAFETY: the text is a chunk of its own.
    assert_eq!(unsafe { talloc_sys::talloc_free(text) }, 0);
    copy
}

fn report(ctx: &CtxRef) -> String {
    let mut text = String::new();
    ctx.report_full(&mut text).expect("a report");
    text
}

#[test]
fn reports_equal_those_of_c() {
    check_tree(|root| {
        assert_eq!(report(root).as_bytes(), report_of_c(root));
        assert_eq!(report(root).lines().count(), 1);

        let request = root.new_child_named(c"request");
        let numbers = request.alloc_slice_copy(&[1_u64; 20]);
        let name = TBox::as_ctx(&numbers).strdup("name").expect("no NUL");
        let mut renamed = request.new_child();
        renamed.set_name("a name with 100%s").expect("no NUL");
        let holder = root.new_child_named(c"holder");
        reference(&holder, TBox::as_ctx(&numbers));

        let text = report(root);
        assert_eq!(text.as_bytes(), report_of_c(root));
        assert_eq!(report(&request).as_bytes(), report_of_c(&request));
        assert_eq!(request.report().to_string().as_bytes(), report_of_c(&request));
        assert_eq!(text.lines().count(), 8, "{text}");
        for part in
            ["full talloc report on 'test'", "[u64]", "100%s", "reference to: [u64]", "(ref 1)"]
        {
            assert!(text.contains(part), "{part:?} is not in {text}");
        }
        unlink(&holder, TBox::as_ctx(&numbers));
        name.free();
    });
}

#[test]
fn reports_show_names_that_are_not_utf_8() {
    check_tree(|root| {
        let child = root.new_child_named(c"caf\xe9");
        assert_eq!(child.name(), c"caf\xe9");
        assert!(report(root).contains("caf\u{fffd} "));
        let bytes = report_of_c(root);
        assert_eq!(report(root), String::from_utf8_lossy(&bytes));
    });
}

#[test]
fn reports_of_wide_and_deep_trees_are_complete() {
    check_tree(|root| {
        let scratch = root.new_child();
        let mut deepest: &CtxRef = &scratch;
        for _ in 0..100 {
            deepest = deepest.new_child().leak();
        }
        for number in 0..1000_u32 {
            TBox::leak(scratch.alloc(number));
        }
        let text = report(root);
        assert_eq!(text.lines().count(), 1102);
        assert_eq!(text.as_bytes(), report_of_c(root));
    });
}

#[test]
fn f4_a_report_may_go_into_the_tree_that_it_describes() {
    check_tree(|root| {
        let mut text = TString::new_in(root);
        root.report_full(&mut text).expect("a report");
        assert_eq!(text.lines().count(), 2);
        // Once more behind it, while the string moves.
        let before = text.len();
        root.report_full(&mut text).expect("a report");
        assert_eq!(text[before..].lines().count(), 2);

        let mut boxed = root.alloc(String::new());
        root.report_full(&mut boxed).expect("a report");
        assert_eq!(boxed.lines().count(), 3);
    });
}

/// Does something with the tree for each piece of text.
struct Meddles<'c> {
    ctx: &'c CtxRef,
    scratch: Option<Ctx<'c>>,
    pieces: usize,
}

impl Write for Meddles<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.pieces += 1;
        self.scratch = None;
        TBox::leak(self.ctx.alloc_str(text));
        assert!(report(self.ctx).contains("char"));
        Ok(())
    }
}

#[test]
fn f4_a_writer_that_changes_the_tree_is_called_when_the_report_is_done() {
    check_tree(|root| {
        let ctx = root.new_child();
        let scratch = ctx.new_child_named(c"scratch");
        let mut writer = Meddles { ctx: &ctx, scratch: Some(scratch), pieces: 0 };
        ctx.report_full(&mut writer).expect("a report");
        assert_eq!(writer.pieces, 1);
        assert_eq!(ctx.total_blocks(), 2);
        assert!(!report(&ctx).contains("scratch"));
    });
}

#[test]
fn f4_a_writer_that_panics_or_fails_leaves_nothing() {
    struct Panics;
    impl Write for Panics {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            panic!("{} bytes", text.len())
        }
    }
    struct Fails;
    impl Write for Fails {
        fn write_str(&mut self, _: &str) -> fmt::Result {
            Err(fmt::Error)
        }
    }
    check_tree(|root| {
        let length = report(root).len();
        let payload = catch_unwind(AssertUnwindSafe(|| root.report_full(&mut Panics)));
        let payload = payload.expect_err("a panic");
        assert_eq!(payload.downcast_ref::<String>(), Some(&format!("{length} bytes")));
        assert_eq!(root.report_full(&mut Fails), Err(fmt::Error));
        assert_eq!(write!(Fails, "{}", root.report()), Err(fmt::Error));
        assert_eq!(report(root).len(), length);
    });
}

#[test]
fn sizes_and_totals_are_those_of_c() {
    let counts = Counts::new();
    check_tree(|root| {
        let value = root.alloc(counts.sized::<100>());
        let text = TBox::as_ctx(&value).strdup("12345").expect("no NUL");
        let empty = root.new_child();
        let size = size_of_val(&*value);
        assert_eq!((TBox::as_ctx(&value).size(), empty.size(), root.size()), (size, 0, 0));
        assert_eq!((root.total_size(), root.total_blocks()), (size + 6, 4));
        // SAFETY: the root is live.
        unsafe {
            assert_eq!(talloc_sys::talloc_total_size(root.as_ptr()), size + 6);
            assert_eq!(talloc_sys::talloc_total_blocks(root.as_ptr()), 4);
        }
        text.free();
    });
    counts.assert_all_dropped(1);
}

#[test]
fn ancestors_are_found_and_others_are_not() {
    check_tree(|root| {
        let other = Ctx::new();
        let child = root.new_child();
        let grandchild = child.new_child();
        let sibling = root.new_child();
        assert!(root.is_ancestor_of(root));
        assert!(root.is_ancestor_of(&child) && root.is_ancestor_of(&grandchild));
        assert!(child.is_ancestor_of(&grandchild) && !child.is_ancestor_of(root));
        assert!(!sibling.is_ancestor_of(&grandchild) && !grandchild.is_ancestor_of(&child));
        assert!(!other.is_ancestor_of(&child) && !child.is_ancestor_of(&other));
    });
}

#[test]
fn a_context_from_c_is_the_same_chunk() {
    check_tree(|root| {
        // SAFETY: the root is live for longer than the borrow.
        let same = unsafe { CtxRef::from_ptr(root.as_ptr()) }.expect("not null");
        assert_eq!((same.as_ptr(), same.name()), (root.as_ptr(), c"test"));
        let child = same.new_child();
        assert_eq!(root.total_blocks(), 2);
        let pointer: *mut c_void = child.into_raw();
        // SAFETY: the child was given out by `into_raw`; its parent is the root.
        let child: Ctx<'_> = unsafe { Ctx::from_raw(pointer) }.expect("not null");
        assert!(format!("{child:?}").contains("talloc_new: tests/context/queries.rs:"));
    });
}
