//! Reports of which blanks were lost, put in, or made others: read, or told.

use serde_json::Value;

use crate::support::run_with;

const SMBD: &str = include_str!("data/forms/smbd_with_client.txt");

/// The depth, name, bytes and blocks of each entry.
pub(crate) fn rows(json: &[u8]) -> Vec<(u64, String, u64, u64)> {
    let found: Value = serde_json::from_slice(json).unwrap();
    let number = |entry: &Value, field: &str| entry[field].as_u64().unwrap();
    let row = |entry: &Value| {
        let name = entry["name"].as_str().unwrap().to_owned();
        let blocks = number(entry, "total_blocks");
        (number(entry, "depth"), name, number(entry, "total_size"), blocks)
    };
    found["entries"].as_array().unwrap().iter().map(row).collect()
}

/// Reads what has become of the report of smbd, which must be its tree; returns the messages.
#[track_caller]
pub(crate) fn same(text: &str) -> String {
    let (plain, output) = (run_with(&["json", "-"], SMBD.as_bytes()), text.as_bytes());
    let output = run_with(&["json", "-"], output);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    let (found, expected) = (rows(&output.stdout), rows(&plain.stdout));
    assert_eq!(found.len(), 629);
    assert_eq!(found, expected);
    stderr
}

pub(crate) fn each(f: impl Fn(&str) -> String) -> String {
    SMBD.lines().map(|line| f(line) + "\n").collect()
}

/// As `tr -s ' '`.
fn squeezed(line: &str) -> String {
    let mut text = String::new();
    for c in line.chars().filter(|c| !c.is_control()) {
        if c != ' ' || !text.ends_with(' ') {
            text.push(c);
        }
    }
    text
}

#[test]
fn all_indentation_lost() {
    let told = "the indentation does not say the tree; it was made of the numbers\n";
    for text in [
        each(|line| line.trim_start_matches(' ').to_owned()),
        each(squeezed),
        each(|line| squeezed(line).trim_start().to_owned()),
    ] {
        let stderr = same(&text);
        assert!(stderr.ends_with(told) && stderr.lines().count() == 1, "{stderr}");
    }
}

#[test]
fn some_blanks_lost() {
    assert_eq!(same(&each(|line| line.strip_prefix("    ").unwrap_or(line).to_owned())), "");
    assert_eq!(same(&each(|line| line.replace("    ", "  "))), "");
    let unpadded = each(|line| match line.split_once(" contains ") {
        Some((name, rest)) => format!("{} contains {rest}", name.trim_end_matches(' ')),
        None => line.to_owned(),
    });
    assert_eq!(same(&unpadded), "");
}

/// As `fold -s -w 80`: behind the last blank that fits.
#[test]
fn folded_behind_blanks() {
    let folded = each(|line| {
        let (mut all, mut rest) = (String::new(), line);
        while rest.len() > 80 {
            let end = rest[..80].rfind(' ').map_or(80, |blank| blank + 1);
            all = all + &rest[..end] + "\n";
            rest = &rest[end..];
        }
        all + rest
    });
    assert_eq!(same(&folded), "");
}

/// As `unexpand -a`: each run of blanks that ends at a tab stop, unless it is one alone.
fn unexpanded(line: &str) -> String {
    let bytes = line.as_bytes();
    let (mut text, mut run) = (String::new(), 0);
    for (at, c) in line.char_indices() {
        if c == ' ' {
            run += 1;
        } else {
            text.push_str(&" ".repeat(run));
            run = 0;
            text.push(c);
        }
        let is_stop = (at + 1) % 8 == 0;
        if is_stop && (run > 1 || (run == 1 && bytes.get(at + 1) == Some(&b' '))) {
            text.push('\t');
            run = 0;
        }
    }
    text + &" ".repeat(run)
}

#[test]
fn tabs_within_lines() {
    let tabbed = each(unexpanded);
    assert!(tabbed.contains("struct messaging_dgm_fde_ev\t"));
    assert_eq!(same(&tabbed), "");
}

#[test]
fn tabs_in_the_line_of_an_object_that_is_named_as_a_reference() {
    let names = [
        "reference to: b",
        "reference to: a  b",
        "reference to: x contains 3 bytes",
        "reference to: a name of more than thirty",
    ];
    let line =
        |name: &&str| format!("    {name:30} contains     50 bytes in   1 blocks (ref 0) 0x55d0\n");
    let root = "full talloc report on 'r' (total    200 bytes in   5 blocks)\n";
    let text: String = names.iter().map(|name| unexpanded(&line(name))).collect();
    assert!(text.contains('\t'));
    let output = run_with(&["json", "-"], (root.to_owned() + &text).as_bytes());
    assert_eq!(output.status.code(), Some(0));
    let found = rows(&output.stdout);
    let found = found[1..].iter().map(|row| (row.0, &*row.1, row.2));
    assert!(found.eq(names.map(|name| (1, name, 50))), "{text}");
}

/// Nothing else is there that a number could contradict, or a name.
#[test]
fn what_one_line_says_of_itself() {
    let root = "full talloc report on 'r' (total    200 bytes in   2 blocks)\n";
    let numbers = "contains    200 bytes in   1 blocks (ref 0) 0x55d0c1a2b3c0\n";
    let name = "../../source3/smbd/smb2_process.c:1234";
    let folded = "a name that is long enough to be folded by a mail program, to\n      be precise";
    for (line, status) in [
        (format!("    {:30} {numbers}", "a"), 0),
        (format!("    {:30} {}", "a", numbers.replacen("200", "20", 1)), 3),
        (format!("    {name} {numbers}"), 0),
        (format!("+    {name} {numbers}"), 3),
        (format!("-    {:30} {numbers}", "a"), 3),
        (format!("    {folded} {numbers}"), 3),
        (format!("    +  {name} {numbers}"), 0),
        (format!("    -  {name} {numbers}"), 0),
    ] {
        let output = run_with(&["tree", "-"], (root.to_owned() + &line).as_bytes());
        assert_eq!(output.status.code(), Some(status), "{line}");
    }
}

/// What is before the header may be the start of a name, and the header the rest of that.
#[test]
fn something_before_the_header_and_no_name_behind_it() {
    let report = |before: &str, name: &str| {
        format!(
            "{before}full talloc report on 'r' (total 200 bytes in 2 blocks)\n{name} contains 200 bytes in 1 blocks (ref 0) 0x55d0\n"
        )
    };
    for (text, status) in [(report("", ""), 0), (report("p", "  a"), 0), (report("p", ""), 3)] {
        let output = run_with(&["tree", "-"], text.as_bytes());
        assert_eq!(output.status.code(), Some(status), "{text}");
    }
}

/// The header has the same widths as the objects, or none.
#[test]
fn what_the_header_says_of_itself() {
    let objects = "    x1                             contains     20 bytes in   1 blocks (ref 0) 0x55d1\n    \
                   x2                             contains     30 bytes in   1 blocks (ref 0) 0x55d2\n";
    for (numbers, status) in [
        ("   700 bytes in   3 blocks", 0),
        ("700 bytes in 3 blocks", 0),
        ("   70 bytes in   3 blocks", 3),
        ("   7000 bytes in   3 blocks", 3),
        ("700 bytes in   3 blocks", 3),
        ("   700 bytes in    3 blocks", 3),
    ] {
        let text = format!("full talloc report on 'a' (total {numbers})\n{objects}");
        let output = run_with(&["tree", "-"], text.as_bytes());
        assert_eq!(output.status.code(), Some(status), "{numbers}");
    }
}

/// Samba's lines have the text, and their numbers the widths of others.
#[test]
fn a_digit_or_a_line_feed_lost_of_a_string_of_samba() {
    let lines = SMBD.split_inclusive('\n').collect::<Vec<_>>();
    let strings = (0..lines.len()).filter(|at| lines[*at].contains("(ref 0):  "));
    let mut found = 0;
    for at in strings.step_by(7) {
        let digit = lines[at].find(" bytes in ").expect("bytes") - 1;
        let cut = [&lines[at][..digit], &lines[at][digit + 1..]].concat();
        let text = lines[..at].concat() + &cut + &lines[at + 1..].concat();
        assert_eq!(run_with(&["tree", "-"], text.as_bytes()).status.code(), Some(3), "{cut}");
        found += 1;
    }
    assert!(found > 5, "{found}");
    let string = |size, text: &str| {
        format!(
            "    char                           contains {size:6} bytes in   1 blocks (ref 0):  {text}"
        )
    };
    let header = "full talloc report on 'a' (total     20 bytes in   3 blocks)\n";
    for (text, status) in [
        (format!("{}\n{}\n", string(10, "backupkey"), string(10, "eventlog6")), 0),
        (format!("{}\n{}\n", string(10, "backupkey"), string(9, "eventlog6")), 3),
        (format!("{}{}\n", string(10, "backupkey"), string(10, "eventlog6")), 3),
    ] {
        let output = run_with(&["tree", "-"], (header.to_owned() + &text).as_bytes());
        assert_eq!(output.status.code(), Some(status), "{text}");
    }
}

/// It could not be read, and is no less part of the report than an object is.
#[test]
fn a_reference_that_was_left_out() {
    let report = |line: &str| {
        format!(
            "full talloc report on 'r' (total    200 bytes in   3 blocks)\n    \
             {:30} contains    200 bytes in   1 blocks (ref 0) 0x55d0c1a2b3c0\n{line}    end\n",
            "a"
        )
    };
    for (line, status) in [("", 0), ("    ? reference to: x\n", 3)] {
        let output = run_with(&["tree", "-"], report(line).as_bytes());
        assert_eq!(output.status.code(), Some(status), "{line}");
    }
}
