//! Closures that run when an object is freed, and what they have in common with those that may
//! refuse it. D1, D3, D5 to D7 with them.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use talloc::{Ctx, CtxRef, Guarded, OnFree, TBox, TString, Verdict};
use talloc_tests::{
    Counts, ZstCounts, c, check_tree, check_tree_mut, dies_as, reference, set_refusing, unlink,
};

/// Records the order of calls, and that nothing is left of the closures.
#[derive(Default)]
struct Calls(Rc<RefCell<Vec<u32>>>);

impl Calls {
    fn closure(&self, number: u32) -> impl FnOnce() + 'static {
        let calls = self.0.clone();
        move || calls.borrow_mut().push(number)
    }

    #[track_caller]
    fn assert(&self, expected: &[u32]) {
        assert_eq!(*self.0.borrow(), expected);
    }

    #[track_caller]
    fn assert_all_dropped(&self) {
        assert_eq!(Rc::strong_count(&self.0), 1);
    }
}

#[test]
fn on_free_runs_once_on_every_way_to_free() {
    let calls = Calls::default();
    check_tree_mut(|root| {
        // With the handle, by drop and by free, whatever the object is.
        let child = root.new_child();
        child.on_free(calls.closure(1));
        drop(child);
        let child = root.new_child();
        child.on_free(calls.closure(2));
        child.free().expect("not refused");
        let object = root.alloc([String::new(), String::from("text")]);
        TBox::as_ctx(&object).on_free(calls.closure(3));
        drop(object);
        let large = root.alloc_slice_fill_with(100, |_| String::from("text"));
        TBox::as_ctx(&large).on_free(calls.closure(4));
        TBox::free(large).expect("not refused");
        let number = root.alloc(7);
        TBox::as_ctx(&number).on_free(calls.closure(5));
        assert_eq!(TBox::into_inner(number).expect("not refused"), 7);
        calls.assert(&[1, 2, 3, 4, 5]);

        // With the parent, and with the children alone.
        let child = root.new_child();
        let object = child.alloc(1);
        TBox::as_ctx(&object).on_free(calls.closure(6));
        TBox::leak(object);
        drop(child);
        root.on_free(calls.closure(7));
        root.free_children();
        calls.assert(&[1, 2, 3, 4, 5, 6, 7]);
        root.free_children();
        calls.assert(&[1, 2, 3, 4, 5, 6, 7]);
    });
    calls.assert_all_dropped();
}

#[test]
fn on_free_runs_the_newest_first_and_after_the_destructor() {
    let calls = Calls::default();
    check_tree(|root| {
        let child = root.new_child();
        for number in 0..4 {
            child.on_free(calls.closure(number));
        }
        c::tt_log_clear();
        // SAFETY: live, and the destructor only records.
        unsafe { c::tt_set_recording(child.as_ptr()) };
        drop(child);
        // SAFETY: there is one record.
        assert_eq!(unsafe { c::tt_log_children(0) }, 4, "none had run");
    });
    calls.assert(&[3, 2, 1, 0]);
    calls.assert_all_dropped();
}

#[test]
fn on_free_moves_with_the_object() {
    let calls = Calls::default();
    check_tree(|root| {
        let (from, to) = (root.new_child(), root.new_child());
        let object = from.alloc(1);
        TBox::as_ctx(&object).on_free(calls.closure(1));
        let object = TBox::steal(object, &to);
        drop(from);
        calls.assert(&[]);
        let mut array = TBox::as_ctx(&object).alloc_slice_copy(&[1, 2, 3]);
        TBox::as_ctx(&array).on_free(calls.closure(2));
        TBox::grow_with(&mut array, 10_000, |_| 0);
        calls.assert(&[]);
        drop(array);
        calls.assert(&[2]);
        drop(object);
        calls.assert(&[2, 1]);
    });
    calls.assert_all_dropped();
}

#[test]
fn on_free_of_every_kind_of_context() {
    talloc::node! {
        struct Plain<'t> {
            text: talloc::Str<'t>,
        }
    }

    let calls = Calls::default();
    check_tree(|root| {
        let node = root.build::<Plain>(|t| {
            t.on_free(calls.closure(1));
            Plain { text: t.strdup_c(c"text") }
        });
        node.as_ctx().on_free(calls.closure(2));
        assert_eq!(node.get().text, "text");
        drop(node);
        let guarded = root.alloc_guarded(1, |_| Verdict::Free);
        Guarded::as_ctx(&guarded).on_free(calls.closure(3));
        drop(guarded);
        // SAFETY: live until it is freed below.
        let raw = unsafe { talloc_sys::talloc_new(root.as_ptr(), c"from C") };
        // SAFETY: as before.
        unsafe { CtxRef::from_ptr(raw) }.expect("not null").on_free(calls.closure(4));
        // SAFETY: live, and not used again.
        assert_eq!(unsafe { c::tt_free(raw) }, 0);
    });
    calls.assert(&[2, 1, 3, 4]);
    calls.assert_all_dropped();
}

#[test]
fn on_free_can_be_cancelled() {
    talloc::node! {
        struct Step<'t> {
            undo: Option<OnFree<'t, fn()>>,
        }
    }
    fn never() {
        panic!("cancelled");
    }

    let calls = Calls::default();
    check_tree(|root| {
        let first = root.on_free(calls.closure(1));
        let second = root.on_free(calls.closure(2));
        assert_eq!(root.total_blocks(), 3);
        first.cancel();
        assert_eq!(root.total_blocks(), 2);
        second.cancel();
        calls.assert_all_dropped();

        let mut step = root.build::<Step>(|t| Step { undo: Some(t.on_free(never as fn())) });
        step = step.steal(root);
        step.with_mut(|_, step| step.undo.take().expect("there").cancel());

        // If C refers to the closure's chunk, it stays, without the closure.
        let held = root.on_free(calls.closure(3));
        let holder = root.new_child();
        let chunk = newest_child_but(root, holder.as_ptr());
        reference(&holder, chunk);
        held.cancel();
        calls.assert_all_dropped();
        unlink(&holder, chunk);
        // SAFETY: live, and not used again.
        assert_eq!(unsafe { c::tt_free(chunk.as_ptr()) }, 0);
    });
    calls.assert(&[]);
}

/// The newest child that is not `other`, as C finds it by a report.
fn newest_child_but(ctx: &CtxRef, other: *mut core::ffi::c_void) -> &CtxRef {
    struct Search {
        other: *const core::ffi::c_void,
        found: *const core::ffi::c_void,
    }
    unsafe extern "C" fn visit(
        chunk: *const core::ffi::c_void,
        depth: core::ffi::c_int,
        _max_depth: core::ffi::c_int,
        _is_ref: core::ffi::c_int,
        data: *mut core::ffi::c_void,
    ) {
        // SAFETY: it is the search below.
        let search = unsafe { &mut *data.cast::<Search>() };
        if depth == 1 && search.found.is_null() && chunk != search.other {
            search.found = chunk;
        }
    }
    let mut search = Search { other, found: core::ptr::null() };
    let data = (&raw mut search).cast();
    // SAFETY: the context is live, the search too.
    unsafe { talloc_sys::talloc_report_depth_cb(ctx.as_ptr(), 0, 1, Some(visit), data) };
    // SAFETY: a child of a context that lives as long as the result is used.
    unsafe { CtxRef::from_ptr(search.found) }.expect("a child")
}

#[test]
fn d1_a_forgotten_handle_still_runs_with_the_parent() {
    let (calls, counts) = (Calls::default(), Counts::new());
    check_tree_mut(|root| {
        root.on_free(calls.closure(1));
        std::mem::forget(root.alloc_guarded(counts.value(), |_| Verdict::Free));
        let child = root.new_child();
        child.on_free(calls.closure(2));
        std::mem::forget(child);
        root.free_children();
    });
    calls.assert(&[2, 1]);
    calls.assert_all_dropped();
    counts.assert_all_dropped(1);
}

#[test]
fn d3_a_panic_in_a_closure_aborts() {
    let test = "d3_a_panic_in_a_closure_aborts";
    let aborts = |part: &str, message: &str, body: fn(&Ctx<'static>)| {
        dies_as(test, part, || {
            let root = Ctx::new();
            let _ = catch_unwind(AssertUnwindSafe(|| body(&root)));
        })
        .assert_abort(message);
    };
    aborts("by the handle", "on_free panics", |root| {
        let child = root.new_child();
        child.on_free(|| panic!("on_free panics"));
        drop(child);
    });
    aborts("by C", "on_free panics", |root| {
        let child = root.new_child();
        child.on_free(|| panic!("on_free panics"));
        // SAFETY: C owns it.
        unsafe { c::tt_free(child.into_raw()) };
    });
    aborts("unwinding", "on_free panics", |root| {
        let child = root.new_child();
        child.on_free(|| panic!("on_free panics"));
        panic!("the first");
    });
    aborts("the guard", "guard panics", |root| {
        drop(root.alloc_guarded(1, |_| panic!("guard panics")));
    });
    aborts("the guarded value", "drop panics", |root| {
        drop(root.alloc_guarded(Counts::new().panicking(), |_| Verdict::Free));
    });
    aborts("what the guard owns", "drop panics", |root| {
        let owned = Counts::new().panicking();
        drop(root.alloc_guarded(1, move |_| {
            let _owned = &owned;
            Verdict::Free
        }));
    });
    aborts("what on_free owns", "drop panics", |root| {
        let owned = Counts::new().panicking();
        let child = root.new_child();
        child.on_free(move || drop(owned));
    });
}

#[test]
fn d3_a_panic_when_a_closure_is_cancelled_unwinds_and_leaves_nothing() {
    let counts = Counts::new();
    check_tree_mut(|root| {
        let owned = counts.panicking();
        let undo = root.on_free(move || drop(owned));
        assert!(catch_unwind(AssertUnwindSafe(|| undo.cancel())).is_err());
        assert_eq!(root.total_blocks(), 1);
    });
    counts.assert_all_dropped(1);
}

#[test]
fn d5_a_closure_works_on_trees() {
    // Below a leaked root, so that closures can hold it and handles on it.
    let root: &'static CtxRef = Ctx::named(c"leaked").leak();
    let seen = Rc::new(Cell::new(0));
    let child = root.new_child();
    let other = root.alloc(String::from("freed by a closure"));
    let stolen = Ctx::new();
    let (seen_here, seen_there) = (seen.clone(), seen.clone());
    child.on_free(move || {
        drop(other);
        let text = TString::from_str_in("made in a closure", root);
        let mut report = String::new();
        root.report_full(&mut report).expect("a report");
        assert!(report.contains("char"));
        drop(text);
        let late = root.new_child();
        late.on_free(move || seen_there.set(seen_there.get() + 1));
        drop(stolen.steal(&late));
        drop(late);
        seen_here.set(seen_here.get() + 1);
    });
    let copy = seen.clone();
    let guarded = root.alloc_guarded(vec![root.alloc(1), root.alloc(2)], move |handles| {
        copy.set(copy.get() + 1);
        handles.pop();
        handles.push(root.alloc(3));
        TBox::leak(root.alloc(4));
        Verdict::Free
    });
    drop(guarded);
    drop(child);
    assert_eq!(seen.get(), 3);
    assert_eq!(Rc::strong_count(&seen), 1);
    // SAFETY: nothing of it is used again.
    assert_eq!(unsafe { c::tt_free(root.as_ptr()) }, 0);
}

#[test]
fn d6_zero_sized() {
    let counts = ZstCounts::new();
    check_tree(|root| {
        let guarded = root.alloc_guarded(counts.value(), |_| Verdict::Free);
        assert_eq!(Guarded::as_ctx(&guarded).size(), 0);
        drop(guarded);
        Guarded::keep(root.alloc_guarded(counts.value(), |_| Verdict::Free));
        fn nothing() {}
        root.on_free(nothing).cancel();
        let value = counts.value();
        root.on_free(move || drop(value)).cancel();
        root.new_child().on_free(nothing);
        let child = root.new_child();
        Guarded::keep(child.alloc_guarded(counts.value(), |_| Verdict::Free));
        drop(child);
        assert_eq!(counts.dropped(), 3);
        // The kept one is left to the root.
        assert_eq!(root.total_blocks(), 2);
        // SAFETY: nothing of it is used again.
        unsafe { talloc_sys::talloc_free_children(root.as_ptr()) };
    });
    counts.assert_all_dropped(4);
}

#[test]
fn d7_a_refused_object_runs_no_closure() {
    let (calls, counts) = (Calls::default(), Counts::new());
    check_tree(|root| {
        let object = root.alloc(counts.sized::<300>());
        TBox::as_ctx(&object).on_free(calls.closure(1));
        set_refusing(TBox::as_ctx(&object), 1);
        let object = TBox::free(object).expect_err("refused").into_inner();
        calls.assert(&[]);
        TBox::free(object).expect("C agrees");
        calls.assert(&[1]);
    });
    calls.assert_all_dropped();
    counts.assert_all_dropped(1);
}
