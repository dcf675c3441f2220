//! `watch`, without waiting.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use super::compare::stderr;
use super::program::Program;
use crate::support::{TempFile, run};

#[test]
fn some_looks() {
    let program = Program::start("grows");
    let output = run(&["watch", "--looks", "2", "--every", "0", "-n", "3", &program.pid()]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = String::from_utf8(output.stdout).unwrap();
    let size = "1003 B in 3 blocks";
    assert_eq!(text.matches(size).count(), 2 + 2, "{text}");
    assert!(text.contains(&format!(", look 1: {size}\n\nBy name:\n")), "{text}");
    assert!(text.contains(&format!(", look 2: {size}\n\nBy name:\n")), "{text}");
    assert_eq!(text.matches("Since the first look:\n").count(), 1);
    assert!(!text.contains('\x1b'));
}

/// Sees an object that is made between two looks, and the end of the process.
#[test]
fn growth_and_the_end() {
    let mut program = Program::start("grows");
    let mut watch = Command::new(env!("CARGO_BIN_EXE_talloc-report"))
        .args(["watch", "--every", "0", &program.pid()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(watch.stdout.take().unwrap()).lines();
    let mut until = |part: &str| loop {
        let line = lines.next().expect("not the end").unwrap();
        if line.contains(part) {
            return line;
        }
    };
    until("Since the first look:");
    program.grow();
    let line = until("+97.7 KiB");
    assert!(line.contains("1003 B in 3 blocks → 98.6 KiB in 4 blocks"), "{line}");
    assert!(until("appeared").ends_with("null_context/root/grown"));
    program.end();
    // All that it still has to say.
    let rest: Vec<_> = lines.map(Result::unwrap).collect();
    drop(rest);
    let output = watch.wait_with_output().unwrap();
    let stderr = stderr(&output);
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    assert!(stderr.contains("ended") || stderr.contains("no such process"), "{stderr}");
}

#[test]
fn a_reader_that_has_seen_enough() {
    let program = Program::start("grows");
    let mut watch = Command::new(env!("CARGO_BIN_EXE_talloc-report"))
        .args(["watch", "--every", "0", "-q", &program.pid()])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(watch.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.contains("look 1"));
    assert_eq!(watch.wait().unwrap().code(), Some(141));
}

#[test]
fn the_last_look_in_a_file() {
    let (program, file) = (Program::start("grows"), TempFile::new());
    let output = run(&["watch", "--looks", "3", "--every", "0", "-o", file.path(), &program.pid()]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = String::from_utf8(file.read()).unwrap();
    assert!(text.contains("look 3") && !text.contains("look 2"), "{text}");
}

/// Both sides of a difference.
#[test]
fn a_difference() {
    let mut program = Program::start("grows");
    let before = program.report();
    program.grow();
    let before = TempFile::with(before);
    for sides in [[before.path(), &program.live()], [&program.live(), before.path()]] {
        let output = run(&[&["diff"], &sides[..]].concat());
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(text.contains("appeared"), sides[0] == before.path(), "{text}");
        assert!(text.contains("null_context/root/grown"), "{text}");
    }
}
