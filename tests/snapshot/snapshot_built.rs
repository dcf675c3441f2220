//! Snapshots that a builder makes: any input is fine, also deep, wide and wrong ones.

use talloc::snapshot::ChangeKind;
use talloc::{Ctx, Snapshot};

fn chain(depth: usize, size: u64) -> Snapshot {
    let mut builder = Snapshot::builder();
    for level in 0..depth {
        builder.push(level, "level", size);
    }
    builder.finish()
}

#[test]
fn depth_costs_no_stack() {
    // Valgrind is slow.
    let deep = if talloc_tests::under_valgrind() { 5_000 } else { 100_000 };
    let body = move || {
        let (before, snapshot) = (chain(deep, 1), chain(deep, 2));
        assert_eq!(snapshot.total_size(), 2 * deep as u64);
        let tree = snapshot.to_string();
        assert_eq!(tree.lines().count(), deep + 1);
        assert!(tree.len() < 300 * deep, "the indentation is bounded: {}", tree.len());
        assert_eq!(
            snapshot.tree().merge_equal().sort_by_size().depth(50).to_string().lines().count(),
            52
        );
        let root = snapshot.root().expect("a root");
        assert_eq!(root.fold(|_, below| 1 + below.max().unwrap_or(0)), deep);
        let last = snapshot.iter().next_back().expect("the deepest");
        let path = last.path().to_string();
        assert_eq!(snapshot.find_path(&path).count(), 1);
        assert_eq!(format!("{:#}", last.path()).matches("level").count(), 16);
        assert_eq!(snapshot.dot().to_string().matches(" -> ").count(), 49);
        assert_eq!(snapshot.mermaid().max_nodes(5).to_string().matches(" --> ").count(), 4);
        assert!(snapshot.flame_graph().to_string().contains("</svg>"));
        assert_eq!(snapshot.by_path().ranks().len(), deep);
        assert_eq!(snapshot.by_name().ranks().len(), 1);
        let diff = snapshot.diff(&before);
        assert_eq!(diff.changes().len(), deep);
        assert!(diff.limit(10).to_string().contains(",990 more changes"));
        let empty = Snapshot::builder().finish();
        assert_eq!(snapshot.diff(&empty).changes().len(), 1);
        let json = serde_json::to_value(&snapshot).expect("a flat list");
        assert_eq!(json["entries"].as_array().expect("a list").len(), deep);
    };
    // Small enough that a recursion over the levels would end the process.
    let thread = std::thread::Builder::new().stack_size(256 << 10).spawn(body);
    thread.expect("a thread").join().expect("no panic");
}

#[test]
fn width_is_merged() {
    let mut builder = Snapshot::builder();
    builder.push(0, "root", 0);
    for number in 0..50_000_u64 {
        builder.push(1, if number % 2 == 0 { "even" } else { "odd" }, number % 2);
        builder.push(2, "below", 1);
    }
    let snapshot = builder.finish();
    let tree = snapshot.tree().merge_equal().sort_by_size().to_string();
    assert_eq!(
        tree.lines().skip(1).collect::<Vec<_>>(),
        [
            "  73.2 KiB         0 B  100,001  root",
            "  48.8 KiB    24.4 KiB  50,000  ├─ odd × 25,000",
            "  24.4 KiB    24.4 KiB  25,000  │  └─ below × 25,000",
            "  24.4 KiB         0 B  50,000  └─ even × 25,000",
            "  24.4 KiB    24.4 KiB  25,000     └─ below × 25,000",
        ]
    );
    assert_eq!(snapshot.tree().max_children(3).to_string().lines().count(), 9);
}

#[test]
fn what_is_left_out_is_counted() {
    let mut builder = Snapshot::builder();
    builder.push(0, "root", 10);
    for size in [5, 500, 7, 90] {
        builder.push(1, "child", size);
    }
    let snapshot = builder.finish();
    let tree = snapshot.tree().min_size(100).to_string();
    assert_eq!(
        tree.lines().skip(1).collect::<Vec<_>>(),
        [
            "     612 B        10 B       5  root",
            "     500 B       500 B       1  ├─ child",
            "                                └─ … 3 more, 102 B",
        ]
    );
    let tree = snapshot.tree().sort_by_size().max_children(2).exact_bytes().to_string();
    assert!(tree.ends_with("└─ … 2 more, 12 B"), "{tree}");
    assert_eq!(snapshot.tree().depth(0).to_string().lines().count(), 2);
}

#[test]
fn wrong_input_makes_a_snapshot_all_the_same() {
    let mut builder = Snapshot::builder();
    assert!(builder.is_empty());
    builder.push(3, "starts deep", 1);
    builder.push(9, "skips levels", 2);
    builder.push(5, "less deep", 4);
    builder.push_reference(6, "held");
    builder.push(7, "below a reference", 8).references(u32::MAX);
    builder.push_totals(1, "another root", 1, 0);
    builder.push_totals(2, "more than its parent", 1000, 50);
    assert_eq!(builder.len(), 7);
    let snapshot = builder.finish();
    let paths: Vec<String> = snapshot.iter().map(|entry| entry.path().to_string()).collect();
    assert_eq!(
        paths,
        [
            "starts deep",
            "starts deep/skips levels",
            "starts deep/less deep",
            "starts deep/less deep/held",
            "starts deep/less deep/below a reference",
            "another root",
            "another root/more than its parent",
        ]
    );
    let roots: Vec<_> = snapshot.roots().map(|r| (r.total_size(), r.total_blocks())).collect();
    assert_eq!(roots, [(15, 5), (1000, 51)]);
    assert_eq!(snapshot.total_size(), 1015);
    assert!(!snapshot.find("below a reference").next().expect("an object").is_reference());
}

#[test]
fn what_was_pushed_is_read_and_changed() {
    let mut builder = Snapshot::builder();
    assert!(builder.is_empty() && builder.get(0).is_none() && builder.name(0).is_none());
    builder.push(0, "server", 10);
    builder.push_totals(2, "a", 30, 3);
    builder.push_reference(1, "b");
    builder.push(1, "c", 1);
    builder.push(5, "d", 1);
    assert!(!builder.is_empty());
    let given = |builder: &talloc::snapshot::Builder, index| {
        let given = builder.get(index).expect("an entry");
        (given.depth, given.size, given.total_blocks, given.is_reference)
    };
    assert_eq!(given(&builder, 1), (2, 30, 3, false));
    assert_eq!(given(&builder, 2), (1, 0, 0, true));
    assert_eq!((builder.name(2), builder.name(5)), (Some(&b"b"[..]), None));

    builder.set_depth(2, 4);
    builder.set_depth(3, 3);
    assert_eq!(given(&builder, 2), (4, 0, 0, true));
    assert_eq!(given(&builder, 3), (3, 1, 0, false));
    builder.truncate(4);
    builder.retain(|index| index != 2);
    let snapshot = builder.finish();
    let entries: Vec<_> = snapshot
        .iter()
        .map(|entry| (entry.name(), entry.depth(), entry.total_size(), entry.total_blocks()))
        .collect();
    assert_eq!(entries, [(&b"server"[..], 0, 40, 4), (b"a", 1, 30, 3), (b"c", 2, 1, 1)]);
}

/// Pushes the entry of this number, which has more to it than most have.
fn push_number(builder: &mut talloc::snapshot::Builder, number: usize) {
    let (depth, name, size) = (1 + number % 3, format!("n{number}"), number as u64);
    let pushed = match number % 7 {
        0 => builder.push(depth, name, size << 32),
        1 => builder.push_totals(depth, name, size, size << 32 | 1),
        2 => builder.push_totals(depth, name, size << 32, 1),
        3 => builder.push_reference(depth, name),
        _ => builder.push(depth, name, size),
    };
    let pushed = if number % 5 == 1 { pushed.references(number as u32) } else { pushed };
    let pushed = if number % 11 == 2 { pushed.text(format!("t{number}")) } else { pushed };
    if number % 13 == 3 {
        pushed.address(size + 1);
    }
}

#[test]
fn entries_that_are_taken_back_leave_nothing() {
    let all = 500;
    let of = |numbers: &mut dyn Iterator<Item = usize>| {
        let mut builder = Snapshot::builder();
        numbers.for_each(|number| push_number(&mut builder, number));
        builder
    };
    let whole = |snapshot: &Snapshot| {
        let texts = snapshot.iter().map(|entry| entry.text().map(<[u8]>::to_vec));
        (serde_json::to_value(snapshot).expect("JSON"), texts.collect::<Vec<_>>())
    };
    for step in [2, 3, 5, 7, 11] {
        for keep in [|number: usize, step| number % step == 0, |number, step| number % step != 0] {
            let mut builder = of(&mut (0..all));
            builder.retain(|number| keep(number, step));
            let kept = of(&mut (0..all).filter(|number| keep(*number, step)));
            assert_eq!(whole(&builder.finish()), whole(&kept.finish()));
        }
        // What comes afterwards has what is its own.
        let mut builder = of(&mut (0..all));
        builder.truncate(all / step);
        (all..2 * all).for_each(|number| push_number(&mut builder, number));
        let other = of(&mut (0..all / step).chain(all..2 * all));
        assert_eq!(whole(&builder.finish()), whole(&other.finish()));
    }
}

#[test]
fn what_is_given_of_an_entry_stays_its_own() {
    let large = 5 << 32;
    let mut builder = Snapshot::builder();
    builder.push(0, "root", large).references(2);
    builder.push_totals(1, "leaf", 7, 3).references(2).references(0);
    builder.push_reference(1, "root").references(2);
    builder.push(1, "object", 10).references(1).references(3);
    let snapshot = builder.finish();
    let entries: Vec<_> = snapshot
        .iter()
        .map(|entry| (entry.size(), entry.total_size(), entry.total_blocks()))
        .collect();
    assert_eq!(entries, [(large, large + 17, 6), (7, 7, 3), (0, 0, 1), (10, 10, 1)]);
    let counts: Vec<_> = snapshot.iter().map(|entry| entry.reference_count()).collect();
    assert_eq!(counts, [2, 0, 0, 3]);
    // Of a total that is given, what is below takes its part.
    let mut builder = Snapshot::builder();
    builder.push_totals(0, "root", large, 4);
    builder.push(1, "object", 10);
    let snapshot = builder.finish();
    let root = snapshot.root().expect("a root");
    assert_eq!((root.size(), root.total_size(), root.total_blocks()), (large - 10, large, 4));
}

#[test]
fn numbers_at_the_end_of_their_range() {
    let mut builder = Snapshot::builder();
    builder.push_totals(0, "root", u64::MAX, u64::MAX);
    builder.push_totals(1, "a", u64::MAX, u64::MAX);
    builder.push_totals(1, "b", u64::MAX, u64::MAX);
    let huge = builder.finish();
    assert_eq!(huge.total_size(), u64::MAX);
    let small = chain(1, 0);
    for (before, after) in [(&huge, &small), (&small, &huge), (&huge, &huge)] {
        assert!(!after.diff(before).to_string().is_empty());
    }
    for text in [
        huge.to_string(),
        huge.tree().exact_bytes().merge_equal().min_size(1).max_children(1).to_string(),
        huge.dot().to_string(),
        huge.mermaid().to_string(),
        huge.by_path().to_string(),
    ] {
        assert!(text.contains("root"), "{text}");
    }
}

#[test]
fn an_empty_snapshot_has_every_view() {
    let empty = Snapshot::builder().finish();
    assert!(empty.is_empty() && empty.root().is_none() && empty.iter().next().is_none());
    assert_eq!((empty.total_size(), empty.total_blocks()), (0, 0));
    assert_eq!(empty.to_string().lines().count(), 1);
    assert!(empty.diff(&empty).is_empty());
    assert!(empty.diff(&empty).to_string().contains("no change"));
    assert!(empty.dot().to_string().ends_with("}\n"));
    assert_eq!(empty.mermaid().to_string(), "flowchart LR\n");
    assert!(empty.flame_graph().to_string().contains("</svg>"));
    assert_eq!(empty.by_name().ranks().len() + empty.by_path().ranks().len(), 0);
    assert_eq!(empty.find("").count() + empty.find_path("x/y").count(), 0);
}

#[test]
fn differences_by_path() {
    let build = |entries: &[(usize, &str, u64)]| {
        let mut builder = Snapshot::builder();
        for (depth, name, size) in entries {
            builder.push(*depth, name, *size);
        }
        builder.finish()
    };
    let before = build(&[
        (0, "server", 0),
        (1, "cache", 100),
        (1, "session", 10),
        (2, "message", 5),
        (1, "old", 7),
        (2, "part", 3),
        (1, "same", 1),
    ]);
    let after = build(&[
        (0, "server", 0),
        (1, "same", 1),
        (1, "session", 10),
        (2, "message", 5),
        (2, "message", 6),
        (2, "context", 0),
        (1, "cache", 60),
        (1, "new", 2048),
        (2, "part", 2048),
        (1, "session", 10),
    ]);
    let diff = after.diff(&before);
    let found: Vec<_> = diff
        .changes()
        .map(|change| {
            let path = change.path().to_string();
            let counts = (change.count_before(), change.count_after());
            (change.kind(), path, change.growth(), change.block_growth(), counts)
        })
        .collect();
    let expected = [
        (ChangeKind::Appeared, "server/new", 4096, 2, (0, 1)),
        (ChangeKind::Grew, "server/session", 10, 1, (1, 2)),
        (ChangeKind::Grew, "server/session/message", 6, 1, (1, 2)),
        (ChangeKind::Appeared, "server/session/context", 0, 1, (0, 1)),
        (ChangeKind::Shrank, "server/cache", -40, 0, (1, 1)),
        (ChangeKind::Vanished, "server/old", -10, -2, (1, 0)),
    ];
    assert_eq!(
        found,
        expected.map(|(kind, path, size, blocks, counts)| {
            (kind, path.to_owned(), size, blocks, counts)
        })
    );
    let total = after.total_size() as i64 - before.total_size() as i64;
    assert_eq!(diff.changes().map(|change| change.growth()).sum::<i64>(), total);
    assert_eq!(
        diff.to_string(),
        "\
server: 126 B in 7 blocks → 4.1 KiB in 10 blocks (+4.0 KiB, +3 blocks)
      bytes    blocks
   +4.0 KiB        +2  appeared  server/new
      +10 B        +1  grew      server/session × 1 → 2
       +6 B        +1  grew      server/session/message × 1 → 2
        0 B        +1  appeared  server/session/context
      -40 B         0  shrank    server/cache
      -10 B        -2  vanished  server/old"
    );
    let json = serde_json::to_value(&diff).expect("JSON");
    assert_eq!(json["changes"][0]["path"], "server/new");
    assert_eq!(json["changes"][0]["name"], "new");
    assert_eq!(json["changes"][5]["kind"], "vanished");
    assert_eq!(json["size_after"], 4188);
    // The other way round, everything changes its sign.
    let back: i64 = before.diff(&after).changes().map(|change| change.growth()).sum();
    assert_eq!(back, -total);
}

#[test]
fn serialised_entries() {
    let ctx = Ctx::named(c"server");
    let _port = ctx.alloc(80_u16);
    let json = serde_json::to_value(ctx.snapshot()).expect("JSON");
    assert_eq!(json["total_size"], 2);
    assert_eq!(json["entries"][1]["name"], "u16");
    assert_eq!(json["entries"][1]["parent"], 0);
    assert_eq!(json["entries"][0]["parent"], serde_json::Value::Null);
    let by_name = serde_json::to_value(ctx.snapshot().by_name()).expect("JSON");
    assert_eq!(by_name[0], serde_json::json!({"name": "u16", "count": 1, "size": 2}));
    let by_path = serde_json::to_value(ctx.snapshot().by_path()).expect("JSON");
    let expected = serde_json::json!({"name": "u16", "path": "server/u16", "count": 1, "size": 2});
    assert_eq!(by_path[0], expected);
}

#[test]
fn long_names_are_short_for_people_and_whole_for_programs() {
    let long = "n".repeat(3000);
    let mut builder = Snapshot::builder();
    builder.push(0, "root", 0);
    builder.push(1, &long, 7);
    let after = builder.finish();
    let mut builder = Snapshot::builder();
    builder.push(0, "root", 0);
    let before = builder.finish();
    let entry = after.find(&long).next().expect("the name");
    let short = format!("{}…", "n".repeat(100));
    for text in [
        after.by_name().to_string(),
        after.by_path().to_string(),
        after.diff(&before).to_string(),
        after.tree().to_string(),
        format!("{:#}", entry.path()),
    ] {
        assert!(text.contains(&short), "{text}");
        assert!(!text.contains(&"n".repeat(101)), "{text}");
    }
    let path = format!("root/{long}");
    assert_eq!(entry.path().to_string(), path);
    let by_path = serde_json::to_value(after.by_path()).expect("JSON");
    assert_eq!((&by_path[0]["path"], &by_path[0]["name"]), (&path.into(), &long.into()));
}

/// In a ranking by name a slash is a slash; in a path it has to be told from the others.
#[test]
fn slashes_are_escaped_in_paths_only() {
    let mut builder = Snapshot::builder();
    builder.push(0, "root", 0);
    builder.push(1, "/srv/data", 10);
    builder.push(1, "", 1);
    let snapshot = builder.finish();
    let by_name = snapshot.by_name().to_string();
    assert!(by_name.contains("  /srv/data\n") && by_name.contains("  (no name)\n"), "{by_name}");
    let by_path = snapshot.by_path().to_string();
    assert!(by_path.contains("  root/\\/srv\\/data\n"), "{by_path}");
}
