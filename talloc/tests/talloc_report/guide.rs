//! `docs/talloc-report.md` shows what the program prints.

use std::fs;
use std::path::Path;
use std::process::Command;

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
    let folder = package.join("tests/talloc_report/data");
    let path = package.join("../docs/talloc-report.md");
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
