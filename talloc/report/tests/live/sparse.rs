//! A core of more than 4 GB.

use std::fs::OpenOptions;
use std::process::Command;

use super::core_file::{Region, regions, write_core};
use super::program::Program;
use crate::support::{TempFile, run};

const SIZE: u64 = 4 << 30;

/// The memory for the program, all in all, in KiB: some of the threads have stacks of it.
const LIMIT: u32 = 256 << 10;

/// What is shown of a core, with no more memory than that.
fn shown(core: &str) -> Vec<u8> {
    let output = Command::new("sh")
        .args(["-c", &format!("ulimit -v {LIMIT}; exec \"$@\""), "sh"])
        .args([env!("CARGO_BIN_EXE_talloc-report"), "core", core])
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    output.stdout
}

/// Its headers say that there are so many parts that the table of them is larger than memory
/// should be.
#[test]
fn a_table_without_end() {
    const PARTS: u32 = 10_000_000;
    const SIZE: u64 = 56 * PARTS as u64;
    let program = Program::start("roots");
    let core = write_core(&program.pid(), &regions(&program.pid(), false));
    let mut header = core.read()[..64].to_vec();
    // The number does not fit in the header, and is in the first section.
    header[40..48].copy_from_slice(&64_u64.to_le_bytes());
    header[32..40].copy_from_slice(&128_u64.to_le_bytes());
    header[56..58].copy_from_slice(&0xffff_u16.to_le_bytes());
    let section = [[0; 44].as_slice(), &PARTS.to_le_bytes(), &[0; 16]].concat();
    let file = TempFile::with([header, section].concat());
    let table = OpenOptions::new().write(true).open(file.path()).unwrap();
    table.set_len(128 + SIZE).unwrap();
    // All of it is there, but as if it were not.
    let output = run(&["core", file.path()]);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr.contains("the core is cut before its memory begins"), "{stderr}");
}

#[test]
fn four_gigabytes() {
    let program = Program::start("roots");
    let mut all = regions(&program.pid(), false);
    let small = write_core(&program.pid(), &all);
    // Memory that was never written: a hole in the file, behind all else.
    let start = 0x7000_0000_0000;
    let end = start + SIZE;
    assert!(all.iter().all(|one| one.end <= start || one.start >= end));
    all.push(Region { start, end, flags: 6, bytes: Some(Vec::new()), file: None });
    // And 64 TiB that are not in the file at all.
    let (start, end) = (0x1000_0000_0000, 0x5000_0000_0000);
    all.insert(0, Region { start, end, flags: 6, bytes: None, file: None });
    let large = write_core(&program.pid(), &all);
    let file = OpenOptions::new().write(true).open(large.path()).unwrap();
    file.set_len(file.metadata().unwrap().len().next_multiple_of(4096) + SIZE).unwrap();
    drop(file);
    let (expected, found) = (shown(small.path()), shown(large.path()));
    assert!(!expected.is_empty() && found == expected);
}
