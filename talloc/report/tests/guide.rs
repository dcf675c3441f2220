//! `docs/talloc-report.md` shows what the program prints.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Writes the output of the examples into the guide.
const WRITE: &str = "TALLOC_REPORT_WRITE_GUIDE";

/// What is printed for an example, in the folder of the sample reports.
fn printed(command: &str, folder: &Path) -> String {
    let mut words = command.split_whitespace();
    assert_eq!(words.next(), Some("talloc-report"), "{command}");
    let output = Command::new(env!("CARGO_BIN_EXE_talloc-report"))
        .args(words)
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{command}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_examples_are_real() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = package.join("tests/data");
    let path = package.join("../../docs/talloc-report.md");
    let text = fs::read_to_string(&path).unwrap();
    let mut parts = text.split("```console\n$ ");
    let mut expected = parts.next().unwrap().to_owned();
    let mut examples = 0;
    for part in parts {
        let (example, rest) = part.split_once("```").unwrap();
        let command = example.lines().next().unwrap();
        expected += &format!("```console\n$ {command}\n{}```{rest}", printed(command, &folder));
        examples += 1;
    }
    assert_eq!(examples, 3);
    if std::env::var_os(WRITE).is_some() {
        fs::write(&path, &expected).unwrap();
    }
    assert!(text == expected, "run this test again with {WRITE}=1, and look at the difference");
}

/// The table of the guide has each field that is written, and no other.
#[test]
fn the_fields_are_real() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = package.join("tests/data");
    let guide = fs::read_to_string(package.join("../../docs/talloc-report.md")).unwrap();
    let table = guide.split("| Field | In | What |\n|---|---|---|\n").nth(1).unwrap();
    let mut documented = BTreeSet::new();
    for line in table.lines().take_while(|line| line.starts_with('|')) {
        let [_, fields, places, ..] = line.split('|').collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        for field in fields.split(',') {
            for place in places.split(',') {
                let word = |text: &str| text.trim().trim_matches('`').to_owned();
                assert!(documented.insert((word(place), word(field))), "{line}");
            }
        }
    }
    let mut written = BTreeSet::new();
    for command in ["json pool-usage.txt", "top --json pool-usage.txt", DIFF] {
        let text = printed(&format!("talloc-report {command}"), &folder);
        let value: Value = serde_json::from_str(&text).unwrap();
        let name = command.split(' ').next().unwrap();
        for (field, value) in value.as_object().unwrap() {
            written.insert((name.to_owned(), field.clone()));
            if let Some(first) = value.as_array().map(|list| &list[0]) {
                let fields = first.as_object().unwrap().keys();
                written.extend(fields.map(|inner| (field.clone(), inner.clone())));
            }
        }
    }
    assert_eq!(documented, written);
}

const DIFF: &str = "diff --json pool-usage.txt pool-usage-later.txt";
