//! What the pages call by its name is called so: the items of the crate, as the listing of its
//! public API has them, and the tests that `docs/SAFETY.md` leans on.

use std::collections::BTreeSet;

use talloc_tests::source::{files, path, read};

/// Only a nightly compiler has these, so the listing does not.
const NIGHTLY: [&str; 2] = ["TBox::from_std_vec", "TBox::into_std_vec"];

/// What stands in backticks on a page, with its line.
fn codes(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut in_block = false;
    let lines = text.lines().enumerate().filter(move |(_, line)| {
        let is_fence = line.starts_with("```");
        in_block ^= is_fence;
        !in_block && !is_fence
    });
    lines.flat_map(|(index, line)| line.split('`').skip(1).step_by(2).map(move |c| (index + 1, c)))
}

/// The paths in a piece of code, without their generic arguments.
fn paths(code: &str) -> Vec<String> {
    let mut depth = 0;
    let code = code.replace("->", " ");
    let plain: String = code
        .chars()
        .filter(|c| {
            depth += i32::from(*c == '<');
            let is_outside = depth == 0;
            depth -= i32::from(*c == '>');
            is_outside
        })
        .collect();
    let words = plain.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'));
    let words = words.map(|word| word.trim_matches(':'));
    words.filter(|word| word.contains("::")).map(str::to_owned).collect()
}

/// The last two parts of a path, if the first of them is a type.
fn of_a_type(path: &str) -> Option<String> {
    let mut parts = path.rsplit("::");
    let (item, owner) = (parts.next()?, parts.next()?);
    let is_type = owner.starts_with(char::is_uppercase) && !item.is_empty();
    is_type.then(|| format!("{owner}::{item}"))
}

/// Whether a path leads to another crate: it begins with one, and not with a type or a module of
/// this one.
fn is_foreign(path: &str) -> bool {
    ["std::", "core::", "alloc::", "tokio::"].iter().any(|name| path.starts_with(name))
}

fn pages() -> Vec<(String, String)> {
    let docs =
        files(&path("docs")).into_iter().filter(|f| f.extension().is_some_and(|e| e == "md"));
    let others =
        ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "talloc/report/README.md"].map(path);
    let named = docs.chain(others).map(|file| (file.display().to_string(), read(&file)));
    named.collect()
}

#[test]
fn the_items_of_the_crate_have_these_names() {
    let listing = read(&path(".ci/api/talloc.txt"));
    let items: BTreeSet<String> = listing
        .lines()
        .filter(|line| line.starts_with("pub "))
        .filter_map(|line| paths(line).into_iter().find(|path| path.starts_with("talloc::")))
        .filter_map(|path| of_a_type(&path))
        .collect();
    let types: BTreeSet<&str> =
        items.iter().filter_map(|item| Some(item.split_once("::")?.0)).collect();
    let mut wrong = Vec::new();
    let mut count = 0;
    for (page, text) in pages() {
        for (line, code) in codes(&text) {
            let named = paths(code).into_iter().filter(|path| !is_foreign(path));
            for item in named.filter_map(|path| of_a_type(&path)) {
                let owner = item.split_once("::").expect("a type and its item").0;
                // Other types are those of an example.
                if types.contains(owner) {
                    count += 1;
                    if !items.contains(&item) && !NIGHTLY.contains(&&*item) {
                        wrong.push(format!("{page}:{line}: {item}"));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "the crate has none of these:\n{}", wrong.join("\n"));
    assert!(count >= 200, "only {count} items");
}

/// A test is a function, or a program that must not compile or must.
#[test]
fn the_tests_that_the_proofs_name_are_there() {
    let all = files(&path("tests"));
    let all = all.iter().filter(|file| file.extension().is_some_and(|e| e == "rs"));
    let mut tests = BTreeSet::new();
    for file in all {
        tests.insert(file.file_stem().expect("a file").to_string_lossy().into_owned());
        let text = read(file);
        let functions = text.split("fn ").skip(1).filter_map(|rest| rest.split_once('('));
        tests.extend(functions.map(|(name, _)| name.to_owned()));
    }
    let is_a_test = |code: &str| {
        let mut parts = code.splitn(2, '_');
        let (kind, rest) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let mut kind = kind.chars();
        let numbered = kind.next().is_some_and(char::is_lowercase)
            && kind.clone().next().is_some()
            && kind.all(|c| c.is_ascii_digit());
        (numbered || code.starts_with("fact_")) && !rest.is_empty()
    };
    let text = read(&path("docs/SAFETY.md"));
    let mut wrong = Vec::new();
    let mut count = 0;
    for (line, code) in codes(&text).filter(|(_, code)| is_a_test(code)) {
        count += 1;
        let is_there = match code.strip_suffix('…') {
            Some(start) => tests.iter().any(|name| name.starts_with(start)),
            None => tests.contains(code),
        };
        if !is_there {
            wrong.push(format!("docs/SAFETY.md:{line}: {code}"));
        }
    }
    assert!(wrong.is_empty(), "these tests are not there:\n{}", wrong.join("\n"));
    assert!(count >= 60, "only {count} tests");
}

#[test]
fn names_are_read_as_they_stand() {
    assert_eq!(codes("a `b` c `d`\n```\n`e`\n```\n").collect::<Vec<_>>(), [(1, "b"), (1, "d")]);
    assert_eq!(paths("pub fn a::B<'t, T: c::D>::e(&self) -> f::G<H>"), ["a::B::e", "f::G"]);
    assert_eq!(of_a_type("a::B::e").as_deref(), Some("B::e"));
    assert_eq!(of_a_type("a::b"), None);
    assert!(is_foreign("tokio::runtime::Builder::new") && !is_foreign("Builder::get"));
}
