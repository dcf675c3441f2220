//! What a user of a shell sees: exit codes, messages, files and pipes.

use std::io::Read;
use std::process::{Command, Stdio};

use crate::support::{TempFile, run, run_with, shown};

const SAMPLE: &[u8] = include_bytes!("data/pool-usage.txt");
const LATER: &[u8] = include_bytes!("data/pool-usage-later.txt");

#[track_caller]
fn fails(args: &[&str], input: &[u8], code: i32, message: &str) {
    let output = run_with(args, input);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{stderr}");
    assert_eq!(stderr, format!("talloc-report: {message}\n"));
    assert!(output.stdout.is_empty());
}

#[test]
fn a_wrong_command_line() {
    fails(&[], b"", 2, "no command; see talloc-report --help");
    fails(&["tree", "--bogus", "-"], b"", 2, "invalid option '--bogus'");
    fails(&["diff", "-", "-"], b"", 2, "the standard input can be read once only");
}

#[test]
fn help_and_version() {
    let version = concat!("talloc-report ", env!("CARGO_PKG_VERSION"), "\n");
    assert_eq!(shown(&["--version"], b""), version);
    let help = shown(&["--help"], b"");
    for command in ["top", "tree", "diff", "svg", "dot", "json"] {
        assert!(help.contains(&format!("\n  {command} ")), "{command}");
        let own = shown(&[command, "--help"], b"");
        assert!(own.starts_with(&format!("Usage: talloc-report {command} ")));
        assert!(own.contains("\nExample"));
    }
}

#[test]
fn bad_input_is_named() {
    let empty = TempFile::with("");
    let path = empty.path();
    fails(&["top", path], b"", 1, &format!("{path}: the input is empty"));
    fails(&["top", "-"], b"", 1, "(standard input): the input is empty");
    let missing = TempFile::new();
    let path = missing.path();
    let message = format!("{path}: No such file or directory (os error 2)");
    fails(&["top", path], b"", 1, &message);
    fails(&["top", "/"], b"", 1, "/:0: Is a directory (os error 21)");
    fails(
        &["top", "-"],
        b"\n\x1b[31mhello\nworld\n",
        1,
        "(standard input): no talloc report in 3 lines\n  \
         (standard input):2: \\u{1b}[31mhello\n  \
         (standard input):3: world",
    );
    // The second of two.
    let good = TempFile::with(SAMPLE);
    let path = missing.path();
    let message = format!("{path}: No such file or directory (os error 2)");
    fails(&["diff", good.path(), path], b"", 1, &message);
}

#[test]
fn unknown_lines_are_told_unless_quiet() {
    let text = [SAMPLE, &b"x\n".repeat(7)].concat();
    let output = run_with(&["top", "-"], &text);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success());
    let first = SAMPLE.iter().filter(|byte| **byte == b'\n').count() + 1;
    let expected: Vec<String> =
        ["talloc-report: (standard input): 7 lines are no part of a talloc report".to_owned()]
            .into_iter()
            .chain((first..first + 5).map(|line| format!("  (standard input):{line}: x")))
            .chain(["  and 2 lines more".to_owned()])
            .collect();
    assert_eq!(stderr.lines().collect::<Vec<_>>(), expected);
    assert!(run_with(&["top", "--quiet", "-"], &text).stderr.is_empty());
}

#[test]
fn a_difference_is_no_failure() {
    let (old, new) = (TempFile::with(SAMPLE), TempFile::with(LATER));
    let changes = shown(&["diff", old.path(), new.path()], b"");
    let lines: Vec<&str> = changes.lines().collect();
    assert_eq!(
        lines[0],
        "null_context: 18.4 KiB in 60 blocks → 27.0 KiB in 135 blocks (+8.6 KiB, +75 blocks)"
    );
    assert!(lines[2].starts_with("   +6.1 KiB       +15  grew      null_context/"));
    assert!(lines[2].ends_with("/struct files_struct × 5 → 20"));
    let same = shown(&["diff", old.path(), "-"], SAMPLE);
    assert!(same.ends_with("\nno change\n"), "{same}");
    let value: serde_json::Value =
        serde_json::from_str(&shown(&["diff", "--json", "-", new.path()], SAMPLE)).unwrap();
    assert_eq!(value["blocks_after"], 135);
}

#[test]
fn an_output_file() {
    let (input, output) = (TempFile::with(SAMPLE), TempFile::with("old"));
    for command in ["top", "tree", "svg", "dot", "json"] {
        let text = shown(&[command, input.path()], b"");
        assert_eq!(shown(&[command, input.path(), "-o", output.path()], b""), "");
        assert_eq!(output.read(), text.as_bytes(), "{command}");
    }
    // Bad input leaves it alone.
    let before = output.read();
    assert!(!run(&["tree", "-", "-o", output.path()]).status.success());
    assert_eq!(output.read(), before);
    // The input is read before.
    assert_eq!(shown(&["json", input.path(), "-o", input.path()], b""), "");
    assert_eq!(input.read(), before);
    fails(&["top", "-", "-o", "/"], SAMPLE, 1, "/: Is a directory (os error 21)");
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk() {
    fails(
        &["top", "-", "-o", "/dev/full"],
        SAMPLE,
        1,
        "/dev/full: No space left on device (os error 28)",
    );
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_standard_output() {
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let input = TempFile::with(SAMPLE);
    let output = Command::new(env!("CARGO_BIN_EXE_talloc-report"))
        .args(["tree", input.path()])
        .stdout(full)
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(stderr, "talloc-report: (standard output): No space left on device (os error 28)\n");
}

/// `talloc-report json FILE | head -c 1`
#[test]
fn a_reader_that_has_seen_enough() {
    let text = SAMPLE.repeat(100);
    let input = TempFile::with(text);
    let mut child = Command::new(env!("CARGO_BIN_EXE_talloc-report"))
        .args(["json", "-q", input.path()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut [0]).unwrap();
    drop(stdout);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{:?}", output.status);
    assert!(output.stderr.is_empty());
}

/// Nothing that a name can hold gets to the terminal as it is.
#[test]
fn names_do_nothing_to_a_terminal() {
    let nasty = "\x1b[31m\x07\u{202e}\u{9b}\u{7f}";
    let text = format!(
        "full talloc report on '{nasty}' (total      1 bytes in   2 blocks)\n\
         \x20   reference to: {nasty}\n\
         something else: {nasty}\n"
    );
    for command in ["top", "tree", "svg", "dot", "json"] {
        let output = run_with(&[command, "-"], text.as_bytes());
        let all = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        let is_bad = |c: char| c.is_control() && c != '\n' && !(c == '\t' && command == "svg");
        assert_eq!(all.chars().find(|c| is_bad(*c)), None, "{command}: {all}");
        assert!(!all.contains('\u{202e}'), "{command}");
    }
    let (a, b) = (text.clone(), text.replace("total      1", "total      2"));
    let file = TempFile::with(b);
    let diff = shown(&["diff", "-q", "-", file.path()], a.as_bytes());
    assert_eq!(diff.chars().find(|c| c.is_control() && *c != '\n'), None);
}
