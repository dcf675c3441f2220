//! Requests: C's from Rust, and Rust's from C.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use talloc::Ctx;

use crate::error::Error;
use crate::lookup::{Lookup, lookup};
use crate::{Drops, shout, with_loop};

/// A context that a closure can free.
type Shared = Rc<RefCell<Option<Ctx<'static>>>>;

fn shared() -> Shared {
    Rc::new(RefCell::new(Some(Ctx::named(c"requests"))))
}

#[test]
fn the_state_of_c_is_read_and_the_answer_taken() {
    let answers = Ctx::new();
    let seen = Rc::new(Cell::new(0));
    with_loop(|events| {
        let requests = Ctx::named(c"requests");
        let tries = seen.clone();
        let answer: Rc<RefCell<Option<Lookup>>> = Rc::default();
        let slot = answer.clone();
        let done = move |_: &_, done: Lookup| {
            let state = done.state().unwrap();
            assert_eq!(state.name.as_ref().unwrap(), "anna");
            assert_eq!(state.address.as_ref().unwrap(), "anna.example");
            tries.set(state.tries);
            slot.replace(Some(done));
        };
        lookup(events, &requests, c"anna", done).unwrap();
        events.run().unwrap();
        // The request is Rust's, wherever it was made.
        assert_eq!(requests.total_blocks(), 1);
        drop(requests);
        let address = answer.take().unwrap().recv(&answers).unwrap();
        assert_eq!((&*address, answers.total_blocks()), (c"anna.example", 2));
        address.free();
    });
    assert_eq!((seen.get(), answers.total_blocks()), (3, 1));
}

#[test]
fn an_error_of_c_is_a_status() {
    with_loop(|events| {
        let requests = Ctx::new();
        let seen = Rc::new(Cell::new(false));
        let inside = seen.clone();
        let done = move |_: &_, done: Lookup| {
            let status = talloc::Error::status("lookup_recv", libc::EINVAL);
            assert!(matches!(done.recv(&Ctx::new()), Err(Error::Talloc(error)) if error == status));
            inside.set(true);
        };
        lookup(events, &requests, c"", done).unwrap();
        assert!(!seen.get(), "not before the loop runs");
        events.run().unwrap();
        assert!(seen.get() && requests.total_blocks() == 1);
    });
}

#[test]
fn freeing_the_context_gives_the_request_up() {
    let drops = Drops::default();
    with_loop(|events| {
        let requests = Ctx::new();
        let witness = drops.witness();
        let never = move |_: &_, _: Lookup| panic!("{}", witness.0.count());
        lookup(events, &requests, c"anna", never).unwrap();
        drop(requests);
        assert_eq!(drops.count(), 1);
        events.run().unwrap();
    });
    assert_eq!(drops.count(), 1);
}

#[test]
fn the_closure_frees_the_context_of_its_request() {
    let drops = Drops::default();
    with_loop(|events| {
        let requests = shared();
        let (inside, witness) = (requests.clone(), drops.witness());
        let done = move |_: &_, done: Lookup| {
            drop(inside.take());
            // Neither the request nor what the closure owns has gone with it.
            assert_eq!((done.state().unwrap().tries, witness.0.count()), (3, 0));
        };
        lookup(events, requests.borrow().as_ref().unwrap(), c"anna", done).unwrap();
        events.run().unwrap();
        assert!(requests.borrow().is_none());
    });
    assert_eq!(drops.count(), 1);
}

#[test]
fn the_closure_starts_another_request() {
    with_loop(|events| {
        let requests = shared();
        let (inside, count) = (requests.clone(), Rc::new(Cell::new(0)));
        let counted = count.clone();
        let done = move |events: &crate::events::Events, first: Lookup| {
            let name = first.state().unwrap().address.as_ref().unwrap();
            let second = move |_: &_, second: Lookup| {
                let answers = Ctx::new();
                assert_eq!(second.recv(&answers).unwrap(), "anna.example.example");
                counted.set(counted.get() + 1);
            };
            lookup(events, inside.borrow().as_ref().unwrap(), name, second).unwrap();
        };
        lookup(events, requests.borrow().as_ref().unwrap(), c"anna", done).unwrap();
        events.run().unwrap();
        assert_eq!(count.get(), 1);
    });
}

#[test]
fn a_panic_ends_the_run_and_frees_the_request() {
    let drops = Drops::default();
    with_loop(|events| {
        let requests = Ctx::new();
        let witness = drops.witness();
        let panics = move |_: &_, _: Lookup| panic!("{} dropped", witness.0.count());
        lookup(events, &requests, c"anna", panics).unwrap();
        assert!(matches!(events.run(), Err(Error::Panicked(message)) if message == "0 dropped"));
        assert_eq!((drops.count(), requests.total_blocks()), (1, 1));
    });
}

#[test]
fn a_request_outlives_its_loop() {
    let drops = Drops::default();
    let requests = Ctx::new();
    with_loop(|events| {
        let witness = drops.witness();
        let never = move |_: &_, _: Lookup| panic!("{}", witness.0.count());
        lookup(events, &requests, c"anna", never).unwrap();
    });
    assert_eq!(drops.count(), 0);
    drop(requests);
    assert_eq!(drops.count(), 1);
}

#[test]
fn c_calls_an_asynchronous_function_of_rust() {
    let root = Ctx::named(c"C");
    let (answer, length) = shout::by_c(&root, c"stra\xc3\x9fe").unwrap();
    assert_eq!((&*answer, length), (c"STRASSE", 7));
    answer.free();
    assert_eq!(root.total_blocks(), 1);
}

#[test]
fn a_panic_in_it_is_an_error_for_c() {
    let root = Ctx::named(c"C");
    let error = shout::by_c(&root, c"").unwrap_err();
    assert_eq!(error, talloc::Error::status("shout_recv", libc::EIO));
    assert_eq!(root.total_blocks(), 1);
}

#[test]
fn c_gives_it_up() {
    let root = Ctx::named(c"C");
    assert!(shout::given_up_by_c(&root));
    assert_eq!(root.total_blocks(), 1);
}
