//! Entries with the same path, taken together.

use core::ops::Range;

use super::records::Records;
use super::{NONE, Snapshot};

/// The trees of `N` snapshots laid over one another: siblings with the same name
/// are one group, and so on below them.
///
/// # Invariants
///
/// In the order of the levels, so that the children of a group are neighbours
/// and stand behind it.
pub(super) struct Groups<'s, const N: usize> {
    pub(super) snapshots: [&'s Snapshot; N],
    list: Vec<Group<N>>,
    roots: Range<u32>,
    /// The entries of each group, for each snapshot.
    members: [Vec<u32>; N],
    texts: Texts<'s, N>,
}

/// Entries with the same path.
pub(super) struct Group<const N: usize> {
    name: u32,
    pub(super) is_reference: bool,
    pub(super) parent: u32,
    pub(super) depth: u32,
    pub(super) children: Range<u32>,
    /// Where its members begin; they end where those of the next group begin.
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

/// A child of the group at hand.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Child {
    name: u32,
    /// The place among the children, which is the order to show them in; of references, which
    /// are a group of their own, with [`REFERENCE`].
    place: u32,
    entry: u32,
    side: u8,
}

const REFERENCE: u32 = 1 << 31;

impl Child {
    fn is_reference(&self) -> bool {
        self.place & REFERENCE != 0
    }

    fn is_same(&self, other: &Child) -> bool {
        (self.name, self.is_reference()) == (other.name, other.is_reference())
    }
}

impl<'s, const N: usize> Groups<'s, N> {
    /// Takes time n log n and a few words for each entry down to `max_depth`.
    pub(super) fn new(snapshots: [&'s Snapshot; N], merge: Merge, max_depth: usize) -> Self {
        let mut groups = Groups {
            snapshots,
            list: Vec::new(),
            roots: 0..0,
            members: [const { Vec::new() }; N],
            texts: Texts::new(snapshots),
        };
        let mut children = Vec::new();
        for (side, snapshot) in snapshots.iter().enumerate().rev() {
            let roots = snapshot.roots().map(|root| root.index() as u32);
            groups.gather(side, roots, &mut children);
        }
        groups.roots = groups.add(&mut children, NONE, merge);
        let mut at = 0;
        while at < groups.list.len() {
            if (groups.list[at].depth as usize) < max_depth {
                groups.expand(at as u32, &mut children, merge);
            }
            at += 1;
        }
        groups
    }

    /// Groups what is below the members of a group.
    fn expand(&mut self, group: u32, children: &mut Vec<Child>, merge: Merge) {
        for side in (0..N).rev() {
            let snapshot = self.snapshots[side];
            for member in self.range(side, group) {
                let entry = self.members[side][member as usize];
                let below = super::Entry::new(snapshot, entry).children();
                self.gather(side, below.map(|child| child.index() as u32), children);
            }
        }
        let range = self.add(children, group, merge);
        self.list[group as usize].children = range;
    }

    fn gather(&self, side: usize, entries: impl Iterator<Item = u32>, children: &mut Vec<Child>) {
        for entry in entries {
            let records = &self.snapshots[side].records;
            let reference = if records.is_reference(entry) { REFERENCE } else { 0 };
            children.push(Child {
                name: self.texts.joint(side, records.name(entry)),
                place: children.len() as u32 & !REFERENCE | reference,
                entry,
                side: side as u8,
            });
        }
    }

    /// Makes groups of the children, in the order of their first members.
    fn add(&mut self, children: &mut Vec<Child>, parent: u32, merge: Merge) -> Range<u32> {
        let start = self.list.len() as u32;
        // Where each group starts.
        let mut starts: Vec<u32> = Vec::new();
        match merge {
            Merge::Nothing => starts.extend(0..children.len() as u32),
            Merge::Equal => {
                children.sort_unstable();
                let mut at = 0;
                for same in children.chunk_by(Child::is_same) {
                    starts.push(at);
                    at += same.len() as u32;
                }
            }
        }
        starts.sort_unstable_by_key(|start| children[*start as usize].place & !REFERENCE);
        for start in starts {
            let rest = &children[start as usize..];
            let len = match merge {
                Merge::Nothing => 1,
                Merge::Equal => rest.iter().take_while(|child| child.is_same(&rest[0])).count(),
            };
            self.push(&rest[..len], parent);
        }
        children.clear();
        start..self.list.len() as u32
    }

    fn push(&mut self, children: &[Child], parent: u32) {
        let members = self.members.each_ref().map(|members| members.len() as u32);
        for child in children {
            self.members[usize::from(child.side)].push(child.entry);
        }
        let depth = if parent == NONE { 0 } else { self.get(parent).depth + 1 };
        self.list.push(Group {
            name: children[0].name,
            is_reference: children[0].is_reference(),
            parent,
            depth,
            children: 0..0,
            members,
        });
    }

    pub(super) fn get(&self, group: u32) -> &Group<N> {
        &self.list[group as usize]
    }

    /// All groups, each behind its parent.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &Group<N>)> {
        (0..).zip(&self.list)
    }

    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    pub(super) fn roots(&self) -> Range<u32> {
        self.roots.clone()
    }

    pub(super) fn name(&self, group: u32) -> &'s [u8] {
        self.texts.get(self.get(group).name)
    }

    /// The entries of a group in one of the snapshots.
    pub(super) fn members(&self, side: usize, group: u32) -> &[u32] {
        let range = self.range(side, group);
        &self.members[side][range.start as usize..range.end as usize]
    }

    fn range(&self, side: usize, group: u32) -> Range<u32> {
        let next = self.list.get(group as usize + 1);
        let end = next.map_or(self.members[side].len() as u32, |next| next.members[side]);
        self.get(group).members[side]..end
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

    pub(super) fn path(&self, group: u32) -> super::Path<'s> {
        let parent = |group: &u32| Some(self.get(*group).parent).filter(|parent| *parent != NONE);
        super::Path::new(core::iter::successors(Some(group), parent).map(|group| self.name(group)))
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

/// The names of several snapshots, numbered together.
struct Texts<'s, const N: usize> {
    snapshots: [&'s Snapshot; N],
    /// The joint numbers of the names of each snapshot but the first, whose own
    /// numbers are the joint ones.
    joint: [Vec<u32>; N],
    /// Where each name that the first one lacks is: in which snapshot, and its number there.
    more: Vec<(usize, u32)>,
}

impl<'s, const N: usize> Texts<'s, N> {
    fn new(snapshots: [&'s Snapshot; N]) -> Self {
        const { assert!(N == 1 || N == 2, "with more, the later ones would share no names") };
        let mut texts = Texts { snapshots, joint: [const { Vec::new() }; N], more: Vec::new() };
        for (side, snapshot) in snapshots.iter().enumerate().skip(1) {
            let first = &snapshots[0].names;
            for id in 0..snapshot.names.len() as u32 {
                let known = first.find(snapshot.names.get(id));
                let joint = known.unwrap_or((first.len() + texts.more.len()) as u32);
                if known.is_none() {
                    texts.more.push((side, id));
                }
                texts.joint[side].push(joint);
            }
        }
        texts
    }

    fn joint(&self, side: usize, id: u32) -> u32 {
        if side == 0 { id } else { self.joint[side][id as usize] }
    }

    fn get(&self, joint: u32) -> &'s [u8] {
        let first = &self.snapshots[0].names;
        match (joint as usize).checked_sub(first.len()) {
            None => first.get(joint),
            Some(more) => {
                let (side, id) = self.more[more];
                self.snapshots[side].names.get(id)
            }
        }
    }
}
