//! What `tree --details` adds to names, and `json` to entries.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::Path;

use serde_json::{Value, json};

use super::compare::{DETAILS, read, stderr};
use super::core_file::{regions, write_core};
use super::program::{Program, libraries};
use crate::support::{self, run};

/// The lines of `tree --details`.
#[track_caller]
fn lines(program: &Program, options: &[&str]) -> Vec<String> {
    let output = run(&[&["tree", "--details", &program.live()], options].concat());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| line.trim_end().to_owned()).collect()
}

#[track_caller]
fn has(lines: &[String], end: &str) {
    assert!(lines.iter().any(|line| line.ends_with(end)), "{end}: {lines:#?}");
}

#[test]
fn destructors_pools_and_places() {
    for library in libraries() {
        let program = Program::start_with("kinds", library.as_deref());
        let lines = lines(&program, &[]);
        has(&lines, "─ with a destructor  [destructor close_connection]");
        has(&lines, "─ with a destructor of no name  [destructor hidden_destructor]");
        has(&lines, "─ second member  [destructor close_connection; in a pool]");
        has(&lines, "─ first member  [in a pool]");
        has(&lines, "─ no member: too large");
        has(&lines, "xxx…  [destructor destroy_string]");
        has(&lines, "─ survivor of its pool  [in a pool]");
        has(&lines, "─ below the survivor  [in a pool]");
        // The member takes its header, 96 bytes, and 50, up to a multiple of 16.
        has(&lines, "─ UNNAMED  [pool of 500 B: 1 member, 340 B free; in a pool]");
        has(&lines, "─ UNNAMED  [pool of 1000 B: 0 members, 1000 B free]");
        let pooled = lines.iter().find(|line| line.contains("─ struct header  [pool of "));
        assert!(pooled.is_some_and(|line| line.contains(": 1 member, ")), "{lines:#?}");
        has(&lines, "─ limited  [limit of 97.7 KiB: 6.4 KiB used]");
        has(&lines, "→ shared  [below null_context/root]");
        has(&lines, "→ shared  [below null_context/root/holder]");
    }
}

/// The entry with this name that has this field.
#[track_caller]
fn entry<'v>(found: &'v Value, name: &str, field: &str) -> &'v Value {
    let mut entries = found["entries"].as_array().unwrap().iter();
    let has = |entry: &&Value| entry["name"] == name && entry.get(field).is_some();
    entries.find(has).unwrap_or_else(|| panic!("{name}, {field}: {found:#}"))
}

#[test]
fn details_in_json() {
    for library in libraries() {
        let program = Program::start_with("kinds", library.as_deref());
        let (found, _) = read(&program.live(), &[], 0);
        let destroyed = entry(&found, "with a destructor", "destructor");
        assert_eq!(destroyed["destructor"], "close_connection");
        assert!(destroyed.get("in_pool").is_none());
        let member = entry(&found, "second member", "destructor");
        assert_eq!(
            (&member["destructor"], &member["in_pool"]),
            (&json!("close_connection"), &json!(true))
        );
        let limited = entry(&found, "limited", "limit");
        let limit =
            json!({ "size": limit(&program, "max_size"), "used": limit(&program, "cur_size") });
        assert_eq!(limited["limit"], limit);
        let entries = found["entries"].as_array().unwrap();
        let pools: Vec<_> = entries.iter().filter_map(|entry| entry.get("pool")).collect();
        assert_eq!(pools.len(), 5);
        assert!(pools.contains(&&json!({ "size": 500, "free": 340, "members": 1 })), "{pools:?}");
        // The size is where the address says.
        let memory = File::open(format!("/proc/{}/mem", program.pid())).unwrap();
        for entry in entries {
            assert_eq!(entry.get("address").is_none(), entry["is_reference"] == true, "{entry}");
            let Some(address) = entry.get("address") else { continue };
            let address = address.as_str().unwrap().strip_prefix("0x").unwrap();
            let mut size = [0; 8];
            let place = u64::from_str_radix(address, 16).unwrap() - 32;
            memory.read_exact_at(&mut size, place).unwrap();
            assert_eq!(entry["size"], u64::from_le_bytes(size), "{entry}");
        }
    }
}

/// What libtalloc's own report says of the only limit.
fn limit(program: &Program, what: &str) -> u64 {
    let report = program.report();
    let report = String::from_utf8_lossy(&report);
    let number = report.split(&format!("{what} = ")).nth(1).unwrap().split(' ').next();
    number.unwrap().parse().unwrap()
}

/// The table of the page has each of these fields, and no other.
#[test]
fn the_fields_are_real() {
    let program = Program::start("kinds");
    let (found, _) = read(&program.live(), &[], 0);
    let all = found["entries"].as_array().unwrap().iter();
    let known: BTreeSet<&str> =
        all.flat_map(|entry| entry.as_object().unwrap().keys()).map(String::as_str).collect();
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/live.md");
    let page = fs::read_to_string(page).unwrap();
    let table = page.split("| Field | What |\n|---|---|\n").nth(1).unwrap();
    let lines = table.lines().take_while(|line| line.starts_with('|'));
    let documented: Vec<&str> = lines.map(|line| line.split('`').nth(1).unwrap()).collect();
    assert_eq!(documented, DETAILS);
    assert!(DETAILS.iter().all(|field| known.contains(field)), "{known:?}");
    // Those of reports, and no more.
    let report = support::json(&program.report());
    let first = report["entries"][0].as_object().unwrap();
    assert_eq!(known.len(), first.len() + DETAILS.len(), "{known:?}");
}

/// Details are behind names, not in them.
#[test]
fn filters_do_not_see_details() {
    let program = Program::start("kinds");
    let lines = lines(&program, &["--name", "first member"]);
    assert_eq!(lines.len(), 5, "{lines:#?}");
    has(&lines, "─ first member  [in a pool]");
}

/// The files of a core are found again, and their symbols are the same.
#[test]
fn a_core_has_the_same_details() {
    let program = Program::start("kinds");
    let core = write_core(&program.pid(), &regions(&program.pid(), false));
    let of_core = run(&["tree", "--details", &format!("core:{}", core.path())]);
    assert_eq!(of_core.status.code(), Some(0), "{}", stderr(&of_core));
    let text = String::from_utf8(of_core.stdout).unwrap();
    let of_core: Vec<_> = text.lines().map(|line| line.trim_end().to_owned()).collect();
    assert_eq!(lines(&program, &[]), of_core);
}
