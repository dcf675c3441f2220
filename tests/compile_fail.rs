//! What must not compile, and the messages that a user sees.
//!
//! `ui/` holds programs that the compiler must refuse, and next to each the message. `ui/build/`
//! holds those that only a build refuses: they break an assertion about a concrete type, which the
//! compiler looks at when it makes the code for that type. `ui/pass/` holds what is allowed, as
//! close to the refused programs as can be, so that these are refused for the right reason.
//!
//! The messages are those of [`REFERENCE`], without the component `rust-src`. Other compilers word
//! them differently, and with `rust-src` they quote the standard library. What cannot be compared
//! is skipped, and says so; the programs that are allowed are built in any case. After a change of
//! the library or of the reference: `TRYBUILD=overwrite cargo test -p talloc-tests --test
//! compile_fail`, and read what has changed.

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

use trybuild::TestCases;

/// The compiler whose messages are kept.
const REFERENCE: &str = "rustc 1.95.";

#[test]
fn ui() {
    compile_fail(&TestCases::new(), "ui");
}

/// A case that must pass makes trybuild build all of its cases, where it would only check them.
#[test]
fn ui_build() {
    let cases = TestCases::new();
    cases.pass("ui/pass/*.rs");
    compile_fail(&cases, "ui/build");
}

fn compile_fail(cases: &TestCases, folder: &str) {
    let version = rustc(&["--version"]);
    if !version.starts_with(REFERENCE) {
        return skip(&format!("{folder}: messages of {REFERENCE}x, found {version}"));
    }
    let sysroot = rustc(&["--print", "sysroot"]);
    let quotes_std = Path::new(&sysroot).join("lib/rustlib/src/rust/library").exists();
    for program in programs(folder) {
        let message = fs::read_to_string(program.with_extension("stderr")).unwrap_or_default();
        if quotes_std && message.contains("$RUST") {
            skip(&format!("{}: the component rust-src is installed", program.display()));
        } else {
            cases.compile_fail(program);
        }
    }
}

fn programs(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder of programs");
    let mut programs: Vec<PathBuf> = entries
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.extension() == Some(OsStr::new("rs")))
        .collect();
    programs.sort();
    programs
}

fn rustc(arguments: &[&str]) -> String {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).args(arguments).output().expect("a compiler");
    String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
}

/// Written past the test harness, which hides what a passing test prints.
fn skip(what: &str) {
    writeln!(io::stderr(), "skipped: {what}").expect("an open standard error");
}
