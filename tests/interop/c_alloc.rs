//! F2, M2, M6: allocation functions for C libraries, called by C.

use core::ffi::{c_long, c_void};
use core::ptr::null_mut;

use talloc::{Ctx, CtxRef, MAX_SIZE, c_alloc};
use talloc_tests::{address, check_tree, check_tree_mut, parent, reference, set_memlimit, unlink};

#[repr(C)]
struct AllocFuncs {
    malloc: unsafe extern "C" fn(ctx: *mut c_void, size: usize) -> *mut c_void,
    realloc: unsafe extern "C" fn(ctx: *mut c_void, block: *mut c_void, size: usize) -> *mut c_void,
    free: unsafe extern "C" fn(ctx: *mut c_void, block: *mut c_void),
    ctx: *mut c_void,
}

type LuaAlloc = unsafe extern "C" fn(*mut c_void, *mut c_void, usize, usize) -> *mut c_void;

unsafe extern "C" {
    fn tt_parse(funcs: &AllocFuncs, depth: usize, forget: bool) -> c_long;
    fn tt_yyjson(alc: &YyjsonAlc) -> c_long;
    fn tt_lua(alloc: LuaAlloc, ctx: *mut c_void) -> bool;
}

fn parse(ctx: &CtxRef, depth: usize, forget: bool) -> c_long {
    let funcs = AllocFuncs {
        malloc: c_alloc::malloc,
        realloc: c_alloc::realloc,
        free: c_alloc::free,
        ctx: ctx.as_ptr(),
    };
    // SAFETY: the context is live, and the functions are right for it.
    unsafe { tt_parse(&funcs, depth, forget) }
}

fn malloc(ctx: &CtxRef, size: usize) -> *mut c_void {
    // SAFETY: the context is live.
    unsafe { c_alloc::malloc(ctx.as_ptr(), size) }
}

fn realloc(ctx: &CtxRef, block: *mut c_void, size: usize) -> *mut c_void {
    // SAFETY: the context is live; the callers use no old address.
    unsafe { c_alloc::realloc(ctx.as_ptr(), block, size) }
}

fn free(ctx: &CtxRef, block: *mut c_void) {
    // SAFETY: the context is live; the callers do not use the block again.
    unsafe { c_alloc::free(ctx.as_ptr(), block) };
}

fn as_ctx<'a>(block: *mut c_void) -> &'a CtxRef {
    // SAFETY: the callers pass a live block.
    unsafe { CtxRef::from_ptr(block) }.expect("a block")
}

#[test]
fn f2_a_parser_of_c_allocates_below_the_context() {
    check_tree(|root| {
        assert_eq!(parse(root, 1000, false), 499_500);
        assert_eq!(root.total_blocks(), 1);
        // What the library forgets goes with the context.
        let ctx = root.new_child();
        assert_eq!(parse(&ctx, 100, true), 4950);
        assert_eq!(ctx.total_blocks(), 3);
        let mut report = String::new();
        ctx.report_full(&mut report).expect("a report");
        assert_eq!(report.matches("talloc::c_alloc").count(), 2, "{report}");
    });
}

#[test]
fn f2_a_pool_serves_the_parser() {
    check_tree_mut(|root| {
        let mut pool = root.new_pool(100_000);
        for _ in 0..3 {
            assert_eq!(parse(&pool, 100, true), 4950);
            pool.free_children();
        }
    });
}

#[test]
fn m6_the_parser_sees_null_and_cleans_up() {
    check_tree(|root| {
        let ctx = root.new_child();
        for limit in [1, 100, 300, 1000, 3000] {
            set_memlimit(&ctx, limit);
            assert_eq!((parse(&ctx, 1000, false), ctx.total_blocks()), (-1, 1), "{limit}");
        }
        set_memlimit(&ctx, 0);
        assert_eq!(parse(&ctx, 1000, false), 499_500);
    });
}

/// The struct of yyjson.h.
#[repr(C)]
struct YyjsonAlc {
    malloc: unsafe extern "C" fn(*mut c_void, usize) -> *mut c_void,
    realloc: unsafe extern "C" fn(*mut c_void, *mut c_void, usize, usize) -> *mut c_void,
    free: unsafe extern "C" fn(*mut c_void, *mut c_void),
    ctx: *mut c_void,
}

#[test]
fn f2_the_struct_of_yyjson() {
    check_tree(|root| {
        let parse = root.new_child();
        let alc = YyjsonAlc {
            malloc: c_alloc::malloc,
            realloc: c_alloc::realloc_sized,
            free: c_alloc::free,
            ctx: parse.as_ptr(),
        };
        // SAFETY: the context is live, and the functions are right for it.
        assert_eq!(unsafe { tt_yyjson(&alc) }, 5050);
        // A document that is never freed goes with the parse.
        assert_eq!(parse.total_blocks(), 2);
    });
}

#[test]
fn f2_the_rules_of_lua() {
    check_tree(|root| {
        // SAFETY: the context is live.
        assert!(unsafe { tt_lua(c_alloc::realloc_sized, root.as_ptr()) });
        assert_eq!(root.total_blocks(), 1);
        // SAFETY: as above; the block is not used after it was freed.
        unsafe {
            let block = c_alloc::realloc_sized(root.as_ptr(), null_mut(), 0, 8);
            assert_eq!(root.total_size(), 8);
            assert!(c_alloc::realloc_sized(root.as_ptr(), block, 8, MAX_SIZE + 1).is_null());
            assert_eq!(root.total_size(), 8);
            assert!(c_alloc::realloc_sized(root.as_ptr(), block, 8, 0).is_null());
        }
    });
}

#[test]
fn m2_sizes() {
    check_tree(|root| {
        for too_large in [MAX_SIZE + 1, isize::MAX as usize, usize::MAX - 100, usize::MAX] {
            assert!(malloc(root, too_large).is_null());
            assert!(realloc(root, null_mut(), too_large).is_null());
        }
        // Blocks of no bytes have addresses of their own, and are freed.
        let (first, second) = (malloc(root, 0), malloc(root, 0));
        assert!(!first.is_null() && !second.is_null() && first != second);
        let third = realloc(root, null_mut(), 0);
        assert_eq!((third.is_null(), root.total_blocks()), (false, 4));
        for block in [first, second, third] {
            free(root, block);
        }
        free(root, null_mut());

        // NULL is a new block; what is too large leaves the old one; 0 keeps it.
        let block = realloc(root, null_mut(), 100).cast::<u8>();
        // SAFETY: the block has 100 bytes.
        unsafe { block.write_bytes(7, 100) };
        assert!(realloc(root, block.cast(), MAX_SIZE + 1).is_null());
        assert!(realloc(root, block.cast(), usize::MAX).is_null());
        assert_eq!((as_ctx(block.cast()).size(), root.total_blocks()), (100, 2));
        let large = realloc(root, block.cast(), 1 << 20).cast::<u8>();
        // SAFETY: its first 100 bytes were kept.
        assert!(unsafe { core::slice::from_raw_parts(large, 100) }.iter().all(|byte| *byte == 7));
        let small = realloc(root, large.cast(), 0);
        assert_eq!((small.is_null(), as_ctx(small).size(), root.total_blocks()), (false, 1, 2));
        // SAFETY: one byte was kept.
        assert_eq!(unsafe { *small.cast::<u8>() }, 7);
        free(root, small);
    });
}

#[test]
fn m1_blocks_are_aligned_as_those_of_malloc_and_below_the_context() {
    check_tree(|root| {
        let align = if cfg!(target_pointer_width = "64") { 16 } else { 8 };
        for pool in [false, true] {
            let ctx = if pool { root.new_pool(10_000) } else { root.new_child() };
            for size in 0..100 {
                let mut block = malloc(&ctx, size);
                assert_eq!((block.addr() % align, parent(as_ctx(block))), (0, ctx.as_ptr()));
                block = realloc(&ctx, block, size * 50 + 1);
                assert_eq!((block.addr() % align, parent(as_ctx(block))), (0, ctx.as_ptr()));
            }
            assert_eq!(ctx.total_blocks(), 101);
        }
    });
}

#[test]
fn d7_a_block_that_c_refers_to_stays() {
    check_tree(|root| {
        let (ctx, holder) = (root.new_child(), Ctx::new());
        let block = malloc(&ctx, 10);
        reference(&holder, as_ctx(block));
        assert!(realloc(&ctx, block, 2000).is_null());
        free(&ctx, block);
        assert_eq!((ctx.total_size(), address(as_ctx(block))), (10, block.addr()));
        unlink(&holder, as_ctx(block));
        free(&ctx, block);
        assert_eq!(ctx.total_blocks(), 1);
    });
}
