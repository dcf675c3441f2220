//! What each type shows with `{:?}`: its content, or what tells it from others.

use std::fmt::Debug;

use talloc::snapshot::LeakCheck;
use talloc::tree::{Array, SecretStr, Str, StrList};
use talloc::{Ctx, CtxRef, Snapshot, TString, Tree, TreeCtx};
use talloc_tests::check_tree;

/// Asserts it on one line.
#[track_caller]
fn shows(value: impl Debug, expected: &str) {
    assert_eq!(format!("{value:?}"), expected);
}

#[test]
fn contexts_and_what_is_made_with_them() {
    check_tree(|root| {
        shows(root, r#"Ctx { name: "test", size: 0 }"#);
        let ctx: &CtxRef = root;
        shows(ctx, r#"CtxRef { name: "test", size: 0 }"#);
        shows(ctx.typed::<u32>(), r#"Typed(CtxRef { name: "test", size: 0 })"#);
        shows(ctx.seed::<u32>(), r#"Seed(CtxRef { name: "test", size: 0 })"#);
        let on_free = ctx.on_free(|| ());
        shows(&on_free, "OnFree { .. }");
        on_free.cancel();
        let arena = ctx.new_arena();
        let expected =
            format!("Arena {{ used: {}, total_size: {} }}", arena.used(), arena.total_size());
        shows(arena, &expected);
    });
}

#[test]
fn texts_and_errors() {
    check_tree(|root| {
        shows(TString::from_str_in("\"größer\"\n", root), r#""\"größer\"\n""#);
        let rejected = talloc::format!(root, "a\0").into_c_str().unwrap_err();
        shows(rejected, "Rejected { error: InteriorNul { position: 1 }, .. }");
    });
}

talloc::node! {
    struct Texts<'t> {
        list: StrList<'t>,
        secret: SecretStr<'t>,
        numbers: Array<'t, u8>,
        text: Str<'t>,
    }
}

#[test]
fn what_is_in_a_tree() {
    let mut tree = Tree::<Texts>::try_build(|t| {
        Ok(Texts {
            list: t.strdup_list(["a", "b\""])?,
            secret: t.strdup_secret("hunter2")?,
            numbers: t.alloc_slice_copy(&[1, 2]),
            text: t.strdup("text")?,
        })
    })
    .expect("a tree");
    tree.with_mut(|t: &TreeCtx<'_>, texts| {
        shows(&texts.list, r#"["a", "b\""]"#);
        shows(&texts.secret, "SecretStr { .. }");
        shows(&texts.numbers, "[1, 2]");
        shows(&texts.text, r#""text""#);
        let ctx = format!("CtxRef {{ name: \"debug::Texts\", size: {} }}", size_of::<Texts<'_>>());
        shows(t, &format!("TreeCtx({ctx})"));
        shows(t.seed::<Str<'_>>(), &format!("Seed(TreeCtx({ctx}))"));
    });
}

fn server(clients: usize) -> Snapshot {
    let mut builder = Snapshot::builder();
    builder.push(0, "server", 10);
    for _ in 0..clients {
        builder.push(1, "a/b", 5);
    }
    builder.finish()
}

#[test]
fn snapshots_and_their_views() {
    let mut builder = Snapshot::builder();
    shows(&builder, "Builder { len: 0, .. }");
    builder.push(0, "server", 10);
    shows(builder.push(1, "client", 5), "Pushed { index: 1, .. }");
    shows(&builder, "Builder { len: 2, .. }");

    let entry = |name: &str, total, size, blocks| {
        format!(
            "Entry {{ name: {name}, is_reference: false, size: {size}, total_size: {total}, \
             total_blocks: {blocks}, .. }}"
        )
    };
    let snapshot = server(2);
    let (root, client) = (entry("server", 20, 10, 3), entry("a/b", 5, 5, 1));
    let root_entry = snapshot.root().expect("a root");
    shows(root_entry, &root);
    shows(root_entry.children(), &format!("[{client}, {client}]"));
    shows(snapshot.iter(), "Entries(0..3)");
    shows(&snapshot, &format!("Snapshot {{ root: Some({root}), len: 3, .. }}"));
    shows(snapshot.by_name(), "Ranking { len: 2, .. }");
    let rank = r"Rank { path: Path(server/a\/b), count: 2, size: 10 }";
    shows(snapshot.by_path().ranks().next().expect("a rank"), rank);

    let before = server(1);
    let diff = snapshot.diff(&before);
    shows(&diff, "Diff { changes: 1, .. }");
    let change = diff.changes().next().expect("a change");
    let expected = "Change { path: Path(server/a\\/b), kind: Grew, count_before: 1, count_after: 2, \
                    size_before: 5, size_after: 10, blocks_before: 1, blocks_after: 2 }";
    shows(change, expected);
    assert_eq!(change.to_string(), r"       +5 B        +1  grew      server/a\/b × 1 → 2");
}

#[test]
fn a_check_for_leaks() {
    let ctx = Ctx::named(c"server");
    let line = line!() + 1;
    let check = LeakCheck::new(&ctx);
    let made = format!("made: {}:{line}", file!());
    let shown = format!("{check:?}");
    assert!(shown.starts_with(r#"LeakCheck { ctx: CtxRef { name: "server", size: 0 }"#), "{shown}");
    assert!(shown.contains(&made), "{shown}");
    let lost = ctx.alloc(1_u16);
    let leaks = check.finish().unwrap_err();
    assert_eq!(format!("{leaks:?}"), leaks.to_string());
    drop(lost);
}
