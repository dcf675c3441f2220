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
    fails(
        &["tree", "--bogus", "-"],
        b"",
        2,
        "tree has no option --bogus; see talloc-report tree --help",
    );
    fails(&["diff", "-", "-"], b"", 2, "the standard input can be read once only");
    let file = TempFile::with(SAMPLE);
    let path = file.path();
    let message = format!("no command {path:?}; try: talloc-report top {path}");
    fails(&[path], b"", 2, &message);
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
        assert_eq!(shown(&["help", command], b""), own);
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
    fails(&["top", "/"], b"", 1, "/: Is a directory (os error 21)");
    fails(
        &["top", "-"],
        b"\n  \x1b[31mhello\nworld\n",
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
    fails(&["top", "-", "-o", "/"], SAMPLE, 1, "/: Is a directory (os error 21)");
}

/// By whatever name it is called.
#[test]
fn the_input_is_no_output() {
    let (input, link) = (TempFile::with(SAMPLE), TempFile::new());
    std::fs::hard_link(input.path(), link.path()).unwrap();
    for output in [input.path(), link.path()] {
        let message = format!("{output} is read: it cannot be the output, too");
        fails(&["json", input.path(), "-o", output], b"", 2, &message);
        fails(&["diff", "-", input.path(), "-o", output], SAMPLE, 2, &message);
        let run = Command::new(env!("CARGO_BIN_EXE_talloc-report"))
            .args(["top", "-", "-o", output])
            .stdin(std::fs::File::open(input.path()).unwrap())
            .output()
            .unwrap();
        assert_eq!(run.status.code(), Some(2));
        assert_eq!(run.stderr, format!("talloc-report: {message}\n").as_bytes());
    }
    assert_eq!(input.read(), SAMPLE);
}

/// A reader must not take the root for the one who has the bytes.
#[test]
fn a_cut_report_is_told_unless_quiet() {
    let lines: Vec<&[u8]> = SAMPLE.split_inclusive(|byte| *byte == b'\n').collect();
    let text = lines[..20].concat();
    let output = run_with(&["top", "-"], &text);
    assert!(output.status.success());
    let count =
        serde_json::from_slice::<serde_json::Value>(&run_with(&["json", "-q", "-"], &text).stdout)
            .unwrap()["entries"]
            .as_array()
            .unwrap()
            .len();
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        format!(
            "talloc-report: (standard input): the report is cut or has a limited depth: {count} of \
             60 blocks; bytes that are not listed count for the object above them\n"
        )
    );
    assert!(run_with(&["top", "--quiet", "-"], &text).stderr.is_empty());
}

/// 30 strings are one line in each view.
#[test]
fn strings_are_shown_by_their_number() {
    let mut text =
        String::from("full talloc report on 'root' (total    240 bytes in  31 blocks)\n");
    for number in 0..30 {
        text += &format!(
            "    {:<30} contains      8 bytes in   1 blocks (ref 0) 0x1\n",
            format!("text {number:02}")
        );
    }
    let shown = |args: &[&str]| shown(args, text.as_bytes());
    assert!(shown(&["tree", "-"]).contains("text 29"));
    let top = shown(&["top", "--strings", "-"]);
    assert_eq!(top.matches("240 B  100.0%         30  ").count(), 2, "{top}");
    for args in [["tree", "--strings", "-"], ["dot", "--strings", "-"], ["svg", "--strings", "-"]] {
        let view = shown(&args).replace('\u{a0}', " ");
        assert!(view.contains("(strings) × 30") && !view.contains("text 0"), "{view}");
    }
    let empty = TempFile::with("full talloc report on 'root' (total      0 bytes in   1 blocks)\n");
    let diff = shown(&["diff", "--strings", empty.path(), "-"]);
    assert!(diff.ends_with("appeared  root/(strings) × 30\n"), "{diff}");
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

/// What cannot be told is no reason to lose the result.
#[test]
#[cfg(target_os = "linux")]
fn a_full_standard_error() {
    let text = [SAMPLE, b"an unknown line\n"].concat();
    let input = TempFile::with(text);
    let expected = run(&["tree", input.path()]);
    for (args, code) in
        [(["tree", input.path()], 0), (["tree", "/nonexistent/file"], 1), (["tree", "--wrong"], 2)]
    {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_talloc-report"))
            .args(args)
            .stdout(Stdio::piped())
            .stderr(full)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(code), "{args:?}");
        if code == 0 {
            assert_eq!(output.stdout, expected.stdout);
        }
    }
}

/// Paths that are whole would be gigabytes.
#[test]
fn json_of_a_deep_tree_is_not_much_longer_than_its_report() {
    let name = "x".repeat(1000);
    let levels = 300;
    let mut text = format!("full talloc report on 'r' (total 0 bytes in {} blocks)\n", levels + 1);
    for level in 0..levels {
        let (spaces, blocks) = (4 * (level + 1), levels - level);
        text +=
            &format!("{:spaces$}{name}{level} contains 0 bytes in {blocks} blocks (ref 0)\n", "");
    }
    let top = shown(&["top", "--json", "-"], text.as_bytes());
    assert!(top.len() < 6 * text.len(), "{} of {}", top.len(), text.len());
    assert!(top.contains("names…/"));
    let small = TempFile::with("full talloc report on 'r' (total 0 bytes in 1 blocks)\n");
    let diff = shown(&["diff", "--json", small.path(), "-"], text.as_bytes());
    assert!(diff.len() < 2 * text.len());
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
