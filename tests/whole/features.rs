//! The feature `full` is all that a stable compiler builds, and each feature is where it is looked
//! for. What distributions have to package is on their page.

use std::collections::BTreeSet;

use talloc_tests::source::{path, read};

/// Those that need more than a stable compiler: a nightly one, libclang.
const NOT_FULL: [&str; 2] = ["bindgen", "nightly"];

fn manifest() -> String {
    read(&path("talloc/Cargo.toml"))
}

/// The features of the crate, but for `full`.
fn features(manifest: &str) -> BTreeSet<&str> {
    let section = manifest.split("[features]\n").nth(1).expect("features");
    let section = section.split("\n[").next().expect("a section");
    let names = section.lines().filter_map(|line| line.split_once(" = ["));
    names.map(|(name, _)| name).filter(|name| *name != "full").collect()
}

#[test]
fn full_is_all_that_is_stable() {
    let manifest = manifest();
    let full = manifest.lines().find_map(|line| line.strip_prefix("full = [")).expect("`full`");
    let full: BTreeSet<_> = full.split('"').skip(1).step_by(2).collect();
    let mut all = features(&manifest);
    assert!(all.len() > NOT_FULL.len(), "{all:?}");
    assert!(NOT_FULL.iter().all(|name| all.remove(name)));
    assert_eq!(full, all);
}

#[test]
fn each_feature_is_documented_and_checked() {
    let manifest = manifest();
    let [page, front, checks] =
        ["docs/features.md", "talloc/src/lib.rs", ".ci/run"].map(|name| read(&path(name)));
    for name in features(&manifest).into_iter().chain(["full"]) {
        assert!(page.contains(&format!("\n- `{name}`: ")), "docs/features.md: {name}");
        assert!(front.contains(&format!("\n//! | `{name}` | ")), "talloc/src/lib.rs: {name}");
        let alone = checks.lines().filter(|line| line.trim().starts_with("for features in "));
        let alone = alone.filter(|line| line.split([' ', ',', ';']).any(|word| word == name));
        assert!(alone.count() > 0, ".ci/run does not build {name} alone");
    }
}

#[test]
fn what_the_program_is_made_of_is_told_to_distributions() {
    let manifest = read(&path("talloc/report/Cargo.toml"));
    let section = manifest.split("[dependencies]\n").nth(1).expect("dependencies");
    let lines = section.split("\n[").next().expect("a section").lines();
    let names = lines.filter_map(|line| line.split(['.', ' ']).next());
    let names: Vec<_> = names.filter(|name| !name.is_empty()).collect();
    let page = read(&path("docs/packaging.md"));
    let row = page.lines().find(|line| line.starts_with("| `talloc-report` |")).expect("a row");
    assert!(names.len() > 3, "{names:?}");
    for name in names {
        // The safe crate has another name in the registry.
        let name = if name == "talloc" { "`libtalloc`" } else { name };
        assert!(row.split([' ', ',', ';']).any(|word| word == name), "docs/packaging.md: {name}");
    }
}
