//! Random calls, carried out by libtalloc and by the stand-in, which must have the same trees
//! after each: parents, the order of children, names, sizes, references, totals, what the functions
//! returned, and which destructors were called.
//!
//! `TALLOC_SAME_STEPS` says how many steps there are at least.
// With its own names the stand-in would be compared with itself.
#![cfg(not(talloc_stand_in))]

mod library;
mod pair;

use std::cell::Cell;
use std::env;
use std::sync::Mutex;

use proptest::collection::vec;
use proptest::prelude::{Strategy, any};
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};

use pair::Pair;

/// Which calls a program has.
///
/// With limits nothing changes its parent, since libtalloc's own sums are wrong then (fact 18 of
/// `docs/SAFETY.md`), and it ends the process when it notices. With pools, an object may be resized
/// in its place where it is not otherwise, so it is given no other name by that.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Plain,
    Limits,
    Pools,
}

fn run(kind: Kind, program: &[[u8; 4]]) -> u64 {
    let mut pair = Pair::new();
    let mut done = 0;
    for step in program {
        done += u64::from(pair.step(kind, *step));
        pair.compare();
    }
    pair.finish();
    done
}

/// Both libraries have plain variables, which the first calls of a test write.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

fn random_calls(kind: Kind) {
    let _lock = ONE_AT_A_TIME.lock();
    let steps = env::var("TALLOC_SAME_STEPS").map(|steps| steps.parse().expect("a number"));
    // Valgrind is slow.
    let by_default = if env::var_os("TALLOC_TESTS_VALGRIND").is_some() { 1_000 } else { 5_000 };
    let steps = steps.unwrap_or(by_default);
    let config = Config { failure_persistence: None, ..Config::default() };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[kind as u8; 32]);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let (done, programs) = (Cell::new(0), Cell::new(0));
    let programs_of = vec(any::<[u8; 4]>(), 1..150);
    while done.get() < steps {
        let program = programs_of.new_tree(&mut runner).expect("a program");
        let result = runner.run_one(program, |program| {
            done.set(done.get() + run(kind, &program));
            programs.set(programs.get() + 1);
            Ok(())
        });
        match result {
            Ok(_) => {}
            Err(TestError::Fail(reason, program)) => panic!("{reason}\n{program:?}"),
            Err(error) => panic!("{error}"),
        }
    }
    println!("{} steps of {} programs", done.get(), programs.get());
}

#[test]
fn plain_trees_are_the_same() {
    random_calls(Kind::Plain);
}

#[test]
fn limited_trees_are_the_same() {
    random_calls(Kind::Limits);
}

#[test]
fn trees_with_pools_are_the_same() {
    random_calls(Kind::Pools);
}

#[test]
fn the_header_counts_as_much() {
    let _lock = ONE_AT_A_TIME.lock();
    for (limit, fits) in [(96 + 96 + 10, true), (96 + 96 + 9, false)] {
        let all = library::BOTH.map(|library| {
            // SAFETY: live; the names are static.
            unsafe {
                let root = (library.named)(core::ptr::null(), 0, c"root".as_ptr());
                assert_eq!((library.set_memlimit)(root, limit), 0);
                let child = (library.named)(root, 10, c"child".as_ptr());
                (library.free)(root, c"here".as_ptr());
                child.is_null()
            }
        });
        if cfg!(target_pointer_width = "64") {
            assert_eq!(all, [!fits, !fits]);
        }
    }
}
