//! Cores: by the kernel, by gdb, and by [`write_core`].

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::process::Command;

use super::program::{Program, has};
use crate::support::TempFile;

/// What a core is made of.
#[derive(Clone)]
pub(super) struct Region {
    pub(super) start: u64,
    pub(super) end: u64,
    /// Of the kinds that ELF has.
    pub(super) flags: u32,
    /// None if it is not in the core. Shorter ones are a hole at the end.
    pub(super) bytes: Option<Vec<u8>>,
    /// Where in it the mapping starts, and the path.
    pub(super) file: Option<(u64, String)>,
}

impl Region {
    /// How much of it is in the core.
    fn len(&self) -> u64 {
        match &self.bytes {
            // The first page of what is in a file.
            Some(bytes) if self.file.is_some() => bytes.len() as u64,
            Some(_) => self.end - self.start,
            None => 0,
        }
    }
}

const READ: u32 = 4;
const WRITE: u32 = 2;
const EXECUTE: u32 = 1;

/// The memory of a process: with `with_files` also what is in the files that are mapped.
pub(super) fn regions(pid: &str, with_files: bool) -> Vec<Region> {
    let memory = File::open(format!("/proc/{pid}/mem")).unwrap();
    let maps = fs::read_to_string(format!("/proc/{pid}/maps")).unwrap();
    let hex = |text: &str| u64::from_str_radix(text, 16).unwrap();
    let region = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (start, end) = words[0].split_once('-').unwrap();
        let (start, end, access) = (hex(start), hex(end), words[1]);
        let has = |letter, flag| if access.contains(letter) { flag } else { 0 };
        let file = words.get(5).filter(|path| path.starts_with('/'));
        let file = file.map(|path| (hex(words[2]), path.to_string()));
        let is_first = file.as_ref().is_some_and(|file| file.0 == 0);
        // As the kernel does: of files, what was changed, and the first page.
        let is_there =
            access.contains('r') && (access.contains('w') || with_files || file.is_none());
        let len = if is_there { end - start } else { u64::from(is_first) * 4096 };
        let mut bytes = vec![0; len as usize];
        // Some of it cannot be read.
        let is_there = len > 0 && memory.read_exact_at(&mut bytes, start).is_ok();
        Region {
            start,
            end,
            flags: has('r', READ) | has('w', WRITE) | has('x', EXECUTE),
            bytes: is_there.then_some(bytes),
            file,
        }
    };
    maps.lines().map(region).collect()
}

/// Writes a core of these regions.
pub(super) fn write_core(pid: &str, regions: &[Region]) -> TempFile {
    let auxv = fs::read(format!("/proc/{pid}/auxv")).unwrap();
    let core = TempFile::new();
    let file = File::create(core.path()).unwrap();
    let (headers, offsets) = layout(&auxv, regions);
    file.write_all_at(&headers, 0).unwrap();
    for (region, offset) in regions.iter().zip(offsets) {
        if let Some(bytes) = &region.bytes {
            file.write_all_at(bytes, offset).unwrap();
        }
    }
    core
}

/// All before the memory, and where in the file each region is.
fn layout(auxv: &[u8], regions: &[Region]) -> (Vec<u8>, Vec<u64>) {
    let notes = [note(6, auxv), note(0x4649_4c45, &files(regions))].concat();
    let count = regions.len() + 1;
    let notes_at = 64 + 56 * count;
    let mut out = b"\x7fELF\x02\x01\x01".to_vec();
    out.resize(16, 0);
    // A core, of x86-64.
    out.extend([4_u16, 62].iter().flat_map(|half| half.to_le_bytes()));
    out.extend(1_u32.to_le_bytes());
    out.extend([0_u64, 64, 0].iter().flat_map(|word| word.to_le_bytes()));
    out.extend(0_u32.to_le_bytes());
    let halves = [64, 56, u16::try_from(count).unwrap(), 64, 0, 0];
    out.extend(halves.iter().flat_map(|half| half.to_le_bytes()));
    let mut segment = |kind: u32, flags: u32, words: [u64; 6]| {
        out.extend(kind.to_le_bytes());
        out.extend(flags.to_le_bytes());
        out.extend(words.iter().flat_map(|word| word.to_le_bytes()));
    };
    segment(4, 0, [notes_at as u64, 0, 0, notes.len() as u64, 0, 4]);
    let mut at = (notes_at + notes.len()).next_multiple_of(4096) as u64;
    let mut offsets = Vec::new();
    for region in regions {
        let len = region.len();
        segment(1, region.flags, [at, region.start, 0, len, region.end - region.start, 4096]);
        offsets.push(at);
        at += len.next_multiple_of(4096);
    }
    out.extend(notes);
    (out, offsets)
}

fn note(kind: u32, content: &[u8]) -> Vec<u8> {
    let mut note: Vec<u8> =
        [5, content.len() as u32, kind].iter().flat_map(|word| word.to_le_bytes()).collect();
    note.extend(b"CORE\0\0\0\0");
    note.extend(content);
    note.resize(note.len().next_multiple_of(4), 0);
    note
}

/// Which files are mapped where.
fn files(regions: &[Region]) -> Vec<u8> {
    let mapped: Vec<_> = regions.iter().filter_map(|one| Some((one, one.file.as_ref()?))).collect();
    let mut words = vec![mapped.len() as u64, 4096];
    words.extend(mapped.iter().flat_map(|(one, file)| [one.start, one.end, file.0 / 4096]));
    let mut bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    mapped.iter().for_each(|(_, file)| bytes.extend([file.1.as_bytes(), b"\0"].concat()));
    bytes
}

/// gdb's core of a process, where there is gdb.
pub(super) fn gcore(program: &Program) -> Option<TempFile> {
    if !has("gcore") {
        return None;
    }
    let core = TempFile::new();
    let output = Command::new("gcore").args(["-o", core.path(), &program.pid()]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    fs::rename(format!("{}.{}", core.path(), program.pid()), core.path()).unwrap();
    Some(core)
}

/// The kernel's core of a program that aborts, where it writes one into a folder.
pub(super) fn kernel_core(what: &str) -> Option<(TempFile, Vec<u8>)> {
    let pattern = fs::read_to_string("/proc/sys/kernel/core_pattern").unwrap();
    if pattern.starts_with('|') || pattern.contains('/') || pattern.trim().is_empty() {
        use std::io::Write;
        // Not by a macro, whose text would be held back.
        let _ = writeln!(std::io::stderr(), "left out: the kernel's cores go elsewhere");
        return None;
    }
    let folder = PathBuf::from(TempFile::new().path());
    fs::create_dir(&folder).unwrap();
    let mut program = Program::start_in(what, &folder);
    program.end();
    let core = TempFile::new();
    let found = fs::read_dir(&folder).unwrap().next().expect("a core").unwrap().path();
    fs::rename(found, core.path()).unwrap();
    fs::remove_dir(&folder).unwrap();
    Some((core, program.report()))
}
