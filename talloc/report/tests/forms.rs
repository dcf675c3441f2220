//! The forms that reports come in: of Samba, in logs, from other systems, damaged.

use serde_json::Value;

use crate::support::{json, names, run_with, shown};

/// In the form of Samba 4.9 and later, made up.
const SAMPLE: &str = include_str!("data/pool-usage.txt");

/// The same, in the form of older ones.
const OLD: &str = include_str!("data/pool-usage-old.txt");

/// The entries without what not all forms have.
fn entries(report: &str) -> Value {
    json(report.as_bytes())["entries"].take()
}

#[test]
fn pool_usage() {
    let found = json(SAMPLE.as_bytes());
    assert_eq!(found["total_size"], 18_813);
    assert_eq!(found["total_blocks"], 60);
    let names = names(&found);
    assert_eq!(names.len(), 60);
    assert_eq!(names[2], (1, "struct loadparm_context"));
    assert_eq!(names[5], (3, "char"));
    // The content has two lines.
    let index = names.iter().position(|name| name.1 == "alice").unwrap();
    assert_eq!(names[index + 1..index + 3], [(5, "char"), (3, "struct smbXsrv_tcon")]);
}

#[test]
fn old_pool_usage() {
    assert_eq!(entries(OLD), entries(SAMPLE));
}

#[test]
fn other_line_ends() {
    let text = SAMPLE.replace('\n', "\r\n");
    assert_eq!(entries(&text), entries(SAMPLE));
}

/// As old Macs and some terminals have them.
#[test]
fn returns_for_line_feeds() {
    for end in ["\r", "\n\r"] {
        let before = format!("$ cat report{end}{end}");
        for text in [OLD.to_owned(), before + SAMPLE] {
            let found = run_with(&["json", "-q", "-"], text.replace('\n', end).as_bytes());
            assert_eq!(found.status.code(), Some(0));
            let mut found: Value = serde_json::from_slice(&found.stdout).unwrap();
            assert_eq!(found["entries"].take(), entries(SAMPLE));
        }
        let log: String = OLD.lines().map(|line| format!("smbd[12]: {line}{end}")).collect();
        let found = run_with(&["json", "-q", "-"], log.as_bytes());
        assert_eq!(
            serde_json::from_slice::<Value>(&found.stdout).unwrap()["entries"],
            entries(OLD)
        );
        // A log whose lines are strings, as containers have it.
        let string = |line: &str| format!("{{\"log\":{}}}{end}", Value::from(format!("{line}\n")));
        let log: String = OLD.lines().map(string).collect();
        let found = run_with(&["json", "-q", "-"], log.as_bytes());
        assert_eq!(
            serde_json::from_slice::<Value>(&found.stdout).unwrap()["entries"],
            entries(OLD)
        );
    }
    // Behind a report that ends its lines otherwise, they are told.
    let text = OLD.to_owned() + &OLD.replace('\n', "\r");
    assert_eq!(run_with(&["json", "-"], text.as_bytes()).status.code(), Some(3));
}

#[test]
fn no_last_line_end() {
    let text = OLD.split("mallinfo").next().unwrap().trim_end();
    assert_eq!(entries(text), entries(SAMPLE));
    let text = SAMPLE.trim_end();
    assert_eq!(entries(text), entries(SAMPLE));
}

#[test]
fn addresses_of_other_systems() {
    for address in [" (nil)", " 55D0C1A200D0", " 0x0"] {
        let lines = SAMPLE.lines().map(|line| match line.rfind(" 0x") {
            Some(at) => format!("{}{address}\n", &line[..at]),
            None => format!("{line}\n"),
        });
        assert_eq!(entries(&lines.collect::<String>()), entries(SAMPLE), "{address}");
    }
}

/// A log writes the time and more before each line that it gets.
#[test]
fn with_the_prefix_of_a_log() {
    let lines = SAMPLE.lines().enumerate().map(|(number, line)| {
        format!("Aug  7 16:{:02}:{:02} files smbd[4711]: {line}\n", number / 60, number % 60)
    });
    let before = "Aug  7 16:00:00 files smbd[4711]: a line of the log\n";
    let text = format!("{before}{}{before}", lines.collect::<String>());
    let output = run_with(&["json", "-"], text.as_bytes());
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("2 lines are no part of a talloc report"), "{stderr}");
    let mut found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(found["entries"].take(), entries(SAMPLE));
}

/// All of a report is found when it is in the middle of other text.
#[test]
fn between_other_lines() {
    let other = "not a report\n\n    nor this: 17 bytes\n";
    let text = format!("{other}{SAMPLE}{other}{OLD}");
    let output = run_with(&["json", "-"], text.as_bytes());
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("(standard input): 4 lines are no part"), "{stderr}");
    assert!(stderr.contains("(standard input):1: not a report\n"), "{stderr}");
    assert!(stderr.contains("(standard input):3: nor this: 17 bytes\n"), "{stderr}");
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(names(&found).len(), 120);
}

/// Whatever line is lost, the others are read.
#[test]
fn a_lost_line() {
    let lines: Vec<&str> = OLD.split_inclusive('\n').collect();
    let all = names(&json(OLD.as_bytes())).len();
    for lost in 0..lines.len() {
        let mut rest = lines.clone();
        rest.remove(lost);
        let text = rest.concat();
        // What goes on behind a lost line is unknown.
        let output = run_with(&["json", "-q", "-"], text.as_bytes());
        let found: Value = serde_json::from_slice(&output.stdout).unwrap();
        let is_entry = lines[lost].contains("blocks") || lines[lost].contains("reference to");
        assert_eq!(names(&found).len(), all - usize::from(is_entry), "{}", lines[lost]);
    }
}

/// Wherever a report ends, what was read before counts.
#[test]
fn a_report_that_was_cut() {
    let mut last = 0;
    for end in (1..OLD.len()).step_by(97) {
        let output = run_with(&["json", "-"], &OLD.as_bytes()[..end]);
        if end < OLD.find('\n').unwrap() {
            assert_eq!(output.status.code(), Some(1));
            continue;
        }
        let found: Value = serde_json::from_slice(&output.stdout).unwrap();
        let count = names(&found).len();
        assert!(count >= last);
        last = count;
    }
    assert_eq!(last, 60);
}

/// What a terminal or an editor has put behind each line is no part of a reference's name.
#[test]
fn something_behind_each_line() {
    let lines = [
        "full talloc report on 'app_ctx' (total     60 bytes in   4 blocks)",
        "    holder                         contains     10 bytes in   2 blocks (ref 0) 0x1",
        "        reference to: struct net",
        "    struct net                     contains     50 bytes in   1 blocks (ref 1) 0x2",
    ];
    let expected = [(0, "app_ctx"), (1, "holder"), (2, "struct net"), (1, "struct net")];
    for end in ["", " ", "\r", "\r\r", "\x1b[0m", "\x1b[K"] {
        let text: String = lines.iter().map(|line| format!("{line}{end}\n")).collect();
        assert_eq!(names(&json(text.as_bytes())), expected, "{end:?}");
    }
}

/// A report that was plain text stays that, whatever its names are.
#[test]
fn a_tag_in_a_name() {
    let text = "full talloc report on 'app_ctx' (total     76 bytes in   5 blocks)\n    <html>\n\
        <b>hi</b>               contains     16 bytes in   1 blocks (ref 0) 0x1\n    \
        holder                         contains     10 bytes in   2 blocks (ref 0) 0x2\n        \
        reference to: a&amp;b\n    \
        a&amp;b                        contains     50 bytes in   1 blocks (ref 1) 0x3\n";
    let found = json(text.as_bytes());
    let names = names(&found);
    assert_eq!(names[1].1, "<html>\\n<b>hi</b>");
    assert_eq!(names[2..], [(1, "holder"), (2, "a&amp;b"), (1, "a&amp;b")]);
}

/// A name whose first line is lost is known by the rest of it, which is told.
#[test]
fn a_name_without_its_beginning() {
    let text = "full talloc report on 'a' (total     10 bytes in   3 blocks)\n\
        \x20   x                              contains      4 bytes in   1 blocks (ref 0) 0x1\n\
        second line                contains      6 bytes in   1 blocks (ref 0) 0x2\n";
    let output = run_with(&["json", "-"], text.as_bytes());
    assert_eq!(output.status.code(), Some(3));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains(":3: doubtful: libtalloc does not print a line like this"), "{stderr}");
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(names(&found), [(0, "a"), (1, "x"), (1, "second line")]);
}

#[test]
fn rankings_of_pool_usage() {
    let shown = shown(&["top", "-n", "3", "-"], SAMPLE.as_bytes());
    let lines: Vec<&str> = shown.lines().collect();
    assert_eq!(lines[0], "18.4 KiB in 60 blocks");
    assert_eq!(lines[2], "By name:");
    assert_eq!(lines[4], "   2.9 KiB   15.8%          1  struct loadparm_context");
    assert!(lines[8..].contains(&"By path:"));
}

/// An object behind a reference may be as large as both lines are long: it is no string of two
/// lines that begins as a reference.
#[test]
fn objects_of_any_size_behind_a_reference() {
    for holder in [50, 120] {
        for size in 1..200 {
            let text = format!(
                "full talloc report on 'app' (total {:6} bytes in   4 blocks)\n    \
                 {:<30} contains {holder:6} bytes in   2 blocks (ref 0) 0x1\n        \
                 reference to: struct session\n    \
                 {:<30} contains {size:6} bytes in   1 blocks (ref 0) 0x2\n",
                holder + size,
                "struct holder",
                "struct buffer"
            );
            let expected =
                [(0, "app"), (1, "struct holder"), (2, "struct session"), (1, "struct buffer")];
            assert_eq!(names(&json(text.as_bytes())), expected, "{size}");
        }
    }
}

#[test]
fn references_in_colours_and_with_other_blanks() {
    let text = "full talloc report on 'app' (total    127 bytes in   4 blocks)\n    \
        holder                         contains     50 bytes in   2 blocks (ref 0) 0x1\n        \
        reference to: session\n    \
        buffer                         contains     77 bytes in   1 blocks (ref 0) 0x2\n";
    let expected = [(0, "app"), (1, "holder"), (2, "session"), (1, "buffer")];
    let coloured: String = text.lines().map(|line| format!("\x1b[32m{line}\x1b[0m\n")).collect();
    for text in [text.to_owned(), coloured, text.replace(' ', "\u{a0}")] {
        assert_eq!(names(&json(text.as_bytes())), expected, "{text}");
    }
}

/// Together they are as long as a name that is filled up; then the name of the second line is
/// shorter, longer, and empty.
#[test]
fn a_reference_before_a_name_that_is_not_filled_up() {
    for name in ["10 bytes", "a", "an object of some size", ""] {
        let text = format!(
            "full talloc report on 'r' (total     20 bytes in   4 blocks)\n    \
             obj contains     10 bytes in   1 blocks (ref 1) 0x1\n    \
             reference to: obj\n    \
             {name} contains     10 bytes in   1 blocks (ref 0) 0x2\n"
        );
        let found = json(text.as_bytes());
        assert_eq!(names(&found), [(0, "r"), (1, "obj"), (1, "obj"), (1, name)], "{text}");
        assert_eq!(found["entries"][2]["target"], 1);
    }
}

/// As a terminal copies them, or with some blanks behind each line.
#[test]
fn blanks_behind_lines() {
    let report = |first: &str| {
        format!(
            "full talloc report on 'r' (total      1 bytes in   4 blocks)\n    \
             {first:30} contains      1 bytes in   1 blocks (ref 2) 0x1\n    \
             reference to: {first}\n    \
             reference to: {first}\n"
        )
    };
    for name in ["a", "", "two words"] {
        let text = report(name);
        let filled: String = text.lines().map(|line| format!("{line:100}\n")).collect();
        let blanks = |(at, line)| format!("{line}{:1$}\n", "", 1 + at * 5 % 7);
        let ragged: String = text.lines().enumerate().map(blanks).collect();
        for text in [&text, &filled, &ragged, &filled.replace('\n', "\r\n")] {
            let found = json(text.as_bytes());
            assert_eq!(names(&found), [(0, "r"), (1, name), (1, name), (1, name)], "{text}");
            assert_eq!(found["entries"][3]["target"], 1);
        }
    }
    // Where no other line has them, they are part of the name.
    let text = report("a").replace("to: a", "to: a  ");
    assert_eq!(names(&json(text.as_bytes()))[2..], [(1, "a  "), (1, "a  ")]);
}

/// Each line of the report has what the log puts before it, and this one has something else.
#[test]
fn a_line_of_another_process_before_a_name() {
    for stranger in ["h nmbd[8]: got a name release from a server", "-- Reboot --"] {
        let text = format!(
            "h smbd[7]: full talloc report on 'r' (total 300 bytes in 3 blocks)\n\
             h smbd[7]: a contains 50 bytes in 1 blocks (ref 0) 0x55d0\n{stranger}\n\
             h smbd[7]: b contains 9 bytes in 1 blocks (ref 0) 0x55d0\n"
        );
        let output = run_with(&["json", "-"], text.as_bytes());
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(stderr.contains(&format!("(standard input):3: {stranger}")), "{stderr}");
        let found: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(found["entries"][2]["name"], "b");
        // Also before a name of two lines.
        let text = text.replace(": b", ": a first line of more than thirty\nh smbd[7]: b");
        let output = run_with(&["json", "-q", "-"], text.as_bytes());
        let found: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(found["entries"][2]["name"], "a first line of more than thirty\\nb");
    }
}
