//! [`Path`]: the names from a root to an entry.

use core::fmt;

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

/// `{:#}` shows so many names of each end.
const ENDS: usize = 8;

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
        let left_out = match self.names.len().saturating_sub(2 * ENDS) {
            0 | 1 => 0..0,
            _ if !f.alternate() => 0..0,
            count => ENDS..ENDS + count,
        };
        for (index, name) in self.names.iter().enumerate() {
            if left_out.contains(&index) {
                if index == left_out.start {
                    write!(f, "/…{} names…", left_out.len())?;
                }
                continue;
            }
            let slash = if index == 0 { "" } else { "/" };
            let name = Escaped::in_path(name);
            if f.alternate() {
                write!(f, "{slash}{}", shortened(name.to_string(), LINE_CHARS))?;
            } else {
                write!(f, "{slash}{name}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Path({self})")
    }
}
