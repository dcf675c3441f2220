//! To another thread. C has no channel: its side is what a `Box` costs in the same one.

use std::cell::RefCell;
use std::sync::mpsc::{Receiver, Sender, channel};

use talloc::{CtxRef, Tree};

use crate::row::{Row, used};

talloc::node! { struct Job { number: u64 } }

/// A channel, and 100 values that go through it.
struct Through<T> {
    send: Sender<T>,
    receive: Receiver<T>,
    values: RefCell<Vec<T>>,
}

impl<T> Through<T> {
    fn new(make: fn() -> T) -> Self {
        let (send, receive) = channel();
        Through { send, receive, values: RefCell::new((0..100).map(|_| make()).collect()) }
    }

    fn all(&self) {
        let mut values = self.values.borrow_mut();
        for value in values.iter_mut() {
            let sent = self.receive.try_recv();
            used(&sent);
            if let Ok(received) = sent {
                self.send.send(std::mem::replace(value, received)).expect("a receiver");
            }
        }
    }
}

thread_local! {
    static BOXES: Through<Box<u64>> = started(|| Box::new(7));
    static TREES: Through<Tree<Job>> = started(|| Tree::<Job>::build(|_| Job { number: 7 }));
}

/// With one value on its way.
fn started<T>(make: fn() -> T) -> Through<T> {
    let through = Through::new(make);
    through.send.send(make()).expect("a receiver");
    through
}

pub(super) fn rows() -> Vec<Row> {
    vec![Row::new("100 trees sent (C: boxes)", boxes, trees)]
}

extern "C" fn boxes(_: &CtxRef) {
    BOXES.with(|boxes| {
        boxes.all();
        used(&*boxes.values.borrow()[0]);
    });
}

fn trees(_: &CtxRef) {
    TREES.with(|trees| {
        trees.all();
        used(&trees.values.borrow()[0].with(|job| job.number));
    });
}
