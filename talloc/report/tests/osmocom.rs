//! Reports of Osmocom's own command, `show talloc-context`, from a program that has it.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;

use crate::support::{TempFile, names, run_with};

/// The program, built once; none where Osmocom's library is missing.
fn program() -> Option<&'static TempFile> {
    static PROGRAM: OnceLock<Option<TempFile>> = OnceLock::new();
    PROGRAM.get_or_init(build).as_ref()
}

fn build() -> Option<TempFile> {
    let flags = Command::new("pkg-config")
        .args(["--cflags", "--libs", "libosmovty", "libosmocore", "talloc"])
        .output();
    let Some(flags) = flags.ok().filter(|flags| flags.status.success()) else {
        // Not by a macro, whose text would be held back.
        let _ = writeln!(io::stderr(), "left out: libosmocore's headers are not installed");
        return None;
    };
    let source = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/c/osmo.c");
    let program = TempFile::new();
    let output = Command::new("cc")
        .arg("-o")
        .args([program.path().as_ref(), source.as_os_str()])
        .args(String::from_utf8(flags.stdout).unwrap().split_whitespace())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(program)
}

/// What the command prints.
fn printed(command: &str) -> Option<Vec<u8>> {
    let output = Command::new(program()?.path()).arg(command).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    Some(output.stdout)
}

#[test]
fn a_full_report() {
    let Some(text) = printed("show talloc-context application full") else { return };
    let output = run_with(&["json", "-"], &text);
    let all = String::from_utf8_lossy(&text);
    assert!(all.contains("\n  struct net "), "two spaces for each level: {all}");
    assert_eq!(output.status.code(), Some(0), "{all}\n{output:?}");
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let names = names(&found);
    let net = names.iter().position(|name| *name == (1, "struct net")).unwrap();
    let below: Vec<_> = names[net + 1..].iter().take_while(|name| name.0 > 1).collect();
    assert_eq!(below.iter().filter(|name| ***name == (2, "struct sub")).count(), 3);
    assert_eq!(below.iter().filter(|name| ***name == (3, "a string of it")).count(), 3);
    assert!(below.contains(&&(2, "logging")));
    assert_eq!(found["entries"].as_array().unwrap().len() as u64, found["total_blocks"]);
}

#[test]
fn a_brief_report() {
    let Some(text) = printed("show talloc-context application brief") else { return };
    let output = run_with(&["json", "-"], &text);
    assert_eq!(output.status.code(), Some(0));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("has a limited depth"), "{stderr}");
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(names(&found).iter().all(|name| name.0 <= 1));
}

/// What a filter leaves says nothing of where it was.
#[test]
fn a_filtered_report() {
    let command = "show talloc-context application full filter name";
    let Some(text) = printed(command) else { return };
    let output = run_with(&["json", "-"], &text);
    assert_eq!(output.status.code(), Some(3), "{}", String::from_utf8_lossy(&text));
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let first = String::from_utf8(text).unwrap();
    let size = found["total_size"].to_string();
    assert!(first.lines().next().unwrap().contains(&format!(" {size} bytes in ")));
}
