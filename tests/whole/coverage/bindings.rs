//! The table and the bindings name the same things.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use talloc_tests::source::{is_name, name, path, read};

use crate::table::rows;

/// The names behind `keyword` in a source: `pub fn name`, `#define name`.
fn names_behind(source: &str, keyword: &str) -> BTreeSet<String> {
    source
        .match_indices(keyword)
        .map(|(at, _)| name(source[at + keyword.len()..].trim_start()).to_owned())
        .filter(|name| is_name(name))
        .collect()
}

/// All that the bindings offer, and the macros of the installed header.
fn offered() -> BTreeSet<String> {
    let sys = ["bindings.rs", "versioned.rs", "macros.rs"]
        .map(|file| read(&path(&format!("talloc-sys/src/{file}"))))
        .concat();
    let mut names = names_behind(&sys, " fn ");
    let include = option_env!("TALLOC_TESTS_INCLUDE").unwrap_or("/usr/include");
    let header = fs::read_to_string(Path::new(include).join("talloc.h")).expect("talloc.h");
    names.extend(
        names_behind(&header, "#define ")
            .into_iter()
            .filter(|name| name.starts_with("talloc_") || name.starts_with("TALLOC_")),
    );
    // Guards and helpers of the header itself, and a macro of the bindings' build.
    names.retain(|name| name.to_lowercase().trim_start_matches('_').starts_with("talloc"));
    names
}

#[test]
fn the_table_and_the_bindings_name_the_same_things() {
    let offered = offered();
    assert!(offered.len() > 100, "too few: {offered:?}");
    let rows: Vec<String> =
        rows().into_iter().filter(|row| !row.is_samba).flat_map(|row| row.names).collect();
    let documented: BTreeSet<String> = rows.iter().cloned().collect();

    let missing: Vec<_> = offered.difference(&documented).collect();
    assert!(missing.is_empty(), "not in docs/c-api.md: {missing:?}");
    let unknown: Vec<_> = documented.difference(&offered).collect();
    assert!(unknown.is_empty(), "docs/c-api.md has names that libtalloc lacks: {unknown:?}");
    assert_eq!(rows.len(), documented.len(), "a name stands in two rows");
}
