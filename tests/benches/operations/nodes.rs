//! The forms that a node can have.

use talloc::{CtxRef, Kept, Str};

use crate::inputs::C_TEXT_8;
use crate::row::{Row, opaque, used, used_str};

unsafe extern "C" {
    safe fn speed_node_value(ctx: &CtxRef);
    safe fn speed_node_pair(ctx: &CtxRef);
}

talloc::node! {
    enum Value<'t> {
        _Number(f64),
        Text(Str<'t>),
    }
}

talloc::node! {
    struct Generic<'t, K> {
        _kind: K,
        _text: Str<'t>,
    }
}

talloc::node! {
    struct Pair<'t> {
        _left: Kept<'t, Generic<'static, u64>>,
        _right: Kept<'t, Generic<'static, u64>>,
    }
}

#[inline]
fn generic(t: &CtxRef, kind: u64) -> Generic<'_, u64> {
    Generic { _kind: kind, _text: t.strdup_c(opaque(&C_TEXT_8)) }
}

pub(super) fn rows() -> Vec<Row> {
    vec![
        Row::new("node of an enum with a C string", speed_node_value, |ctx| {
            let node = ctx.build::<Value<'_>>(|t| Value::Text(t.strdup_c(opaque(&C_TEXT_8))));
            if let Value::Text(text) = node.get() {
                used_str(text);
            }
        }),
        Row::new("generic node with a C string", speed_node_value, |ctx| {
            used(ctx.build::<Generic<'_, u64>>(|t| generic(t, 1)).get());
        }),
        Row::new("node with two nodes and their strings", speed_node_pair, |ctx| {
            let pair = ctx.build::<Pair<'_>>(|t| Pair {
                _left: t.build::<Generic<'_, u64>>(|t| generic(t, 1)).keep(),
                _right: t.build::<Generic<'_, u64>>(|t| generic(t, 2)).keep(),
            });
            used(pair.get());
        }),
    ]
}
