//! Every kind of chunk, from a process and from its cores.

use super::compare::assert_same;
use super::core_file::{gcore, kernel_core, regions, write_core};
use super::program::{Program, libraries};
use crate::support::json;

/// Of a process and of the cores that gdb and the tests write of it, with each libtalloc.
fn check(what: &str) {
    for library in libraries() {
        let program = Program::start_with(what, library.as_deref());
        let report = json(&program.report());
        assert_same(&program.live(), &report);
        for with_files in [true, false] {
            let core = write_core(&program.pid(), &regions(&program.pid(), with_files));
            assert_same(&format!("core:{}", core.path()), &report);
        }
        if let Some(core) = gcore(&program) {
            assert_same(&format!("core:{}", core.path()), &report);
        }
    }
}

#[test]
fn every_kind() {
    check("kinds");
}

#[test]
fn ten_thousand_levels() {
    check("deep");
}

#[test]
fn several_roots() {
    check("roots");
}

#[test]
fn many_chunks() {
    let program = Program::start("many");
    assert_same(&program.live(), &json(&program.report()));
}

#[test]
#[ignore = "takes minutes without optimisation"]
fn a_million_chunks() {
    check("million");
}

/// Memory that was never touched is not read: 64 GiB of it.
#[test]
fn reserved_memory() {
    let program = Program::start("reserved");
    assert_same(&program.live(), &json(&program.report()));
}

#[test]
fn cores_of_the_kernel() {
    let Some((core, report)) = kernel_core("abort") else { return };
    assert_same(&format!("core:{}", core.path()), &json(&report));
}
