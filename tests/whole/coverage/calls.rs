//! What the crate calls has a row that says what for.

use std::collections::BTreeSet;

use crate::table::{Row, rows};
use crate::{files, name, path, read};

/// What may call the functions that the crate offers nothing for: the name of the function in
/// `talloc/src/raw`, and the files.
const INSIDE: [(&str, &str, &[&str]); 1] =
    [("talloc_parent", "parent", &["interop/get_type.rs", "interop/into_c.rs"])];

/// The sources of the crate with their names below `talloc/src`, without comments.
fn sources() -> Vec<(String, String)> {
    let folder = path("talloc/src");
    let names = files(&folder).into_iter().map(|file| {
        let name = file.strip_prefix(&folder).expect("a file of the folder").display().to_string();
        let lines = read(&file);
        let code = lines.lines().filter(|line| !line.trim_start().starts_with("//"));
        (name, code.collect::<Vec<_>>().join("\n"))
    });
    names.filter(|(name, _)| name.ends_with(".rs") && !name.starts_with("bin/")).collect()
}

/// The functions of C that a source names: those behind `sys::`, also as `talloc_sys::`.
fn called(code: &str) -> BTreeSet<&str> {
    let names = code.match_indices("sys::").map(|(at, path)| name(&code[at + path.len()..]));
    names.filter(|name| name.trim_start_matches('_').starts_with("talloc")).collect()
}

#[test]
fn only_raw_names_the_bindings() {
    for (file, code) in sources().iter().filter(|(file, _)| !file.starts_with("raw/")) {
        assert!(!code.contains("sys::"), "talloc/src/{file}: libtalloc is called in raw/ only");
        assert!(!code.contains("talloc_sys"), "talloc/src/{file}: only raw/ uses talloc-sys");
    }
}

#[test]
fn what_is_called_has_a_row_that_says_what_for() {
    let rows = rows();
    let sources = sources();
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
    let sources = sources();
    for (c_name, name, files) in INSIDE {
        let callers: Vec<&str> = sources
            .iter()
            .filter(|(_, code)| code.contains(&format!("raw::{name}(")))
            .map(|(file, _)| &**file)
            .collect();
        assert_eq!(
            callers, files,
            "{c_name} is called elsewhere: if that is public, it is no longer \"inside only\""
        );
    }
}
