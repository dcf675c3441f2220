//! What must not compile, and the messages that a user sees.
//!
//! `ui/` holds programs that the compiler must refuse, and next to each the message. `ui/build/`
//! holds those that only a build refuses: they break an assertion about a concrete type, which the
//! compiler looks at when it makes the code for that type. `ui/pass/` holds what is allowed, as
//! close to the refused programs as can be, so that these are refused for the right reason.
//!
//! The messages are those of [`REFERENCE`], without the component `rust-src`. Other compilers word
//! them differently, and with `rust-src` they quote the standard library. There each program must
//! be refused with the same error codes. The programs that are allowed are built in any case. After
//! a change of the library or of the reference: `TRYBUILD=overwrite cargo test -p talloc-tests
//! --test compile_fail`, and read what has changed.

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
    let sysroot = rustc(&["--print", "sysroot"]);
    let quotes_std = Path::new(&sysroot).join("lib/rustlib/src/rust/library").exists();
    let mut others = Vec::new();
    for program in programs(folder) {
        let message = fs::read_to_string(program.with_extension("stderr")).unwrap_or_default();
        let same_words =
            version.starts_with(REFERENCE) && !(quotes_std && message.contains("$RUST"));
        if same_words {
            cases.compile_fail(program);
        } else {
            others.push((program, message));
        }
    }
    if !others.is_empty() {
        say(&format!("{folder}: {} messages of {REFERENCE}x compared by code only", others.len()));
        refused_with_its_code(folder, &others);
    }
}

/// For compilers that word the messages differently: each program is refused, with one of the error
/// codes of its message. Where there are several, not every compiler comes to all of them.
fn refused_with_its_code(folder: &str, programs: &[(PathBuf, String)]) {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let package = Path::new(env!("CARGO_TARGET_TMPDIR")).join(folder.replace('/', "_"));
    fs::create_dir_all(&package).expect("a folder for the package");
    let mut manifest = format!(
        "[package]\nname = \"refused\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n\
         [dependencies]\ntalloc = {{ path = {:?}, features = [\"allocator-api2\", \"arena\", \"zeroize\"] }}\n\
         allocator-api2 = {{ version = \"0.2\", default-features = false, features = [\"alloc\"] }}\n",
        tests.join("../talloc")
    );
    for (program, _) in programs {
        let name = program.file_stem().expect("a file").to_string_lossy().into_owned();
        manifest += &format!("[[bin]]\nname = {name:?}\npath = {:?}\n", tests.join(program));
    }
    // What all of them would be refused for is no reason.
    manifest += "[[bin]]\nname = \"accepted\"\npath = \"accepted.rs\"\n";
    fs::write(package.join("accepted.rs"), "use talloc as _;\nfn main() {}\n").expect("a program");
    fs::write(package.join("Cargo.toml"), manifest).expect("a manifest");
    let _ = fs::copy(tests.join("../Cargo.lock"), package.join("Cargo.lock"));

    let command = if folder.ends_with("build") { "build" } else { "check" };
    let compile = |name: &OsStr| {
        // The arena asks for Rust 1.85.1, and does with 1.85.0.
        let mut cargo = Command::new(env!("CARGO"));
        cargo.current_dir(&package).args([command, "--quiet", "--ignore-rust-version", "--bin"]);
        cargo.arg(name).output().expect("cargo")
    };
    let accepted = compile(OsStr::new("accepted"));
    assert!(accepted.status.success(), "{}", String::from_utf8_lossy(&accepted.stderr));
    let wrong: Vec<String> = programs
        .iter()
        .filter_map(|(program, message)| {
            let output = compile(program.file_stem().expect("a file"));
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            let found = codes(&said);
            let is_refused =
                !output.status.success() && codes(message).iter().any(|c| found.contains(c));
            (!is_refused).then(|| format!("{}: {said}", program.display()))
        })
        .collect();
    assert!(wrong.is_empty(), "not refused, or for another reason:\n{}", wrong.join("\n"));
}

/// The codes behind `error[` in a message; a message without one has `error:`.
fn codes(message: &str) -> Vec<&str> {
    let coded =
        message.match_indices("error[").map(|(at, _)| &message[at..at + "error[E0000]".len()]);
    let codes: Vec<&str> = coded.collect();
    if codes.is_empty() { vec!["error"] } else { codes }
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
fn say(what: &str) {
    writeln!(io::stderr(), "{what}").expect("an open standard error");
}
