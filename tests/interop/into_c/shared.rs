//! The kinds of objects that Rust gives away, and C's ways with them that several modules take.

use core::ffi::{c_int, c_void};

use talloc::{CtxRef, Node, Str, TBox};
use talloc_tests::{Counted, Counts, c, check_tree};

unsafe extern "C" {
    pub(crate) fn tt_enlarge(ptr: *mut c_void, size: usize) -> *mut c_void;
    pub(crate) fn tt_unlink(holder: &CtxRef, ptr: *mut c_void) -> c_int;
    pub(crate) fn tt_hang_children(ptr: *mut c_void);
}

talloc::node! {
    #[repr(C)]
    pub(crate) struct Job<'t> as c"struct job" {
        pub(crate) name: Str<'t>,
        pub(crate) value: Counted,
    }
}

pub(crate) fn job<'c>(ctx: &'c CtxRef, counts: &Counts) -> Node<'c, Job<'c>> {
    let node = ctx.build::<Job>(|t| Job { name: t.strdup_c(c"job"), value: counts.value() });
    assert!(node.get().name == "job" && node.get().value.is_alive());
    node
}

/// A way in which Rust gives an object away.
pub(crate) type Make = fn(&CtxRef, &Counts) -> *mut c_void;

/// All kinds of objects.
pub(crate) const KINDS: [Make; 5] = [
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
pub(crate) fn for_each_kind(test: impl Fn(&CtxRef, *mut c_void, &Counts)) {
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
pub(crate) fn ctx<'a>(object: *mut c_void) -> &'a CtxRef {
    // SAFETY: the callers pass a live object.
    unsafe { CtxRef::from_ptr(object) }.expect("not null")
}

pub(crate) fn free_in_c(object: *mut c_void) -> c_int {
    // SAFETY: the callers own the object and do not use it after a 0.
    unsafe { c::tt_free(object) }
}
