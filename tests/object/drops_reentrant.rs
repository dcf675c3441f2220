//! D5: a `Drop` that works on the tree that is being freed. D9: what `Pin` relies on.

use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::Rc;

use talloc::{Ctx, CtxRef, Kept, TBox, TString};
use talloc_tests::{Counted, Counts, check_tree, check_tree_mut};

/// Allocates, frees and reports on a context when it is dropped.
struct Busy<'c> {
    ctx: &'c CtxRef,
    seen: &'c Cell<u32>,
    _counted: Counted,
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        let blocks = self.ctx.total_blocks();
        let child = self.ctx.new_child();
        let _array = child.alloc_slice_fill_with(3, |index| index);
        let text = TString::from_str_in("made in a drop", &child);
        let mut report = String::new();
        self.ctx.report_full(&mut report).expect("a report");
        assert!(report.lines().count() >= blocks + 3, "{report}");
        TBox::leak(self.ctx.alloc(1_u8));
        self.seen.set(self.seen.get() + 1);
        assert_eq!(text, "made in a drop");
    }
}

#[test]
fn d5_a_drop_through_the_handle_works_on_the_parent() {
    let counts = Counts::new();
    check_tree_mut(|root| {
        let seen = Cell::new(0);
        let busy = || Busy { ctx: root, seen: &seen, _counted: counts.value() };
        drop(root.alloc(busy()));
        drop(root.alloc((busy(), [0_u64; 100])));
        drop(root.alloc_slice_fill_with(3, |_| busy()));
        TBox::free(root.alloc(busy())).expect("not refused");
        assert_eq!((seen.get(), root.total_blocks()), (6, 7));
        root.free_children();
    });
    counts.assert_all_dropped(6);
}

#[test]
fn d5_a_drop_frees_other_handles_of_the_same_tree() {
    let counts = Counts::new();
    check_tree(|root| {
        // Each handle lies in the chunk of the next one, all below the root.
        let first = root.alloc((counts.value(), [0_u64; 50]));
        let second = root.alloc((first, counts.value()));
        let third = root.alloc_slice_from_iter([second]);
        let fourth = root.alloc((third, counts.sized::<400>()));
        assert_eq!(root.total_blocks(), 5);
        drop(fourth);
        assert_eq!(root.total_blocks(), 1);
    });
    counts.assert_all_dropped(3);
}

/// Lives below a leaked root and works on it when libtalloc drops it.
struct KeptBusy {
    root: &'static CtxRef,
    sibling: Option<TBox<'static, Counted>>,
    seen: Rc<Cell<u32>>,
    _counted: Counted,
}

impl Drop for KeptBusy {
    fn drop(&mut self) {
        drop(self.sibling.take());
        let child = self.root.new_child();
        let number = child.alloc(8);
        // The root may be in the middle of its own free: then it counts nothing.
        let mut report = TString::new_in(&child);
        self.root.report_full(&mut report).expect("a report");
        TBox::leak(self.root.alloc([*number; 10]));
        self.seen.set(self.seen.get() + 1);
    }
}

#[test]
fn d5_a_kept_value_works_on_its_root_while_libtalloc_frees_it() {
    let counts = Counts::new();
    let seen = Rc::new(Cell::new(0));
    let root: &'static CtxRef = Ctx::named(c"leaked").leak();
    let scratch = root.new_child();
    for _ in 0..3 {
        let sibling = root.alloc(counts.value());
        for ctx in [root, &*scratch] {
            let value =
                KeptBusy { root, sibling: None, seen: Rc::clone(&seen), _counted: counts.value() };
            TBox::keep(ctx.alloc(value));
        }
        let value = KeptBusy {
            root,
            sibling: Some(sibling),
            seen: Rc::clone(&seen),
            _counted: counts.value(),
        };
        TBox::keep(root.alloc(value));
    }
    drop(scratch);
    assert_eq!(seen.get(), 3);
    // SAFETY: the root was leaked by this test; all that hold it are below it.
    let root = unsafe { Ctx::from_raw(root.as_ptr()) }.expect("not null");
    root.free().expect("nobody refuses");
    assert_eq!(seen.get(), 9);
    drop(seen);
    counts.assert_all_dropped(12);
}

talloc::node! {
    struct Worker<'t> {
        busy: WorksOnNode<'t>,
        child: Option<Kept<'t, Worker<'static>>>,
    }
}

struct WorksOnNode<'t> {
    node: &'t CtxRef,
    sibling: &'t core::ffi::CStr,
    log: Rc<RefCell<Vec<String>>>,
    _counted: Counted,
}

impl Drop for WorksOnNode<'_> {
    fn drop(&mut self) {
        let blocks = self.node.total_blocks();
        let text = talloc::format!(self.node, "{} {blocks}", self.sibling.to_string_lossy());
        self.log.borrow_mut().push(text.to_string());
        TBox::keep(self.node.alloc(self.log.clone()));
        let mut report = String::new();
        self.node.report_full(&mut report).expect("a report");
        assert!(report.contains("RefCell"), "{report}");
        self.node.new_child().leak();
    }
}

fn worker<'t>(
    t: &'t CtxRef,
    name: &str,
    log: &Rc<RefCell<Vec<String>>>,
    counts: &Counts,
) -> WorksOnNode<'t> {
    WorksOnNode {
        node: t,
        sibling: t.strdup(name).expect("no NUL").leak(),
        log: Rc::clone(log),
        _counted: counts.value(),
    }
}

#[test]
fn d5_a_field_of_a_node_works_on_the_node_while_it_is_freed() {
    let counts = Counts::new();
    let log = Rc::default();
    check_tree(|root| {
        let node = root.build::<Worker>(|t| Worker {
            busy: worker(t, "outer", &log, &counts),
            child: Some(
                t.build::<Worker>(|c| Worker {
                    busy: worker(c, "inner", &log, &counts),
                    child: None,
                })
                .keep(),
            ),
        });
        assert!(node.get().child.is_some());
        assert!(node.get().busy.node.is_ancestor_of(node.as_ctx()));
        drop(node);
        assert_eq!(root.total_blocks(), 1);
    });
    // The outer node sees itself, its string, and the inner node with its string.
    assert_eq!(*log.borrow(), ["outer 4", "inner 2"]);
    assert_eq!(Rc::strong_count(&log), 1);
    counts.assert_all_dropped(2);
}

#[test]
fn d5_a_drop_that_keeps_more_values_ends_when_they_do() {
    struct Chain(u32, &'static CtxRef, Counted);
    impl Drop for Chain {
        fn drop(&mut self) {
            if self.0 > 0 {
                let next = Chain(self.0 - 1, self.1, self.2.clone());
                TBox::keep(self.1.alloc(next));
            }
        }
    }
    let counts = Counts::new();
    let root: &'static CtxRef = Ctx::new().leak();
    TBox::keep(root.alloc(Chain(9, root, counts.value())));
    // SAFETY: the root was leaked by this test; what holds it is below it.
    let root = unsafe { Ctx::from_raw(root.as_ptr()) }.expect("not null");
    root.free().expect("nobody refuses");
    counts.assert_all_dropped(10);
}

#[test]
fn d9_an_unpinned_box_is_all_that_can_be_pinned() {
    let counts = Counts::new();
    check_tree(|root| {
        let pinned = Pin::new(root.alloc(counts.value()));
        assert!(pinned.is_alive());
        // Unpin types may be moved out again: nothing relies on their place.
        drop(Pin::into_inner(pinned));
    });
    counts.assert_all_dropped(1);
}
