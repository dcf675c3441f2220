//! Objects whose handle has been given up before.

use talloc::{Ctx, Error, Guarded, TBox, Verdict};
use talloc_tests::{check_tree, check_tree_mut};

#[test]
fn f6_what_was_leaked_or_kept_is_no_context() {
    check_tree_mut(|root| {
        let number = root.alloc(5_u32);
        let raw = TBox::as_ptr(&number);
        let leaked: &mut u32 = TBox::leak(number);
        // SAFETY: 1. Live, of this thread. 2. Nobody else frees it, and nothing is below it.
        // 3. It is refused. 4. `root` lives. 5. The name is a constant.
        let error = unsafe { Ctx::from_raw(raw.cast()) }.expect_err("it has content");
        assert_eq!(error, Error::WrongSize { expected: 0, found: 4 });
        assert_eq!(*leaked, 5);

        let guarded = root.alloc_guarded(7_u64, |_| Verdict::Free);
        let raw = Guarded::as_ptr(&guarded);
        let kept: &mut u64 = Guarded::keep(guarded);
        // SAFETY: as above.
        assert!(unsafe { Ctx::from_raw(raw.cast()) }.is_err());
        assert_eq!(*kept, 7);
        root.free_children();
    });
}

#[test]
fn f6_contexts_and_pools_of_c_have_no_content() {
    check_tree(|root| {
        // SAFETY: the root is live.
        let (plain, pool) = unsafe {
            (
                talloc_sys::talloc_named_const(root.as_ptr(), 0, c"plain".as_ptr()),
                talloc_sys::talloc_pool(root.as_ptr(), 1000),
            )
        };
        for raw in [plain, pool] {
            // SAFETY: C left them to the test.
            let ctx: Ctx<'_> = unsafe { root.adopt(raw) }.expect("without content");
            assert_eq!(*ctx.alloc(1_u8), 1);
        }
        assert_eq!(root.total_blocks(), 1);
    });
}
