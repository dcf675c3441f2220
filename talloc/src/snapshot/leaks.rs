//! [`Leaks`]: what a leak check found.

use core::cmp::Reverse;
use core::fmt;
use core::panic::Location;

use super::branches::{Shown, draw};
use super::groups::{Groups, Merge};
use super::label::Labels;
use super::size::{Bytes, thousands, times};
use super::{Escaped, NONE, Snapshot};

/// What a [`LeakCheck`](super::LeakCheck) found: the objects that are left.
///
/// The text names them by path and type, those with the most bytes first, and
/// shows where they are in the tree:
///
/// ```text
/// 3 objects with 16 B are left below 'session' since tests/session.rs:7:18
///       16 B  session/request/u64 × 2
///        0 B  session/request
///       left  objects
///                      session
///        0 B        1  └─ request
///       16 B        2     └─ u64 × 2
/// ```
pub struct Leaks(Box<Found>);

struct Found {
    before: Snapshot,
    after: Snapshot,
    since: &'static Location<'static>,
    left: Left,
}

/// Lines with paths; the tree has so many children of each object.
const LINES: usize = 20;

impl Leaks {
    pub(super) fn between(
        before: Snapshot,
        after: Snapshot,
        since: &'static Location<'static>,
    ) -> Result<(), Leaks> {
        let mut found = Found { before, after, since, left: Left::default() };
        let groups = found.groups();
        let left = (0..groups.len() as u32).map(|group| left(&groups, group));
        let left = left.fold(Left::default(), |sum, left| Left {
            count: sum.count + left.count,
            size: sum.size.saturating_add(left.size),
        });
        drop(groups);
        if left.count == 0 {
            return Ok(());
        }
        found.left = left;
        Err(Leaks(Box::new(found)))
    }

    /// How many objects are left, references included.
    pub fn count(&self) -> u64 {
        self.0.left.count
    }

    /// How many bytes they have.
    pub fn size(&self) -> u64 {
        self.0.left.size
    }

    /// What was in the context when the check began.
    pub fn before(&self) -> &Snapshot {
        &self.0.before
    }

    /// What was in the context when the leaks were found.
    pub fn after(&self) -> &Snapshot {
        &self.0.after
    }
}

impl Found {
    fn groups(&self) -> Groups<'_, 2> {
        Groups::new([&self.before, &self.after], Merge::Equal, usize::MAX)
    }
}

#[derive(Clone, Copy, Default)]
struct Left {
    count: u64,
    size: u64,
}

/// What is left in one group.
fn left(groups: &Groups<'_, 2>, group: u32) -> Left {
    let [before, after] = groups.sums(group);
    match after.count.saturating_sub(before.count) {
        0 => Left::default(),
        count => Left { count, size: after.size.saturating_sub(before.size) },
    }
}

impl fmt::Display for Leaks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = &*self.0;
        let groups = found.groups();
        let name = found.after.root().map_or(&b""[..], |root| root.name());
        let (objects, are) = match found.left.count {
            1 => ("object", "is"),
            _ => ("objects", "are"),
        };
        writeln!(
            f,
            "{} {objects} with {} {are} left below '{}' since {}",
            thousands(found.left.count),
            Bytes(found.left.size),
            Escaped::new(name),
            found.since,
        )?;
        paths(f, &groups)?;
        tree(f, &groups)
    }
}

/// The paths with the most bytes.
fn paths(f: &mut fmt::Formatter<'_>, groups: &Groups<'_, 2>) -> fmt::Result {
    let mut list: Vec<(u32, Left)> = (0..groups.len() as u32)
        .map(|group| (group, left(groups, group)))
        .filter(|(_, left)| left.count > 0)
        .collect();
    list.sort_by_key(|(_, left)| Reverse((left.size, left.count)));
    for (group, left) in list.iter().take(LINES) {
        let arrow = if groups.is_reference(*group) { "→ " } else { "" };
        let (size, times) = (Bytes(left.size), times(left.count));
        writeln!(f, "{size:>10}  {arrow}{:#}{times}", groups.path(*group))?;
    }
    match list.len().saturating_sub(LINES) {
        0 => Ok(()),
        more => writeln!(f, "{:>10}  … {} more paths", "", thousands(more as u64)),
    }
}

/// What is left, and what it is below.
fn tree(f: &mut fmt::Formatter<'_>, groups: &Groups<'_, 2>) -> fmt::Result {
    // Children stand behind their parents.
    let mut leads_to_left = vec![false; groups.len()];
    for index in (0..groups.len() as u32).rev() {
        leads_to_left[index as usize] |= left(groups, index).count > 0;
        let parent = groups.parent(index);
        if leads_to_left[index as usize] && parent != NONE {
            leads_to_left[parent as usize] = true;
        }
    }
    write!(f, "{:>10}  {:>7}", "left", "objects")?;
    let shown = |children: core::ops::Range<u32>| {
        let mut groups: Vec<u32> =
            children.filter(|child| leads_to_left[*child as usize]).collect();
        let more = groups.len().saturating_sub(LINES);
        groups.truncate(LINES);
        Shown { groups, rest: (more > 0).then(|| format!("… {} more", thousands(more as u64))) }
    };
    let columns = |group: Option<u32>| match group.map(|group| left(groups, group)) {
        Some(left) if left.count > 0 => {
            format!("{:>10}  {:>7}  ", Bytes(left.size), thousands(left.count))
        }
        _ => format!("{:21}", ""),
    };
    let labels = Labels::LINE;
    draw(f, groups, shown, columns, |group| {
        let arrow = if groups.is_reference(group) { "→ " } else { "" };
        let times = match left(groups, group).count {
            0 => String::new(),
            count => times(count),
        };
        format!("{arrow}{}{times}", labels.of(groups.name(group)))
    })
}

/// As `Display`: it is what `unwrap` shows.
impl fmt::Debug for Leaks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl core::error::Error for Leaks {}
