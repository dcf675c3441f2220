//! F2, F3: C frees, steals and refers to what Rust made, and destructors of
//! one side run under a free of the other.

use core::ffi::c_void;
use std::cell::RefCell;
use std::rc::Rc;

use talloc::{Ctx, CtxRef, Node, Str, TBox};
use talloc_tests::{
    Counted, Counts, c, check_tree, parent, reference, reference_count, set_refusing,
};

talloc::node! {
    struct Plain<'t> {
        name: Str<'t>,
    }
}

talloc::node! {
    struct Holds<'t> {
        name: Str<'t>,
        value: Counted,
    }
}

fn plain<'c>(ctx: &'c CtxRef) -> Node<'c, Plain<'c>> {
    ctx.build(|t| Plain { name: t.strdup_c(c"plain") })
}

/// C's `talloc_free`, on a chunk that the caller gives up.
fn free_in_c(chunk: *mut c_void) {
    // SAFETY: the callers own the chunk and do not use it again.
    assert_eq!(unsafe { c::tt_free(chunk) }, 0);
}

#[test]
fn f2_c_frees_what_rust_kept_and_built() {
    let counts = Counts::new();
    check_tree(|root| {
        let kept: *mut Counted = TBox::keep(root.alloc(counts.value()));
        free_in_c(kept.cast());
        assert_eq!((counts.dropped(), root.total_blocks()), (1, 1));

        let kept: *mut [Counted] = TBox::keep(root.alloc_slice_fill_with(3, |_| counts.sized()));
        free_in_c(kept.cast());
        assert_eq!((counts.dropped(), root.total_blocks()), (4, 1));

        let node = root.build::<Holds>(|t| Holds {
            name: t.strdup("node").expect("no NUL"),
            value: counts.value(),
        });
        assert!(node.get().value.is_alive() && node.get().name == "node");
        free_in_c(node.into_raw().cast());
        assert_eq!((counts.dropped(), root.total_blocks()), (5, 1));

        free_in_c(plain(root).into_raw().cast());
        free_in_c(root.strdup("text").expect("no NUL").into_raw().cast());
        free_in_c(root.new_child().into_raw());
        // As documented, what went through `into_raw` is not dropped by C.
        let raw = TBox::into_raw(root.alloc(counts.value()));
        // SAFETY: the value is valid; this takes it out before C frees its chunk.
        let value = unsafe { raw.read() };
        free_in_c(raw.cast());
        assert_eq!(counts.dropped(), 5);
        drop(value);
    });
    counts.assert_all_dropped(6);
}

#[test]
fn f2_c_frees_the_parent_of_what_rust_kept() {
    let counts = Counts::new();
    check_tree(|root| {
        let parent = root.new_child().into_raw();
        // SAFETY: the parent lives until C frees it below.
        let ctx = unsafe { CtxRef::from_ptr(parent) }.expect("not null");
        TBox::keep(ctx.alloc(counts.value()));
        ctx.build::<Holds>(|t| Holds { name: t.strdup_c(c"n"), value: counts.value() }).keep();
        let inner = ctx.new_child().leak();
        TBox::keep(inner.alloc_slice_fill_with(2, |_| counts.value()));
        free_in_c(parent);
        assert_eq!(counts.dropped(), 4);
    });
    counts.assert_all_dropped(4);
}

#[test]
fn f2_c_steals_what_rust_made() {
    let counts = Counts::new();
    check_tree(|root| {
        let owner_in_c = Ctx::named(c"owner in C");
        let kept: *mut Counted = TBox::keep(root.alloc(counts.value()));
        let node = root.build::<Holds>(|t| Holds { name: t.strdup_c(c"n"), value: counts.value() });
        let node: *mut c_void = node.into_raw().cast();
        // SAFETY: both are live and left to C.
        unsafe {
            talloc_sys::talloc_steal(owner_in_c.as_ptr(), kept);
            talloc_sys::talloc_steal(owner_in_c.as_ptr(), node);
        }
        assert_eq!((root.total_blocks(), owner_in_c.total_blocks()), (1, 4));
        // SAFETY: the node is live, and C gives it back.
        let node = unsafe { Node::<Holds>::from_raw(node.cast()) }.expect("a Holds");
        assert_eq!(parent(node.as_ctx()), owner_in_c.as_ptr());
        drop(node);
        assert_eq!(counts.dropped(), 1);
        drop(owner_in_c);
        assert_eq!(counts.dropped(), 2);
    });
    counts.assert_all_dropped(2);
}

#[test]
fn f2_c_steals_what_a_handle_still_owns() {
    let counts = Counts::new();
    check_tree(|root| {
        let elsewhere = root.new_child();
        let object = root.alloc(counts.value());
        // SAFETY: both are live; the new parent outlives the handle.
        unsafe { talloc_sys::talloc_steal(elsewhere.as_ptr(), TBox::as_ptr(&object)) };
        assert_eq!(elsewhere.total_blocks(), 2);
        drop(object);
        assert_eq!((elsewhere.total_blocks(), counts.dropped()), (1, 1));
    });
    counts.assert_all_dropped(1);
}

#[test]
fn f2_a_root_that_c_refers_to_goes_to_c() {
    let counts = Counts::new();
    check_tree(|root| {
        let holder = root.new_child();
        let ctx = Ctx::named(c"shared");
        TBox::keep(ctx.alloc(counts.value()));
        reference(&holder, &ctx);
        // By fact 5 this is no refusal: C is the owner now.
        ctx.free().expect("the holder takes it");
        assert_eq!((holder.total_blocks(), counts.dropped()), (3, 0));
        drop(holder);
        assert_eq!(counts.dropped(), 1);
    });
    counts.assert_all_dropped(1);
}

#[test]
fn f3_destructors_of_c_run_under_rusts_free() {
    let counts = Counts::new();
    check_tree(|root| {
        let object = root.alloc(counts.value());
        set_refusing(TBox::as_ctx(&object), 0);
        drop(object);
        assert_eq!(c::tt_destructor_calls(), 1);

        let array = root.alloc_slice_fill_with(2, |_| counts.value());
        set_refusing(TBox::as_ctx(&array), 0);
        TBox::free(array).expect("not refused");
        assert_eq!(c::tt_destructor_calls(), 1);

        let node = plain(root);
        assert_eq!(node.get().name, "plain");
        set_refusing(node.as_ctx(), 0);
        drop(node);
        assert_eq!(c::tt_destructor_calls(), 1);

        // Those of children that C added run too, newest first.
        c::tt_log_clear();
        let object = root.alloc_slice_fill_with(2, |_| counts.value());
        let mut chunks = Vec::new();
        for _ in 0..3 {
            let child = TBox::as_ctx(&object).new_child().into_raw();
            // SAFETY: the child is live, and the destructor only looks at it.
            unsafe { c::tt_set_recording(child) };
            chunks.insert(0, child);
        }
        drop(object);
        // SAFETY: there are three records.
        let log = [0, 1, 2].map(|index| unsafe { c::tt_log_chunk(index) });
        assert_eq!((c::tt_log_length(), &log[..]), (3, &*chunks));
    });
    counts.assert_all_dropped(5);
}

#[test]
fn f3_destructors_of_rust_run_under_cs_free_in_cs_order() {
    struct Logs(u32, Rc<RefCell<Vec<u32>>>);
    impl Drop for Logs {
        fn drop(&mut self) {
            self.1.borrow_mut().push(self.0);
        }
    }
    let log = Rc::new(RefCell::new(Vec::new()));
    check_tree(|root| {
        let parent = root.new_child().into_raw();
        // SAFETY: the parent lives until C frees it below.
        let ctx = unsafe { CtxRef::from_ptr(parent) }.expect("not null");
        for number in 1..=3 {
            TBox::keep(ctx.alloc(Logs(number, Rc::clone(&log))));
        }
        // A chunk of C in between, with children of Rust.
        // SAFETY: the parent is live.
        let user = unsafe { c::tt_user_new(parent, c"between".as_ptr()) };
        // SAFETY: the user lives until C frees its parent below.
        let below = unsafe { CtxRef::from_ptr(user) }.expect("not null");
        TBox::keep(below.alloc(Logs(4, Rc::clone(&log))));
        TBox::keep(ctx.alloc(Logs(5, Rc::clone(&log))));
        assert_eq!(reference_count(ctx), 0);
        free_in_c(parent);
        assert_eq!(*log.borrow(), [5, 4, 3, 2, 1]);
    });
    assert_eq!(Rc::strong_count(&log), 1);
}
