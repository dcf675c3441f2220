//! The lines of trees, differences and leaks, as people see them.

use std::ffi::CString;

use talloc::{LeakCheck, Snapshot, TBox};
use talloc_tests::{check_tree, check_tree_mut, reference, unlink};

#[test]
fn strings_with_their_text_and_references() {
    check_tree(|root| {
        let server = root.new_child_named(c"server");
        let names = ["a\"\n", "b"].map(|name| server.strdup(name).expect("no NUL"));
        let number = root.alloc(7_u64);
        reference(&server, TBox::as_ctx(&number));
        let snapshot = root.snapshot();
        let expected = [
            "     total         own  blocks",
            "      14 B         0 B       6  test",
            "       8 B         8 B       1  ├─ u64  (held by 1 reference)",
            "       6 B         0 B       4  └─ server",
            "         -           -       1     ├─ → u64",
            r#"       2 B         2 B       1     ├─ char "b""#,
            r#"       4 B         4 B       1     └─ char "a"\n""#,
        ];
        let tree = snapshot.tree().texts().to_string();
        assert_eq!(tree.lines().collect::<Vec<_>>(), expected);
        let merged = snapshot.tree().texts().merge_equal().to_string();
        assert!(merged.ends_with("└─ char × 2"), "{merged}");
        unlink(&server, TBox::as_ctx(&number));
        names.into_iter().for_each(talloc::Str::free);
    });
}

#[test]
fn a_long_text_ends_with_a_whole_character() {
    check_tree(|root| {
        for (text, copied) in [
            ("x".repeat(1000), 1000),
            ("x".repeat(1001), 1000),
            ("x".repeat(999) + "ß", 999),
            ("x".repeat(998) + "ß", 1000),
        ] {
            let string = root.strdup(&text).expect("no NUL");
            let snapshot = root.snapshot();
            let entry = snapshot.find("char").next().expect("the string");
            assert_eq!(entry.text(), Some(&text.as_bytes()[..copied]));
            string.free();
        }
        // What is not UTF-8 has no characters.
        for len in [1000, 1500] {
            let mut latin1 = vec![0xe9; len];
            latin1[999] = 0xc3;
            let text = CString::new(latin1).expect("no NUL");
            let string = root.strdup_c(&text);
            let snapshot = root.snapshot();
            let copied = snapshot.find("char").next().expect("the string").text();
            assert_eq!(copied, Some(&text.to_bytes()[..1000]));
            string.free();
        }
    });
}

fn chain(levels: usize, size: u64) -> Snapshot {
    let mut builder = Snapshot::builder();
    for level in 0..levels {
        builder.push(level, format!("n{level}"), if level + 1 == levels { size } else { 0 });
    }
    builder.finish()
}

#[test]
fn deep_levels_are_numbered() {
    let last = |levels| {
        let tree = chain(levels, 0).to_string();
        tree.lines().last().expect("a line")[32..].to_owned()
    };
    assert_eq!(last(42), format!("{}└─ n41", "   ".repeat(40)));
    assert_eq!(last(43), format!("{}⋯ level 42 └─ n42", "   ".repeat(40)));
    assert_eq!(last(44), format!("{}⋯ level 43 └─ n43", "   ".repeat(40)));
}

#[test]
fn long_paths_have_both_ends() {
    let names = |range: std::ops::Range<usize>| {
        range.map(|level| format!("n{level}")).collect::<Vec<_>>().join("/")
    };
    for (levels, path) in [
        (16, names(0..16)),
        (17, names(0..17)),
        (18, format!("{}/…2 names…/{}", names(0..8), names(10..18))),
        (40, format!("{}/…24 names…/{}", names(0..8), names(32..40))),
    ] {
        let (before, after) = (chain(levels, 1), chain(levels, 2));
        let diff = after.diff(&before);
        let line = diff.changes().next().expect("a change").to_string();
        assert_eq!(line, format!("{:>11}  {:>8}  grew      {path}", "+1 B", 0));
        assert!(diff.to_string().ends_with(&line), "{diff}");
        let ranking = after.by_path().to_string();
        assert!(ranking.lines().any(|line| line.ends_with(&path)), "{ranking}");
    }
}

#[test]
fn references_come_and_go() {
    let build = |references: &[&str]| {
        let mut builder = Snapshot::builder();
        builder.push(0, "root", 0);
        // What was said last counts.
        builder.push(1, "object", 5).references(7).references(references.len() as u32);
        for name in references {
            builder.push_reference(1, name);
        }
        builder.finish()
    };
    let (none, one, two) = (build(&[]), build(&["object"]), build(&["object", "object"]));
    let line = |after: &Snapshot, before| {
        let diff = after.diff(before);
        let change = diff.changes().next().expect("a change");
        assert!(change.is_reference());
        change.to_string()
    };
    assert_eq!(line(&one, &none), "        0 B        +1  appeared  → root/object");
    assert_eq!(line(&two, &one), "        0 B        +1  grew      → root/object × 1 → 2");
    assert_eq!(line(&none, &two), "        0 B        -2  vanished  → root/object × 2");

    // Without addresses, the only object of the same name is meant.
    let target = |snapshot: &Snapshot| {
        let reference = snapshot.iter().find(|entry| entry.is_reference()).expect("a reference");
        reference.target().map(|object| object.index())
    };
    assert_eq!(target(&one), Some(1));
    let mut builder = Snapshot::builder();
    builder.push(0, "object", 0).references(1);
    builder.push(1, "object", 0).references(1);
    builder.push_reference(1, "object");
    assert_eq!(target(&builder.finish()), None);
    // One on which none is held is not meant.
    let mut builder = Snapshot::builder();
    builder.push(0, "object", 0).references(1).references(0);
    builder.push(1, "object", 0).references(1);
    builder.push_reference(1, "object");
    assert_eq!(target(&builder.finish()), Some(1));
}

#[test]
fn leaks_are_counted_line_by_line() {
    check_tree_mut(|root| {
        let kept = root.new_child_named(c"kept").leak();
        let line = line!() + 1;
        let check = LeakCheck::new(root);
        for value in [1, 2] {
            TBox::leak(kept.alloc(value));
        }
        let leaks = check.finish().expect_err("two numbers");
        assert_eq!((leaks.count(), leaks.size()), (2, 8));
        let expected = [
            &format!("2 objects with 8 B are left below 'test' since {}:{line}:21", file!()),
            "       8 B  test/kept/i32 × 2",
            "      left  objects",
            "                     test",
            "                     └─ kept",
            "       8 B        2     └─ i32 × 2",
        ];
        assert_eq!(leaks.to_string().lines().collect::<Vec<_>>(), expected);
        root.free_children();
    });
}
