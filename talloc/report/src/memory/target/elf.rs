//! [`check`]: which ELF files can be read; and what identifies one.

use std::fs::File;
use std::ops::Range;

use object::elf;
use object::endian::LittleEndian;
use object::read::elf::{FileHeader, ProgramHeader};
use object::read::{ReadCache, ReadRef};

/// The headers that are read.
pub(crate) type Elf = elf::FileHeader64<LittleEndian>;

/// No part of a file that is read whole is larger.
const MAX_PART: u64 = 256 << 20;

/// A file of which no larger part is read, whatever its headers say.
#[derive(Clone, Copy)]
pub(crate) struct Parts<'c>(pub(crate) &'c ReadCache<File>);

impl<'c> ReadRef<'c> for Parts<'c> {
    fn len(self) -> Result<u64, ()> {
        self.0.len()
    }

    fn read_bytes_at(self, offset: u64, size: u64) -> Result<&'c [u8], ()> {
        if size > MAX_PART { Err(()) } else { self.0.read_bytes_at(offset, size) }
    }

    fn read_bytes_at_until(self, range: Range<u64>, delimiter: u8) -> Result<&'c [u8], ()> {
        self.0.read_bytes_at_until(range, delimiter)
    }
}

/// Says what hinders reading a process or core of which these are the first bytes of the ELF file.
pub(crate) fn check(start: &[u8]) -> Result<(), &'static str> {
    match start {
        [0x7f, b'E', b'L', b'F', 1, ..] => {
            Err("it is a program of 32 bits; only those of 64 bits can be read")
        }
        [0x7f, b'E', b'L', b'F', 2, 1, ..] => Ok(()),
        [0x7f, b'E', b'L', b'F', 2, 2, ..] => {
            Err("it is of a machine with the other byte order (big-endian), which cannot be read")
        }
        _ => Err("it is no ELF file"),
    }
}

/// The build id in the first part of an ELF file, which may be cut.
pub(crate) fn build_id<'d>(data: impl ReadRef<'d>) -> Option<&'d [u8]> {
    let header = Elf::parse(data).ok()?;
    let segments = header.program_headers(LittleEndian, data).ok()?;
    for segment in segments {
        let Ok(Some(mut notes)) = segment.notes(LittleEndian, data) else { continue };
        while let Ok(Some(note)) = notes.next() {
            if note.name() == elf::ELF_NOTE_GNU && note.n_type(LittleEndian) == elf::NT_GNU_BUILD_ID
            {
                return Some(note.desc());
            }
        }
    }
    None
}

/// The build id of a file.
pub(crate) fn build_id_of(file: File) -> Option<Vec<u8>> {
    build_id(Parts(&ReadCache::new(file))).map(<[u8]>::to_vec)
}
