//! Reports that libtalloc prints, read back: they say what the trees were.

use serde_json::Value;
use talloc::{Ctx, CtxRef};

use crate::support::{json, names, reference, report, run_with, strdup};

/// The snapshot of the live tree, as the program would show it: in a report a string is called
/// like its text.
pub(crate) fn expected(ctx: &CtxRef) -> Value {
    let mut snapshot = serde_json::to_value(ctx.snapshot()).unwrap();
    for entry in snapshot["entries"].as_array_mut().unwrap() {
        let entry = entry.as_object_mut().unwrap();
        if let Some(text) = entry.remove("text") {
            assert_eq!(entry.insert("name".to_owned(), text), Some("char".into()));
        }
    }
    snapshot
}

#[track_caller]
fn check(ctx: &CtxRef) {
    let report = report(ctx, 0, -1);
    let (found, expected) = (json(&report), expected(ctx));
    assert_eq!(found["total_size"], ctx.total_size());
    assert_eq!(found["total_blocks"], ctx.total_blocks());
    if found != expected {
        let both = names(&found).into_iter().zip(names(&expected));
        let first = both.into_iter().find(|(a, b)| a != b);
        panic!("{first:?} in:\n{}", String::from_utf8_lossy(&report));
    }
}

#[test]
fn a_lone_context() {
    check(&Ctx::named(c"alone"));
    check(&Ctx::named(c""));
}

#[test]
fn a_deep_tree() {
    // The report of 1,000 levels has 2 million spaces.
    const LEVELS: usize = 1000;
    let root = Ctx::named(c"root");
    let mut deepest: &CtxRef = &root;
    for level in 0..LEVELS {
        strdup(deepest, format!("string of level {level}").as_bytes());
        deepest = deepest.new_child_named(c"level").leak();
    }
    check(&root);
    let text = report(&root, 0, -1);
    for command in ["top", "tree", "svg", "dot"] {
        assert!(run_with(&[command, "-"], &text).status.success(), "{command}");
    }
}

#[test]
fn a_wide_tree() {
    let root = Ctx::named(c"root");
    for number in 0..20_000 {
        strdup(&root, format!("string {}", number % 1000).as_bytes());
    }
    check(&root);
}

#[test]
fn references() {
    let root = Ctx::named(c"root");
    let (first, second) = (root.new_child_named(c"first"), root.new_child_named(c"second"));
    let shared = strdup(&first, b"a shared string");
    reference(&second, shared);
    reference(&second, shared);
    reference(&root, second.as_ptr());
    // A loop.
    reference(&first, first.as_ptr());
    check(&root);
    drop((first, second));
}

/// Names that a parser could take for something else.
const ODD: [&[u8]; 35] = [
    b"",
    b"two words",
    b"  starts with spaces",
    b"            starts with twelve spaces",
    b"            starts with twelve spaces and is a long one",
    b"'single' and \"double\" quotes",
    b"%s %n %% %1000000d",
    b"two\nlines",
    b"\n",
    b"\n\n\n",
    b"\nafter a line feed",
    b"before a line feed\n",
    b"indented\n    in the second line",
    b"indented\n        in the second line, by more than all of it",
    b"three\n\nlines",
    b"carriage\r\nreturn",
    b"ends with carriage return\r",
    b"tab\tand bell\x07",
    b"\x1b[31mred\x1b[0m",
    "grüße, 世界, 🦀, e\u{301}, \u{202e}".as_bytes(),
    "ein Name von genau dreißig Z.".as_bytes(),
    b"\xff\xfe\x80 no UTF-8",
    b"exactly thirty characters ..30",
    b"exactly 31 characters ........31",
    b"exactly 29 characters .....29",
    b"contains",
    b"x contains 5 bytes in 6 blocks (ref 7) 0x8",
    b"x contains 5 bytes in 6 blocks (ref 7): text",
    b"x                              contains      5 bytes in   6 blocks (ref 7) 0x8",
    b"reference to: something",
    b"reference to: something\n    of two lines",
    b"full talloc report on 'x' (total 5 bytes in 6 blocks)",
    b"end' (total      5 bytes in   6 blocks)",
    b"x is a memlimit context (max_size = 1 bytes, cur_size = 2 bytes)",
    b"mallinfo:",
];

#[test]
fn odd_names_side_by_side() {
    let root = Ctx::named(c"root");
    for name in ODD {
        strdup(&root, name);
    }
    check(&root);
}

/// Each odd name below and above each other one.
#[test]
fn odd_names_with_odd_neighbours() {
    for name in ODD {
        let root = Ctx::named(c"root");
        for other in ODD {
            strdup(&root, other);
            strdup(&root, name);
        }
        check(&root);
    }
}

/// Strings that are reports themselves, at any place: their size says where they end.
#[test]
fn reports_as_strings() {
    let inner = Ctx::named(c"inner");
    strdup(&inner, b"a string");
    let child = inner.new_child_named(c"child").leak();
    strdup(child, b"another string, of some length");
    let text = report(&inner, 0, -1);
    for cut in [text.len(), text.len() - 1, text.len() / 2, 30] {
        let root = Ctx::named(c"root");
        strdup(&root, b"before");
        let holder = root.new_child_named(c"holder").leak();
        strdup(holder, &[b"begins here\n", &text[..cut]].concat());
        strdup(holder, b"beside");
        strdup(&root, &[b"once more:\n", &text[..cut]].concat());
        strdup(&root, b"after");
        check(&root);
    }
}

/// Spaces at the end of a short name cannot be told from those that fill it up.
#[test]
fn a_short_name_that_ends_with_spaces() {
    let root = Ctx::named(c"root");
    strdup(&root, b"name  ");
    strdup(&root, b" ");
    strdup(&root, b"a name that is longer than it has to be  ");
    let found = json(&report(&root, 0, -1));
    assert_eq!(
        names(&found)[1..],
        [(1, "a name that is longer than it has to be  "), (1, ""), (1, "name")]
    );
}

#[test]
fn odd_names_of_roots() {
    for name in ODD {
        let root = Ctx::new();
        let text = strdup(&root, name);
        // SAFETY: the object is live, and its name lives as long: it is below it.
        unsafe { talloc_sys::talloc_set_name_const(root.as_ptr(), text.cast()) };
        check(&root);
    }
}

#[test]
fn names_of_any_length() {
    let root = Ctx::named(c"root");
    for len in (0..100).chain([1000]) {
        strdup(&root, "n".repeat(len).as_bytes());
    }
    check(&root);
    for len in [10_000, 60_000] {
        let root = Ctx::named(c"root");
        let text = strdup(&root, b"n".repeat(len).as_slice());
        let child = root.new_child();
        // SAFETY: both are live; the name goes with the parent.
        unsafe { talloc_sys::talloc_set_name_const(child.as_ptr(), text.cast()) };
        let (report, snapshot) = (json(&report(&root, 0, -1)), root.snapshot());
        let (found, expected) = (names(&report), snapshot.iter().nth(1).unwrap().name());
        assert_eq!((found[1].1.as_bytes(), found[2].1.len()), (expected, len));
    }
}

/// A name beyond what is kept of a line loses its middle, and nothing else.
#[test]
fn names_beyond_the_longest_line() {
    let root = Ctx::named(c"root");
    strdup(&root, b"before");
    strdup(&root, "n".repeat(1 << 20).as_bytes());
    strdup(&root, "n\n".repeat(1 << 19).as_bytes());
    strdup(&root, b"after");
    let text = report(&root, 0, -1);
    let output = run_with(&["json", "-q", "-"], &text);
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(found["total_size"], root.total_size());
    assert_eq!(found["total_blocks"], root.total_blocks());
    let found = names(&found);
    assert_eq!((found[1], found[4]), ((1, "after"), (1, "before")));
    assert!(found[3].1.starts_with("nnn") && found[3].1.ends_with("nnn"));
    assert!(found[3].1.contains('…') && found[3].1.len() < 1 << 17);
}

#[test]
fn limits_are_no_objects() {
    let limited = Ctx::named(c"limited\ncontext");
    // SAFETY: nothing was allocated below it, and nothing else has a limit.
    unsafe { limited.set_memlimit(Some(1 << 20)) }.unwrap();
    strdup(&limited, b"below");
    let text = report(&limited, 0, -1);
    assert!(text.windows(9).any(|part| part == b"max_size "));
    check(&limited);
}

#[test]
fn a_report_that_is_not_full_counts_what_it_leaves_out() {
    let root = Ctx::named(c"root");
    let child = root.new_child_named(c"child");
    strdup(&child, b"left out");
    let output = run_with(&["json", "-"], &report(&root, 0, 1));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("has a limited depth: 2 of 3 blocks; bytes"), "{stderr}");
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(names(&found), [(0, "root"), (1, "child")]);
    assert_eq!(found["total_blocks"], 3);
    assert_eq!(found["entries"][1]["size"], child.total_size());
}

/// C can start a report at any depth: it has no first line then, as one that has lost it.
#[test]
fn a_report_that_starts_deeper() {
    let root = Ctx::named(c"root");
    let child = root.new_child_named(c"child");
    strdup(&child, b"grandchild");
    let output = run_with(&["json", "-"], &report(&root, 3, -1));
    assert_eq!(output.status.code(), Some(3));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("(standard input):1: doubtful: the first line"), "{stderr}");
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(names(&found), [(0, "root"), (1, "child"), (2, "grandchild")]);
    assert_eq!(found["total_size"], root.total_size());
}

#[test]
fn several_reports_in_one_file() {
    let (first, second) = (Ctx::named(c"first"), Ctx::named(c"second"));
    strdup(&first, b"string");
    let all = [report(&first, 0, -1), report(&second, 0, -1), report(&first, 0, -1)].concat();
    let found = json(&all);
    assert_eq!(
        names(&found),
        [(0, "first"), (1, "string"), (0, "second"), (0, "first"), (1, "string")]
    );
    assert_eq!(found["total_blocks"], 5);
}
