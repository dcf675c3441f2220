//! Moves and whole trees.

use bumpalo::Bump;
use talloc::{CtxRef, Str, TBox};

use super::objects::bump;
use crate::inputs::{C_TEXT_8, TEXT_8};
use crate::row::{Row, opaque, used};

unsafe extern "C" {
    safe fn speed_steals(ctx: &CtxRef);
    safe fn speed_node(ctx: &CtxRef);
    safe fn speed_tree(ctx: &CtxRef);
}

talloc::node! {
    pub(super) struct Person<'t> {
        _fields: [Str<'t>; 5],
    }
}

#[inline]
pub(super) fn person(t: &CtxRef) -> Person<'_> {
    Person { _fields: [0; 5].map(|_| t.strdup_c(opaque(&C_TEXT_8))) }
}

talloc::node! {
    struct Checked<'t> {
        one: Str<'t>,
        two: Str<'t>,
        three: Str<'t>,
        four: Str<'t>,
        five: Str<'t>,
    }
}

/// The same struct, of other strings.
struct Strings<S> {
    _fields: [S; 5],
}

pub(super) fn rows() -> Vec<Row> {
    vec![
        Row::new("100 steals", speed_steals, |ctx| {
            let (here, there) = (ctx.new_child(), ctx.new_child());
            let mut object = here.alloc(7_u64);
            for _ in 0..50 {
                object = TBox::steal(object, &there);
                used(&*object);
                object = TBox::steal(object, &here);
                used(&*object);
            }
        }),
        Row::new("node with five C strings", speed_node, |ctx| {
            used(ctx.build::<Person<'_>>(person).get());
        })
        .std(|| {
            let copy = |_| Box::<core::ffi::CStr>::from(opaque(&C_TEXT_8));
            used(&*Box::new(Strings { _fields: [0; 5].map(copy) }));
        }),
        Row::new("node with five &str (looks for NULs)", speed_node, |ctx| {
            let checked = ctx.try_build::<Checked<'_>>(|t| {
                Ok(Checked {
                    one: t.strdup(opaque(&TEXT_8))?,
                    two: t.strdup(opaque(&TEXT_8))?,
                    three: t.strdup(opaque(&TEXT_8))?,
                    four: t.strdup(opaque(&TEXT_8))?,
                    five: t.strdup(opaque(&TEXT_8))?,
                })
            });
            if let Ok(checked) = &checked {
                let Checked { one, two, three, four, five } = checked.get();
                used(&(one, two, three, four, five));
            }
        })
        .std(|| {
            let copy = |_| Box::<str>::from(opaque(&TEXT_8));
            used(&*Box::new(Strings { _fields: [0; 5].map(copy) }));
        })
        .bumpalo(bump(|bump| {
            used(
                bump.alloc(Strings { _fields: [0; 5].map(|_| &*bump.alloc_str(opaque(&TEXT_8))) }),
            );
        })),
        Row::new("tree of 1,000 objects, freed at once", speed_tree, |ctx| {
            let tree = ctx.new_child();
            for i in 0..10_u64 {
                let top = tree.alloc(i);
                for j in 0..9_u64 {
                    let middle = TBox::as_ctx(&top).alloc(j);
                    for k in 0..10_u64 {
                        TBox::leak(TBox::as_ctx(&middle).alloc(k));
                    }
                    TBox::leak(middle);
                }
                TBox::leak(top);
            }
            used(&*tree);
        })
        .std(boxes)
        .bumpalo(bump(|bump: &Bump| {
            for i in 0..1_000_u64 {
                used(bump.alloc(i));
            }
        })),
    ]
}

/// What a tree is without talloc: each object owns a list of those below.
fn boxes() {
    struct Tree<C> {
        _value: u64,
        _below: Vec<C>,
    }
    let leaf = |value| Box::new(value);
    let middle = |_value| Tree { _value, _below: (0..10_u64).map(leaf).collect() };
    let top =
        |_value| Box::new(Tree { _value, _below: (0..9).map(middle).map(Box::new).collect() });
    used(&*(0..10).map(top).collect::<Vec<_>>());
}
