//! The model test: random programs on libtalloc and on a model of it, step by step.
//!
//! Environment variables: `TALLOC_MODEL_STEPS`, how many steps there are at least;
//! `TALLOC_MODEL_SEED`, another seed than that of every run; `TALLOC_MODEL_PROGRAM`, a program, as
//! a failure prints it, which is then told step by step. Where a failure ends the process,
//! `TALLOC_MODEL_TELL=1` prints each program before it runs.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::{array, env};

use proptest::collection::vec;
use proptest::prelude::{Strategy, any};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use talloc_tests::{model, under_valgrind};

/// How many steps a program has at most.
const LONGEST: usize = 300;

thread_local! {
    static SAID: RefCell<String> = const { RefCell::new(String::new()) };
}

fn number(variable: &str) -> Option<u64> {
    let value = env::var(variable).ok()?;
    Some(value.replace('_', "").parse().unwrap_or_else(|_| panic!("{variable} is no number")))
}

fn runner() -> TestRunner {
    let config = Config { failure_persistence: None, ..Config::default() };
    let seed = number("TALLOC_MODEL_SEED").unwrap_or(0);
    let seed: [u8; 32] = array::from_fn(|index| seed.to_le_bytes()[index % 8]);
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed))
}

/// Runs random programs until so many of their steps have done something; returns how many
/// programs and steps that were.
fn run(steps: u64) -> (u64, u64) {
    let is_told = env::var_os("TALLOC_MODEL_TELL").is_some();
    let (mut runner, programs, done) = (runner(), Cell::new(0), Cell::new(0));
    let programs_of = vec(any::<[u8; 4]>(), 1..LONGEST);
    // What fails on the way to the smallest program is not told.
    let hook = take_hook();
    set_hook(Box::new(|panic| SAID.set(panic.to_string())));
    let mut failure = None;
    while done.get() < steps && failure.is_none() {
        let program = programs_of.new_tree(&mut runner).expect("a program");
        let result = runner.run_one(program, |program| {
            if is_told {
                eprintln!("{}", hex(&program));
            }
            programs.set(programs.get() + 1);
            let ran = catch_unwind(AssertUnwindSafe(|| model::run(&program)));
            done.set(done.get() + ran.map_err(|_| TestCaseError::fail(SAID.take()))?);
            Ok(())
        });
        if let Err(TestError::Fail(reason, program)) = result {
            failure = Some(format!("{reason}\nTALLOC_MODEL_PROGRAM={}", hex(&program)));
        }
    }
    set_hook(hook);
    if let Some(failure) = failure {
        panic!("{failure}");
    }
    (programs.get(), done.get())
}

fn hex(program: &[model::Step]) -> String {
    program.as_flattened().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    let digits: Vec<_> = text.chars().map(|digit| digit.to_digit(16).expect("hex") as u8).collect();
    digits.chunks(2).map(|pair| pair[0] * 16 + pair[1]).collect()
}

#[test]
fn random_programs() {
    if let Ok(program) = env::var("TALLOC_MODEL_PROGRAM") {
        model::explain(&model::program(&unhex(&program)));
        return;
    }
    let default = if under_valgrind() { 1_000 } else { 15_000 };
    let (programs, steps) = run(number("TALLOC_MODEL_STEPS").unwrap_or(default));
    println!("{steps} steps of {programs} programs");
}
