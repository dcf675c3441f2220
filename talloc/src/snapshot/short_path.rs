//! [`ShortPaths`]: paths of a bounded length, for lists of many.

use core::fmt;

use super::NONE;
use super::ends::Ends;
use super::groups::Groups;

/// A longer path is shortened: with each one whole, a deep tree with long names would be
/// gigabytes. In bytes, without escapes.
const MAX: u64 = 1000;

/// One of so many names is never shortened.
const SHORT: usize = 4;

/// The paths of all groups, each for as much time as it has names that are shown.
pub(super) struct ShortPaths<'g, 's, const N: usize> {
    groups: &'g Groups<'s, N>,
    /// The length of each path.
    lens: Vec<u64>,
    ends: Ends<'g, 's, N>,
}

impl<'g, 's, const N: usize> ShortPaths<'g, 's, N> {
    pub(super) fn new(groups: &'g Groups<'s, N>) -> Self {
        let mut lens: Vec<u64> = Vec::with_capacity(groups.len());
        for (index, parent) in groups.iter() {
            let above = if parent == NONE { 0 } else { lens[parent as usize] };
            lens.push(above + groups.name(index).len() as u64 + 1);
        }
        ShortPaths { groups, lens, ends: Ends::new(groups) }
    }

    pub(super) fn get(&self, group: u32) -> ShortPath<'_, 'g, 's, N> {
        ShortPath { paths: self, group }
    }
}

pub(super) struct ShortPath<'p, 'g, 's, const N: usize> {
    paths: &'p ShortPaths<'g, 's, N>,
    group: u32,
}

impl<const N: usize> fmt::Display for ShortPath<'_, '_, '_, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ShortPaths { groups, lens, ends } = self.paths;
        if lens[self.group as usize] <= MAX || groups.depth(self.group) < SHORT {
            return write!(f, "{}", groups.path(self.group));
        }
        ends.write(f, self.group)
    }
}
