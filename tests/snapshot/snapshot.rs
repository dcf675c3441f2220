//! Snapshots of live trees: what is in them, and that taking one changes nothing.

use std::cell::{Cell, RefCell};
use std::ffi::c_void;
use std::rc::Rc;

use talloc::snapshot::Entry;
use talloc::{Ctx, CtxRef, Snapshot, TBox};
use talloc_tests::{Counted, Counts, check_tree, check_tree_mut, reference, unlink};

/// Numbers that look random and are the same in each run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.0 >> 33) as usize % end
    }
}

const NAMES: [&str; 6] = ["a", "struct b", "ü ñ", "c/d", "%s%n", "\"quoted\\\""];

/// An object that `into_raw` left to its parent, which lives for `'c`.
fn leaked<'c>(object: *mut c_void) -> &'c CtxRef {
    // SAFETY: see above; nobody else uses the tree.
    unsafe { CtxRef::from_ptr(object) }.expect("not null")
}

/// A tree of some hundred objects that are leaked into it; all of them, the root first.
fn random_tree<'c>(root: &'c CtxRef, numbers: &mut Numbers) -> Vec<&'c CtxRef> {
    let mut all = vec![root];
    for _ in 0..50 + numbers.below(300) {
        let parent = all[numbers.below(all.len())];
        let size = numbers.below(5000);
        let object: &CtxRef = match numbers.below(4) {
            0 => parent.new_child().leak(),
            1 => {
                let mut child = parent.new_child();
                child.set_name(NAMES[numbers.below(NAMES.len())]).expect("memory");
                child.leak()
            }
            2 => leaked(TBox::into_raw(parent.alloc_slice_fill_with(size, |_| 0_u8)).cast()),
            _ => leaked(TBox::into_raw(parent.alloc(size as u64)).cast()),
        };
        all.push(object);
    }
    all
}

fn name_of(entry: Entry<'_>) -> String {
    String::from_utf8(entry.name().to_vec()).expect("the names of this test are UTF-8")
}

#[test]
fn totals_and_sizes_are_those_of_libtalloc() {
    for seed in 0..20 {
        check_tree_mut(|root| {
            let mut numbers = Numbers(seed);
            let all = random_tree(root, &mut numbers);
            let mut references = 0;
            for _ in 0..numbers.below(30) {
                let (holder, object) = (all[numbers.below(all.len())], numbers.below(all.len()));
                // A reference of an object to what is above it would be a loop.
                if object > 0 && !all[object].is_ancestor_of(holder) {
                    reference(holder, all[object]);
                    references += 1;
                }
            }
            let snapshot = root.snapshot();
            assert_eq!(snapshot.total_size(), root.total_size() as u64);
            assert_eq!(snapshot.total_blocks(), root.total_blocks() as u64);
            assert_eq!(snapshot.len(), root.total_blocks());
            assert_eq!(snapshot.iter().filter(|entry| entry.is_reference()).count(), references);
            for object in &all {
                let address = object.as_ptr().addr() as u64;
                let mut found = snapshot
                    .iter()
                    .filter(|entry| entry.address() == Some(address) && !entry.is_reference());
                let entry = found.next().expect("each object is an entry");
                assert!(found.next().is_none());
                assert_eq!(name_of(entry).as_bytes(), object.name().to_bytes());
                assert_eq!(entry.size(), object.size() as u64);
                assert_eq!(entry.total_size(), object.total_size() as u64);
                assert_eq!(entry.total_blocks(), object.total_blocks() as u64);
                assert_eq!(entry.reference_count(), talloc_tests::reference_count(object));
                assert_eq!(entry.referrers().count(), entry.reference_count());
            }
            drop(snapshot);
            free_with_references(root, &all);
        });
    }
}

/// Gives up all references among the objects, and frees all but the root.
fn free_with_references(root: &CtxRef, all: &[&CtxRef]) {
    for object in all {
        while talloc_tests::reference_count(object) > 0 {
            let snapshot = root.snapshot();
            let address = object.as_ptr().addr() as u64;
            let is_it =
                |entry: &Entry<'_>| entry.address() == Some(address) && !entry.is_reference();
            let entry = snapshot.iter().find(is_it).expect("it is in the tree");
            let referrer = entry.referrers().next().expect("it is held");
            let holder = referrer.parent().and_then(Entry::address).expect("a live parent");
            let is_holder = |object: &&&CtxRef| object.as_ptr().addr() as u64 == holder;
            unlink(all.iter().find(is_holder).expect("one of the objects"), object);
        }
    }
    // SAFETY: the objects were leaked by this test, and are used by nobody any more.
    unsafe { talloc_sys::talloc_free_children(root.as_ptr()) };
}

/// Reads what `talloc_report_full` prints, as a tool would.
fn read_report(text: &str) -> Snapshot {
    let mut builder = Snapshot::builder();
    for line in text.lines() {
        let depth = line.find(|c| c != ' ').expect("no empty line") / 4;
        if let Some((_, name)) = line.split_once("reference to: ") {
            builder.push_reference(depth, name);
            continue;
        }
        let numbers = |text: &str| -> Vec<u64> {
            text.split(|c: char| !c.is_ascii_digit()).filter_map(|word| word.parse().ok()).collect()
        };
        if depth == 0 {
            let name = line.split_once('\'').and_then(|(_, rest)| rest.rsplit_once('\''));
            let (name, totals) = name.expect("a name in quotes");
            builder.push_totals(0, name, numbers(totals)[0], numbers(totals)[1]);
        } else {
            let (name, totals) = line.rsplit_once(" contains ").expect("an object");
            let totals = numbers(totals);
            builder
                .push_totals(depth, name.trim(), totals[0], totals[1])
                .references(totals[2] as u32);
        }
    }
    builder.finish()
}

#[test]
fn a_report_that_is_read_is_the_same_snapshot() {
    for seed in 100..110 {
        check_tree_mut(|root| {
            let mut numbers = Numbers(seed);
            let all = random_tree(root, &mut numbers);
            let object = 1 + numbers.below(all.len() - 1);
            if !all[object].is_ancestor_of(all[1]) {
                reference(all[1], all[object]);
            }
            let mut text = String::new();
            root.report_full(&mut text).expect("a report");
            let (live, read) = (root.snapshot(), read_report(&text));
            assert_eq!(live.len(), read.len());
            for (live, read) in live.iter().zip(&read) {
                assert_eq!(name_of(live), name_of(read));
                assert_eq!(live.is_reference(), read.is_reference());
                assert_eq!(live.reference_count(), read.reference_count());
                assert_eq!(live.depth(), read.depth());
                assert_eq!(live.parent().map(Entry::index), read.parent().map(Entry::index));
                assert_eq!(live.size(), read.size(), "{live:?}");
                assert_eq!(live.total_size(), read.total_size());
                assert_eq!(live.total_blocks(), read.total_blocks());
            }
            assert!(live.diff(&read).is_empty());
            drop((live, read));
            free_with_references(root, &all);
        });
    }
}

#[test]
fn paths_lead_to_their_entries() {
    check_tree_mut(|root| {
        let all = random_tree(root, &mut Numbers(7));
        let snapshot = root.snapshot();
        for entry in &snapshot {
            let path = entry.path().to_string();
            assert!(
                snapshot.find_path(&path).any(|found| found.index() == entry.index()),
                "{path}"
            );
            assert!(snapshot.find(entry.name()).any(|found| found.index() == entry.index()));
            let parents = std::iter::successors(entry.parent(), |entry| entry.parent());
            assert_eq!(parents.count(), entry.depth());
            let below = entry.children().map(Entry::total_size).sum::<u64>();
            assert_eq!(entry.size() + below, entry.total_size());
            assert_eq!(entry.subtree().len() as u64, entry.total_blocks());
        }
        let root_entry = snapshot.root().expect("a root");
        let blocks = root_entry.fold(|_, below| 1 + below.sum::<u64>());
        assert_eq!(blocks, snapshot.total_blocks());
        // The children arrive in their order.
        root_entry.fold(|entry, below: &mut dyn Iterator<Item = usize>| {
            assert!(below.eq(entry.children().map(Entry::index)));
            entry.index()
        });
        assert_eq!(snapshot.find("no such name").count(), 0);
        assert_eq!(snapshot.find_path("no/such").count(), 0);
        assert_eq!(snapshot.find_path("").count(), 0);
        free_with_references(root, &all);
    });
}

#[test]
fn a_reference_knows_its_object() {
    check_tree(|root| {
        let server = root.new_child_named(c"server");
        let client = root.new_child_named(c"client");
        let table = server.alloc([0_u64; 50]);
        reference(&client, TBox::as_ctx(&table));
        let snapshot = root.snapshot();
        let client_entry = snapshot.find_path("test/client").next().expect("a client");
        let held = client_entry.children().next().expect("a reference");
        assert!(held.is_reference());
        assert_eq!((held.name(), held.size(), held.total_blocks()), (&b"[u64; 50]"[..], 0, 1));
        let object = held.target().expect("in the tree");
        assert_eq!(object.path().to_string(), "test/server/[u64; 50]");
        assert_eq!((object.size(), object.reference_count()), (400, 1));
        assert_eq!(object.referrers().next().expect("held").index(), held.index());
        assert!(object.target().is_none());
        let tree = snapshot.to_string();
        assert!(tree.contains("[u64; 50]  (held by 1 reference)"), "{tree}");
        assert!(tree.contains("→ [u64; 50]"), "{tree}");

        // An object outside has no entry.
        let outside = client.snapshot();
        let held = outside.find("[u64; 50]").next().expect("a reference");
        assert!(held.is_reference() && held.target().is_none());
        unlink(&client, TBox::as_ctx(&table));
    });
}

#[test]
fn a_snapshot_changes_nothing_and_goes_anywhere() {
    check_tree(|root| {
        let object = root.alloc([1_u8; 100]);
        let (blocks, size) = (root.total_blocks(), root.total_size());
        let snapshot = root.snapshot();
        assert_eq!((root.total_blocks(), root.total_size()), (blocks, size));
        drop(object);
        let total = std::thread::spawn(move || snapshot.total_size()).join().expect("no panic");
        assert_eq!(total, 100);
        fn assert_plain<T: Send + Sync + Clone + 'static>() {}
        assert_plain::<Snapshot>();
    });
}

#[test]
fn names_of_any_bytes_are_kept() {
    check_tree(|root| {
        let odd = c"nl\n tab\t esc\x1b[2J \xff\xfe \"q\" %n 50% \\ /";
        let child = root.new_child_named(odd);
        let snapshot = root.snapshot();
        let entry = snapshot.find(odd.to_bytes()).next().expect("found by its bytes");
        assert_eq!(
            entry.path().to_string(),
            r#"test/nl\n tab\t esc\u{1b}[2J \xff\xfe "q" %n 50% \\ \/"#
        );
        assert_eq!(snapshot.find_path(&entry.path().to_string()).count(), 1);
        let tree = snapshot.to_string();
        assert_eq!(tree.lines().count(), 3);
        assert!(!tree.contains('\x1b'));
        drop(child);
    });
}

#[test]
fn as_deep_as_a_tree_that_can_be_freed() {
    // Checkers use more stack.
    let is_checked = talloc_tests::under_valgrind() || talloc_tests::c::tt_has_asan();
    let depth = if is_checked { 1000 } else { talloc_tests::LEVELS_IN_2_MIB };
    let body = move || {
        check_tree_mut(|root| {
            let mut deepest: &CtxRef = root;
            for _ in 0..depth {
                deepest = deepest.new_child().leak();
            }
            let snapshot = root.snapshot();
            assert_eq!(snapshot.len(), depth + 1);
            assert_eq!(snapshot.iter().next_back().expect("the deepest").depth(), depth);
            // SAFETY: the contexts were leaked by this test.
            unsafe { talloc_sys::talloc_free_children(root.as_ptr()) };
        });
    };
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(body);
    thread.expect("a thread").join().expect("no panic");
}

/// Takes snapshots when it is dropped.
struct Watcher {
    root: &'static CtxRef,
    seen: Rc<RefCell<Vec<(bool, u64)>>>,
    _counted: Counted,
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let snapshot = self.root.snapshot();
        let totals = (self.root.total_size() as u64, self.root.total_blocks() as u64);
        assert_eq!((snapshot.total_size(), snapshot.total_blocks()), totals);
        assert!(!snapshot.to_string().is_empty());
        self.seen.borrow_mut().push((snapshot.is_empty(), snapshot.total_blocks()));
    }
}

#[test]
fn d5_a_drop_takes_snapshots_of_the_tree_that_is_being_freed() {
    let counts = Counts::new();
    let seen = Rc::default();
    let watcher = |root| Watcher { root, seen: Rc::clone(&seen), _counted: counts.value() };
    let root: &'static CtxRef = Ctx::named(c"leaked").leak();
    let request = root.new_child_named(c"request");
    TBox::keep(request.alloc(watcher(root)));
    TBox::keep(root.alloc(watcher(root)));
    TBox::keep(root.alloc(watcher(root)));
    // libtalloc is freeing the request: it is no longer in the tree.
    drop(request);
    assert_eq!(*seen.borrow(), [(false, 3)]);
    // SAFETY: the root was leaked by this test; all that hold it are below it.
    let root = unsafe { Ctx::from_raw(root.as_ptr()) }.expect("not null");
    root.free().expect("nobody refuses");
    assert_eq!(*seen.borrow(), [(false, 3), (true, 0), (true, 0)]);
    drop(seen);
    counts.assert_all_dropped(3);
}

/// Takes a snapshot of its own context.
struct Own<'c> {
    ctx: &'c CtxRef,
    blocks: &'c Cell<u64>,
}

impl Drop for Own<'_> {
    fn drop(&mut self) {
        self.blocks.set(self.ctx.snapshot().total_blocks());
    }
}

#[test]
fn d5_a_drop_through_the_handle_takes_a_snapshot() {
    check_tree(|root| {
        let blocks = Cell::new(0);
        let number = root.alloc(1);
        drop(root.alloc(Own { ctx: root, blocks: &blocks }));
        assert_eq!(blocks.get(), 2, "the object itself is freed before its value is dropped");
        drop(number);
    });
}

#[test]
fn the_guide_shows_what_its_example_prints() {
    let server = Ctx::named(c"server");
    let before = server.snapshot();
    let _numbers: Vec<_> = (0..1204).map(|n| server.alloc(n as u64)).collect();
    let after = server.snapshot();
    let tree = after.tree().depth(3).sort_by_size().merge_equal();
    let printed = format!("```text\n{tree}\n{}\n```\n", after.diff(&before));
    let guide = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/memory.md");
    let guide = std::fs::read_to_string(guide).expect("the guide");
    assert!(guide.contains(&printed), "docs/memory.md lacks:\n{printed}");
}
