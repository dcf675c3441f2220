//! `docs/c-api.md` names all of libtalloc's interface, and nothing else.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The names behind `keyword` in a source: `pub fn name`, `#define name`.
fn names_behind(source: &str, keyword: &str) -> BTreeSet<String> {
    source
        .match_indices(keyword)
        .map(|(at, _)| {
            let rest = source[at + keyword.len()..].trim_start();
            rest.split(|c: char| !is_name(&c.to_string())).next().unwrap_or_default().to_owned()
        })
        .filter(|name| is_name(name))
        .collect()
}

/// All that the bindings offer, and the macros of the installed header.
fn offered() -> BTreeSet<String> {
    let sys = ["bindings.rs", "versioned.rs", "macros.rs"]
        .map(|file| read(&format!("talloc-sys/src/{file}")))
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

/// The names in the first column of the tables.
fn documented() -> Vec<String> {
    read("docs/c-api.md")
        .lines()
        .filter(|line| line.starts_with("| `"))
        .flat_map(|line| {
            let column = line.trim_start_matches("| ").split('|').next().unwrap_or_default();
            column.split('`').filter(|name| is_name(name)).map(str::to_owned).collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn the_table_and_the_bindings_name_the_same_things() {
    let offered = offered();
    assert!(offered.len() > 100, "too few: {offered:?}");
    let rows = documented();
    let documented: BTreeSet<String> = rows.iter().cloned().collect();

    let missing: Vec<_> = offered.difference(&documented).collect();
    assert!(missing.is_empty(), "not in docs/c-api.md: {missing:?}");
    let unknown: Vec<_> = documented.difference(&offered).collect();
    assert!(unknown.is_empty(), "docs/c-api.md has names that libtalloc lacks: {unknown:?}");
    assert_eq!(rows.len(), documented.len(), "a name stands in two rows");
}

/// All sources of the crate, as one text.
fn sources(folder: &Path) -> String {
    let entries = fs::read_dir(folder).expect("the sources");
    entries
        .map(|entry| {
            let path = entry.expect("a readable folder").path();
            if path.is_dir() {
                sources(&path)
            } else {
                fs::read_to_string(&path).expect("a source")
            }
        })
        .collect()
}

#[test]
fn what_has_a_rust_form_is_found_by_its_c_name() {
    let sources = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../talloc/src"));
    let mut missing = Vec::new();
    let table = read("docs/c-api.md");
    for line in table.lines().filter(|line| line.starts_with("| `")) {
        let (names, form) = line.trim_matches('|').split_once('|').expect("two columns");
        // Macros of the build, and names that other names stand for.
        let none = ["no:", "the variable", "the constant", "older names", "an older name"];
        if none.iter().any(|none| form.trim().starts_with(none)) {
            continue;
        }
        let names = names.split('`').filter(|name| is_name(name) && !name.starts_with('_'));
        missing.extend(names.filter(|name| !sources.contains(&format!("alias = \"{name}\""))));
    }
    assert!(missing.is_empty(), "no item has the alias: {missing:?}");
}

#[test]
fn every_rust_form_exists() {
    let sources = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../talloc/src"));
    for line in read("docs/c-api.md").lines().filter(|line| line.starts_with("| `")) {
        let (_, form) = line.trim_matches('|').split_once('|').expect("two columns");
        for code in form.split('`').skip(1).step_by(2) {
            let last = code.rsplit("::").next().unwrap_or_default();
            let name: String =
                last.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let known = [
                "Vec",
                "Option",
                "Drop",
                "as",
                "DEP_TALLOC_VERSION",
                "len",
                "u8",
                "is_empty",
                "unsafe",
                "Write",
                "write",
                "allocator",
                "main",
                "str",
                "unwrap",
            ];
            if name.starts_with("talloc") || known.contains(&name.as_str()) || code.contains('<') {
                continue;
            }
            let defined = ["fn ", "macro_rules! ", "struct ", "trait ", "mod "]
                .iter()
                .any(|kind| sources.contains(&format!("{kind}{name}")));
            assert!(defined || code.contains('.'), "no item is called {name}: {line}");
        }
    }
}

#[test]
fn every_row_has_a_rust_form_or_a_reason() {
    for line in read("docs/c-api.md").lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        assert_eq!(cells.len(), 2, "two columns: {line}");
        assert!(cells[1].len() > 3, "nothing said: {line}");
    }
}
