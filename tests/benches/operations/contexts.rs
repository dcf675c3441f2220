//! Contexts.

use talloc::{Ctx, CtxRef};

use crate::row::{Row, used};

unsafe extern "C" {
    pub(super) safe fn speed_nothing(ctx: &CtxRef);
    safe fn speed_root(ctx: &CtxRef);
    safe fn speed_child(ctx: &CtxRef);
}

pub(super) fn rows() -> Vec<Row> {
    vec![
        Row::new("root context", speed_root, |_| used(&*Ctx::new())),
        Row::new("child context", speed_child, |ctx| used(&*ctx.new_child())),
    ]
}
