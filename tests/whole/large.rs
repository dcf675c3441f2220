//! Trees that are very deep or very wide, and names that are very long.
//!
//! `TALLOC_TESTS_SIBLINGS` says how many siblings there are, instead of a million; ten million take
//! 1.1 GB.

use std::env;
use std::fmt::Write;
use std::thread;

use talloc::{Ctx, CtxRef, Snapshot, TBox};
use talloc_tests::{c, check_tree, check_tree_mut, under_valgrind};

fn is_slow() -> bool {
    under_valgrind() || c::tt_has_asan()
}

/// On a stack that has room for so many levels, of each of which a checker may take a kilobyte.
fn on_large_stack(body: impl FnOnce() + Send + 'static) {
    let thread = thread::Builder::new().stack_size(128 << 20).spawn(body);
    thread.expect("a thread").join().expect("no panic");
}

/// Leaves an object to its parent; it is still known.
fn as_parent<T: 'static>(object: TBox<'_, T>) -> &CtxRef {
    let object = TBox::into_raw(object);
    // SAFETY: 1. to 4. it lives as long as its parent, and nobody else has it.
    unsafe { CtxRef::from_ptr(object.cast()) }.expect("not null")
}

#[test]
fn sixty_thousand_levels() {
    on_large_stack(|| {
        let levels = if is_slow() { 6_000 } else { 60_000 };
        check_tree_mut(|root| {
            let mut deepest: &CtxRef = root;
            for _ in 0..levels {
                deepest = as_parent(deepest.alloc(7_u32));
            }
            assert_eq!(root.total_blocks(), levels + 1);
            assert_eq!(root.total_size(), 4 * levels);
            // Searches upwards give up (fact 13).
            assert_eq!(root.is_ancestor_of(deepest), levels < 10_000);

            let snapshot = root.snapshot();
            let last = snapshot.iter().next_back().expect("the deepest");
            assert_eq!((last.depth(), last.path().names().len()), (levels, levels + 1));
            // Each level has a path of its own, of which both ends are shown.
            let paths = snapshot.by_path();
            assert_eq!(paths.ranks().len(), levels + 1);
            let shown = paths.to_string();
            assert_eq!(shown.lines().count(), levels + 2);
            assert!(shown.len() < levels * 200, "{} bytes", shown.len());
            let end = format!("/…{} names…", levels + 1 - 16);
            assert!(shown.lines().any(|line| line.contains(&end)), "{end}");
            assert_eq!(snapshot.by_name().ranks().len(), 2);
            assert!(snapshot.diff(&root.snapshot()).is_empty());
            // Each level has changed, and has a line.
            let mut grown = Snapshot::builder();
            for entry in snapshot.iter() {
                grown.push(entry.depth(), entry.name(), entry.size() + 1);
            }
            let grown = grown.finish();
            let shown = grown.diff(&snapshot).to_string();
            assert_eq!(shown.lines().count(), levels + 1 + 2);
            // What is below something new is not told again.
            let other = Ctx::named(c"test");
            assert_eq!(snapshot.diff(&other.snapshot()).changes().len(), 1);

            // SAFETY: nobody has what is below any more.
            unsafe { talloc_sys::talloc_free_children(root.as_ptr()) };
        });
    });
}

#[test]
fn millions_of_siblings() {
    let siblings = match env::var("TALLOC_TESTS_SIBLINGS") {
        Ok(siblings) => siblings.replace('_', "").parse().expect("a number"),
        Err(_) if is_slow() => 50_000,
        Err(_) => 1_000_000,
    };
    check_tree_mut(|root| {
        let oldest = as_parent(root.alloc(0_u64));
        for number in 1..siblings {
            let _: &mut u64 = TBox::leak(root.alloc(number as u64));
        }
        assert_eq!((root.total_blocks(), root.total_size()), (siblings + 1, 8 * siblings));
        // That walks all of them.
        assert_eq!(talloc_tests::parent(oldest), root.as_ptr());
        assert!(root.is_ancestor_of(oldest));

        let snapshot = root.snapshot();
        assert_eq!(snapshot.len(), siblings + 1);
        assert_eq!(snapshot.root().expect("a root").children().count(), siblings);
        assert_eq!(
            snapshot.by_path().ranks().map(|rank| rank.count()).max(),
            Some(siblings as u64)
        );
        assert_eq!(snapshot.by_name().ranks().len(), 2);
        drop(snapshot);

        root.free_children();
        assert_eq!(root.total_blocks(), 1);
    });
}

#[test]
fn names_of_a_megabyte() {
    const LENGTH: usize = 1 << 20;
    check_tree(|root| {
        let name = "ä".repeat(LENGTH / 2);
        let child = root.new_child().with_name(&name).expect("memory");
        assert_eq!(child.name().to_str(), Ok(&*name));
        // A string is called by its text, of which a snapshot has the start.
        let text = child.strdup(&name).expect("no NUL");
        let mut report = String::new();
        root.report_full(&mut report).expect("a report");
        // The child, and the string twice: it, and the name of the child.
        assert!(report.matches(&name).count() >= 2 && report.len() < 4 * LENGTH);

        let snapshot = root.snapshot();
        let found = snapshot.find(&name).next().expect("the child");
        assert_eq!(found.name().len(), LENGTH);
        let start = snapshot.iter().find_map(|entry| entry.text()).expect("the string");
        assert!(text.to_bytes().starts_with(start) && (900..=1000).contains(&start.len()));
        // For people, names are cut.
        assert!(snapshot.tree().to_string().len() < 2_000);
        assert!(snapshot.by_path().to_string().len() < 2_000);
        let mut path = String::new();
        write!(path, "{:#}", found.path()).expect("text");
        assert!(path.chars().count() < 250, "{} characters", path.chars().count());
        // The path itself is not, and leads back.
        let path = found.path().to_string();
        assert_eq!(path.len(), LENGTH + "test/".len());
        assert_eq!(
            snapshot.find_path(&path).map(|entry| entry.index()).collect::<Vec<_>>(),
            [found.index()]
        );
        for picture in [snapshot.dot().to_string(), snapshot.mermaid().to_string()] {
            assert!(picture.len() < 4_000, "{} bytes", picture.len());
        }
        text.free();
    });
}
