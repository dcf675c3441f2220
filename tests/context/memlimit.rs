//! Memory limits: what counts, what is refused, and what works in a full tree.

use talloc::{Ctx, CtxRef, Error, TBox, TString};
use talloc_tests::{Counts, c, check_tree, parent, set_memlimit, under_valgrind};

/// The bytes that a report says are used of a limit.
fn used(ctx: &CtxRef) -> usize {
    let mut report = String::new();
    ctx.report_full(&mut report).expect("a report");
    let number = report.split("cur_size = ").nth(1).expect("a limited context");
    number.split(' ').next().expect("a number").parse().expect("a number")
}

fn limited(bytes: usize) -> Ctx<'static> {
    let ctx = Ctx::named(c"limited");
    // SAFETY: the tests steal nothing with children out of it.
    unsafe { ctx.set_memlimit(Some(bytes)) }.expect("memory");
    ctx
}

#[test]
fn growth_across_the_limit_is_an_error() {
    let ctx = limited(4096);
    let mut array = ctx.alloc_slice_zeroed::<u8>(1000);
    let mut text = TString::from_str_in("text", &ctx);
    let grown = TBox::try_grow_with(&mut array, 5000, |_| 0);
    assert!(matches!(grown, Err(Error::OutOfMemory { .. })));
    assert!(matches!(text.try_reserve(5000), Err(Error::OutOfMemory { .. })));
    assert_eq!(ctx.try_alloc([0_u8; 5000]).map(drop), Err(Error::OutOfMemory { size: 5000 }));
    assert_eq!((array.len(), &*text), (1000, "text"));
    // SAFETY: nothing is stolen.
    unsafe { ctx.set_memlimit(None) }.expect("a limit is there");
    TBox::grow_with(&mut array, 5000, |_| 0);
    assert_eq!(array.len(), 5000);
}

#[test]
fn what_counts() {
    let header = {
        let ctx = limited(1000);
        used(&ctx)
    };
    let ctx = Ctx::new();
    let before = ctx.alloc([0_u8; 100]);
    // SAFETY: nothing with children is stolen out.
    unsafe { ctx.set_memlimit(Some(100_000)) }.expect("memory");
    assert_eq!(used(&ctx), 2 * header + 100);
    let child = ctx.new_child();
    let inner = child.alloc([0_u8; 50]);
    assert_eq!(used(&ctx), 4 * header + 150);
    drop(inner);
    drop(before);
    assert_eq!(used(&ctx), 2 * header);

    // Stealing in counts and is never refused; freeing it counts, too.
    let other = Ctx::new();
    let object = other.alloc([0_u8; 200_000]);
    TBox::leak(TBox::as_ctx(&object).alloc([0_u8; 10]));
    let object = TBox::steal(object, &ctx);
    assert_eq!(used(&ctx), 4 * header + 200_010);
    assert_eq!(ctx.try_new_child().map(drop), Err(Error::OutOfMemory { size: 0 }));
    drop(object);
    assert_eq!(used(&ctx), 2 * header);

    // An object without children may be stolen out. It still counts.
    let object = ctx.alloc([0_u8; 100]);
    let object = TBox::steal(object, &other);
    assert_eq!(used(&ctx), 3 * header + 100);
    drop(child);
    drop(ctx);
    assert_eq!(object.len(), 100);
}

#[test]
fn limits_within_limits() {
    let outer = limited(10_000);
    let inner = outer.new_child();
    // SAFETY: nothing is stolen.
    unsafe { inner.set_memlimit(Some(2_000)) }.expect("memory");
    assert_eq!(inner.try_alloc([0_u8; 2_000]).map(drop), Err(Error::OutOfMemory { size: 2_000 }));
    // SAFETY: as before.
    unsafe { inner.set_memlimit(Some(100_000)) }.expect("memory");
    assert_eq!(inner.try_alloc([0_u8; 20_000]).map(drop), Err(Error::OutOfMemory { size: 20_000 }));
}

#[test]
fn a_stolen_context_loses_its_limit() {
    if under_valgrind() || c::tt_has_asan() {
        eprintln!("skipped: libtalloc loses the 32 bytes of the limit, too");
        return;
    }
    let outer = limited(10_000);
    let inner = outer.new_child();
    // SAFETY: what is stolen has a limit of its own.
    unsafe { inner.set_memlimit(Some(2_000)) }.expect("memory");
    let below: *mut core::ffi::c_void = inner.new_child().into_raw();
    let other = Ctx::new();
    let inner = inner.steal(&other);
    drop(outer);
    // SAFETY: live below the stolen context.
    let below = unsafe { CtxRef::from_ptr(below) }.expect("not null");
    below.try_alloc([0_u8; 20_000]).map(drop).expect("no limit");
    inner.try_alloc([0_u8; 20_000]).map(drop).expect("no limit");
}

#[test]
fn a_limit_of_nothing_and_none() {
    let ctx = limited(0);
    assert_eq!(ctx.try_new_child().map(drop), Err(Error::OutOfMemory { size: 0 }));
    // SAFETY: nothing is stolen.
    unsafe { ctx.set_memlimit(None) }.expect("a limit is there");
    drop(ctx.new_child());
    // SAFETY: as before.
    unsafe { ctx.set_memlimit(Some(usize::MAX)) }.expect("a limit is there");
    drop(ctx.new_child());
}

/// Why `set_memlimit` is unsafe: what is below a stolen object keeps the address of the limit.
#[test]
fn the_limit_sticks_to_what_is_below_a_stolen_object() {
    let ctx = limited(1_000);
    let other = Ctx::new();
    let object = ctx.new_child();
    let below: *mut core::ffi::c_void = object.new_child().into_raw();
    let object = object.steal(&other);
    drop(object.alloc([0_u8; 5_000]));
    // SAFETY: live below the stolen object.
    let stuck = unsafe { CtxRef::from_ptr(below) }.expect("not null");
    assert!(stuck.try_alloc([0_u8; 5_000]).is_err(), "the limit of the old tree applies");
    // It is gone before the limit is.
    drop(object);
    drop(ctx);
}

#[test]
fn m6_everything_is_dropped_in_a_full_tree() {
    let counts = Counts::new();
    check_tree(|root| {
        let large = root.alloc(counts.sized::<300>());
        TBox::keep(TBox::as_ctx(&large).alloc(counts.value()));
        let slice = root.alloc_slice_fill_with(3, |_| counts.value());
        let freed = root.alloc_slice_fill_with(2, |_| counts.sized::<300>());
        let boxed = talloc::unsize!(root.alloc(counts.value()) => dyn std::fmt::Debug);
        set_memlimit(root, 1);
        assert!(root.try_new_child().is_err());
        drop((large, slice, boxed));
        assert_eq!((counts.dropped(), root.total_blocks()), (6, 2));
        assert_eq!(used(root), root.total_blocks() * (used(&limited(1))) + freed_bytes(&freed));
        TBox::free(freed).expect("not refused");
    });
    counts.assert_all_dropped(8);
}

fn freed_bytes<T>(values: &[T]) -> usize {
    size_of_val(values)
}

#[test]
fn m6_a_panic_and_a_refusal_in_a_full_tree() {
    let counts = Counts::new();
    check_tree(|root| {
        let panicking = root.alloc(counts.panicking_sized::<300>());
        let refused = root.alloc(counts.sized::<300>());
        talloc_tests::set_refusing(TBox::as_ctx(&refused), 1);
        set_memlimit(root, 1);
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(panicking)));
        assert!(result.is_err());
        let refused = TBox::free(refused).expect_err("refused").into_inner();
        assert!(refused.is_alive());
        assert_eq!(parent(TBox::as_ctx(&refused)), root.as_ptr());
        assert_eq!(root.total_blocks(), 2);
        TBox::free(refused).expect("C agrees");
    });
    counts.assert_all_dropped(2);
}
