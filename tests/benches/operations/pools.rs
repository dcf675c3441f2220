//! Pools.

use talloc::{Ctx, CtxRef, TBox};

use super::trees::{Person, person};
use crate::row::{Row, used};

unsafe extern "C" {
    safe fn speed_pool(ctx: &CtxRef);
    safe fn speed_pooled_node(ctx: &CtxRef);
}

pub(super) fn rows() -> Vec<Row> {
    vec![
        Row::new("pool with ten objects", speed_pool, |ctx| {
            let pool = ctx.new_pool(4096);
            for i in 0..10_u64 {
                TBox::leak(pool.alloc(i));
            }
            used::<Ctx<'_>>(&pool);
        }),
        Row::new("node with a pool for its five C strings", speed_pooled_node, |ctx| {
            used(ctx.pooled(5, 5 * 9).build::<Person<'_>>(person).get());
        }),
    ]
}
