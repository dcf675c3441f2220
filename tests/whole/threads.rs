//! T1: what is `Send` or `Sync`, asserted by the compiler. T3: contexts in
//! thread-local variables.

use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use talloc::{
    Array, CType, Ctx, CtxRef, Error, Kept, Node, Rejected, Str, StrList, TBox, TString, Tree,
    TreeCtx, Typed, tree,
};
use talloc_tests::{check_tree, exits};

talloc::node! {
    struct Plain<'t> {
        #[expect(dead_code, reason = "only the type counts")]
        text: Option<Str<'t>>,
    }
}

struct Point;

impl CType for Point {
    const NAME: &'static core::ffi::CStr = c"struct point";
}

/// Compiles only if the type has none of the traits.
macro_rules! assert_none_of {
    ($type:ty: $($trait:path),+) => {$(
        const _: fn() = || {
            // With the trait, two implementations fit and `_` is ambiguous.
            trait AmbiguousIf<A> {
                fn some() {}
            }
            impl<T: ?Sized> AmbiguousIf<()> for T {}
            struct Has;
            impl<T: ?Sized + $trait> AmbiguousIf<Has> for T {}
            let _ = <$type as AmbiguousIf<_>>::some;
        };
    )+};
}

macro_rules! assert_all_of {
    ($type:ty: $($trait:path),+) => {$(
        const _: fn() = || {
            fn has<T: ?Sized + $trait>() {}
            has::<$type>();
        };
    )+};
}

talloc::node! {
    struct Moves<'t> {
        #[expect(dead_code, reason = "only the type counts")]
        text: Option<tree::Str<'t>>,
    }
}

talloc::node! {
    struct Sent {
        #[expect(dead_code, reason = "only the type counts")]
        cell: Cell<u8>,
    }
}

assert_all_of!(Tree<Moves<'_>>: Send, Sync);
assert_all_of!(tree::Kept<'static, Moves<'static>>: Send, Sync);
assert_all_of!(tree::Array<'static, tree::Str<'static>>: Send, Sync);
assert_all_of!(tree::Str<'static>: Send, Sync);
assert_all_of!(Tree<Sent>: Send);
assert_none_of!(Tree<Sent>: Sync);
assert_none_of!(tree::Kept<'static, Sent>: Sync);
assert_none_of!(tree::Array<'static, Cell<u8>>: Sync);
assert_none_of!(tree::Array<'static, *const u8>: Send, Sync);
// There is none: it cannot be built.
assert_none_of!(Tree<Plain<'_>>: Sync);
assert_none_of!(tree::Kept<'static, Plain<'static>>: Send, Sync);
assert_none_of!(TreeCtx<'static>: Send, Sync);
assert_none_of!(&'static TreeCtx<'static>: Send, Sync);

assert_none_of!(CtxRef: Send, Sync);
assert_none_of!(&'static CtxRef: Send, Sync);
assert_none_of!(Ctx<'static>: Send, Sync);
assert_none_of!(TBox<'static, u8>: Send, Sync);
assert_none_of!(TBox<'static, [u8]>: Send, Sync);
assert_none_of!(TBox<'static, str>: Send, Sync);
assert_none_of!(TBox<'static, dyn Send + Sync>: Send, Sync);
assert_none_of!(&'static TBox<'static, u8>: Send, Sync);
assert_none_of!(TString<'static>: Send, Sync);
assert_none_of!(Str<'static>: Send, Sync);
assert_none_of!(StrList<'static>: Send, Sync);
assert_none_of!(talloc::field::StrListIter<'static>: Send, Sync);
assert_none_of!(Array<'static, u8>: Send, Sync);
assert_none_of!(Node<'static, Plain<'static>>: Send, Sync);
assert_none_of!(Kept<'static, Plain<'static>>: Send, Sync);
assert_none_of!(talloc::Blob<'static>: Send, Sync);
assert_none_of!(talloc::BlobBuf<'static>: Send, Sync);
assert_none_of!(talloc::CStrRef<'static>: Send, Sync);
assert_none_of!(talloc::StrListRef<'static>: Send, Sync);
assert_none_of!(talloc::Arena<'static>: Send, Sync);
assert_none_of!(talloc::Items<'static, u8>: Send, Sync);
assert_none_of!(Typed<'static, Point>: Send, Sync);
assert_none_of!(Plain<'static>: Send, Sync);
assert_none_of!(Rejected<Ctx<'static>>: Send, Sync);
assert_none_of!(Option<TBox<'static, u8>>: Send, Sync);
assert_none_of!(<&'static StrList<'static> as IntoIterator>::IntoIter: Send, Sync);

assert_all_of!(Error: Send, Sync);
assert_all_of!(Rejected<u8>: Send, Sync);
// References to the content are plain data, as long as it is.
assert_all_of!(<&'static TBox<'static, [u8]> as IntoIterator>::IntoIter: Send, Sync);
assert_all_of!(<&'static Array<'static, u8> as IntoIterator>::IntoIter: Send, Sync);
assert_none_of!(<&'static TBox<'static, [Cell<u8>]> as IntoIterator>::IntoIter: Send, Sync);

#[test]
fn t1_content_can_be_read_by_other_threads() {
    check_tree(|root| {
        let mut numbers = root.alloc_slice_fill_with(1000, |index| index);
        let text: &str = &root.alloc_str("text");
        let (left, right) = numbers.split_at_mut(500);
        thread::scope(|scope| {
            scope.spawn(|| left.iter_mut().for_each(|number| *number += text.len()));
            scope.spawn(|| right.iter_mut().for_each(|number| *number = 0));
        });
        assert_eq!((numbers[0], numbers[499], numbers[500]), (4, 503, 0));
    });
}

#[test]
fn t1_threads_with_a_tree_each_do_not_meet() {
    let total = AtomicUsize::new(0);
    thread::scope(|scope| {
        for thread in 0..4 {
            let total = &total;
            scope.spawn(move || {
                check_tree(|root| {
                    for round in 0..500 {
                        let child = root.new_child();
                        let values = child.alloc_slice_fill_with(thread + 1, |_| round);
                        let text = talloc::format!(child, "{thread} {round}");
                        total.fetch_add(values.len() + text.len(), Ordering::Relaxed);
                    }
                });
            });
        }
    });
    let texts: usize =
        (0..4).flat_map(|_| 0..500).map(|round: usize| 2 + round.to_string().len()).sum();
    assert_eq!(total.into_inner(), texts + 500 * (1 + 2 + 3 + 4));
}

/// Counts its drops for all threads.
struct Shared(Arc<AtomicUsize>);

impl Drop for Shared {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn t3_a_thread_local_context_is_freed_when_its_thread_ends() {
    thread_local! {
        static CTX: Ctx<'static> = Ctx::named(c"thread");
        static LATE: RefCell<Option<TBox<'static, Shared>>> = const { RefCell::new(None) };
    }
    let drops = Arc::new(AtomicUsize::new(0));
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let drops = Arc::clone(&drops);
            thread::spawn(move || {
                CTX.with(|ctx| {
                    for _ in 0..3 {
                        TBox::keep(ctx.alloc(Shared(Arc::clone(&drops))));
                    }
                    assert_eq!(ctx.total_blocks(), 4);
                });
            })
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().expect("no panic"));
    assert_eq!(drops.load(Ordering::Relaxed), 12);

    // A handle below a root that is never freed.
    let drops_of_late = Arc::clone(&drops);
    let root = thread::spawn(move || {
        let root: &'static CtxRef = Ctx::named(c"leaked").leak();
        LATE.set(Some(root.alloc(Shared(drops_of_late))));
        root.as_ptr() as usize
    });
    let root = root.join().expect("no panic") as *mut core::ffi::c_void;
    assert_eq!(drops.load(Ordering::Relaxed), 13);
    // SAFETY: the thread that leaked the root has ended.
    let root = unsafe { Ctx::from_raw(root) }.expect("not null");
    assert_eq!(root.total_blocks(), 1);
}

#[test]
fn t3_a_kept_value_may_use_other_thread_locals_when_its_thread_ends() {
    thread_local! {
        static FIRST: Ctx<'static> = Ctx::new();
        static SECOND: Ctx<'static> = Ctx::new();
    }
    struct Uses(Arc<AtomicUsize>);
    impl Drop for Uses {
        fn drop(&mut self) {
            // Either is there still, or the answer is an error: never a freed tree.
            for ctx in [&FIRST, &SECOND] {
                let seen = ctx.try_with(|ctx| ctx.alloc_str("late").len()).unwrap_or(4);
                self.0.fetch_add(seen, Ordering::Relaxed);
            }
        }
    }
    let seen = Arc::new(AtomicUsize::new(0));
    let for_thread = Arc::clone(&seen);
    thread::spawn(move || {
        for ctx in [&FIRST, &SECOND] {
            ctx.with(|ctx| {
                TBox::keep(ctx.alloc(Uses(Arc::clone(&for_thread))));
            });
        }
    })
    .join()
    .expect("no panic");
    assert_eq!(seen.load(Ordering::Relaxed), 16);
}

#[test]
fn t3_contexts_that_live_on_do_not_disturb_the_end_of_the_process() {
    let test = "t3_contexts_that_live_on_do_not_disturb_the_end_of_the_process";
    exits(test, "only", || {
        struct Loud;
        impl Drop for Loud {
            fn drop(&mut self) {
                eprintln!("dropped");
            }
        }
        thread_local!(static CTX: Ctx<'static> = Ctx::new());
        static ADDRESS: AtomicUsize = AtomicUsize::new(0);
        CTX.with(|ctx| drop(ctx.alloc(1)));
        let root = Ctx::named(c"global").leak();
        let kept: *const (Loud, [u8; 100]) = TBox::keep(root.alloc((Loud, [0_u8; 100])));
        root.alloc_str("left behind").make_ascii_uppercase();
        // So that a leak checker finds it: the address of an empty chunk is
        // one behind its memory, but this one leads to it.
        ADDRESS.store(kept as usize, Ordering::Relaxed);
    })
    .assert_success();
}
