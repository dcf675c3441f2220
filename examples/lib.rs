//! What the tests of the examples share. The examples are the programs beside this file.

use std::env;
use std::path::Path;
use std::process::{Command, Output};

/// Runs an example that cargo has built, in the package's folder.
///
/// # Panics
///
/// Panics when the example is not built, or cannot be run.
pub fn run(example: &str, arguments: &[&str]) -> Output {
    // Cargo puts a test in target/<profile>/deps and an example in
    // target/<profile>/examples.
    let test = env::current_exe().expect("the test knows its own path");
    let profile = test.ancestors().nth(2).expect("the test is two folders deep");
    let program = profile.join("examples").join(example).with_extension(env::consts::EXE_EXTENSION);
    assert!(program.exists(), "{} is missing: cargo build --examples", program.display());
    Command::new(&program)
        .args(arguments)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")))
        .output()
        .unwrap_or_else(|error| panic!("{}: {error}", program.display()))
}
