//! The wings of the crate: the folders of `talloc/src`. Each says in its own file what it may
//! use, in the order of `lib.rs`, and none uses one that stands below it there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../talloc/src");

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The modules of `lib.rs`, in its order.
fn wings() -> Vec<String> {
    read(&Path::new(SOURCE).join("lib.rs"))
        .lines()
        .filter_map(|line| line.strip_prefix("pub ").unwrap_or(line).strip_prefix("mod "))
        .filter_map(|name| name.strip_suffix(';').map(String::from))
        .collect()
}

fn files(path: PathBuf) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path];
    }
    let entries = fs::read_dir(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    entries.flat_map(|entry| files(entry.unwrap().path())).collect()
}

/// What stands behind each `crate::` in code: the first name, or several in braces.
fn uses(code: &str) -> BTreeSet<String> {
    let name = |text: &str| -> String {
        text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
    };
    let mut found = BTreeSet::new();
    for (_, rest) in code.match_indices("crate::").map(|(at, word)| (at, &code[at + word.len()..]))
    {
        match rest.strip_prefix('{') {
            Some(group) => {
                let group = group.split('}').next().unwrap();
                assert!(!group.contains('{'), "nested: {group}");
                found.extend(group.split(',').map(name).filter(|name| !name.is_empty()));
            }
            None => found.extend([name(rest)]),
        }
    }
    found
}

fn code_of(path: &Path) -> String {
    // Macros expand to paths of the public crate, in the crate of the caller.
    read(path)
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .map(|line| line.replace("$crate::", "") + "\n")
        .collect()
}

#[test]
fn no_arrow_runs_back_up() {
    let wings = wings();
    assert_eq!(wings[..3], ["error", "name", "raw"]);
    let place = |name: &str| wings.iter().position(|wing| wing == name);
    let mut all = BTreeMap::new();
    for wing in &wings {
        let folder = Path::new(SOURCE).join(wing);
        let own = if folder.is_dir() { folder } else { folder.with_extension("rs") };
        let mut used = BTreeSet::new();
        for file in files(own) {
            for name in uses(&code_of(&file)) {
                let at = place(&name).unwrap_or_else(|| {
                    panic!("{}: `crate::{name}` is no wing: use the one it is from", file.display())
                });
                assert!(at <= place(wing).unwrap(), "{}: `{name}` is above", file.display());
                used.insert((at, name));
            }
        }
        used.retain(|(_, name)| name != wing);
        all.insert(wing, used.into_iter().map(|(_, name)| name).collect::<Vec<_>>());
    }
    for (wing, used) in all {
        let face = Path::new(SOURCE).join(wing).join("mod.rs");
        if !face.exists() {
            continue;
        }
        let text = read(&face);
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
