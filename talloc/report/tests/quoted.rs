//! Reports in the source of a mail, where text is quoted-printable; and others, which are not
//! taken for that.

use crate::blanks::{each, rows, same};
use crate::support::run_with;

/// As mail programs do it: lines of 76 bytes at most, with `=` before what goes on.
fn quoted(line: &str) -> String {
    let (mut text, mut len) = (String::new(), 0);
    for byte in line.bytes() {
        let plain = matches!(byte, b' '..=b'<' | b'>'..=b'~');
        let part = if plain { char::from(byte).to_string() } else { format!("={byte:02X}") };
        if len + part.len() > 75 {
            text.push_str("=\n");
            len = 0;
        }
        len += part.len();
        text.push_str(&part);
    }
    text
}

#[test]
fn quoted_printable() {
    assert_eq!(same(&each(quoted)), "");
    let line = |head: &str| format!("{head:34} contains    100 bytes in   1 blocks (ref 0) 0x55d0");
    let text = ["full talloc report on 'r' (total    200 bytes in   3 blocks)".to_owned()];
    let lines = [line("    a=b"), line("    b=20")];
    let all = [&text[..], &lines[..]].concat();
    let all: Vec<String> = all.iter().map(|line| quoted(line)).collect();
    let output = run_with(&["json", "-"], all.join("\n").as_bytes());
    assert_eq!((output.status.code(), &*output.stderr), (Some(0), &b""[..]), "{all:?}");
    let names: Vec<String> = rows(&output.stdout).into_iter().map(|row| row.1).collect();
    assert_eq!(names[1..], ["a=b", "b=20"]);
}

/// The names in a report.
#[track_caller]
fn names(text: &str) -> Vec<String> {
    let output = run_with(&["json", "-q", "-"], text.as_bytes());
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), &*stderr), (Some(0), ""), "{text}");
    rows(&output.stdout).into_iter().map(|row| row.1).collect()
}

const ROOT: &str = "full talloc report on 'r' (total    200 bytes in   3 blocks)";
const OBJECT: &str = "x=41 contains    200 bytes in   1 blocks (ref 0) 0x55d0";

/// Lines that are as long as those of such text, and end as they do.
#[test]
fn lines_that_end_with_their_mark() {
    let filled = |width: usize| format!("a {}=", "y".repeat(width.saturating_sub(21)));
    let references = (74..=78).map(filled);
    for name in references.chain(["a contains 1 bytes in =", "a contains 12="].map(str::to_owned)) {
        for lines in [
            [ROOT.to_owned(), format!("    reference to: {name}"), format!("    {OBJECT}")],
            [ROOT.to_owned(), format!("    {OBJECT}"), format!("    reference to: {name}")],
        ] {
            for text in [lines.join("\n"), lines.join("\r\n") + "\r\n"] {
                let found = names(&text);
                assert_eq!(found.len(), 3);
                assert!(found.contains(&"x=41".to_owned()) && found.contains(&name), "{found:?}");
            }
        }
    }
}

#[test]
fn a_line_between_two_reports() {
    for width in 74..=77 {
        let line = format!(" {} {}", "=".repeat(20), "=".repeat(width - 22));
        let report = format!("{ROOT}\n    {OBJECT}\n    reference to: x=41\n");
        assert_eq!(names(&format!("{report}{line}\n{report}")).len(), 6);
    }
}

/// A header of a mail counts where headers are.
#[test]
fn headers_of_mails() {
    let header = "Content-Transfer-Encoding: quoted-printable";
    let reports = [
        format!("{header}\n\n{ROOT}\n    {OBJECT}\n    reference to: x=3D41\n"),
        format!(
            "Subject: x\nContent-Type: text/plain;\n charset=utf-8\n{header}\n\n{ROOT}\n    {OBJECT}\n    reference to: x=3D41\n"
        ),
        format!("--1\n{header}\n\n{ROOT}\n    {OBJECT}\n    reference to: x=3D41\n"),
    ];
    for text in reports {
        assert_eq!(names(&text), ["r", "xA", "x=41"].map(str::to_owned), "{text}");
    }
    let name = format!("a\n{header}");
    let text = format!(
        "{ROOT}\n    {name} contains    200 bytes in   1 blocks (ref 0)\n    reference to: x=41\n"
    );
    assert_eq!(names(&text), ["r", &name.replace('\n', "\\n"), "x=41"].map(str::to_owned));
}
