//! Objects with something to be done at the end: here a counter is told.

use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use talloc::{CtxRef, TBox};

use super::objects::bump;
use crate::row::{Row, used};

unsafe extern "C" {
    safe fn speed_drop_by_handle(ctx: &CtxRef);
    safe fn speed_drop_keep(ctx: &CtxRef);
    safe fn speed_drop_leak(ctx: &CtxRef);
}

struct Session<'a> {
    _id: u64,
    open: &'a AtomicUsize,
    _since: u64,
}

/// Plain loads and stores: nobody else counts here.
impl<'a> Session<'a> {
    #[inline]
    fn new(open: &'a AtomicUsize) -> Self {
        open.store(open.load(Relaxed) + 1, Relaxed);
        Session { _id: 7, open, _since: 9 }
    }
}

impl Drop for Session<'_> {
    #[inline]
    fn drop(&mut self) {
        self.open.store(self.open.load(Relaxed) - 1, Relaxed);
    }
}

static OPEN: AtomicUsize = AtomicUsize::new(0);

pub(super) fn rows() -> Vec<Row> {
    vec![
        Row::new("object with Drop, by handle", speed_drop_by_handle, |ctx| {
            let open = AtomicUsize::new(0);
            used(&*ctx.alloc(Session::new(&open)));
            used(&open);
        })
        .std(|| {
            let open = AtomicUsize::new(0);
            used(&*Box::new(Session::new(&open)));
            used(&open);
        })
        .bumpalo(bump(|bump| {
            let open = AtomicUsize::new(0);
            used(&*bumpalo::boxed::Box::new_in(Session::new(&open), bump));
            used(&open);
        })),
        Row::new("object with Drop, kept by a context", speed_drop_keep, |ctx| {
            let parent = ctx.new_child();
            used(TBox::keep(parent.alloc(Session::new(&OPEN))));
        }),
        Row::new("object with Drop, leaked to a context", speed_drop_leak, |ctx| {
            let open = AtomicUsize::new(0);
            let parent = ctx.new_child();
            used(TBox::leak(parent.alloc(Session::new(&open))));
            used(&open);
        })
        .bumpalo(bump(|bump| {
            let open = AtomicUsize::new(0);
            used(bump.alloc(Session::new(&open)));
            used(&open);
        })),
    ]
}
