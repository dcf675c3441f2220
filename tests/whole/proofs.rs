//! `docs/SAFETY.md` and the tests that it leans on: each that it names is there, and the table of
//! `scripts/results` counts none that is not.

use std::collections::BTreeSet;

use talloc_tests::source::{files, path, read};

/// The functions that are tests, and the programs for the compiler. Some names are there twice.
fn tests() -> Vec<String> {
    let folders = ["tests", "talloc-sys/tests", "talloc/report/tests"].map(path);
    let mut tests = Vec::new();
    for file in folders.iter().flat_map(|folder| files(folder)) {
        if file.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        if file.starts_with(path("tests/ui")) {
            tests.extend(file.file_stem().map(|name| name.to_string_lossy().into_owned()));
            continue;
        }
        let text = read(&file);
        let mut is_test = false;
        for line in text.lines().map(str::trim_start) {
            is_test |= line.starts_with("#[test]");
            if let Some(name) = line.strip_prefix("fn ").filter(|_| is_test) {
                tests.extend(name.split('(').next().map(str::to_owned));
                is_test = false;
            }
        }
    }
    tests
}

fn page() -> String {
    read(&path("docs/SAFETY.md"))
}

/// Whether a name begins as those of the tests for facts and attacks do.
fn is_numbered(name: &str) -> bool {
    let (start, _) = name.split_once('_').unwrap_or_default();
    let is_attack = start.len() == 2
        && start.starts_with(['d', 'f', 'l', 'm', 'n', 'r', 't'])
        && start.ends_with(|digit: char| digit.is_ascii_digit());
    is_attack || name.starts_with("fact_")
}

#[test]
fn each_test_that_is_named_is_there() {
    let (tests, page) = (tests(), page());
    let (mut found, mut missing) = (0, Vec::new());
    for name in page.split('`').skip(1).step_by(2).filter(|name| is_numbered(name)) {
        // A name that ends so stands for all that begin so.
        let is_there = match name.strip_suffix('…') {
            Some(start) => tests.iter().any(|test| test.starts_with(start)),
            None => tests.iter().any(|test| test == name),
        };
        if is_there {
            found += 1;
        } else {
            missing.push(name);
        }
    }
    assert_eq!(missing, [""; 0]);
    assert!(found > 100, "{found} names");
}

/// What a row of the table says.
struct Row<'a> {
    name: &'a str,
    count: usize,
}

fn rows(page: &str) -> Vec<Row<'_>> {
    let (_, table) = page.split_once("<!-- scripts/results --write -->").expect("the table");
    let rows = table.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    rows.filter_map(|row| {
        let (name, rest) = row.split_once(" | ")?;
        Some(Row { name, count: rest.rsplit(" | ").next()?.parse().ok()? })
    })
    .collect()
}

#[test]
fn the_table_has_all_facts_and_attacks_and_counts_no_test_that_is_gone() {
    let (tests, page) = (tests(), page());
    let rows = rows(&page);
    let (mut facts, mut attacks) = (0, BTreeSet::new());
    for row in &rows {
        if row.name.starts_with("Fact ") {
            facts += 1;
            assert_eq!(row.name, format!("Fact {facts}"));
            assert!(row.count > 0, "{} has no test", row.name);
        } else if let Some(start) = Some(row.name.to_lowercase()).filter(|name| name.len() == 2) {
            let start = start + "_";
            let there = tests.iter().filter(|test| test.starts_with(&start)).count();
            assert!(row.count <= there, "{}: {there} tests; run scripts/results --write", row.name);
            attacks.insert(start);
        }
    }
    let on_page = page.lines().filter(|line| line.starts_with(&format!("{facts}. "))).count();
    let next = page.lines().filter(|line| line.starts_with(&format!("{}. **", facts + 1))).count();
    assert!(on_page > 0 && next == 0, "{facts} facts; run scripts/results --write");
    for test in tests.iter().filter(|test| is_numbered(test) && !test.starts_with("fact_")) {
        assert!(attacks.contains(&test[..3]), "{test} has no row; run scripts/results --write");
    }
}
