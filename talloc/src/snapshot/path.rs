//! [`Path`]: the names from a root to an entry.

use core::ops::Range;
use core::{fmt, mem};

use super::Escaped;
use super::label::{LINE_CHARS, shortened};

/// The names from a root to an entry: `server/client/request`.
///
/// Its text has the names [escaped](Escaped), with `\/` for a slash in a name,
/// and is what [`Snapshot::find_path`](super::Snapshot::find_path) reads.
/// `{:#}` is for people: it shortens a long path to its first and last names, and
/// each name to 100 characters.
#[derive(Clone, PartialEq, Eq)]
pub struct Path<'s> {
    names: Vec<&'s [u8]>,
}

/// Of a long path `{:#}` shows so many names of each end.
pub(super) const ENDS: usize = 8;

/// Which of so many names it leaves out.
pub(super) fn left_out(names: usize) -> Range<usize> {
    match names.saturating_sub(2 * ENDS) {
        // Its place would take as much.
        0 | 1 => 0..0,
        count => ENDS..ENDS + count,
    }
}

/// Writes both ends of a path, with each name shortened.
pub(super) fn write_ends<'n>(
    f: &mut fmt::Formatter<'_>,
    first: impl Iterator<Item = &'n [u8]>,
    left_out: usize,
    last: impl Iterator<Item = &'n [u8]>,
) -> fmt::Result {
    let mut slash = "";
    let mut write = |f: &mut fmt::Formatter<'_>, name| {
        let name = shortened(Escaped::in_path(name).to_string(), LINE_CHARS);
        write!(f, "{}{name}", mem::replace(&mut slash, "/"))
    };
    for name in first {
        write(f, name)?;
    }
    if left_out > 0 {
        write!(f, "/…{left_out} names…")?;
    }
    for name in last {
        write(f, name)?;
    }
    Ok(())
}

impl<'s> Path<'s> {
    /// From the names, that of the root last.
    pub(super) fn new(upwards: impl Iterator<Item = &'s [u8]>) -> Self {
        let mut names: Vec<_> = upwards.collect();
        names.reverse();
        Path { names }
    }

    /// The names, that of the root first.
    pub fn names(&self) -> &[&'s [u8]] {
        &self.names
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if f.alternate() {
            let left_out = left_out(self.names.len());
            let (first, last) = (&self.names[..left_out.start], &self.names[left_out.end..]);
            return write_ends(f, first.iter().copied(), left_out.len(), last.iter().copied());
        }
        for (index, name) in self.names.iter().enumerate() {
            let slash = if index == 0 { "" } else { "/" };
            write!(f, "{slash}{}", Escaped::in_path(name))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Path({self})")
    }
}
