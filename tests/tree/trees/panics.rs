//! Panics on either side.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::thread;

use talloc::tree::Kept;
use talloc::{Error, Tree};
use talloc_tests::dies;

use crate::support::{Alive, BLOCKS, Value, change, config};

talloc::node! { struct Job<'t> { value: Value, inner: Option<Kept<'t, Job<'static>>> } }

#[test]
fn t5_a_build_that_panics_or_fails_leaves_nothing() {
    let alive = Alive::default();
    for step in 0..4 {
        let build = || {
            Tree::<Job>::try_build(|t| {
                t.keep(alive.value());
                let kept = alive.value();
                t.on_free(move || drop(kept));
                let inner = t.try_build(|t| {
                    t.keep(alive.value());
                    match step {
                        0 => panic!("in the node"),
                        1 => Err(Error::Null),
                        _ => Ok(Job { value: alive.value(), inner: None }),
                    }
                })?;
                match step {
                    2 => panic!("in the root"),
                    _ => Err(Error::Null),
                }
                .map(|()| Job { value: alive.value(), inner: Some(inner) })
            })
        };
        match catch_unwind(AssertUnwindSafe(build)) {
            Ok(result) => assert!(matches!(result.err(), Some(Error::Null))),
            Err(_) => assert!(step % 2 == 0),
        }
        assert_eq!(alive.count(), 0, "step {step}");
    }
}

#[test]
fn t5_a_thread_panics_while_it_changes_a_tree() {
    let shared = Arc::new(Mutex::new(config()));
    let theirs = shared.clone();
    let thread = thread::spawn(move || {
        let mut config = theirs.lock().unwrap();
        config.with_mut(|t, config| {
            config.address.set(t, "changed").unwrap();
            config
                .ports
                .extend(t, (0..1000).inspect(|port| assert!(*port < 20, "in the iterator")));
        });
    });
    thread.join().unwrap_err();
    let mut config = shared.lock().unwrap_err().into_inner();
    config.with(|config| {
        assert_eq!(config.address, "changed");
        assert_eq!(config.ports.len(), 22);
    });
    change(&mut config, 1);
    assert_eq!(config.total_blocks(), BLOCKS);
}

#[test]
fn t5_a_thread_panics_with_a_tree() {
    let alive = Alive::default();
    let job = Tree::<Job>::build(|_| Job { value: alive.value(), inner: None });
    let thread = thread::spawn(move || {
        job.with(|job| panic!("with a tree: {} {}", job.value.read(), job.inner.is_some()));
    });
    thread.join().unwrap_err();
    assert_eq!(alive.count(), 0);
}

#[test]
fn t5_a_value_that_panics_when_it_is_dropped_on_another_thread() {
    struct Panics;
    impl Drop for Panics {
        fn drop(&mut self) {
            panic!("drop panics");
        }
    }
    talloc::node! { struct Bad { value: Panics } }
    dies("panics::t5_a_value_that_panics_when_it_is_dropped_on_another_thread", || {
        let bad = Tree::<Bad>::build(|_| Bad { value: Panics });
        bad.with(|bad| {
            let _: &Panics = &bad.value;
        });
        thread::spawn(move || drop(bad)).join().unwrap();
    })
    .assert_abort("drop panics");
}
