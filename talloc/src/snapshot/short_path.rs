//! [`ShortPaths`]: paths of a bounded length, for lists of many.

use core::fmt;

use super::groups::Groups;
use super::label::{LINE_CHARS, shortened};
use super::{Escaped, NONE};

/// A longer path is shortened: with each one whole, a deep tree with long names would be
/// gigabytes. In bytes, without escapes.
const MAX: u64 = 1000;

/// One of so many names is never shortened.
const SHORT: u32 = 4;

/// Of a longer one, so many names of each end are shown.
const ENDS: u32 = 8;

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
        for (index, group) in groups.iter() {
            let own = groups.name(index).len() as u64 + 1;
            let (len, start) = match group.parent {
                NONE => (0, index),
                parent => (paths.lens[parent as usize], paths.starts[parent as usize]),
            };
            paths.lens.push(len + own);
            paths.starts.push(if group.depth < ENDS { index } else { start });
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
        if lens[self.group as usize] <= MAX || groups.get(self.group).depth < SHORT {
            return write!(f, "{}", groups.path(self.group));
        }
        let upwards = |group: u32| {
            let parent = |group: &u32| Some(groups.get(*group).parent).filter(|up| *up != NONE);
            core::iter::successors(Some(group), parent)
        };
        let write = |f: &mut fmt::Formatter<'_>, group: u32| {
            let name = Escaped::in_path(groups.name(group)).to_string();
            f.write_str(&shortened(name, LINE_CHARS))
        };
        let names = groups.get(self.group).depth + 1;
        let mut last: Vec<u32> = upwards(self.group).take(ENDS as usize).collect();
        last.reverse();
        let first: Vec<u32> = upwards(starts[self.group as usize]).collect();
        let first = first.into_iter().rev().take(names.saturating_sub(ENDS) as usize);
        for group in first {
            write(f, group)?;
            f.write_str("/")?;
        }
        match names.saturating_sub(2 * ENDS) {
            0 => {}
            count => write!(f, "…{count} names…/")?,
        }
        for (index, group) in last.into_iter().enumerate() {
            if index > 0 {
                f.write_str("/")?;
            }
            write(f, group)?;
        }
        Ok(())
    }
}
