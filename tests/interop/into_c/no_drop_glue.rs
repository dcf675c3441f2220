//! F2: values without drop glue, which C gets as they are.

use talloc::{Str, TBox};
use talloc_tests::{c, check_tree};

use crate::shared::{ctx, free_in_c};

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
