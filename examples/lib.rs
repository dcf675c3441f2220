//! What the examples and their tests share. The examples are the programs beside this file.

mod one_thread;

pub use one_thread::OneThread;

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{self, Command, ExitCode, Output};

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

/// Says that an example was built without the C library it shows, and how to get it.
pub fn missing_library(name: &str, debian_package: &str) -> ExitCode {
    eprintln!(
        "this example was built without {name}, which was not found.\n\
         Install its development package ({debian_package} on Debian and Ubuntu), and run it again."
    );
    ExitCode::FAILURE
}

/// A new folder for the files of a program, removed when this is dropped.
#[derive(Debug)]
pub struct TempDir(PathBuf);

impl TempDir {
    /// Makes a folder whose name has `name` in it.
    ///
    /// # Errors
    ///
    /// What the operating system says, also when there is such a folder already.
    pub fn new(name: &str) -> io::Result<Self> {
        let path = env::temp_dir().join(format!("talloc-{name}-{}", process::id()));
        fs::create_dir(&path)?;
        Ok(TempDir(path))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            eprintln!("{}: {error}", self.0.display());
        }
    }
}
