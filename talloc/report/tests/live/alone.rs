//! Roots without relatives, and copies of them.

use super::compare::{assert_same, read};
use super::program::{Program, libraries};
use crate::support::{json, names};

#[track_caller]
fn assert_alone(stderr: &str, count: &str) {
    let message = format!("{count} alone: a copy of such a header would look the same");
    assert!(stderr.contains(&message), "{stderr}");
}

/// Where the allocator puts the size of a block before it, as glibc does.
#[test]
fn copies_are_no_objects() {
    for library in libraries() {
        let program = Program::start_with("copies", library.as_deref());
        let (found, stderr) = read(&program.live(), &[], 0);
        // The report of one root does not tell that another refers to it.
        assert_eq!(names(&found), names(&json(&program.report())));
        // Of the five, one has a reference that knows it.
        assert_alone(&stderr, "4 roots stand");
        // The C library can have more, by some of the random bytes.
        let count = stderr.split("not shown: ").nth(1).and_then(|rest| rest.split(' ').next());
        let count = count.and_then(|count| count.parse().ok());
        assert!(count.is_some_and(|count: u32| (10..=16).contains(&count)), "{stderr}");
    }
}

#[test]
fn a_copy_of_a_whole_block_is_told() {
    let program = Program::start("twins");
    let (found, stderr) = read(&program.live(), &[], 0);
    let found = names(&found);
    assert_eq!(found.iter().filter(|name| name.1 == "twin").count(), 2, "{found:?}");
    assert_alone(&stderr, "2 roots stand");
}

/// Nothing is left out because another allocator has no sizes there.
#[test]
fn another_allocator() {
    let program = Program::start_unmarked("roots");
    assert_same(&program.live(), &json(&program.report()));
    // Those of pools and references, and that in an object, are known all the same.
    let program = Program::start_unmarked("copies");
    let (found, stderr) = read(&program.live(), &[], 0);
    let found = names(&found);
    assert_eq!(found.iter().filter(|name| name.1 == "alone").count(), 3, "{found:?}");
    assert_eq!(found.iter().filter(|name| name.1 == "referred to").count(), 2, "{found:?}");
    assert_eq!(found.iter().filter(|name| name.1 == "member").count(), 1, "{found:?}");
    assert_alone(&stderr, "6 roots stand");
}
