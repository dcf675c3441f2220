//! Which names and paths have the most: order, sums and shares, for people and for programs.

use serde_json::{json, to_value};
use talloc::Snapshot;
use talloc::snapshot::Ranking;

/// Names with so many objects of so many bytes, in the order of the entries.
fn snapshot(names: &[(&str, usize, u64)]) -> Snapshot {
    let mut builder = Snapshot::builder();
    builder.push(0, "root", 0);
    for (name, count, size) in names {
        (0..*count).for_each(|_| _ = builder.push(1, name, *size));
    }
    builder.push_reference(1, "elsewhere");
    builder.finish()
}

fn names(ranking: &Ranking<'_>) -> Vec<String> {
    let name = |name: &[u8]| String::from_utf8_lossy(name).into_owned();
    ranking.ranks().map(|rank| name(rank.name())).collect()
}

/// References, which have no bytes, are in no ranking.
#[test]
fn the_most_bytes_or_the_most_objects_come_first() {
    let snapshot =
        snapshot(&[("a", 1, 6), ("b", 3, 2), ("c", 2, 3), ("d", 3, 2), ("e", 2, 4), ("f", 1, 6)]);
    for ranking in [snapshot.by_name(), snapshot.by_path()] {
        assert_eq!(names(&ranking), ["e", "b", "d", "c", "a", "f", "root"]);
        let sums: Vec<_> = ranking.ranks().map(|rank| (rank.count(), rank.size())).collect();
        assert_eq!(sums, [(2, 8), (3, 6), (3, 6), (2, 6), (1, 6), (1, 6), (1, 0)]);
        let by_count = ranking.sort_by_count();
        assert_eq!(names(&by_count), ["b", "d", "e", "c", "a", "f", "root"]);
        let many = by_count.retain(|rank| rank.count() > 1);
        assert_eq!(names(&many), ["b", "d", "e", "c"]);
    }
    // Also where a number takes all of its bits.
    let mut builder = Snapshot::builder();
    builder.push(0, "small", u64::from(u32::MAX));
    builder.push(0, "large", u64::from(u32::MAX) + 1);
    builder.push(0, "largest", u64::MAX);
    let large = builder.finish();
    assert_eq!(names(&large.by_name()), ["largest", "large", "small"]);
    assert_eq!(names(&large.by_name().sort_by_count()), ["largest", "large", "small"]);
}

/// Where many have as many objects, or as many bytes, too.
#[test]
fn equals_are_in_order() {
    let names: Vec<_> = (0..300).map(|number| format!("{number:03}")).collect();
    // One object or two, with the same bytes in all as another name has.
    let entries: Vec<_> = (0_usize..)
        .zip(&names)
        .map(|(at, name)| (at * 77 % 300, &**name))
        .map(|(number, name)| {
            (name, 1 + number % 2, 2 / (1 + number as u64 % 2) * (number as u64 / 4))
        })
        .collect();
    let snapshot = snapshot(&entries);
    let mut expected: Vec<_> = entries
        .iter()
        .map(|(name, count, size)| (*count as u64, *count as u64 * size, *name))
        .collect();
    expected.push((1, 0, "root"));
    let check = |ranking: &Ranking<'_>, expected: &[(u64, u64, &str)]| {
        let sums = ranking.ranks().map(|rank| (rank.count(), rank.size()));
        assert!(sums.eq(expected.iter().map(|(count, size, _)| (*count, *size))));
        assert!(self::names(ranking).iter().eq(expected.iter().map(|(.., name)| name)));
    };
    // At last in the order of the entries, which is that of their names, the root first.
    expected.sort_by_key(|(count, size, name)| (!size, !count, *name != "root", *name));
    check(&snapshot.by_name(), &expected);
    expected.sort_by_key(|(count, size, name)| (!count, !size, *name != "root", *name));
    check(&snapshot.by_name().sort_by_count(), &expected);
}

#[test]
fn shares_are_of_all_bytes() {
    let snapshot = snapshot(&[("a", 2, 1500), ("b", 1, 1000)]);
    let expected = [
        "     bytes   share    objects  name",
        "   2.9 KiB   75.0%          2  a",
        "    1000 B   25.0%          1  b",
        "       0 B    0.0%          1  root",
    ];
    assert_eq!(snapshot.by_name().to_string(), expected.join("\n"));
    let expected = [
        "     bytes   share    objects  path",
        "   2.9 KiB   75.0%          2  root/a",
        "… 2 more",
    ];
    assert_eq!(snapshot.by_path().limit(1).to_string(), expected.join("\n"));
    let nothing = self::snapshot(&[]).by_name().to_string();
    assert!(nothing.ends_with("       0 B    0.0%          1  root"), "{nothing}");
}

#[test]
fn programs_get_all_lines() {
    let snapshot = snapshot(&[("a/b", 2, 5), ("c", 1, 7)]);
    let by_name = json!([
        {"name": "a/b", "count": 2, "size": 10},
        {"name": "c", "count": 1, "size": 7},
        {"name": "root", "count": 1, "size": 0},
    ]);
    assert_eq!(to_value(snapshot.by_name().limit(1)).expect("JSON"), by_name);
    let by_path = json!([
        {"name": "a/b", "path": "root/a\\/b", "count": 2, "size": 10},
        {"name": "c", "path": "root/c", "count": 1, "size": 7},
        {"name": "root", "path": "root", "count": 1, "size": 0},
    ]);
    let ranking = snapshot.by_path();
    assert_eq!(to_value(&ranking).expect("JSON"), by_path);
    // A line of its own says the same.
    let lines: Vec<_> = ranking.ranks().map(|rank| to_value(rank).expect("JSON")).collect();
    assert_eq!(serde_json::Value::from(lines), by_path);
}

/// What has four names or fewer is whole, whatever its length.
#[test]
fn programs_get_short_paths_of_many_long_names() {
    let chain = |levels: usize, length: usize| {
        let mut builder = Snapshot::builder();
        for level in 0..levels {
            builder.push(level, format!("{level:0length$}"), 1);
        }
        builder.finish()
    };
    let deepest = |levels, length| {
        let snapshot = chain(levels, length);
        let by_path = to_value(snapshot.by_path()).expect("JSON");
        let ranking = by_path[levels - 1]["path"].as_str().expect("a path").to_owned();
        let whole = snapshot.iter().next_back().expect("an entry").path();
        (ranking, whole.to_string(), format!("{whole:#}"))
    };
    for (levels, length, is_whole) in [
        (4, 5000, true),
        (5, 5000, false),
        (20, 49, true),
        (20, 50, false),
        (10, 99, true),
        (10, 100, false),
        (100, 1, true),
        (600, 3, false),
    ] {
        let (ranking, whole, short) = deepest(levels, length);
        assert_eq!(ranking, if is_whole { whole } else { short }, "{levels} {length}");
    }
}
