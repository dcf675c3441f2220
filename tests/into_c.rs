//! F2, F3, D3, D5, D6, D7, N6: values with drop glue that Rust has given away for good. Whatever C
//! does with the object, the value is dropped once, when the object goes.

use core::cell::{Cell, RefCell};
use core::ffi::{CStr, c_char, c_int, c_void};
use std::rc::Rc;

use allocator_api2::vec::Vec as TallocVec;
use talloc::{Ctx, CtxRef, Error, Node, Str, TBox};
use talloc_tests::{
    Counted, Counts, ZstCounts, c, check_tree, check_tree_mut, dies_as, exits, parent, reference,
    reference_count, set_memlimit, under_valgrind,
};

unsafe extern "C" {
    fn tt_set_fleeing(ptr: *mut c_void, to: *mut c_void);
    fn tt_enlarge(ptr: *mut c_void, size: usize) -> *mut c_void;
    fn tt_reparent(from: &CtxRef, to: &CtxRef, ptr: *mut c_void) -> *mut c_void;
    fn tt_move(to: &CtxRef, ptr: *mut *mut c_void) -> *mut c_void;
    fn tt_unlink(holder: &CtxRef, ptr: *mut c_void) -> c_int;
    fn tt_hang_children(ptr: *mut c_void);
    fn tt_hang_loop(ptr: *mut c_void);
    fn tt_replace_text(ptr: *mut c_void, text: *const c_char) -> c_int;
    fn tt_scope(callback: unsafe extern "C" fn(&CtxRef) -> *mut c_void) -> c_int;
}

talloc::node! {
    #[repr(C)]
    struct Job<'t> as c"struct job" {
        name: Str<'t>,
        value: Counted,
    }
}

fn job<'c>(ctx: &'c CtxRef, counts: &Counts) -> Node<'c, Job<'c>> {
    let node = ctx.build::<Job>(|t| Job { name: t.strdup_c(c"job"), value: counts.value() });
    assert!(node.get().name == "job" && node.get().value.is_alive());
    node
}

/// A way in which Rust gives an object away.
type Make = fn(&CtxRef, &Counts) -> *mut c_void;

/// All kinds of objects.
const KINDS: [Make; 5] = [
    |ctx, counts| TBox::into_c(ctx.alloc(counts.value())).cast(),
    |ctx, counts| TBox::into_c(ctx.alloc(counts.sized::<300>())).cast(),
    |ctx, counts| {
        let object = ctx.alloc(counts.value());
        TBox::leak(TBox::as_ctx(&object).alloc(5));
        TBox::into_c(object).cast()
    },
    |ctx, counts| job(ctx, counts).into_c().cast(),
    |ctx, counts| {
        let node = ctx
            .pooled(3, 1000)
            .build::<Job>(|t| Job { name: t.strdup_c(c"pooled"), value: counts.value() });
        node.into_c().cast()
    },
];

/// Makes an object of each kind and runs a test, after which it must be gone.
fn for_each_kind(test: impl Fn(&CtxRef, *mut c_void, &Counts)) {
    for make in KINDS {
        let counts = Counts::new();
        check_tree(|root| {
            let object = make(root, &counts);
            assert_eq!((counts.made(), counts.dropped()), (1, 0));
            test(root, object, &counts);
            assert_eq!(counts.dropped(), 1);
        });
        counts.assert_all_dropped(1);
    }
}

/// An object of C.
fn ctx<'a>(object: *mut c_void) -> &'a CtxRef {
    // SAFETY: the callers pass a live object.
    unsafe { CtxRef::from_ptr(object) }.expect("not null")
}

fn free_in_c(object: *mut c_void) -> c_int {
    // SAFETY: the callers own the object and do not use it after a 0.
    unsafe { c::tt_free(object) }
}

#[test]
fn f2_c_frees() {
    for_each_kind(|_, object, _| assert_eq!(free_in_c(object), 0));
}

#[test]
fn f2_c_frees_the_parent_of_the_parent() {
    for make in KINDS {
        let counts = Counts::new();
        check_tree(|root| {
            let top = root.new_child();
            let middle = top.new_child().leak();
            make(middle, &counts);
            make(middle, &counts);
            assert_eq!(free_in_c(top.into_raw()), 0);
            assert_eq!(counts.dropped(), 2);
        });
        counts.assert_all_dropped(2);
    }
}

#[test]
fn f2_c_steals_moves_and_reparents() {
    for_each_kind(|root, object, counts| {
        let (first, second) = (Ctx::new(), root.new_child());
        let mut pointer = object;
        // SAFETY: all are live.
        unsafe {
            assert_eq!(tt_move(&first, &raw mut pointer), object);
            assert_eq!((pointer.is_null(), parent(ctx(object))), (true, first.as_ptr()));
            assert_eq!(tt_reparent(&first, &second, object), object);
            assert_eq!(parent(ctx(object)), second.as_ptr());
        }
        drop(first);
        assert_eq!(counts.dropped(), 0);
        drop(second);
    });
}

#[test]
fn f2_c_refers_to_it_and_the_parent_goes_first() {
    for_each_kind(|root, object, counts| {
        let (holder, other) = (root.new_child(), root.new_child());
        // SAFETY: all are live.
        unsafe { talloc_sys::talloc_steal(other.as_ptr(), object) };
        reference(&holder, ctx(object));
        assert_eq!((free_in_c(object), counts.dropped()), (-1, 0));
        drop(other);
        assert_eq!((counts.dropped(), parent(ctx(object))), (0, holder.as_ptr()));
        assert_eq!(reference_count(ctx(object)), 0);
        drop(holder);
    });
    // The holder goes first; then a second reference is unlinked.
    for_each_kind(|root, object, counts| {
        let (holder, other) = (root.new_child(), root.new_child());
        reference(&holder, ctx(object));
        reference(&other, ctx(object));
        drop(holder);
        // SAFETY: both are live.
        assert_eq!(unsafe { tt_unlink(root, object) }, 0);
        assert_eq!((counts.dropped(), parent(ctx(object))), (0, other.as_ptr()));
        // SAFETY: this is the last owner, and nobody uses it afterwards.
        assert_eq!(unsafe { tt_unlink(&other, object) }, 0);
    });
}

#[test]
fn f2_c_hangs_children_and_a_loop_of_references_below() {
    for_each_kind(|root, object, counts| {
        let scratch = root.new_child();
        // SAFETY: all are live.
        unsafe {
            talloc_sys::talloc_steal(scratch.as_ptr(), object);
            tt_hang_children(object);
            tt_hang_loop(object);
        }
        assert_eq!((reference_count(ctx(object)), counts.dropped()), (1, 0));
        assert_eq!((free_in_c(object), counts.dropped()), (-1, 0));
        drop(scratch);
    });
}

#[test]
fn f2_c_enlarges_it_and_it_moves() {
    for make in &KINDS[..3] {
        let counts = Counts::new();
        check_tree(|root| {
            let object = make(root, &counts);
            let neighbour = root.alloc([0_u8; 64]);
            // SAFETY: the object is C's; its old address is not used again.
            let moved = unsafe { tt_enlarge(object, 100 << 20) };
            assert!(!moved.is_null() && moved != object, "a large block is elsewhere");
            assert_eq!(counts.dropped(), 0);
            assert_eq!(free_in_c(moved), 0);
            assert_eq!(counts.dropped(), 1);
            drop(neighbour);
        });
        counts.assert_all_dropped(1);
    }
}

#[test]
fn f3_c_sets_destructors_that_agree_refuse_and_come_off() {
    for_each_kind(|_, object, counts| {
        // SAFETY: the object is C's, whose destructor does not look at it.
        unsafe {
            c::tt_set_refusing(object, 0);
            talloc_sys::talloc_set_destructor::<c_void>(object, None);
            c::tt_set_refusing(object, 2);
        }
        for calls in 1..=2 {
            assert_eq!((free_in_c(object), counts.dropped()), (-1, 0));
            assert_eq!(c::tt_destructor_calls(), calls);
        }
        assert_eq!((free_in_c(object), c::tt_destructor_calls()), (0, 3));
    });
}

#[test]
fn d7_a_destructor_of_c_refuses_when_the_parent_goes() {
    for_each_kind(|root, object, counts| {
        let scratch = root.new_child();
        // SAFETY: both are live; the destructor does not look at the object.
        unsafe {
            talloc_sys::talloc_steal(scratch.as_ptr(), object);
            c::tt_set_refusing(object, 1);
        }
        drop(scratch);
        // It moved up (fact 6).
        assert_eq!((counts.dropped(), parent(ctx(object))), (0, root.as_ptr()));
        assert_eq!(free_in_c(object), 0);
    });
}

#[test]
fn d7_a_destructor_of_c_moves_the_object_away_and_refuses() {
    for_each_kind(|root, object, counts| {
        let (scratch, refuge) = (root.new_child(), root.new_child());
        // SAFETY: all are live.
        unsafe {
            talloc_sys::talloc_steal(scratch.as_ptr(), object);
            tt_set_fleeing(object, refuge.as_ptr());
        }
        drop(scratch);
        assert_eq!((counts.dropped(), parent(ctx(object))), (0, refuge.as_ptr()));
        drop(refuge);
    });
}

#[test]
fn f3_a_destructor_of_c_may_free_the_children_if_it_agrees_and_may_add_some() {
    for_each_kind(|_, object, _| {
        // SAFETY: the object is C's.
        unsafe { c::tt_set_freeing_children(object, 0) };
        assert_eq!((free_in_c(object), c::tt_destructor_calls()), (0, 1));
    });
    for_each_kind(|_, object, _| {
        c::tt_log_clear();
        // SAFETY: the object is C's.
        unsafe { c::tt_set_adding_children(object) };
        assert_eq!((free_in_c(object), c::tt_log_length()), (0, 3));
    });
}

#[test]
fn f2_in_a_pool_and_out_of_it() {
    for make in KINDS {
        let counts = Counts::new();
        check_tree_mut(|root| {
            let mut pool = root.new_pool(10_000);
            make(&pool, &counts);
            pool.free_children();
            assert_eq!(counts.dropped(), 1);
            make(&pool, &counts);
            let stolen = make(&pool, &counts);
            // SAFETY: both are live.
            unsafe { talloc_sys::talloc_steal(root.as_ptr(), stolen) };
            drop(pool);
            assert_eq!(counts.dropped(), 2);
            assert_eq!(free_in_c(stolen), 0);
        });
        counts.assert_all_dropped(3);
    }
}

#[test]
fn m6_a_memory_limit_does_not_keep_it_back() {
    for (index, make) in KINDS.iter().enumerate().take(4) {
        let counts = Counts::new();
        check_tree(|root| {
            // What it takes without the child that drops it.
            let limited = root.new_child();
            match index {
                3 => {
                    let node = job(&limited, &counts);
                    set_memlimit(&limited, 1);
                    node.into_c();
                }
                _ => {
                    let object = limited.alloc(counts.value());
                    set_memlimit(&limited, 1);
                    TBox::into_c(object);
                }
            }
            assert!(limited.try_new_child().is_err());
            assert_eq!(limited.total_blocks(), if index == 3 { 4 } else { 3 });
            drop(limited);
            assert_eq!(counts.dropped(), 1);
            free_in_c(make(root, &counts));
        });
        counts.assert_all_dropped(2);
    }
}

#[test]
fn m6_without_memory_the_handle_comes_back() {
    if under_valgrind() || c::tt_has_asan() {
        eprintln!("skipped: the checker has an allocator of its own");
        return;
    }
    exits("m6_without_memory_the_handle_comes_back", "only", || {
        let counts = Counts::new();
        check_tree(|root| {
            let (object, node) = (root.alloc(counts.value()), job(root, &counts));
            let blocks = root.total_blocks();
            assert!(c::tt_exhaust_memory());
            let (object, node) = (TBox::try_into_c(object), node.try_into_c());
            let plain = root.total_blocks();
            c::tt_release_memory();
            assert_eq!(plain, blocks);
            let (object, node) = (object.expect_err("no memory"), node.expect_err("no memory"));
            assert_eq!(*object.error(), Error::OutOfMemory { size: 0 });
            assert_eq!(*node.error(), Error::OutOfMemory { size: 0 });
            let (object, node) = (object.into_inner(), node.into_inner());
            assert!(object.is_alive() && node.get().value.is_alive());
            // Both are as they were: the handles drop them, the node by its own destructor.
            drop((object, node));
            assert_eq!(counts.dropped(), 2);
            // And there is memory again.
            free_in_c(job(root, &counts).into_c().cast());
        });
        counts.assert_all_dropped(3);
    })
    .assert_success();
}

#[test]
fn m6_the_plain_form_aborts() {
    if under_valgrind() || c::tt_has_asan() {
        eprintln!("skipped: the checker has an allocator of its own");
        return;
    }
    for part in ["box", "node"] {
        dies_as("m6_the_plain_form_aborts", part, || {
            let (root, counts) = (Ctx::new(), Counts::new());
            let (object, node) = (root.alloc(counts.value()), job(&root, &counts));
            assert!(c::tt_exhaust_memory());
            if part == "box" {
                TBox::into_c(object);
            } else {
                node.into_c();
            }
        })
        .assert_abort("memory allocation of");
    }
}

#[test]
fn f2_without_drop_glue_it_costs_nothing() {
    talloc::node! { #[repr(C)] struct Plain<'t> as c"struct plain" { name: Str<'t> } }
    check_tree(|root| {
        let number = TBox::into_c(root.alloc(5_u64));
        assert_eq!(root.total_blocks(), 2);
        let node = root.build::<Plain>(|t| Plain { name: t.strdup_c(c"plain") });
        let before = node.as_ctx().total_blocks();
        let node = node.into_c();
        // SAFETY: C's, and live.
        unsafe {
            assert_eq!(ctx(node.cast()).total_blocks(), before);
            // The slot is free.
            c::tt_set_refusing(node.cast(), 0);
            assert_eq!((*number, (*node).name == "plain"), (5, true));
        }
        assert_eq!((free_in_c(node.cast()), free_in_c(number.cast())), (0, 0));
        assert_eq!(c::tt_destructor_calls(), 1);
    });
}

#[test]
fn d3_a_panic_of_drop_ends_the_process_with_its_message() {
    talloc::node! { struct Bomb<'t> { name: Str<'t>, bomb: talloc_tests::PanicOnDrop } }
    for part in ["box", "large", "node", "parent", "handle of the parent"] {
        dies_as("d3_a_panic_of_drop_ends_the_process_with_its_message", part, || {
            let (root, counts) = (Ctx::new(), Counts::new());
            let bomb = || TBox::into_c(root.alloc(counts.panicking()));
            match part {
                "box" => free_in_c(bomb().cast()),
                "large" => {
                    free_in_c(TBox::into_c(root.alloc(counts.panicking_sized::<300>())).cast())
                }
                "node" => {
                    let node = root.build::<Bomb>(|t| Bomb {
                        name: t.strdup_c(c"bomb"),
                        bomb: counts.panicking(),
                    });
                    assert_eq!(
                        (&node.get().name == "bomb", &raw const node.get().bomb),
                        (true, &raw const node.get().bomb)
                    );
                    free_in_c(node.into_c().cast())
                }
                "parent" => {
                    bomb();
                    free_in_c(root.into_raw())
                }
                _ => {
                    bomb();
                    drop(root);
                    0
                }
            };
        })
        .assert_abort("drop panics");
    }
}

#[test]
fn d6_a_value_without_bytes() {
    let counts = ZstCounts::new();
    check_tree(|root| {
        let object: *mut c_void = TBox::into_c(root.alloc(counts.value())).cast();
        let neighbour: *mut c_void = TBox::into_c(root.alloc(counts.value())).cast();
        assert_ne!(object, neighbour);
        let holder = root.new_child();
        reference(&holder, ctx(object));
        assert_eq!((free_in_c(object), counts.dropped()), (-1, 0));
        // SAFETY: the holder is another owner.
        assert_eq!(unsafe { tt_unlink(root, object) }, 0);
        drop(holder);
        assert_eq!(counts.dropped(), 1);
        // SAFETY: C's; the old address is not used again.
        let neighbour = unsafe { tt_enlarge(neighbour, 100) };
        assert_eq!((free_in_c(neighbour), counts.dropped()), (0, 2));
    });
    counts.assert_all_dropped(2);
}

/// Looks at a sibling field when it is dropped.
struct Looks<'t> {
    sibling: &'t CStr,
    log: Rc<RefCell<Vec<String>>>,
    _counted: Counted,
}

impl Drop for Looks<'_> {
    fn drop(&mut self) {
        self.log.borrow_mut().push(self.sibling.to_string_lossy().into_owned());
    }
}

/// An element of a collection in the node's own memory, which logs, too.
struct Element<'t>(Looks<'t>, Box<u32>);

talloc::node! {
    #[repr(C)]
    struct Linked<'t> as c"struct linked" {
        label: Str<'t>,
        looks: Looks<'t>,
        list: TallocVec<Element<'t>, &'t CtxRef>,
        inner: TBox<'t, Looks<'t>>,
    }
}

fn linked<'c>(
    ctx: &'c CtxRef,
    counts: &Counts,
    log: &Rc<RefCell<Vec<String>>>,
) -> Node<'c, Linked<'c>> {
    ctx.build::<Linked>(|t| {
        let looks = |text: &str| Looks {
            sibling: t.strdup(text).expect("no NUL").leak(),
            log: Rc::clone(log),
            _counted: counts.value(),
        };
        let mut list = TallocVec::new_in(t);
        list.extend((0..3).map(|index| Element(looks("element"), Box::new(index))));
        let label = t.strdup_c(c"label");
        Linked { label, looks: looks("sibling"), list, inner: t.alloc(looks("inner")) }
    })
}

#[test]
fn n6_a_field_looks_at_a_sibling_field_whatever_c_adds() {
    let (counts, log) = (Counts::new(), Rc::default());
    check_tree(|root| {
        for round in 0..4 {
            let node = linked(root, &counts, &log);
            assert_eq!((node.get().list.len(), node.get().inner.sibling), (3, c"inner"));
            assert!(node.get().list.iter().all(|e| *e.1 < 3 && e.0.sibling == c"element"));
            assert_eq!((node.get().looks.sibling, &*node.get().label), (c"sibling", c"label"));
            let object: *mut c_void = node.into_c().cast();
            if round & 1 != 0 {
                // SAFETY: C's.
                unsafe {
                    tt_hang_children(object);
                    c::tt_set_adding_children(object);
                }
            }
            if round & 2 != 0 {
                // A field that no drop glue looks at is replaced: the new one goes first.
                // SAFETY: the struct begins with its label.
                assert_eq!(unsafe { tt_replace_text(object, c"replaced".as_ptr()) }, 0);
            }
            assert_eq!(free_in_c(object), 0);
            assert_eq!(root.total_blocks(), 1);
        }
    });
    let round = ["sibling", "element", "element", "element", "inner"];
    assert_eq!(*log.borrow(), [round; 4].concat());
    assert_eq!(Rc::strong_count(&log), 1);
    counts.assert_all_dropped(20);
}

/// Works on its own object, its siblings and its parent when it is dropped.
struct Busy {
    object: Rc<Cell<*mut c_void>>,
    root: *mut c_void,
    _counted: Counted,
}

impl Drop for Busy {
    fn drop(&mut self) {
        let object = ctx(self.object.get());
        // A second free of what is being freed does nothing.
        assert_eq!(free_in_c(self.object.get()), 0);
        TBox::leak(object.alloc([1_u8; 100]));
        TBox::keep(object.alloc(self.object.clone()));
        drop(object.new_child());
        let mut report = String::new();
        ctx(self.root).report_full(&mut report).expect("a report");
        assert!(report.starts_with("full talloc report on 'test'"), "{report}");
        // The next one, given away as well, while this one goes.
        TBox::into_c(object.alloc(Rc::clone(&self.object)));
    }
}

#[test]
fn d5_a_drop_works_on_the_object_that_goes() {
    let counts = Counts::new();
    let cell = Rc::new(Cell::new(core::ptr::null_mut()));
    check_tree(|root| {
        let busy = Busy { object: Rc::clone(&cell), root: root.as_ptr(), _counted: counts.value() };
        let object = TBox::into_c(root.alloc(busy));
        cell.set(object.cast());
        assert_eq!(free_in_c(object.cast()), 0);
        assert_eq!(root.total_blocks(), 1);
    });
    assert_eq!(Rc::strong_count(&cell), 1);
    counts.assert_all_dropped(1);
}

#[test]
fn f2_a_function_of_rust_makes_it_on_a_frame_of_c() {
    thread_local! {
        static COUNTS: Counts = Counts::new();
    }
    unsafe extern "C" fn make(frame: &CtxRef) -> *mut c_void {
        COUNTS.with(|counts| {
            job(frame, counts).into_c();
            TBox::into_c(frame.alloc(counts.value())).cast()
        })
    }
    // SAFETY: the callback makes an object on the frame.
    assert_eq!(unsafe { tt_scope(make) }, 0);
    COUNTS.with(|counts| assert_eq!((counts.made(), counts.dropped()), (2, 2)));
}
