//! [`Process`]: the memory of a running process.

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::PathBuf;

use rustix::io::Errno;

use super::Target;
use super::auxv;
use super::elf::check;
use super::maps::{self, Mapping};
use crate::memory::pause::tasks;

/// A process, as `/proc` shows it.
pub(crate) struct Process {
    pid: u32,
    name: String,
    memory: File,
    /// Which pages there are; none where the kernel does not tell.
    pages: Option<File>,
    mappings: Vec<Mapping>,
    random: u64,
    auxv: Vec<u8>,
}

impl Process {
    pub(crate) fn open(pid: u32) -> Result<Self, String> {
        let name = name(pid)?;
        let path = |file: &str| folder(pid).join(file);
        let fail = |error: io::Error| explain(pid, &name, &error);
        let mut start = Vec::new();
        match File::open(path("exe")) {
            Ok(program) => program.take(16).read_to_end(&mut start).map_err(fail)?,
            // It has no program.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(no_memory(pid, &name));
            }
            Err(error) => return Err(fail(error)),
        };
        check(&start).map_err(|problem| format!("{name}: {problem}"))?;
        let memory = File::open(path("mem")).map_err(fail)?;
        let auxv = fs::read(path("auxv")).map_err(fail)?;
        let mappings = maps::parse(&fs::read(path("maps")).map_err(fail)?);
        if auxv.is_empty() || mappings.is_empty() {
            return Err(no_memory(pid, &name));
        }
        let random = auxv::random_address(&auxv).ok_or_else(|| {
            format!("{name}: the kernel gave it no random bytes, so that no header can be known")
        })?;
        let pages = File::open(path("pagemap")).ok();
        Ok(Process { pid, name, memory, pages, mappings, random, auxv })
    }

    /// Whether it has ended, or become another program.
    pub(crate) fn check(&self) -> Result<(), String> {
        match fs::read(folder(self.pid).join("auxv")) {
            Ok(auxv) if auxv == self.auxv && !has_ended(self.pid) => Ok(()),
            Ok(auxv) if !auxv.is_empty() => {
                Err(format!("{}: it became another program while it was read", self.name))
            }
            _ => Err(format!("{}: it ended while it was read", self.name)),
        }
    }
}

impl Target for Process {
    fn name(&self) -> &str {
        &self.name
    }

    fn mappings(&self) -> &[Mapping] {
        &self.mappings
    }

    fn random(&self) -> u64 {
        self.random
    }

    fn read(&self, address: u64, buf: &mut [u8]) -> usize {
        let mut filled = 0;
        while filled < buf.len() {
            match self.memory.read_at(&mut buf[filled..], address.saturating_add(filled as u64)) {
                Ok(read @ 1..) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                _ => break,
            }
        }
        filled
    }

    fn written(&self, address: u64, end: u64) -> u64 {
        /// The page is in memory, or was moved out of it.
        const THERE: u64 = 0b11 << 62;
        /// How many pages are looked at first, and at most.
        const FIRST: u64 = 256;
        const MOST: u64 = 1 << 15;
        let Some(pages) = &self.pages else { return address };
        let page = rustix::param::page_size() as u64;
        let (mut at, mut count) = (address, FIRST);
        while at < end {
            count = count.min((end - at).div_ceil(page));
            let mut bytes = vec![0; (8 * count) as usize];
            if pages.read_exact_at(&mut bytes, at / page * 8).is_err() {
                return at;
            }
            let is_there = |page: &[u8]| {
                page.try_into().is_ok_and(|page| u64::from_ne_bytes(page) & THERE != 0)
            };
            if let Some(index) = bytes.chunks_exact(8).position(is_there) {
                return (at + index as u64 * page).min(end);
            }
            at += count * page;
            count = (4 * count).min(MOST);
        }
        end
    }

    fn file(&self, mapping: &Mapping) -> Option<File> {
        let mapped = mapping.file.as_ref()?;
        // The first one is there even if the file was deleted, but not for everyone.
        let range = format!("map_files/{:x}-{:x}", mapping.start, mapping.end);
        if let Ok(file) = File::open(folder(self.pid).join(range)) {
            return Some(file);
        }
        let below = mapped.path.strip_prefix("/").ok()?;
        let path = folder(self.pid).join("root").join(below);
        // Another one could be a pipe, which waits for somebody to write.
        let found = fs::metadata(&path).ok().filter(|found| found.ino() == mapped.inode);
        found.and_then(|_| File::open(path).ok())
    }

    fn lacks_names(&self) -> &'static str {
        "nothing can be read where they should be"
    }
}

fn folder(pid: u32) -> PathBuf {
    PathBuf::from(format!("/proc/{pid}"))
}

/// `process 4711 (smbd)`
fn name(pid: u32) -> Result<String, String> {
    match fs::read(folder(pid).join("comm")) {
        Ok(text) => {
            let text = talloc::snapshot::Escaped::new(text.trim_ascii_end()).to_string();
            Ok(format!("process {pid} ({text})"))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(match fs::metadata("/proc/self/maps") {
                Ok(_) => format!("process {pid}: there is no such process"),
                Err(_) => format!("process {pid}: there is no /proc as Linux has it"),
            })
        }
        Err(error) if has_gone(&error) => Err(format!("process {pid}: it has ended")),
        Err(error) => Err(format!("process {pid}: {error}")),
    }
}

/// Whether the process of a file of `/proc` is no more, or has no memory.
fn has_gone(error: &io::Error) -> bool {
    error.raw_os_error() == Some(Errno::SRCH.raw_os_error())
}

/// It is there only because its parent has not asked how it ended.
pub(crate) fn has_ended(pid: u32) -> bool {
    tasks::state(&folder(pid).join("stat")).is_none_or(|state| matches!(state, b'Z' | b'X'))
}

/// Whether it is about to end: its memory goes first. Some kernels then say that there is no such
/// process.
pub(crate) fn has_no_memory(pid: u32) -> bool {
    fs::read(folder(pid).join("auxv")).map_or_else(|error| has_gone(&error), |auxv| auxv.is_empty())
}

/// It has no program: a part of the kernel never had one, others have ended.
fn no_memory(pid: u32, name: &str) -> String {
    match tasks::is_of_kernel(&folder(pid).join("stat")) {
        true => format!("{name}: it is a part of the kernel, without memory of its own"),
        false => format!("{name}: it has ended"),
    }
}

fn explain(pid: u32, name: &str, error: &io::Error) -> String {
    if has_ended(pid) || has_gone(error) {
        return no_memory(pid, name);
    }
    if error.kind() != io::ErrorKind::PermissionDenied {
        return format!("{name}: {error}");
    }
    let scope = fs::read_to_string("/proc/sys/kernel/yama/ptrace_scope").unwrap_or_default();
    let why = match scope.trim() {
        scope @ ("1" | "2" | "3") => {
            format!(" (/proc/sys/kernel/yama/ptrace_scope is {scope} here)")
        }
        _ => String::new(),
    };
    format!(
        "{name}: no permission to read its memory; root has it, or CAP_SYS_PTRACE gives it{why}"
    )
}
