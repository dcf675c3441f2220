//! Random programs, carried out on libtalloc and on a model of it in plain Rust.
//!
//! A program is a list of [`Step`]s, four bytes each, so that whatever yields bytes drives the
//! machine: proptest, which makes a failing program small, and a fuzzer. After each step the
//! trees are compared, chunk by chunk: parents, the order of children, names, sizes, contents,
//! references, which values were dropped, and where each handle leads.

mod boxes;
mod c;
mod chunk;
mod contexts;
mod fields;
mod guards;
mod handle;
mod machine;
mod moving;
mod moving_steps;
mod node_steps;
mod nodes;
mod ops;
mod real;
mod scopes;
mod secrets;
mod shares;
mod tree;
mod values;
mod world;

pub use machine::Step;

use machine::Machine;

/// Carries out a program, and frees what is left; returns how many of its steps had something
/// to do.
///
/// # Panics
///
/// When libtalloc has something else than the model.
pub fn run(program: &[Step]) -> u64 {
    let mut machine = Machine::new(program);
    machine.start();
    machine.run();
    machine.finish();
    machine.done
}

/// Carries out a program, and writes each step on standard error before.
///
/// # Panics
///
/// As [`run`].
pub fn explain(program: &[Step]) {
    let mut machine = Machine::new(program);
    machine.is_told = true;
    machine.start();
    machine.run();
    machine.finish();
}

/// The program that bytes stand for.
pub fn program(bytes: &[u8]) -> Vec<Step> {
    bytes.chunks_exact(4).map(|step| step.try_into().expect("four bytes")).collect()
}
