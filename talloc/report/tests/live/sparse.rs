//! A core of more than 4 GB.

use std::fs::{File, OpenOptions};
use std::process::{Command, Stdio};

use super::core_file::{Region, regions, write_core};
use super::program::Program;
use crate::support::{TempFile, peak_memory};

const SIZE: u64 = 4 << 30;

/// What is shown of a core, and the most memory that it took.
fn shown(core: &str) -> (Vec<u8>, u64) {
    let out = TempFile::new();
    let child = Command::new(env!("CARGO_BIN_EXE_talloc-report"))
        .args(["core", core])
        .stdout(File::create(out.path()).unwrap())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let (success, memory) = peak_memory(child);
    assert!(success);
    (out.read(), memory)
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
    let ((expected, small), (found, large)) = (shown(small.path()), shown(large.path()));
    assert!(!expected.is_empty() && found == expected);
    assert!(large < small + (8 << 20), "{small} and {large} bytes");
}
