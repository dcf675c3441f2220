//! Objects whose closure may refuse to be freed. D7, D8, F2, F3 and M6 with them.

use std::cell::Cell;
use std::ffi::CStr;
use std::rc::Rc;

use talloc::{CType, Ctx, CtxRef, Error, Guarded, TBox, Verdict};
use talloc_tests::{
    Counted, Counts, c, check_tree, dies_as, is_root, parent, reference, set_memlimit, set_refusing,
};

/// What C writes as
///
/// ```c
/// static int connection_destructor(struct connection *c)
/// {
///         if (c->requests > 0) {
///                 return -1;
///         }
///         open_connections--;
///         return 0;
/// }
///
/// struct connection *c = talloc_zero(ctx, struct connection);
/// c->requests = 1;
/// talloc_set_destructor(c, connection_destructor);
/// if (talloc_free(c) == -1) {
///         c->requests = 0;
///         talloc_free(c);
/// }
/// ```
#[test]
fn the_pattern_of_c() {
    #[repr(C)]
    struct Connection {
        requests: u32,
    }

    impl CType for Connection {
        const NAME: &'static CStr = c"struct connection";
    }

    fn serve<'c>(ctx: &'c CtxRef, open: &Rc<Cell<u32>>) -> Guarded<'c, Connection> {
        open.set(open.get() + 1);
        let count = open.clone();
        ctx.typed().alloc_guarded(Connection { requests: 1 }, move |connection| {
            if connection.requests > 0 {
                return Verdict::Refuse;
            }
            count.set(count.get() - 1);
            Verdict::Free
        })
    }

    let open = Rc::new(Cell::new(0));
    check_tree(|root| {
        let connection = serve(root, &open);
        assert_eq!(Guarded::as_ctx(&connection).name(), c"struct connection");
        let refused = Guarded::free(connection).expect_err("a request is open");
        assert_eq!((refused.error(), open.get()), (&Error::Refused, 1));
        let mut connection = refused.into_inner();
        connection.requests = 0;
        Guarded::free(connection).expect("no request is open");
        assert_eq!(open.get(), 0);
    });
    assert_eq!(Rc::strong_count(&open), 1);
}

/// A guard that refuses so many times, and then agrees. It counts both.
fn refusing(counts: &Counts, calls: &Rc<Cell<i32>>, times: i32) -> Refusing {
    Refusing { times, calls: calls.clone(), _owned: counts.value() }
}

struct Refusing {
    times: i32,
    calls: Rc<Cell<i32>>,
    _owned: Counted,
}

impl Refusing {
    fn guard<T>(mut self) -> impl FnMut(&mut T) -> Verdict + 'static {
        move |_| {
            let this = &mut self;
            this.calls.set(this.calls.get() + 1);
            if this.times == 0 {
                return Verdict::Free;
            }
            this.times -= 1;
            Verdict::Refuse
        }
    }
}

#[test]
fn d7_free_gives_the_handle_back() {
    let (counts, calls) = (Counts::new(), Rc::default());
    check_tree(|root| {
        let mut object = root.alloc_guarded(counts.value(), refusing(&counts, &calls, 3).guard());
        let address = Guarded::as_ptr(&object);
        TBox::leak(Guarded::as_ctx(&object).alloc(1));
        for call in 1..=3 {
            object = Guarded::free(object).expect_err("refused").into_inner();
            assert_eq!((calls.get(), counts.dropped()), (call, 0));
            assert!(object.is_alive());
            assert_eq!((Guarded::as_ptr(&object), root.total_blocks()), (address, 3));
            assert_eq!(parent(Guarded::as_ctx(&object)), root.as_ptr());
        }
        Guarded::free(object).expect("it agrees");
    });
    counts.assert_all_dropped(2);
}

#[test]
fn d7_a_refused_drop_leaves_the_object_to_its_parent() {
    let (counts, calls) = (Counts::new(), Rc::default());
    check_tree(|root| {
        let child = root.new_child();
        drop(child.alloc_guarded(counts.value(), refusing(&counts, &calls, 1).guard()));
        assert_eq!((calls.get(), counts.dropped(), child.total_blocks()), (1, 0, 2));
        drop(child);
        assert_eq!(calls.get(), 2);
    });
    counts.assert_all_dropped(2);
}

#[test]
fn d7_a_refusal_when_the_parent_is_freed_moves_the_object_up() {
    let (counts, calls) = (Counts::new(), Rc::default());
    check_tree(|root| {
        let top = root.new_child();
        let middle = top.new_child();
        let object = middle.alloc_guarded(counts.value(), refusing(&counts, &calls, 1).guard());
        TBox::keep(Guarded::as_ctx(&object).alloc(counts.value()));
        assert!(Guarded::keep(object).is_alive());
        drop(middle);
        assert_eq!((calls.get(), counts.dropped(), top.total_blocks()), (1, 0, 3));
        drop(top);
        assert_eq!(calls.get(), 2);
    });
    counts.assert_all_dropped(3);
}

#[test]
fn d7_each_level_that_is_freed_asks() {
    let (counts, calls) = (Counts::new(), Rc::default());
    check_tree(|root| {
        let top = root.new_child();
        let middle = top.new_child();
        let bottom = middle.new_child();
        let guard = refusing(&counts, &calls, 2).guard();
        std::mem::forget(bottom.alloc_guarded(counts.value(), guard));
        let _ = bottom.leak();
        let _ = middle.leak();
        drop(top);
        assert_eq!(calls.get(), 3);
    });
    counts.assert_all_dropped(2);
}

#[test]
fn d7_free_children_moves_the_object_up() {
    let (counts, calls) = (Counts::new(), Rc::default());
    check_tree(|root| {
        let mut child = root.new_child();
        // Not the newest: it is found by a walk.
        let newer = root.new_child();
        Guarded::keep(child.alloc_guarded(counts.value(), refusing(&counts, &calls, 1).guard()));
        child.free_children();
        assert_eq!((child.total_blocks(), root.total_blocks(), counts.dropped()), (1, 4, 0));
        drop((child, newer));
        assert_eq!((calls.get(), counts.dropped()), (1, 0));
        // SAFETY: nothing of it is used again.
        unsafe { talloc_sys::talloc_free_children(root.as_ptr()) };
    });
    counts.assert_all_dropped(2);
}

#[test]
fn d7_an_object_without_a_parent_stays() {
    let (counts, calls) = (Counts::new(), Rc::default());
    // As the child of a root, and as the child of a context that was not the newest.
    for depth in 0..2 {
        let root = Ctx::new();
        let child = root.new_child();
        let _newer = root.new_child().leak();
        let ctx: &CtxRef = if depth == 0 { &root } else { &child };
        let object = ctx.alloc_guarded(counts.value(), refusing(&counts, &calls, 1).guard());
        let raw = Guarded::into_raw(object);
        if depth == 0 {
            let _ = child.leak();
            root.free().expect("a child cannot refuse for its parent");
        } else {
            drop(child);
            drop(root);
        }
        // SAFETY: it refused, and lives on without a parent.
        let object = unsafe { Guarded::from_raw(raw) }.expect("not null");
        assert!(object.is_alive());
        assert!(is_root(Guarded::as_ctx(&object)));
        Guarded::free(object).expect("it agrees");
    }
    assert_eq!(calls.get(), 4);
    counts.assert_all_dropped(4);
}

#[test]
fn d7_a_refused_object_outlives_its_pool() {
    let (counts, calls) = (Counts::new(), Rc::default());
    let mut pool = Ctx::pool(4096);
    let object = pool.alloc_guarded(counts.value(), refusing(&counts, &calls, 3).guard());
    let raw = Guarded::into_raw(Guarded::free(object).expect_err("refused").into_inner());
    pool.free_children();
    TBox::leak(pool.alloc_slice_zeroed::<u8>(3000));
    drop(pool);
    // SAFETY: it refused, and lives on without a parent.
    let object = unsafe { Guarded::from_raw(raw) }.expect("not null");
    assert!(object.is_alive());
    let object = Guarded::free(object).expect_err("refused").into_inner();
    Guarded::free(object).expect("it agrees");
    assert_eq!(calls.get(), 4);
    counts.assert_all_dropped(2);
}

#[test]
fn d7_a_refused_object_stays_with_the_scratch_pool() {
    let (counts, calls) = (Counts::new(), Rc::default());
    let (raw, seen) = talloc::scratch(|tmp| {
        let inner = Rc::new(Cell::new(0));
        let seen = inner.clone();
        tmp.on_free(move || inner.set(talloc::scratch(|tmp| *tmp.alloc(7))));
        let object = tmp.alloc_guarded(counts.value(), refusing(&counts, &calls, 1).guard());
        (Guarded::into_raw(object), seen)
    });
    assert_eq!((calls.get(), seen.get(), counts.dropped()), (1, 7, 0));
    // SAFETY: it refused, and lives on below the pool of this thread.
    let object = unsafe { Guarded::from_raw(raw) }.expect("not null");
    assert!(object.is_alive());
    Guarded::free(object).expect("it agrees");
    counts.assert_all_dropped(2);
}

#[test]
fn d7_a_second_free_within_the_closure_is_refused() {
    let counts = Counts::new();
    let second = Rc::new(Cell::new(0));
    check_tree(|root| {
        let seen = second.clone();
        let object = root.alloc_guarded(counts.value(), move |value| {
            // SAFETY: libtalloc refuses it.
            seen.set(unsafe { c::tt_free((&raw mut *value).cast()) });
            Verdict::Free
        });
        Guarded::free(object).expect("the first one is not refused");
    });
    assert_eq!(second.get(), -1);
    counts.assert_all_dropped(1);
}

#[test]
fn d8_values_of_guarded_objects_are_swapped() {
    let counts = Counts::new();
    check_tree(|root| {
        let mut one = root.alloc_guarded((1, counts.value()), |value| {
            assert_eq!(value.0, 2);
            Verdict::Free
        });
        let mut two = root.alloc_guarded((2, counts.value()), |value| {
            *value = (value.0, value.1.clone());
            Verdict::Free
        });
        std::mem::swap(&mut *one, &mut *two);
        std::mem::swap(&mut one, &mut two);
        std::mem::swap(&mut one, &mut two);
        drop(one);
        drop(two);
    });
    counts.assert_all_dropped(3);
}

#[test]
fn f2_c_frees_steals_and_refers_to_a_guarded_object() {
    let (counts, calls) = (Counts::new(), Rc::default());
    check_tree(|root| {
        let object = root.alloc_guarded(counts.value(), refusing(&counts, &calls, 1).guard());
        let raw = Guarded::into_raw(object);
        // SAFETY: live, and owned by C.
        assert_eq!(unsafe { c::tt_free(raw.cast()) }, -1);
        assert_eq!((calls.get(), counts.dropped()), (1, 0));
        // SAFETY: refused, so it is as it was.
        let object = unsafe { Guarded::from_raw(raw) }.expect("not null");

        // While C refers to it, the closure is not even asked.
        let holder = root.new_child();
        reference(&holder, Guarded::as_ctx(&object));
        let object = Guarded::free(object).expect_err("referenced").into_inner();
        assert_eq!(calls.get(), 1);
        // Its parent dies: it lives on with the holder.
        let child = root.new_child();
        let object = Guarded::keep(Guarded::steal(object, &child));
        assert!(object.is_alive());
        drop(child);
        assert_eq!((calls.get(), counts.dropped()), (1, 0));
        drop(holder);
        assert_eq!(calls.get(), 2);

        let raw = Guarded::into_raw(root.alloc_guarded(counts.value(), |_| Verdict::Free));
        let other = Ctx::new();
        // SAFETY: both are live, and C owns the object.
        unsafe { talloc_sys::talloc_steal(other.as_ptr(), raw) };
        drop(other);
    });
    // SAFETY: null is an error.
    let null = unsafe { Guarded::<u32>::from_raw(core::ptr::null_mut()) };
    assert_eq!(null.err(), Some(Error::Null));
    counts.assert_all_dropped(3);
}

#[test]
fn f3_a_destructor_of_c_above_and_below() {
    let (counts, calls) = (Counts::new(), Rc::default());
    check_tree(|root| {
        // Above: C refuses first, and nobody below is asked.
        let top = root.new_child();
        set_refusing(&top, 1);
        Guarded::keep(top.alloc_guarded(counts.value(), refusing(&counts, &calls, 0).guard()));
        let top = top.free().expect_err("refused").into_inner();
        assert_eq!((calls.get(), counts.dropped()), (0, 0));
        top.free().expect("C agrees");
        assert_eq!(calls.get(), 1);

        // Below: C's child refuses, and moves up when the object is freed.
        let object = root.alloc_guarded(counts.value(), |_| Verdict::Free);
        let child = Guarded::as_ctx(&object).new_child().into_raw();
        // SAFETY: live.
        set_refusing(unsafe { CtxRef::from_ptr(child) }.expect("not null"), 1);
        Guarded::free(object).expect("the object itself agrees");
        assert_eq!(root.total_blocks(), 2);
        // SAFETY: live below the root, and not used again.
        assert_eq!(unsafe { c::tt_free(child) }, 0);
    });
    counts.assert_all_dropped(3);
}

#[test]
#[cfg_attr(miri, ignore = "starts a process")]
fn m6_without_memory_nothing_is_called_and_all_is_dropped() {
    let counts = Counts::new();
    let root: &CtxRef = Ctx::new().leak();
    set_memlimit(root, 1);
    let owned = counts.sized::<100>();
    let result = root.try_on_free(move || panic!("not called: {}", owned.is_alive()));
    assert!(matches!(result, Err(Error::OutOfMemory { .. })));
    let guard = refusing(&counts, &Rc::default(), 0).guard();
    let result = root.try_alloc_guarded(counts.value(), guard).map(drop);
    assert!(matches!(result, Err(Error::OutOfMemory { .. })));
    counts.assert_all_dropped(3);
    assert_eq!(root.total_blocks(), 1);
    for (part, body) in [
        (
            "on_free",
            (|ctx| {
                ctx.on_free(|| ());
            }) as fn(&CtxRef),
        ),
        ("guarded", |ctx| drop(ctx.alloc_guarded(1, |_| Verdict::Free))),
    ] {
        dies_as("m6_without_memory_nothing_is_called_and_all_is_dropped", part, || {
            body(root);
        })
        .assert_abort("memory allocation of");
    }
    // SAFETY: nothing of it is used again.
    assert_eq!(unsafe { c::tt_free(root.as_ptr()) }, 0);
}
