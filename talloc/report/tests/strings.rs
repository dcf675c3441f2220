//! Reports within strings, in each form in which programs print these.

use serde_json::Value;

use crate::support::{json, names, run_with};

const BASE: &str = include_str!("data/forms/base.txt");

/// A form of all lines.
fn each(f: impl Fn(usize, &str) -> String) -> String {
    BASE.lines().enumerate().map(|(at, line)| f(at, line) + "\n").collect()
}

#[test]
fn one_string_in_each_line() {
    let expected = json(BASE.as_bytes());
    for text in [
        // Logs of docker, in any order and with any spaces.
        each(|at, line| format!(r#"{{"log":"{line}\n","stream":"stderr","time":"{at}"}}"#)),
        each(|at, line| format!(r#"{{"time": "{at}", "stream": "stderr", "log": "{line}\n"}}"#)),
        each(|at, line| format!(r#"{{ "log" : "{line}\n", "n": {at} }}"#)),
        // journalctl -o json
        each(|at, line| format!(r#"{{"__CURSOR":"s={at}","MESSAGE":"{line}","_PID":"12"}}"#)),
        each(|at, line| format!(r#"level=info n={at} msg="{line}""#)),
        each(|at, line| format!(r#"{at},"{line}""#)),
        each(|at, line| format!(r#"write(2, "{line}\n", {at}) = {at}"#)),
        // Python: print(line) of bytes.
        each(|at, line| if at == 0 { format!(r#"b"{line}\n""#) } else { format!(r"b'{line}\n'") }),
        each(|_, line| format!("{line}$")),
        each(|_, line| format!("{line}^M$")),
        each(|_, line| {
            let name = line.trim_start();
            format!("{}{name}$", "^I".repeat((line.len() - name.len()) / 4))
        }),
    ] {
        let output = run_with(&["json", "-"], text.as_bytes());
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!((output.status.code(), stderr.as_str()), (Some(0), ""), "{text}");
        let found: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(found["entries"], expected["entries"], "{text}");
    }
}

#[test]
fn one_string_with_all_lines() {
    let expected = json(BASE.as_bytes());
    let escaped = BASE.replace('\n', "\\n");
    let list = |mark: &str| {
        let lines = BASE.lines().map(|line| format!("{mark}{line}{mark}"));
        lines.collect::<Vec<_>>().join(", ")
    };
    for text in [
        format!("b\"{escaped}\"\n"),
        format!("report: b'{}'\n", escaped.replace('\'', "\\'")),
        format!("{{\"stream\": \"stderr\", \"report\": \"{escaped}\", \"n\": 1}}\n"),
        format!("[{}]\n", list("\"")),
        format!("$'{}'\n", escaped.replace('\'', "\\'")),
    ] {
        assert_eq!(json(text.as_bytes())["entries"], expected["entries"], "{text}");
    }
}

/// docker cuts long lines: what has no line feed goes on in the next.
#[test]
fn a_line_in_two_strings() {
    let text = each(|at, line| match at {
        3 => {
            let (start, end) = line.split_at(40);
            format!("{{\"log\":\"{start}\"}}\n{{\"log\":\"{end}\\n\"}}")
        }
        _ => format!("{{\"log\":\"{line}\\n\"}}"),
    });
    assert_eq!(names(&json(text.as_bytes())), names(&json(BASE.as_bytes())));
}

/// In a line, but not before it: names are not those that libtalloc has printed.
#[test]
fn tags_within_lines() {
    let tag = "[smbd] [pid 12] ";
    for text in [
        BASE.replace(" contains", &format!(" {tag}contains")),
        BASE.replacen("struct", &format!("{tag}struct"), 1),
        BASE.replace("struct net", "\x1b[32mstruct net\x1b[0m"),
    ] {
        let output = run_with(&["json", "-"], text.as_bytes());
        assert_eq!(output.status.code(), Some(3), "{text}");
    }
    // Before each line, it is what a log writes.
    let text = each(|_, line| format!("{tag}{line}"));
    assert_eq!(json(text.as_bytes())["entries"], json(BASE.as_bytes())["entries"]);
    // In some, or with other words, it cannot be told where a line starts.
    for text in [
        each(|at, line| if at % 2 == 0 { format!("{tag}{line}") } else { line.to_owned() }),
        each(|at, line| format!("[{}] {line}", ["smbd", "net", "io"][at % 3])),
    ] {
        assert_eq!(run_with(&["json", "-"], text.as_bytes()).status.code(), Some(3), "{text}");
    }
}

/// The size of a text says where it ends, also where names are not filled up.
#[test]
fn lines_of_a_text_before_a_name() {
    let text = "full talloc report on 'r' (total 337 bytes in 4 blocks)\n\
                x contains 50 bytes in 1 blocks (ref 0) 0x55d0c1a2b3c0\n\
                char contains 37 bytes in 1 blocks (ref 0): line one\nline two of this\nline three\n\
                y contains 9 bytes in 1 blocks (ref 0) 0x55d0c1a2b3c0\n";
    let output = run_with(&["json", "-q", "-"], text.as_bytes());
    assert_eq!(output.status.code(), Some(0));
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        names(&found).into_iter().map(|name| name.1).collect::<Vec<_>>(),
        ["r", "x", "char", "y"]
    );
}
