//! Entries with the same path, taken together.

use core::ops::Range;

use super::joint::JointNames;
use super::records::Records;
use super::{NONE, Snapshot};

/// The trees of `N` snapshots laid over one another: siblings with the same name
/// are one group, and so on below them.
///
/// # Invariants
///
/// In the order of the levels: the children of a group are neighbours, and those of two groups
/// stand in the order of these. So it is enough to know of each where its children begin, and
/// where its members do; what they are is known from the members.
pub(super) struct Groups<'s, const N: usize> {
    pub(super) snapshots: [&'s Snapshot; N],
    list: Vec<Group<N>>,
    /// Where each level begins.
    levels: Vec<u32>,
    /// The entries of each group, for each snapshot.
    members: [Vec<u32>; N],
}

/// Entries with the same path. What it has ends where that of the next group begins.
#[derive(Clone, Copy)]
struct Group<const N: usize> {
    children: u32,
    members: [u32; N],
}

/// Sums over the members of one group in one snapshot.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sums {
    pub(super) count: u64,
    pub(super) size: u64,
    pub(super) total_size: u64,
    pub(super) total_blocks: u64,
    /// References that are held on the members.
    pub(super) references: u64,
}

/// Which entries are in one group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Merge {
    /// Each is in a group of its own.
    Nothing,
    /// Those with the same name below the same group.
    Equal,
}

impl<'s, const N: usize> Groups<'s, N> {
    /// Takes time and a word for each entry down to `max_depth`, and two or three for each group.
    pub(super) fn new(snapshots: [&'s Snapshot; N], merge: Merge, max_depth: usize) -> Self {
        let mut groups = Groups {
            snapshots,
            list: Vec::new(),
            levels: Vec::new(),
            members: snapshots.map(|snapshot| Vec::with_capacity(snapshot.len())),
        };
        let mut finder = Finder::new(snapshots, merge);
        groups.add(&mut finder, None);
        let mut start = 0;
        while start < groups.list.len() {
            groups.levels.push(start as u32);
            let (depth, end) = (groups.levels.len() - 1, groups.list.len());
            for group in start..end {
                groups.list[group].children = groups.list.len() as u32;
                if depth < max_depth {
                    groups.add(&mut finder, Some(group as u32));
                }
            }
            start = end;
        }
        groups.list.shrink_to_fit();
        groups.members.iter_mut().for_each(Vec::shrink_to_fit);
        groups
    }

    /// Makes groups of the children of a group, or of the roots, in the order of their first
    /// members.
    fn add(&mut self, finder: &mut Finder, parent: Option<u32>) {
        let Groups { snapshots, .. } = *self;
        let first = self.list.len();
        let parents: [_; N] =
            core::array::from_fn(|side| parent.map(|group| self.range(side, group)));
        // First their number, which is where the next one begins.
        finder.start(first);
        for side in (0..N).rev() {
            let (records, list) = (&snapshots[side].records, &mut self.list);
            let parents = parents[side].clone().map(|range| &self.members[side][range]);
            each_child(records, parents, |child| {
                let group = finder.find(records, side, child);
                if group == list.len() {
                    list.push(Group { children: 0, members: [0; N] });
                }
                list[group].members[side] += 1;
            });
        }
        finder.start(first);
        for side in (0..N).rev() {
            let (records, members) = (&snapshots[side].records, &mut self.members[side]);
            let added = &mut self.list[first..];
            let mut end = members.len();
            for group in &mut *added {
                let count = core::mem::replace(&mut group.members[side], end as u32);
                end += count as usize;
            }
            let start = members.len();
            members.resize(end, 0);
            let (above, below) = members.split_at_mut(start);
            let parents = parents[side].clone().map(|range| &above[range]);
            each_child(records, parents, |child| {
                let group = &mut added[finder.find(records, side, child) - first];
                below[group.members[side] as usize - start] = child;
                group.members[side] += 1;
            });
            // Now each begins where it ends.
            let mut start = start as u32;
            for group in added {
                start = core::mem::replace(&mut group.members[side], start);
            }
        }
    }

    /// All groups with their parents, each behind its parent. The parent of a root is [`NONE`].
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, u32)> {
        let roots = self.roots();
        let mut parent = 0;
        (0..self.len() as u32).map(move |group| {
            if roots.contains(&group) {
                return (group, NONE);
            }
            while self.children(parent).end <= group {
                parent += 1;
            }
            (group, parent)
        })
    }

    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    pub(super) fn roots(&self) -> Range<u32> {
        0..self.levels.get(1).map_or(self.len() as u32, |level| *level)
    }

    pub(super) fn children(&self, group: u32) -> Range<u32> {
        let next = self.list.get(group as usize + 1);
        let end = next.map_or(self.len() as u32, |next| next.children);
        self.list[group as usize].children..end
    }

    /// [`NONE`] for a root. Searches for it; [`Groups::iter`] knows all of them.
    pub(super) fn parent(&self, group: u32) -> u32 {
        match self.roots().contains(&group) {
            true => NONE,
            false => self.list.partition_point(|other| other.children <= group) as u32 - 1,
        }
    }

    /// How many levels there are.
    pub(super) fn levels(&self) -> usize {
        self.levels.len()
    }

    pub(super) fn depth(&self, group: u32) -> usize {
        self.levels.partition_point(|start| *start <= group) - 1
    }

    pub(super) fn name(&self, group: u32) -> &'s [u8] {
        let (snapshot, entry) = self.first(group);
        snapshot.names.get(snapshot.records.name(entry))
    }

    /// Whether its members are references.
    pub(super) fn is_reference(&self, group: u32) -> bool {
        let (snapshot, entry) = self.first(group);
        snapshot.records.is_reference(entry)
    }

    /// A member.
    fn first(&self, group: u32) -> (&'s Snapshot, u32) {
        let first = |side: usize| Some((self.snapshots[side], *self.members(side, group).first()?));
        match (0..N).find_map(first) {
            Some(first) => first,
            None => unreachable!("a group is made for a member"),
        }
    }

    /// The entries of a group in one of the snapshots.
    pub(super) fn members(&self, side: usize, group: u32) -> &[u32] {
        &self.members[side][self.range(side, group)]
    }

    fn range(&self, side: usize, group: u32) -> Range<usize> {
        let next = self.list.get(group as usize + 1);
        let end = next.map_or(self.members[side].len(), |next| next.members[side] as usize);
        self.list[group as usize].members[side] as usize..end
    }

    /// The number of its members in each snapshot, and their own bytes.
    pub(super) fn own(&self, group: u32) -> [(u64, u64); N] {
        core::array::from_fn(|side| {
            let members = self.members(side, group);
            let sizes = members.iter().map(|entry| self.snapshots[side].records.size(*entry));
            (members.len() as u64, sizes.fold(0, u64::saturating_add))
        })
    }

    /// Its sums in each snapshot. Made anew each time, from its members: to keep them would take
    /// more memory than all else.
    pub(super) fn sums(&self, group: u32) -> [Sums; N] {
        core::array::from_fn(|side| {
            let mut sums = Sums::default();
            for entry in self.members(side, group) {
                sums.add(&self.snapshots[side].records, *entry);
            }
            sums
        })
    }

    /// A group and those above it, upwards.
    pub(super) fn upwards(&self, group: u32) -> impl Iterator<Item = u32> {
        let parent = |group: &u32| Some(self.parent(*group)).filter(|parent| *parent != NONE);
        core::iter::successors(Some(group), parent)
    }

    pub(super) fn path(&self, group: u32) -> super::Path<'s> {
        super::Path::new(self.upwards(group).map(|group| self.name(group)))
    }
}

/// Calls `f` with each child of the entries, or with each root.
fn each_child(records: &Records, parents: Option<&[u32]>, mut f: impl FnMut(u32)) {
    let mut siblings = |inside: Range<u32>| {
        let mut child = inside.start;
        while child < inside.end {
            f(child);
            child = records.end(child);
        }
    };
    match parents {
        None => siblings(0..records.len() as u32),
        Some(parents) => {
            parents.iter().for_each(|parent| siblings(*parent + 1..records.end(*parent)));
        }
    }
}

impl Sums {
    fn add(&mut self, records: &Records, entry: u32) {
        self.count += 1;
        self.size = self.size.saturating_add(records.size(entry));
        self.total_size = self.total_size.saturating_add(records.total_size(entry));
        self.total_blocks = self.total_blocks.saturating_add(records.total_blocks(entry));
        self.references += u64::from(records.references(entry));
    }
}

/// Finds the group of a child.
struct Finder {
    /// `None` if each is in a group of its own.
    names: Option<JointNames>,
    /// The last group of objects with each name, and that of references, which are groups of their
    /// own. Those from `first` on are of the children at hand.
    objects: Vec<u32>,
    references: Vec<u32>,
    first: usize,
    next: usize,
}

impl Finder {
    fn new<const N: usize>(snapshots: [&Snapshot; N], merge: Merge) -> Self {
        let names = (merge == Merge::Equal).then(|| JointNames::new(snapshots));
        let objects = vec![NONE; names.as_ref().map_or(0, JointNames::len)];
        Finder { names, objects, references: Vec::new(), first: 0, next: 0 }
    }

    /// The children come that get groups from this one on.
    fn start(&mut self, first: usize) {
        (self.first, self.next) = (first, first);
    }

    fn find(&mut self, records: &Records, side: usize, child: u32) -> usize {
        let Some(names) = &self.names else {
            self.next += 1;
            return self.next - 1;
        };
        let name = names.get(side, records.name(child)) as usize;
        let groups = match records.is_reference(child) {
            true if self.references.is_empty() => {
                self.references.resize(names.len(), NONE);
                &mut self.references
            }
            true => &mut self.references,
            false => &mut self.objects,
        };
        let group = &mut groups[name];
        if *group == NONE || (*group as usize) < self.first {
            *group = self.next as u32;
            self.next += 1;
        }
        *group as usize
    }
}
