//! [`ShortPaths`]: paths of a bounded length, for lists of many.

use core::fmt;

use super::NONE;
use super::groups::Groups;
use super::path::{ENDS, left_out, write_ends};

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
    /// The group among those above each one that is the last of the first names.
    starts: Vec<u32>,
}

impl<'g, 's, const N: usize> ShortPaths<'g, 's, N> {
    pub(super) fn new(groups: &'g Groups<'s, N>) -> Self {
        let mut paths = ShortPaths { groups, lens: Vec::new(), starts: Vec::new() };
        for (index, parent) in groups.iter() {
            let own = groups.name(index).len() as u64 + 1;
            let (len, start) = match parent {
                NONE => (0, index),
                parent => (paths.lens[parent as usize], paths.starts[parent as usize]),
            };
            paths.lens.push(len + own);
            paths.starts.push(if groups.depth(index) < ENDS { index } else { start });
        }
        paths
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
        let ShortPaths { groups, lens, starts } = self.paths;
        if lens[self.group as usize] <= MAX || groups.depth(self.group) < SHORT {
            return write!(f, "{}", groups.path(self.group));
        }
        let names_up = |group: u32, count: usize| {
            let groups_up = groups.upwards(group).take(count);
            let mut names: Vec<_> = groups_up.map(|group| groups.name(group)).collect();
            names.reverse();
            names.into_iter()
        };
        let names = groups.depth(self.group) + 1;
        let left_out = left_out(names);
        let first = names_up(starts[self.group as usize], left_out.start);
        let last = names_up(self.group, names - left_out.end);
        write_ends(f, first, left_out.len(), last)
    }
}
