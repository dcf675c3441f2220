//! Reports that a mail program or a terminal has wrapped.

use serde_json::Value;
use talloc::Ctx;

use crate::dumps::expected;
use crate::support::{names, reference, report, run_with, strdup};

type Wrap = fn(&str, usize) -> Vec<String>;

/// Pieces of `width` bytes.
fn hard(line: &str, width: usize) -> Vec<String> {
    line.as_bytes().chunks(width).map(|part| String::from_utf8(part.to_vec()).unwrap()).collect()
}

/// Pieces that end before a space, which is lost.
fn soft(line: &str, width: usize) -> Vec<String> {
    at_spaces(line, width, 0)
}

/// Pieces that end with a space.
fn flowed(line: &str, width: usize) -> Vec<String> {
    at_spaces(line, width, 1)
}

fn at_spaces(line: &str, width: usize, kept: usize) -> Vec<String> {
    let (mut parts, mut rest) = (Vec::new(), line);
    while rest.len() > width {
        let Some(space) = rest[..width].trim_end().rfind(' ').filter(|at| *at > 0) else { break };
        parts.push(rest[..space + kept].to_owned());
        rest = &rest[space + 1..];
    }
    parts.push(rest.to_owned());
    parts
}

fn wrapped(text: &str, wrap: Wrap, width: usize) -> String {
    let pieces = text.lines().flat_map(|line| wrap(line, width));
    pieces.map(|piece| piece + "\n").collect()
}

/// The line of an object without a name begins with blanks alone.
#[test]
fn objects_without_a_name() {
    let root = Ctx::named(c"null_context");
    let client = root.new_child_named(c"struct smbXsrv_client").leak();
    client.new_child_named(c"").leak();
    let session = client.new_child_named(c"").leak();
    session.new_child_named(c"").leak().new_child_named(c"a").leak();
    session.new_child_named(c"struct tevent_context").leak();
    root.new_child_named(c"").leak();
    let (text, tree) = (String::from_utf8(report(&root, 0, -1)).unwrap(), expected(&root));
    for width in 60..=80 {
        for wrap in [hard as Wrap, soft, flowed] {
            let text = wrapped(&text, wrap, width);
            let output = run_with(&["json", "-"], text.as_bytes());
            let stderr = String::from_utf8(output.stderr).unwrap();
            assert_eq!((output.status.code(), &*stderr), (Some(0), ""), "{width}\n{text}");
            let found: Value = serde_json::from_slice(&output.stdout).unwrap();
            assert_eq!(names(&found), names(&tree), "{width}\n{text}");
        }
    }
}

/// A reference goes on in the next line, or it is told that it may.
#[test]
fn references() {
    for name in ["struct foo", "connection-to-the-server-at-192.0.2.17:445", ""] {
        for beside in ["", "conn"] {
            let root = Ctx::named(c"root");
            let mut deepest = root.new_child_named(c"conn").leak();
            strdup(deepest, beside.as_bytes());
            let text = strdup(deepest, name.as_bytes());
            for _ in 0..4 {
                deepest = deepest.new_child_named(c"level").leak();
                reference(deepest, text);
            }
            let (text, tree) = (String::from_utf8(report(&root, 0, -1)).unwrap(), expected(&root));
            for (width, wrap) in (50..=80).flat_map(|at| [(at, hard as Wrap), (at, soft)]) {
                let text = wrapped(&text, wrap, width);
                let output = run_with(&["json", "-q", "-"], text.as_bytes());
                if output.status.code() == Some(3) {
                    // The name is not known to go on if no other line has told the width.
                    assert!(width < 60, "{width}\n{text}");
                    continue;
                }
                let found: Value = serde_json::from_slice(&output.stdout).unwrap();
                assert_eq!(names(&found), names(&tree), "{width}\n{text}");
            }
        }
    }
}

/// The text of a string is the end of its line.
#[test]
fn strings_of_samba() {
    let report = include_str!("data/forms/smbd.txt");
    let report = report.split("mallinfo").next().unwrap();
    let number = |found: &Value, field: &str| found[field].as_u64();
    let wraps = [hard as Wrap, soft, flowed];
    for (width, wrap) in [72, 76, 80].into_iter().flat_map(|at| wraps.map(|wrap| (at, wrap))) {
        let text = wrapped(report, wrap, width);
        let output = run_with(&["json", "-q", "-"], text.as_bytes());
        assert_eq!(output.status.code(), Some(0), "{width}");
        let found: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(number(&found, "total_size"), Some(26480), "{width}");
        assert_eq!(found["entries"].as_array().unwrap().len(), 487, "{width}");
    }
}

/// Numbers before each line are no part of those in a header that is cut between two digits.
#[test]
fn a_number_before_the_pieces_of_a_header() {
    let text = "1 full talloc report on 'r' (total 300\n2 bytes in 3 blocks)\n\
                3 a contains 50 bytes in 1 blocks (ref 0) 0x55d0\n\
                4 b contains 9 bytes in 1 blocks (ref 0) 0x55d0\n";
    let output = run_with(&["json", "-"], text.as_bytes());
    assert!(matches!(output.status.code(), Some(1 | 3)), "{:?}", output.status);
    assert!(!output.stderr.is_empty());
    // A date before the first one, and the rest of a number; a name with a line feed and a digit.
    for text in [
        "2026-11-27 full talloc report on 'r' (total 5\n0 bytes in 2 blocks)\n\
         a contains 50 bytes in 1 blocks (ref 0) 0x55d0\n",
        "1 full talloc report on 'r\n2 x' (total 50 bytes in 2 blocks)\n\
         a contains 50 bytes in 1 blocks (ref 0) 0x55d0\n",
    ] {
        let output = run_with(&["json", "-q", "-"], text.as_bytes());
        let found: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(
            (&found["total_size"], &found["total_blocks"]),
            (&50.into(), &2.into()),
            "{text}"
        );
    }
}

/// A name that was cut within the first line has a line feed that is none.
#[test]
fn a_name_in_a_header_that_is_cut() {
    let text = "full talloc report on 'talloc_new: ../../source3/smbd/smb2_negprot_proce\n\
                ss_files.c:643' (total    300 bytes in   3 blocks)\n    \
                a                              contains     50 bytes in   2 blocks (\n\
                ref 0) 0x55d0c1a2b3c0\n        \
                x                              contains     20 bytes in   1 bloc\n\
                ks (ref 0) 0x55d0c1a2b3c0\n";
    let output = run_with(&["json", "-"], text.as_bytes());
    assert_eq!(output.status.code(), Some(3));
}
