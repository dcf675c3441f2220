//! The wings of the crate: the folders of `talloc/src`. Each says in its own file what it may
//! use, and none uses one that comes later in the order that `lib.rs` gives, neither by a path nor
//! by a method. The folders of `tests` have their names.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use talloc_tests::source::{Item, code_of, items_of, name, path, read, sources};

/// Methods that types of the standard library have, too.
const OF_STD: [&str; 1] = ["extend_from_slice"];

/// The folders of `tests` that are no wings.
const TESTS: [&str; 8] = ["benches", "build", "c", "mutants", "stand-in", "support", "ui", "whole"];

/// The modules of `lib.rs` from the bottom up, as it says.
fn wings() -> Vec<String> {
    let text = read(&path("talloc/src/lib.rs"));
    let (_, order) = text.split_once("from the bottom up:\n//\n").expect("the order");
    let lines = order.lines().map_while(|line| line.strip_prefix("//     "));
    let names = lines.flat_map(|line| line.split(','));
    let order: Vec<_> =
        names.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect();
    let modules = text
        .lines()
        .filter_map(|line| line.strip_prefix("pub ").unwrap_or(line).strip_prefix("mod "))
        .filter_map(|name| name.strip_suffix(';').map(String::from));
    assert_eq!(BTreeSet::from_iter(modules), BTreeSet::from_iter(order.iter().cloned()));
    order
}

/// The wing of a file, by its place in the order.
fn place(wings: &[String], file: &str) -> usize {
    let wing = file.split(['/', '.']).next().unwrap_or_default();
    wings
        .iter()
        .position(|name| name == wing)
        .unwrap_or_else(|| panic!("talloc/src/{file} belongs to no `mod` of lib.rs"))
}

/// The sources of the wings: where each wing is in the order, the file, and its text.
fn sources_of(wings: &[String]) -> Vec<(usize, String, String)> {
    let all = sources().into_iter().filter(|(file, _)| file != "lib.rs");
    all.map(|(file, text)| (place(wings, &file), file, text)).collect()
}

/// What stands behind each `crate::` in code: the first name, or several in braces.
fn uses(code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (_, rest) in code.match_indices("crate::").map(|(at, word)| (at, &code[at + word.len()..]))
    {
        match rest.strip_prefix('{') {
            Some(group) => {
                let group = group.split('}').next().unwrap();
                assert!(!group.contains('{'), "nested: {group}");
                let names = group.split(',').map(|path| name(path.trim_start()));
                found.extend(names.filter(|name| !name.is_empty()).map(String::from));
            }
            None => found.extend([name(rest).to_owned()]),
        }
    }
    found
}

/// Code in which the paths of macros are those of other code. What they find at the top of the
/// crate is what it offers to all.
fn with_plain_paths(code: &str, wings: &[String]) -> String {
    let mut parts = code.split("$crate::");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |code, part| {
        let is_wing = wings.iter().any(|wing| wing == name(part));
        code + if is_wing { "crate::" } else { "" } + part
    })
}

/// How many `super::` stand one behind another at most.
fn supers(code: &str) -> usize {
    (1..).take_while(|count| code.contains(&"super::".repeat(*count))).count()
}

#[test]
fn no_path_runs_back_up() {
    let wings = wings();
    assert_eq!(wings[..3], ["error", "name", "raw"]);
    let mut all = BTreeMap::from_iter(wings.iter().map(|wing| (wing, BTreeSet::new())));
    for (own, file, text) in sources_of(&wings) {
        let code = with_plain_paths(&code_of(&text), &wings);
        for used in uses(&code) {
            let at = wings.iter().position(|wing| *wing == used);
            let at = at.unwrap_or_else(|| {
                panic!("{file}: `crate::{used}` is no wing: use the one it is from")
            });
            assert!(at <= own, "{file}: `{used}` comes later");
            if at != own {
                all.get_mut(&wings[own]).unwrap().insert((at, used));
            }
        }
        // A module within a file is one step more.
        let steps = file.trim_end_matches("/mod.rs").split('/').count();
        let indented = code.lines().any(|line| line.starts_with(' ') && line.contains("super::"));
        let up = supers(&code);
        assert!(up < steps + usize::from(indented), "{file}: `super::` leads out of the wing");
        let hidden = ["#[path", "extern crate self"].iter().find(|word| code.contains(*word));
        assert_eq!(hidden, None, "{file}: a path that this test does not see");
    }
    for (wing, used) in all {
        let face = path("talloc/src").join(wing).join("mod.rs");
        if !face.exists() {
            continue;
        }
        let text = read(&face);
        let used: Vec<_> = used.into_iter().map(|(_, name)| name).collect();
        let expected = match used.len() {
            0 => String::from("May use nothing of this crate."),
            _ => format!("May use: {}.", used.join(", ")),
        };
        let (_, said) = text.split_once("May use").unwrap_or_else(|| panic!("{wing}: {expected}"));
        let said: Vec<_> = said[..said.find('.').unwrap()]
            .lines()
            .map(|line| line.trim_start_matches(['/', '!', ' ']))
            .collect();
        assert_eq!(format!("May use{}.", said.join(" ")), expected, "{wing}");
    }
}

/// A wing may add methods to a type of a wing above, which needs no path to call them.
#[test]
fn no_method_runs_back_up() {
    let wings = wings();
    let sources = sources_of(&wings);
    let items: Vec<(usize, Item)> = sources
        .iter()
        .flat_map(|(own, file, text)| {
            items_of(text, file).into_iter().map(move |item| (*own, item))
        })
        .collect();
    let has_type = |wing: usize, name: &str| {
        items.iter().any(|(own, item)| *own == wing && item.is_type && item.name == name)
    };
    // Where each name is first, and the names of methods that a wing adds to types of another.
    let mut first = BTreeMap::new();
    let mut added = BTreeSet::new();
    for (own, item) in &items {
        let at = first.entry(item.name.clone()).or_insert(*own);
        *at = (*at).min(*own);
        let parent = item.parent.as_ref().filter(|_| !item.is_of_trait);
        if parent.is_some_and(|parent| !has_type(*own, parent)) {
            added.insert(item.name.clone());
        }
    }
    let mut found = BTreeSet::new();
    for (own, file, text) in &sources {
        let code = code_of(text);
        for method in added.iter().filter(|method| first[*method] > *own) {
            let called = [".", "::"].iter().any(|before| {
                let path = format!("{before}{method}");
                let mut ends = code.match_indices(&path).map(|(at, _)| &code[at + path.len()..]);
                ends.any(|rest| rest.starts_with('(') || rest.starts_with("::<"))
            });
            if called && !OF_STD.contains(&&**method) {
                found.insert((file.as_str(), method.as_str()));
            }
        }
    }
    assert!(found.is_empty(), "a method of a wing that comes later than its caller: {found:?}");
}

#[test]
fn the_folders_of_the_tests_are_called_like_the_wings() {
    let wings = wings();
    for entry in fs::read_dir(path("tests")).expect("the folder of the tests") {
        let entry = entry.expect("a readable folder");
        let name = entry.file_name().into_string().expect("a name");
        // `wip` is written by trybuild.
        let known = wings.contains(&name) || TESTS.contains(&&*name) || name == "wip";
        assert!(known || !entry.path().is_dir(), "tests/{name}: tests lie in folders of the wings");
    }
    let manifest = read(&path("tests/Cargo.toml"));
    for file in manifest.lines().filter_map(|line| line.strip_prefix("path = \"")) {
        assert!(file.contains('/'), "tests/{file}: in a folder of a wing, or in whole/");
    }
}
