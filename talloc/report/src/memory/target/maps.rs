//! [`Mapping`]: what the memory of a process consists of.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

/// A range of addresses with one origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mapping {
    pub(crate) start: u64,
    pub(crate) end: u64,
    pub(crate) is_writable: bool,
    pub(crate) is_executable: bool,
    pub(crate) is_shared: bool,
    pub(crate) file: Option<MappedFile>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MappedFile {
    pub(crate) path: PathBuf,
    /// Where in the file the mapping starts.
    pub(crate) offset: u64,
    /// 0 if it is not known.
    pub(crate) inode: u64,
}

impl Mapping {
    pub(crate) fn contains(&self, address: u64) -> bool {
        (self.start..self.end).contains(&address)
    }

    /// Whether a file of this name is mapped there: `libtalloc` for `/lib/libtalloc.so.2`.
    pub(crate) fn is_of(&self, library: &str) -> bool {
        let name = self.file.as_ref().and_then(|file| file.path.file_name());
        name.is_some_and(|name| name.to_string_lossy().starts_with(library))
    }
}

/// Reads `/proc/PID/maps`.
pub(crate) fn parse(text: &[u8]) -> Vec<Mapping> {
    text.split(|byte| *byte == b'\n').filter_map(parse_line).collect()
}

/// `7f0c1000-7f0c2000 r-xp 00001000 08:01 1234      /usr/lib/libtalloc.so.2`
fn parse_line(line: &[u8]) -> Option<Mapping> {
    let mut rest = line;
    let mut field = || {
        let len = rest.iter().position(|byte| *byte == b' ').unwrap_or(rest.len());
        let (field, after) = rest.split_at(len);
        rest = after.strip_prefix(b" ").unwrap_or(after);
        std::str::from_utf8(field).ok()
    };
    let (range, access, offset) = (field()?, field()?.as_bytes(), field()?);
    let (_device, inode) = (field()?, field()?);
    let path = rest.trim_ascii_start();
    let (start, end) = range.split_once('-')?;
    let hex = |text: &str| u64::from_str_radix(text, 16).ok();
    let has = |at: usize, letter: u8| access.get(at) == Some(&letter);
    let file = path.starts_with(b"/").then(|| {
        let path = path.strip_suffix(b" (deleted)").unwrap_or(path);
        let path = PathBuf::from(OsString::from_vec(path.to_vec()));
        Some(MappedFile { path, offset: hex(offset)?, inode: inode.parse().ok()? })
    });
    Some(Mapping {
        start: hex(start)?,
        end: hex(end)?,
        is_writable: has(1, b'w'),
        is_executable: has(2, b'x'),
        is_shared: has(3, b's'),
        file: match file {
            Some(file) => Some(file?),
            None => None,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_the_kernel() {
        let text = b"7f0c1000-7f0c3000 rw-p 00002000 08:01 1234      /lib/a b.so (deleted)\n\
            555000-556000 r-xs 00000000 00:00 0 \n\
            557000-558000 rw-p 00000000 00:00 0                  [heap]\n\
            what is this\n";
        let maps = parse(text);
        assert_eq!(maps.len(), 3);
        assert!(maps[0].is_writable && !maps[0].is_executable && !maps[0].is_shared);
        let file = MappedFile { path: "/lib/a b.so".into(), offset: 0x2000, inode: 1234 };
        assert_eq!(maps[0].file, Some(file));
        assert!(maps[0].is_of("a b") && maps[0].contains(0x7f0c_2fff));
        assert!(maps[1].is_executable && maps[1].is_shared && maps[1].file.is_none());
        assert_eq!((maps[2].start, maps[2].end), (0x55_7000, 0x55_8000));
    }
}
