//! Contexts, and names.

use talloc::{Ctx, CtxRef, TBox};

use crate::row::{Row, used};

unsafe extern "C" {
    pub(super) safe fn speed_nothing(ctx: &CtxRef);
    safe fn speed_root(ctx: &CtxRef);
    safe fn speed_child(ctx: &CtxRef);
    safe fn speed_child_named(ctx: &CtxRef);
    safe fn speed_renamed(ctx: &CtxRef);
}

pub(super) fn rows() -> Vec<Row> {
    vec![
        Row::new("root context", speed_root, |_| used(&*Ctx::new())),
        Row::new("child context", speed_child, |ctx| used(&*ctx.new_child())),
        Row::new("child context with a name", speed_child_named, |ctx| {
            used(&*ctx.new_child_named(c"speed"));
        }),
        Row::new("object of 16 bytes, renamed", speed_renamed, |ctx| {
            let mut object = ctx.alloc([7_u8; 16]);
            TBox::set_name_const(&mut object, c"speed");
            used(&*object);
        }),
    ]
}
