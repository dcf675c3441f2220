//! [`Core`]: a core file.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use object::elf;
use object::endian::LittleEndian;
use object::read::elf::{FileHeader, ProgramHeader};
use object::read::{ReadCache, ReadRef};

use super::auxv;
use super::elf::{Elf, Parts, build_id, build_id_of, check};
use super::maps::{MappedFile, Mapping};
use super::{Target, mapping_of, word};

/// A core file, of which only the headers are kept.
pub(crate) struct Core {
    name: String,
    file: File,
    /// What is in the file, in the order of addresses.
    parts: Vec<Part>,
    mappings: Vec<Mapping>,
    random: u64,
    /// How many bytes are missing at the end of the file.
    pub(crate) missing: u64,
    /// The files whose bytes are not in the core, and are those that were mapped.
    files: RefCell<HashMap<PathBuf, Option<File>>>,
}

/// Memory that is in the file.
struct Part {
    start: u64,
    len: u64,
    offset: u64,
}

/// What the notes tell.
#[derive(Default)]
struct Notes {
    random: Option<u64>,
    files: Vec<Mapping>,
}

impl Core {
    pub(crate) fn open(path: &OsStr, name: String) -> Result<Self, String> {
        let fail = |error: io::Error| format!("{name}: {error}");
        let file = File::open(path).map_err(fail)?;
        let metadata = file.metadata().map_err(fail)?;
        if !metadata.is_file() {
            return Err(format!("{name}: a core is read from a file, not from a pipe or folder"));
        }
        let mut start = [0; 16];
        let read = read_at(&file, &mut start, 0).map_err(fail)?;
        check_start(&start[..read]).map_err(|problem| format!("{name}: {problem}"))?;
        let cache = ReadCache::new(file.try_clone().map_err(fail)?);
        let headers =
            Headers::read(Parts(&cache)).map_err(|problem| format!("{name}: {problem}"))?;
        let Headers { notes, parts, mappings, end } = headers;
        let missing = end.saturating_sub(metadata.len());
        let Some(random) = notes.random else {
            let cut = if missing > 0 { ", as its end is missing" } else { "" };
            return Err(format!(
                "{name}: the core has no auxiliary vector (NT_AUXV){cut}; without it, the \
                 headers of libtalloc cannot be known"
            ));
        };
        let parts = clip(parts, metadata.len());
        let mappings = with_files(mappings, &notes.files);
        let files = RefCell::default();
        Ok(Core { name, file, parts, mappings, random, missing, files })
    }

    /// From the file that was mapped there, if its bytes are not in the core.
    fn read_mapped(&self, address: u64, buf: &mut [u8]) -> usize {
        let Some(mapping) = mapping_of(&self.mappings, address) else { return 0 };
        let Some(mapped) = mapping.file.as_ref().filter(|_| !mapping.is_writable) else { return 0 };
        let mut files = self.files.borrow_mut();
        let open = || self.open_mapped(mapped);
        let Some(file) = files.entry(mapped.path.clone()).or_insert_with(open) else { return 0 };
        let len = usize::try_from(mapping.end - address).unwrap_or(usize::MAX).min(buf.len());
        let offset = mapped.offset.saturating_add(address - mapping.start);
        read_at(file, &mut buf[..len], offset).unwrap_or(0)
    }

    /// The file, if it has the build id that is in the core.
    fn open_mapped(&self, mapped: &MappedFile) -> Option<File> {
        let is_start = |mapping: &&Mapping| {
            let file = mapping.file.as_ref();
            file.is_some_and(|file| file.path == mapped.path && file.offset == 0)
        };
        let start = self.mappings.iter().find(is_start)?;
        let mut bytes = vec![0; usize::try_from(start.end - start.start).ok()?.min(1 << 20)];
        let read = self.read_parts(start.start, &mut bytes);
        let known = build_id(&bytes[..read])?;
        let file = open_file(&mapped.path)?;
        let found = build_id_of(file.try_clone().ok()?)?;
        (found == known).then_some(file)
    }

    fn read_parts(&self, address: u64, buf: &mut [u8]) -> usize {
        let mut filled = 0;
        while filled < buf.len() {
            let at = address.saturating_add(filled as u64);
            let index = self.parts.partition_point(|part| part.start + part.len <= at);
            let Some(part) = self.parts.get(index).filter(|part| part.start <= at) else { break };
            let skipped = at - part.start;
            let left = usize::try_from(part.len - skipped).unwrap_or(usize::MAX);
            let end = buf.len().min(filled.saturating_add(left));
            let read = read_at(&self.file, &mut buf[filled..end], part.offset + skipped);
            match read {
                Ok(read @ 1..) => filled += read,
                _ => break,
            }
        }
        filled
    }
}

impl Target for Core {
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
        match self.read_parts(address, buf) {
            0 => self.read_mapped(address, buf),
            read => read,
        }
    }

    fn written(&self, address: u64, end: u64) -> u64 {
        let index = self.parts.partition_point(|part| part.start + part.len <= address);
        self.parts.get(index).map_or(end, |part| part.start.clamp(address, end))
    }

    fn file(&self, mapping: &Mapping) -> Option<File> {
        self.open_mapped(mapping.file.as_ref()?)
    }

    fn lacks_names(&self) -> &'static str {
        "they are in files that the core does not have, and that are missing here or are others"
    }
}

/// Says what a file is that is no core.
fn check_start(start: &[u8]) -> Result<(), String> {
    const COMPRESSED: [(&[u8], &str); 5] = [
        (b"\x28\xb5\x2f\xfd", "zstd"),
        (b"\x04\x22\x4d\x18", "lz4"),
        (b"\xfd7zXZ", "xz"),
        (b"\x1f\x8b", "gzip"),
        (b"BZh", "bzip2"),
    ];
    if let Some((_, by)) = COMPRESSED.iter().find(|(magic, _)| start.starts_with(magic)) {
        return Err(format!(
            "it is compressed by {by}; unpack it first, or take it by coredumpctl dump"
        ));
    }
    check(start).map_err(str::to_owned)
}

/// What the first part of a core says of the rest.
struct Headers {
    notes: Notes,
    parts: Vec<Part>,
    mappings: Vec<Mapping>,
    /// How long the file should be.
    end: u64,
}

impl Headers {
    fn read<'d>(data: impl ReadRef<'d>) -> Result<Self, &'static str> {
        const CUT: &str = "the core is cut before its memory begins";
        let header = Elf::parse(data).map_err(|_| CUT)?;
        if header.e_type(LittleEndian) != elf::ET_CORE {
            return Err("it is no core file, but a program or library");
        }
        let segments = header.program_headers(LittleEndian, data).map_err(|_| CUT)?;
        let (mut notes, mut end) = (Notes::default(), 0);
        let (mut parts, mut mappings) = (Vec::new(), Vec::new());
        for segment in segments {
            let (start, len) = (segment.p_vaddr(LittleEndian), segment.p_memsz(LittleEndian));
            let (offset, filled) = segment.file_range(LittleEndian);
            let Some(segment_end) = offset.checked_add(filled) else { continue };
            match segment.p_type(LittleEndian) {
                elf::PT_NOTE => {
                    end = end.max(segment_end);
                    notes.read(segment, data);
                }
                elf::PT_LOAD if start.checked_add(len.max(filled)).is_some() => {
                    end = end.max(segment_end);
                    let flags = segment.p_flags(LittleEndian);
                    parts.push(Part { start, len: filled, offset });
                    mappings.push(Mapping {
                        start,
                        end: start + len.max(filled),
                        is_writable: flags.contains(elf::PF_W),
                        is_executable: flags.contains(elf::PF_X),
                        // A core does not tell.
                        is_shared: false,
                        file: None,
                    });
                }
                _ => {}
            }
        }
        parts.sort_by_key(|part| part.start);
        mappings.sort_by_key(|mapping| mapping.start);
        let is_apart = parts.is_sorted_by(|one, next| one.start + one.len <= next.start)
            && mappings.is_sorted_by(|one, next| one.end <= next.start);
        if !is_apart {
            return Err("the parts of the core overlap: it is damaged");
        }
        Ok(Headers { notes, parts, mappings, end })
    }
}

impl Notes {
    fn read<'d>(&mut self, segment: &elf::ProgramHeader64<LittleEndian>, data: impl ReadRef<'d>) {
        let Ok(Some(mut notes)) = segment.notes(LittleEndian, data) else { return };
        while let Ok(Some(note)) = notes.next() {
            match note.n_type(LittleEndian) {
                elf::NT_AUXV => self.random = self.random.or(auxv::random_address(note.desc())),
                elf::NT_FILE => self.files.extend(mapped_files(note.desc())),
                _ => {}
            }
        }
    }
}

/// Reads a note that says which files are mapped where: a count and the size of a page, for each
/// file three words, and then the paths, each ended by 0.
fn mapped_files(note: &[u8]) -> Vec<Mapping> {
    let (Some(count), Some(page)) = (word(note, 0), word(note, 8)) else { return Vec::new() };
    let count = usize::try_from(count).unwrap_or(usize::MAX).min(note.len() / 24);
    let Some(paths) = note.get(16 + 24 * count..) else { return Vec::new() };
    let mapping = |(at, path): (usize, &[u8])| {
        let number = |index: usize| word(note, 16 + 24 * at + 8 * index);
        let path = PathBuf::from(OsStr::from_bytes(path));
        let offset = number(2)?.checked_mul(page)?;
        Some(Mapping {
            start: number(0)?,
            end: number(1)?,
            is_writable: false,
            is_executable: false,
            is_shared: false,
            file: Some(MappedFile { path, offset, inode: 0 }),
        })
    };
    paths.split(|byte| *byte == 0).take(count).enumerate().filter_map(mapping).collect()
}

/// Adds the files to the mappings that are of them.
fn with_files(mut mappings: Vec<Mapping>, files: &[Mapping]) -> Vec<Mapping> {
    for mapped in files {
        let at = mappings.partition_point(|mapping| mapping.end <= mapped.start);
        let is_free = mappings.get(at).is_none_or(|next| mapped.end <= next.start);
        match mappings.get_mut(at) {
            Some(mapping) if mapping.start <= mapped.start => {
                let file = mapped.file.clone();
                mapping.file = file.map(|file| MappedFile {
                    offset: file.offset.saturating_sub(mapped.start - mapping.start),
                    ..file
                });
            }
            // Some that write cores leave out what is in a file.
            _ if is_free && mapped.start < mapped.end => mappings.insert(at, mapped.clone()),
            _ => {}
        }
    }
    mappings
}

/// What is really in a file of this length.
fn clip(parts: Vec<Part>, len: u64) -> Vec<Part> {
    let clipped = parts.into_iter().map(|part| {
        let left = len.saturating_sub(part.offset);
        Part { len: part.len.min(left), ..part }
    });
    clipped.filter(|part| part.len > 0).collect()
}

/// A regular file only: others could wait for something.
fn open_file(path: &Path) -> Option<File> {
    let metadata = std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file);
    metadata.and_then(|_| File::open(path).ok())
}

/// Reads until `buf` is full or the file ends.
fn read_at(file: &File, buf: &mut [u8], offset: u64) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buf.len() {
        match file.read_at(&mut buf[filled..], offset.saturating_add(filled as u64)) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if filled == 0 => return Err(error),
            Err(_) => break,
        }
    }
    Ok(filled)
}
