//! Reports in the forms in which people have them: each is read right.

use std::path::PathBuf;

use serde_json::Value;

use crate::support::{TempFile, names, run};

/// `tests/data/forms`: the tree of `base.txt`, or another one that is named here.
fn path(name: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/forms");
    folder.join(name).into_os_string().into_string().unwrap()
}

/// What `json` says of a sample, and the messages that it has for it.
#[track_caller]
fn read(name: &str) -> (Value, String) {
    let output = run(&["json", &path(name)]);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{name}: {stderr}");
    (serde_json::from_slice(&output.stdout).unwrap(), stderr)
}

const BASE: [(u64, &str, u64, u64); 7] = [
    (0, "app_ctx", 700, 7),
    (1, "struct net", 600, 5),
    (2, "struct sub", 300, 2),
    (3, "name1", 100, 1),
    (2, "struct sub", 200, 2),
    (3, "name2", 50, 1),
    (1, "logging", 100, 1),
];

/// The depth, name, bytes and blocks of all entries.
fn rows(value: &Value) -> Vec<(u64, &str, u64, u64)> {
    let number = |entry: &Value, field: &str| entry[field].as_u64().unwrap();
    let row = |entry: &'_ Value| (number(entry, "total_size"), number(entry, "total_blocks"));
    let entries = value["entries"].as_array().unwrap();
    let rows = names(value).into_iter().zip(entries);
    rows.map(|((depth, name), entry)| (depth, name, row(entry).0, row(entry).1)).collect()
}

#[test]
fn one_tree_in_many_forms() {
    for name in [
        "base.txt",
        "osmo2.txt",
        "tab_indent.txt",
        "unexpand8.txt",
        "syslog_day.txt",
        "iso_var.txt",
        "counter.txt",
        "samba_log_each.txt",
        "open5gs.txt",
        "ccan_d.txt",
        "wrap80hard.txt",
    ] {
        let (found, stderr) = read(name);
        assert_eq!(rows(&found), BASE, "{name}");
        assert_eq!(found["total_size"], 700);
        // The lines of the log between those of the report.
        let is_told = stderr.contains("7 lines are no part of a talloc report");
        assert!(if name == "samba_log_each.txt" { is_told } else { stderr.is_empty() }, "{stderr}");
    }
}

#[test]
fn two_processes() {
    let (found, stderr) = read("two_pids.txt");
    assert_eq!(rows(&found), [BASE, BASE].concat());
    let reports = found["reports"].as_array().unwrap();
    let told: Vec<_> = reports.iter().map(|report| report["title"].as_str().unwrap()).collect();
    assert_eq!(told, ["4711", "4712"]);
    for report in reports {
        assert_eq!((&report["total_size"], &report["total_blocks"]), (&700.into(), &7.into()));
    }
    assert!(stderr.is_empty());
    let top = String::from_utf8(run(&["top", &path("two_pids.txt")]).stdout).unwrap();
    assert!(top.starts_with("report 1 of 2: app_ctx, line 2, 4711\n700 B in 7 blocks\n"), "{top}");
    assert!(top.contains("\n\nreport 2 of 2: app_ctx, line 10, 4712\n700 B in 7 blocks\n"));
    assert!(!top.contains("1.4 KiB"));
    let second = run(&["json", "--report", "2", &path("two_pids.txt")]);
    assert_eq!(rows(&serde_json::from_slice(&second.stdout).unwrap()), BASE);
    let third = run(&["top", "--report", "3", &path("two_pids.txt")]);
    assert_eq!(third.status.code(), Some(1));
}

#[test]
fn two_reports_with_one_prefix() {
    let (found, stderr) = read("two_reports_one_prefix.log");
    let one = [(0, "r", 9, 3), (1, "a", 9, 2), (2, "b", 4, 1)];
    assert_eq!(rows(&found), [one, one].concat());
    assert!(stderr.is_empty());
}

/// `diff` with one or both of them.
#[test]
fn two_moments_in_one_log() {
    let moment = |size: u64| {
        format!(
            "full talloc report on 'r' (total {size:6} bytes in   2 blocks)\n    \
             a                              contains {size:6} bytes in   1 blocks (ref 0) 0x1\n"
        )
    };
    let log = TempFile::with(moment(100) + &moment(400));
    let changes = |args: &[&str]| {
        let output = run(&[&["diff", "--json"], args, &[log.path(), log.path()]].concat());
        assert_eq!(output.status.code(), Some(0));
        let changes: Value = serde_json::from_slice(&output.stdout).unwrap();
        (changes, String::from_utf8(output.stderr).unwrap())
    };
    let (grown, stderr) = changes(&["--report", "1", "--report", "2"]);
    assert!(stderr.is_empty(), "{stderr}");
    assert_eq!((&grown["size_before"], &grown["size_after"]), (&100.into(), &400.into()));
    let (same, stderr) = changes(&["--report", "2"]);
    assert!(stderr.is_empty() && same["changes"].as_array().unwrap().is_empty(), "{same}");
    let (_, stderr) = changes(&[]);
    let told = "its 2 reports are added up; --report N takes one of them\n";
    assert_eq!(stderr.matches(told).count(), 2, "{stderr}");
    let third = run(&["diff", "--report=1", "--report=2", "--report=1", log.path(), log.path()]);
    assert_eq!(third.status.code(), Some(2));
    let top = run(&["top", "--report=1", "--report=2", log.path()]);
    assert_eq!(top.status.code(), Some(2));
}

#[test]
fn a_string_that_looks_like_a_report() {
    let (found, stderr) = read("nested.txt");
    let expected = [
        (0, "root", 400, 4),
        (1, "struct reply", 400, 3),
        (2, "char", 300, 1),
        (2, "struct y", 100, 1),
    ];
    assert_eq!(rows(&found), expected);
    assert!(stderr.is_empty());
}

#[test]
fn a_real_smbd() {
    for (name, size, blocks) in [("smbd.txt", 26480, 487), ("smbd_with_client.txt", 39060, 629)] {
        let (found, stderr) = read(name);
        assert_eq!((&found["total_size"], &found["total_blocks"]), (&size.into(), &blocks.into()));
        assert_eq!(rows(&found).len(), blocks);
        assert!(stderr.is_empty(), "{stderr}");
    }
}

#[test]
fn numbers_in_names() {
    let diff = |options: &[&str]| {
        let files = [path("vol1.txt"), path("vol2.txt")];
        let args = ["diff"].iter().chain(options).copied();
        let args: Vec<&str> = args.chain(files.iter().map(String::as_str)).collect();
        String::from_utf8(run(&args).stdout).unwrap()
    };
    assert!(diff(&["--fold"]).ends_with("(0 B, 0 blocks)\nno change\n"));
    assert_eq!(diff(&[]).matches(" appeared ").count(), 4);
    let top = run(&["top", "--fold", "--names", &path("vol1.txt")]);
    let top = String::from_utf8(top.stdout).unwrap();
    assert!(top.contains("     300 B   75.0%          3  smb2_req mid N\n"), "{top}");
}

#[test]
fn filters() {
    let sample = path("smbd_with_client.txt");
    let shown = |args: &[&str]| {
        let args = [args, &[sample.as_str()]].concat();
        let output = run(&args);
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let top = shown(&["top", "--name", "struct smbXsrv_c*", "--names"]);
    let lines: Vec<&str> = top.lines().skip(4).collect();
    assert!(
        !lines.is_empty() && lines.iter().all(|line| line.contains("struct smbXsrv_c")),
        "{top}"
    );
    let below = "null_context/struct tevent_context/struct smbXsrv_client";
    let tree = shown(&["tree", "--below", below, "--depth", "0"]);
    assert_eq!(tree.lines().count(), 2);
    assert!(tree.ends_with("  struct smbXsrv_client\n"), "{tree}");
    let tree = shown(&["tree", "--type", "smbXsrv_connection"]);
    let names: Vec<&str> =
        tree.lines().skip(1).filter_map(|line| line.split("─ ").nth(1)).collect();
    assert_eq!(
        names,
        ["struct tevent_context", "struct smbXsrv_client", "struct smbXsrv_connection"]
    );
    // What is above them is a block, too, in each command.
    let top = shown(&["top", "--type", "smbXsrv_connection"]);
    assert!(top.starts_with("552 B in 4 blocks, 1 with that name or type\n"), "{top}");
    assert!(tree.lines().nth(1).unwrap().ends_with("       4  null_context"), "{tree}");
    for wrong in [["--name", "nobody*at all"], ["--type", "none"], ["--below", "a/b"]] {
        assert_eq!(run(&["top", wrong[0], wrong[1], &sample]).status.code(), Some(1));
    }
}

/// What only one of two reports has is what a leak is.
#[test]
fn objects_of_one_side() {
    let (with, without) = (path("base.txt"), path("osmo2.txt"));
    let text = std::fs::read_to_string(&without).unwrap().replace("name2", "other");
    let without = TempFile::with(text);
    for option in [["--name", "name2"], ["--below", "app_ctx/struct net/struct sub/name2"]] {
        let diff = |old: &str, new: &str| {
            let output = run(&["diff", option[0], option[1], old, new]);
            assert!(output.status.success() && output.stderr.is_empty(), "{option:?}");
            String::from_utf8(output.stdout).unwrap()
        };
        let (more, less) = (diff(without.path(), &with), diff(&with, without.path()));
        assert!(more.contains("+50 B") && more.contains("appeared"), "{more}");
        assert!(less.contains("-50 B") && less.contains("vanished"), "{less}");
    }
    let neither = run(&["diff", "--name", "nobody", &with, without.path()]);
    assert_eq!(neither.status.code(), Some(1));
}
