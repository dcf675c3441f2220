//! Several owners.

use std::rc::Rc;

use talloc::{CtxRef, Shared};

use crate::row::{Row, used};

unsafe extern "C" {
    safe fn speed_references(ctx: &CtxRef);
}

pub(super) fn rows() -> Vec<Row> {
    vec![
        Row::new("100 references taken and released", speed_references, |ctx| {
            let holder = ctx.new_child();
            let object = ctx.alloc_shared(7_u64);
            for _ in 0..100 {
                used(&*Shared::clone_in(&object, &holder));
            }
        })
        .std(|| {
            let object = Rc::new(7_u64);
            for _ in 0..100 {
                used(&*Rc::clone(&object));
            }
        }),
    ]
}
