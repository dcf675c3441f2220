//! [`Ends`]: paths of groups with what is in their middle left out.

use core::fmt;

use super::NONE;
use super::groups::Groups;
use super::path::{ENDS, left_out, write_ends};

/// The paths of groups as `{:#}` of a [`Path`](super::Path) shows them, each for as much time as it
/// has names that are shown.
pub(super) struct Ends<'g, 's, const N: usize> {
    groups: &'g Groups<'s, N>,
    /// The last of the first names of each, by its group. Empty if no path is long.
    starts: Vec<u32>,
}

impl<'g, 's, const N: usize> Ends<'g, 's, N> {
    pub(super) fn new(groups: &'g Groups<'s, N>) -> Self {
        let mut starts = Vec::new();
        if !left_out(groups.levels()).is_empty() {
            for (index, parent) in groups.iter() {
                let above = if parent == NONE { index } else { starts[parent as usize] };
                starts.push(if groups.depth(index) < ENDS { index } else { above });
            }
        }
        Ends { groups, starts }
    }

    pub(super) fn write(&self, f: &mut fmt::Formatter<'_>, group: u32) -> fmt::Result {
        let names_up = |group: u32, count: usize| {
            let groups_up = self.groups.upwards(group).take(count);
            let mut names: Vec<_> = groups_up.map(|group| self.groups.name(group)).collect();
            names.reverse();
            names.into_iter()
        };
        let names = self.groups.depth(group) + 1;
        let left_out = left_out(names);
        // Without it, none is left out.
        let start = self.starts.get(group as usize).copied().unwrap_or(group);
        let first = names_up(start, left_out.start);
        let last = names_up(group, names - left_out.end);
        write_ends(f, first, left_out.len(), last)
    }
}
