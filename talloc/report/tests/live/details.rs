//! What `tree --details` adds to names.

use super::compare::stderr;
use super::core_file::{regions, write_core};
use super::program::{Program, libraries};
use crate::support::run;

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
        has(&lines, "→ shared  [below null_context/root]");
        has(&lines, "→ shared  [below null_context/root/holder]");
    }
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
