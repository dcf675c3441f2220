//! Pictures of snapshots: what is in them, and that no name breaks their syntax.

use talloc::{Ctx, CtxRef, Snapshot, TBox};
use talloc_tests::{check_tree, reference, unlink};

/// Names that mean something in one of the syntaxes.
const NAMES: [&str; 12] = [
    "plain",
    "\"quoted\"",
    "back\\slash \\N \\l",
    "<b>&amp;</b>",
    "#quot; ;semi; 7",
    "end",
    "1. list",
    "- list",
    "`code` *i* _u_ |t|",
    "line\nbreak\t\u{1b}[31m",
    "connection 24",
    "]]> --> {brace} [x]",
];

fn odd_names() -> Snapshot {
    let mut builder = Snapshot::builder();
    builder.push(0, "ro\"ot <0>", 1);
    for name in NAMES {
        builder.push(1, name, 10);
    }
    builder.push(1, b"\xff\xfe", 10);
    builder.finish()
}

/// The quoted strings of a DOT file, without their quotes. All else must be plain.
fn quoted(dot: &str) -> Vec<String> {
    let mut strings = Vec::new();
    let mut chars = dot.chars();
    while let Some(c) = chars.next() {
        assert!(c == '\n' || !c.is_control());
        if c != '"' {
            assert!(c != '\\' && c != '<' && c != '&', "not within quotes: {c:?}");
            continue;
        }
        let mut string = String::new();
        loop {
            match chars.next().expect("the string ends") {
                '"' => break,
                '\\' => {
                    string.push('\\');
                    string.push(chars.next().expect("no backslash at the end"));
                }
                c => string.push(c),
            }
        }
        strings.push(string);
    }
    strings
}

#[test]
fn dot_quotes_every_name() {
    let dot = odd_names().dot().to_string();
    let strings = quoted(&dot);
    for part in [
        "ro\\\"ot <0>\\n131 B in 14 blocks",
        "\\\"quoted\\\"\\n10 B in 1 block",
        "back\\\\\\\\slash \\\\\\\\N \\\\\\\\l\\n10 B in 1 block",
        "<b>&amp;amp;</b>\\n10 B in 1 block",
        "line\\\\nbreak\\\\t\\\\u{1b}[31m\\n10 B in 1 block",
        "\\\\xff\\\\xfe\\n10 B in 1 block",
        "ro\\\"ot <0>/connection 24",
    ] {
        assert!(strings.iter().any(|string| string == part), "no {part} in: {dot}");
    }
    assert_eq!(dot.matches(" -> ").count(), NAMES.len() + 1);
}

#[test]
fn mermaid_has_one_line_for_each_node_and_edge() {
    let mermaid = odd_names().mermaid().to_string();
    assert_eq!(mermaid.lines().count(), 2 + 2 * (NAMES.len() + 1));
    for line in mermaid.lines().skip(1) {
        if let Some((_, label)) = line.split_once("[\"") {
            let label = label.strip_suffix("\"]").expect("the label ends the line");
            let text = label.replace("<br/>", "");
            assert!(!text.contains(['"', '<', '>', '&', '`', '*', '[', '\\', '|']), "{line}");
        } else {
            let number = line.strip_prefix("  n0 --> n").expect("an edge from the root");
            assert!(number.parse::<usize>().is_ok(), "{line}");
        }
    }
    assert!(mermaid.contains("[\"1#46; list<br/>"));
    assert!(mermaid.contains("[\"#35;quot#59; #59;semi#59; 7<br/>"));
}

#[test]
fn a_flame_graph_has_every_name_and_its_bytes() {
    let svg = odd_names().flame_graph().to_string();
    for title in [
        "ro&quot;ot&#160;&lt;0&gt; (131 bytes, 100.00%)",
        "connection&#160;24 (10 bytes, 7.63%)",
        "#quot\\x3b&#160;\\x3bsemi\\x3b&#160;7 (10 bytes, 7.63%)",
        "&lt;b&gt;&amp;amp\\x3b&lt;/b&gt; (10 bytes, 7.63%)",
        "line\\nbreak\\t\\u{1b}[31m (10 bytes, 7.63%)",
        "\\xff\\xfe (10 bytes, 7.63%)",
    ] {
        let title = title.replace("&#160;", "\u{a0}");
        let plain = title.replace("&quot;", "\"");
        assert!(svg.contains(&title) || svg.contains(&plain), "no {title} in: {svg}");
    }
    assert_eq!(svg, odd_names().flame_graph().to_string(), "the same picture each time");
    assert!(!svg.contains('\u{1b}'));
}

/// The script of the picture writes the labels; the tool tips have the whole names.
#[test]
fn labels_of_a_flame_graph_are_without_struct() {
    let mut builder = Snapshot::builder();
    builder.push(0, "struct root", 17);
    let svg = builder.finish().flame_graph().to_string();
    assert!(svg.contains("<title>struct\u{a0}root (17 bytes, 100.00%)</title>"), "{svg}");
    let labels = svg.matches("find_child(e, \"title\").textContent").count();
    assert!(labels > 0);
    assert_eq!(svg.matches(r#","").replace(/^struct\s/,"");"#).count(), labels, "{svg}");
}

#[test]
fn a_flame_graph_of_more_bytes_than_can_be_added() {
    let mut builder = Snapshot::builder();
    builder.push(0, "first", u64::MAX);
    builder.push(0, "second", u64::MAX);
    builder.push(0, "kernel_[k]", u64::MAX);
    let svg = builder.finish().flame_graph().to_string();
    for name in ["first", "second", r"kernel\x5f[k]"] {
        assert!(svg.contains(&format!("{name} (")) && svg.contains("33.33%"), "{name}: {svg}");
    }
}

#[test]
fn a_flame_graph_without_bytes_counts_blocks() {
    let ctx = Ctx::named(c"contexts");
    let _children = [c"child"; 2].map(|name| ctx.new_child_named(name));
    let svg = ctx.snapshot().flame_graph().to_string();
    assert!(svg.contains("contexts (3 blocks, 100.00%)"), "{svg}");
    assert!(svg.contains("child\u{a0}×\u{a0}2 (2 blocks, 66.67%)"), "{svg}");
}

#[test]
fn references_are_dashed_arrows() {
    check_tree(|root| {
        let server = root.new_child_named(c"server");
        let client = root.new_child_named(c"client");
        let outside = Ctx::named(c"outside");
        let elsewhere = outside.alloc(1_u16);
        let table = server.alloc([0_u64; 50]);
        let all: [&CtxRef; 2] = [TBox::as_ctx(&table), TBox::as_ctx(&elsewhere)];
        all.into_iter().for_each(|object| reference(&client, object));
        let snapshot = root.snapshot();

        // 0 the root, 1 the server, 2 the table, 3 the client, 4 what is elsewhere.
        let dot = snapshot.dot().to_string();
        assert!(dot.contains("n2 [label=\"[u64; 50]\\n400 B in 1 block\""), "{dot}");
        assert!(dot.contains("n3 -> n2 [style=dashed"), "{dot}");
        assert!(dot.contains("n4 [label=\"→ u16\\nnot shown here\""), "{dot}");
        assert!(dot.contains("n3 -> n4 [style=dashed"), "{dot}");
        assert_eq!(dot.matches(" [label=").count(), 5, "{dot}");
        // What is elsewhere is shown where there is room for it.
        let full = snapshot.dot().max_nodes(4).to_string();
        assert_eq!(
            (full.matches(" [label=").count(), full.matches("not shown here").count()),
            (4, 0)
        );
        let mermaid = snapshot.mermaid().to_string();
        assert!(mermaid.contains("  n3 -.-> n4\n  n3 -.-> n2\n"), "{mermaid}");
        assert!(mermaid.ends_with("  classDef dashed stroke-dasharray: 4 3\n"), "{mermaid}");
        assert!(snapshot.flame_graph().to_string().contains("</svg>"));

        all.into_iter().for_each(|object| unlink(&client, object));
    });
}

#[test]
fn what_has_more_bytes_is_darker() {
    let mut builder = Snapshot::builder();
    builder.push(0, "root", 10);
    builder.push(1, "half", 20);
    builder.push(1, "quarter", 10);
    builder.push(1, "nothing", 0);
    let dot = builder.finish().dot().to_string();
    for (name, saturation) in
        [("root", "0.70"), ("half", "0.35"), ("quarter", "0.17"), ("nothing", "0.00")]
    {
        let line = dot.lines().find(|line| line.contains(&format!("label=\"{name}\\n")));
        let color = format!("fillcolor=\"0.09 {saturation} 1.0\"");
        assert!(line.is_some_and(|line| line.contains(&color)), "{name} in {dot}");
    }
}

#[test]
fn large_trees_make_small_pictures() {
    let mut builder = Snapshot::builder();
    builder.push(0, "root", 0);
    for number in 0..10_000 {
        builder.push(1, format!("app::Entry<number::N{number}>"), number);
        builder.push(2, "alloc::string::String", 1);
    }
    let snapshot = builder.finish();
    let dot = snapshot.dot().max_nodes(10).to_string();
    // Nine children or grandchildren, and the rest.
    assert_eq!(dot.matches(" [label=").count(), 11, "{dot}");
    assert!(dot.contains("label=\"Entry<N9999>\\n9.8 KiB in 2 blocks\""), "{dot}");
    assert!(dot.contains("tooltip=\"root/app::Entry<number::N9999>\""), "{dot}");
    assert!(dot.contains("label=\"… 9,991 more\\n"), "{dot}");
    let full = snapshot.mermaid().max_nodes(3).full_names().to_string();
    assert!(full.contains("app::Entry#60;number::N9999#62;<br/>"), "{full}");
    assert!(snapshot.flame_graph().to_string().len() < 2_000_000);
    assert!(snapshot.flame_graph().max_nodes(5).full_names().to_string().contains("app::Entry"));
}
