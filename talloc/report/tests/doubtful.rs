//! Reports that contradict themselves or lack something: the numbers of the first line stay, the
//! line is named, and the exit status is 3.

use serde_json::Value;

use crate::support::{TempFile, run_with};

fn line(depth: usize, name: &str, size: u64, blocks: u64) -> String {
    let spaces = 4 * depth;
    format!("{:spaces$}{name:<30} contains {size:6} bytes in {blocks:3} blocks (ref 0) 0x1\n", "")
}

fn root(size: u64, blocks: u64) -> String {
    format!("full talloc report on 'root' (total {size:6} bytes in {blocks:3} blocks)\n")
}

/// The totals that are shown for it, and the message.
#[track_caller]
fn doubtful(text: &str) -> (u64, u64, String) {
    for command in ["top", "tree", "svg", "dot"] {
        let output = run_with(&[command, "-q", "-"], text.as_bytes());
        assert_eq!(output.status.code(), Some(3), "{command}");
        assert!(!output.stdout.is_empty());
        // No warning, but what makes it doubtful.
        assert!(String::from_utf8(output.stderr).unwrap().contains(": doubtful: "));
    }
    let file = TempFile::with(text);
    assert_eq!(run_with(&["diff", file.path(), "-"], text.as_bytes()).status.code(), Some(3));
    let output = run_with(&["json", "-q", "-"], text.as_bytes());
    assert_eq!(output.status.code(), Some(3));
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let number = |field: &str| found[field].as_u64().unwrap();
    (number("total_size"), number("total_blocks"), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn children_never_enlarge_their_parent() {
    let text = root(100, 3) + &line(1, "a", 60, 1) + &line(1, "b", 50, 1);
    let (size, blocks, message) = doubtful(&text);
    assert_eq!((size, blocks), (100, 3));
    assert!(message.contains("(standard input):3: doubtful: with this line, more is below 'root'"));
}

#[test]
fn a_hole_in_the_middle() {
    let text = root(100, 5) + &line(1, "a", 60, 3) + &line(2, "b", 50, 1) + &line(1, "c", 1, 1);
    let (size, blocks, message) = doubtful(&text);
    assert_eq!((size, blocks), (100, 5));
    assert!(
        message.contains(":2: doubtful: 'a' has 1 blocks below it that are not there"),
        "{message}"
    );
}

#[test]
fn a_report_without_its_first_line() {
    let (size, _, message) = doubtful(&line(1, "a", 60, 1));
    assert_eq!(size, 60);
    assert!(message.contains(":1: doubtful: the first line of the report is missing"));
}

#[test]
fn lines_behind_the_end() {
    let text = root(10, 2) + &line(1, "a", 6, 1) + &line(1, "b", 4, 1);
    let (size, blocks, message) = doubtful(&text);
    assert_eq!((size, blocks), (10, 2));
    assert!(message.contains(":3: doubtful: the report was complete before this line"));
}

#[test]
fn a_damaged_line() {
    let text = root(10, 3) + &line(1, "a", 6, 1) + &line(1, "b", 4, 1).replace("bytes", "byt es");
    let (size, blocks, message) = doubtful(&(text + "and more\n"));
    assert_eq!((size, blocks), (10, 3));
    assert!(message.contains(":3: doubtful: the line looks like one of a report"), "{message}");
}

#[test]
fn two_processes_that_are_not_told_apart() {
    let lines = [root(10, 3), line(1, "a", 6, 2), line(2, "b", 4, 1)];
    let text: String = lines.iter().map(|line| line.repeat(2)).collect();
    let (size, blocks, _) = doubtful(&text);
    assert_eq!((size, blocks), (20, 6));
}

/// What only a counter tells apart nothing does, if the numbers fit both.
#[test]
fn lines_of_two_reports_with_a_counter() {
    let (first, second) = (root(100, 2), root(100, 2).replace("root", "other"));
    let lines = [first, second, line(1, "beta", 100, 1), line(1, "alpha", 100, 1)];
    for (start, end) in [("", ": "), ("[", "] app: "), ("<", "> ")] {
        let numbered = (1..).zip(&lines).map(|(at, line)| format!("{start}{at}{end}{line}"));
        let (_, blocks, message) = doubtful(&numbered.collect::<String>());
        assert_eq!(blocks, 4);
        assert!(
            message.contains(":3: doubtful: it cannot be told from which process"),
            "{message}"
        );
    }
    // Here, they do.
    let lines = [root(100, 2), root(7, 2), line(1, "beta", 100, 1), line(1, "alpha", 7, 1)];
    let text: String = (1..).zip(&lines).map(|(at, line)| format!("{at}: {line}")).collect();
    assert_eq!(run_with(&["json", "-"], text.as_bytes()).status.code(), Some(0));
}

/// A line has lost its end and its line feed, wherever: the next one is behind it.
#[test]
fn a_line_that_has_swallowed_the_next() {
    let lines =
        [root(400, 4), line(1, "struct net", 300, 2), line(2, "sub", 200, 1), line(1, "log", 9, 1)];
    for prefix in ["", "Nov 25 20:37:00 h smbd[12]: "] {
        let lines = lines.each_ref().map(|line| format!("{prefix}{line}"));
        for (at, first) in lines[..3].iter().enumerate().skip(1) {
            for cut in prefix.len() + 8 * at..first.len() - 1 {
                let mut lines = lines.clone();
                lines[at].truncate(cut);
                let output = run_with(&["json", "-q", "-"], lines.concat().as_bytes());
                let stderr = String::from_utf8(output.stderr).unwrap();
                assert_eq!(output.status.code(), Some(3), "{}", lines.concat());
                assert!(stderr.contains(&format!(":{}: doubtful", at + 1)), "{cut}: {stderr}");
            }
        }
    }
}

/// The same with two reports, of which the second begins in a line of the first.
#[test]
fn a_line_that_has_swallowed_the_next_report() {
    let first = [root(400, 3), line(1, "struct net", 300, 1), line(1, "log", 9, 1)];
    let second = [root(30, 2), line(1, "session", 7, 1)];
    for prefix in ["", "Nov 25 20:37:00 h smbd[12]: "] {
        let all = first.iter().chain(&second).map(|line| format!("{prefix}{line}"));
        let all: Vec<String> = all.collect();
        for at in 0..all.len() - 1 {
            for cut in prefix.len() + 8 * at.min(1)..all[at].len() {
                let mut lines = all.clone();
                lines[at].truncate(cut);
                let output = run_with(&["json", "-q", "-"], lines.concat().as_bytes());
                assert_eq!(output.status.code(), Some(3), "{cut}: {}", lines.concat());
            }
        }
    }
    for end in ["", " "] {
        let text = format!("{}{end}{}", root(5, 1).trim_end(), root(7, 1));
        let (.., message) = doubtful(&text);
        assert!(message.contains(":1: doubtful: the name has parts of a report"), "{message}");
    }
}

/// Also within a name, before one that is not filled up.
#[test]
fn a_name_that_has_swallowed_the_next() {
    let name = line(1, "connection", 300, 1);
    let next = line(1, "a name of more than thirty characters", 9, 1);
    let (_, blocks, message) = doubtful(&(root(400, 3) + &name[..8] + &next));
    assert_eq!(blocks, 3);
    assert!(message.contains(":2: doubtful: the name has parts of a report"), "{message}");
}

/// In a report with all its blocks, a name may have such words.
#[test]
fn words_of_a_report_in_a_name() {
    let name = "a cache that contains 17 blocks, or none";
    let output = run_with(&["json", "-"], (root(10, 2) + &line(1, name, 5, 1)).as_bytes());
    assert_eq!(output.status.code(), Some(0));
}

/// Formats that are not read are refused by their name.
#[test]
fn other_compression() {
    for (start, name) in
        [(&b"BZh9"[..], "bzip2"), (b"\xfd7zXZ\0", "xz"), (b"\x28\xb5\x2f\xfd", "zstd")]
    {
        let output = run_with(&["top", "-"], start);
        assert_eq!(output.status.code(), Some(1));
        assert!(String::from_utf8(output.stderr).unwrap().contains(name));
    }
}

/// A core file is read as what it is, if its name says so.
#[test]
fn an_elf_file() {
    let file =
        TempFile::with(b"\x7fELF\x02\x01\x01full talloc report on 'a' (total 1 bytes in 1 blocks)");
    let path = file.path();
    for command in ["top", "tree", "json", "dot", "svg"] {
        let output = run_with(&[command, path], b"");
        assert_eq!(output.status.code(), Some(1));
        let stderr = String::from_utf8(output.stderr).unwrap();
        let expected = format!("{path}: it is an ELF file, no text; core:{path} reads it, if");
        assert!(stderr.contains(&expected), "{stderr}");
    }
    let output = run_with(&["json", "-"], &file.read());
    assert!(String::from_utf8(output.stderr).unwrap().contains("; core:FILE reads it"));
}

/// libtalloc fills up numbers, so that a digit less is seen.
#[test]
fn a_lost_digit() {
    let text = root(5000, 3) + &line(1, "a", 4000, 2) + &line(2, "b", 3000, 1);
    let (size, _, message) = doubtful(&text.replace("  3000 b", "  300 b"));
    assert_eq!(size, 5000);
    assert!(message.contains("or a number may lack a digit"), "{message}");
    // Nobody has filled them up here.
    let text = text.replace("contains   ", "contains ").replace("3000", "300");
    let text = text.replace("in   ", "in ");
    assert_eq!(run_with(&["json", "-"], text.as_bytes()).status.code(), Some(0));
}

/// Samba writes more behind the last object, so that its report was not cut.
#[test]
fn a_line_is_lost_before_the_footer() {
    let report = root(100, 3) + &line(1, "a", 60, 1);
    let (size, blocks, message) = doubtful(&(report.clone() + "mallinfo:\n    arena: 5\n"));
    assert_eq!((size, blocks), (100, 3));
    assert!(message.contains("'root' has 1 blocks below it that are not there"), "{message}");
    // Here it may be.
    assert_eq!(run_with(&["json", "-"], report.as_bytes()).status.code(), Some(0));
}

#[test]
fn the_last_line_is_damaged_and_not_cut() {
    let changes = [
        ("contains", "contai9s"),
        (" blocks", " blcks"),
        ("    40", "    00"),
        ("0x1", "0x1{noformat}"),
        (" 0x1", "?"),
    ];
    for (from, to) in changes {
        let text = root(100, 3) + &line(1, "a", 60, 1) + &line(1, "b", 40, 1).replace(from, to);
        let (size, blocks, _) = doubtful(&text);
        assert_eq!((size, blocks), (100, 3), "{to}");
    }
    // Without its end, it may be cut.
    let text =
        root(100, 3) + &line(1, "a", 60, 1) + line(1, "b", 40, 1).split(" blocks").next().unwrap();
    assert_eq!(run_with(&["json", "-"], text.as_bytes()).status.code(), Some(0));
}
