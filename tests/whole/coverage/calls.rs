//! What the crate calls has a row that says what for.

use std::collections::BTreeSet;

use talloc_tests::source::{code_of, name, sources};

use crate::table::{Row, rows};

/// What may call the functions that the crate offers nothing for: the method of a type of
/// `talloc/src/raw`, and the files.
const INSIDE: [(&str, &str, &[&str]); 2] = [
    ("talloc_parent", "parent_ptr", &["interop/get_type.rs", "interop/into_c.rs"]),
    ("talloc_test_get_magic", "is_other", &["process/aborts.rs"]),
];

/// The sources of the crate without comments.
fn codes() -> Vec<(String, String)> {
    sources().into_iter().map(|(file, text)| (file, code_of(&text))).collect()
}

/// The functions of C that a source names: those behind `sys::`, also as `talloc_sys::`.
fn called(code: &str) -> BTreeSet<&str> {
    let names = code.match_indices("sys::").map(|(at, path)| name(&code[at + path.len()..]));
    names
        .inspect(|name| assert!(!name.is_empty(), "write `sys::` in front of each name"))
        .filter(|name| name.trim_start_matches('_').starts_with("talloc"))
        .collect()
}

#[test]
fn only_raw_names_the_bindings() {
    for (file, code) in codes().iter().filter(|(file, _)| !file.starts_with("raw/")) {
        assert!(!code.contains("sys::"), "talloc/src/{file}: libtalloc is called in raw/ only");
        assert!(!code.contains("talloc_sys"), "talloc/src/{file}: only raw/ uses talloc-sys");
    }
    for (file, code) in codes() {
        let declares = code.contains("fn talloc_") || code.contains("fn _talloc_");
        assert!(!declares, "talloc/src/{file}: functions of libtalloc are declared by talloc-sys");
    }
}

#[test]
fn what_is_called_has_a_row_that_says_what_for() {
    let rows = rows();
    let sources = codes();
    let raw = sources.iter().filter(|(file, _)| file.starts_with("raw/"));
    let called: Vec<_> = raw
        .flat_map(|(file, code)| called(code).into_iter().map(move |name| (file, name)))
        .collect();
    assert!(called.len() > 30, "too few calls are read: {called:?}");
    let mut all = Vec::new();
    for (file, name) in called {
        let row = rows.iter().find(|row| row.names.iter().any(|known| known == name));
        let form = row.map_or("nothing", |row| &row.form);
        if !row.is_some_and(|row| row.has_form() || row.is_inside_only()) {
            all.push(format!(
                "talloc/src/{file} calls {name}: name what wraps it in its row of docs/c-api.md, \
                 and give that #[doc(alias = \"{name}\")]. The row says: {form}"
            ));
        }
    }
    assert!(all.is_empty(), "{} things:\n{}", all.len(), all.join("\n"));
}

#[test]
fn what_is_inside_only_stays_inside() {
    let rows = rows();
    let inside: Vec<&str> = rows
        .iter()
        .filter(|row| row.is_inside_only())
        .flat_map(Row::public_names)
        .map(|n| &**n)
        .collect();
    assert_eq!(inside, INSIDE.map(|(name, ..)| name), "the rows that are \"inside only\"");
    let sources = codes();
    for (c_name, name, files) in INSIDE {
        let callers: Vec<&str> = sources
            .iter()
            .filter(|(_, code)| code.contains(&format!(".{name}(")))
            .map(|(file, _)| &**file)
            .collect();
        assert_eq!(
            callers, files,
            "{c_name} is called elsewhere: if that is public, it is no longer \"inside only\""
        );
    }
}
