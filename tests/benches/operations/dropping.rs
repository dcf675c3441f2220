//! Objects with something to be done at the end: here a counter is told.

use core::cell::Cell;
use std::rc::Rc;

use talloc::{CtxRef, TBox};

use super::objects::bump;
use crate::inputs::NUMBER;
use crate::row::{Row, opaque, used};

unsafe extern "C" {
    safe fn speed_drop_by_handle(ctx: &CtxRef);
    safe fn speed_rc(ctx: &CtxRef);
    safe fn speed_drop_keep(ctx: &CtxRef);
    safe fn speed_drop_leak(ctx: &CtxRef);
}

struct Session<'a> {
    _id: u64,
    open: &'a Cell<usize>,
    _since: u64,
}

impl<'a> Session<'a> {
    #[inline]
    fn new(open: &'a Cell<usize>) -> Self {
        open.set(open.get() + 1);
        Session { _id: 7, open, _since: 9 }
    }
}

impl Drop for Session<'_> {
    #[inline]
    fn drop(&mut self) {
        self.open.set(self.open.get() - 1);
    }
}

/// Used by one thread.
struct Global(Cell<usize>);

// SAFETY: the benchmark has one thread while it measures the operations.
unsafe impl Sync for Global {}

static OPEN: Global = Global(Cell::new(0));

pub(super) fn rows() -> Vec<Row> {
    vec![
        Row::new("object with Drop, by handle", speed_drop_by_handle, |ctx| {
            let open = Cell::new(0);
            used(&*ctx.alloc(Session::new(&open)));
            used(&open);
        })
        .std(|| {
            let open = Cell::new(0);
            used(&*Box::new(Session::new(&open)));
            used(&open);
        })
        .bumpalo(bump(|bump| {
            let open = Cell::new(0);
            used(&*bumpalo::boxed::Box::new_in(Session::new(&open), bump));
            used(&open);
        })),
        Row::new("Rc of a number, by handle", speed_rc, |ctx| {
            used(&*ctx.alloc(Rc::new(opaque(&NUMBER))));
        })
        .std(|| used(&*Box::new(Rc::new(opaque(&NUMBER))))),
        Row::new("object with Drop, kept by a context", speed_drop_keep, |ctx| {
            let parent = ctx.new_child();
            used(TBox::keep(parent.alloc(Session::new(&OPEN.0))));
        }),
        Row::new("object with Drop, leaked to a context", speed_drop_leak, |ctx| {
            let open = Cell::new(0);
            let parent = ctx.new_child();
            used(TBox::leak(parent.alloc(Session::new(&open))));
            used(&open);
        })
        .bumpalo(bump(|bump| {
            let open = Cell::new(0);
            used(bump.alloc(Session::new(&open)));
            used(&open);
        })),
    ]
}
