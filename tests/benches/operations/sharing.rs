//! Several owners.

use std::rc::Rc;

use talloc::{CtxRef, Shared};

use crate::row::{Row, used};

unsafe extern "C" {
    safe fn speed_references(ctx: &CtxRef);
    safe fn speed_claims(ctx: &CtxRef);
}

pub(super) fn rows() -> Vec<Row> {
    vec![
        Row::new("100 references (C: talloc_unlink)", speed_references, shares).std(|| {
            let object = Rc::new(7_u64);
            for _ in 0..100 {
                used(&*Rc::clone(&object));
            }
        }),
        Row::new("100 references (C: each below a context)", speed_claims, shares),
    ]
}

fn shares(ctx: &CtxRef) {
    let holder = ctx.new_child();
    let object = ctx.alloc_shared(7_u64);
    for _ in 0..100 {
        used(&*Shared::clone_in(&object, &holder));
    }
}
