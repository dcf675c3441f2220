//! [`Diff`]: what changed between two snapshots.

use core::cmp::{Ordering, Reverse};

use super::groups::{Groups, Merge, Sums};
use super::{NONE, Path, Snapshot};

/// What changed between two snapshots, by path: see [`Snapshot::diff`].
///
/// The biggest growth comes first, the biggest loss behind all growth. The
/// changes add up to the difference of the totals.
///
/// ```
/// use talloc::snapshot::ChangeKind;
///
/// let ctx = talloc::Ctx::named(c"cache");
/// let _first = ctx.alloc(1_u64);
/// let before = ctx.snapshot();
/// let _more = (ctx.alloc(2_u64), ctx.alloc(3_u64), ctx.alloc(4_u16));
/// let after = ctx.snapshot();
///
/// let diff = after.diff(&before);
/// let changes: Vec<_> = diff
///     .changes()
///     .map(|change| (change.path().to_string(), change.kind(), change.growth()))
///     .collect();
/// assert_eq!(
///     changes,
///     [
///         ("cache/u64".to_owned(), ChangeKind::Grew, 16),
///         ("cache/u16".to_owned(), ChangeKind::Appeared, 2),
///     ]
/// );
/// ```
#[must_use = "a difference is there to be looked at"]
pub struct Diff<'s> {
    pub(super) groups: Groups<'s, 2>,
    pub(super) changes: Vec<u32>,
    pub(super) limit: usize,
}

/// What happened to the objects with one path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ChangeKind {
    /// There was nothing with this path; everything below it is new, too, and counted with it.
    Appeared,
    /// Nothing with this path is left; everything below it went, too, and is counted with it.
    Vanished,
    /// There are more bytes in the objects themselves, or as many in more objects.
    Grew,
    /// There are fewer bytes in the objects themselves, or as many in fewer objects.
    Shrank,
}

impl ChangeKind {
    /// Whether all that is below the objects is counted with them.
    fn is_whole(self) -> bool {
        matches!(self, ChangeKind::Appeared | ChangeKind::Vanished)
    }
}

/// Comparing.
impl Snapshot {
    /// What changed from `before` to this snapshot.
    ///
    /// Objects are compared by their path: the names from the root to them.
    /// Siblings with the same name are counted together, so an object that was
    /// freed and made anew is no change.
    ///
    /// Takes time in proportion to the entries, 4 bytes for each of them, and about 20 for each
    /// different path and name.
    pub fn diff<'s>(&'s self, before: &'s Snapshot) -> Diff<'s> {
        let groups = Groups::new([before, self], Merge::Equal, usize::MAX);
        let mut changes = Vec::new();
        // Whether a group is below one that is a change with all below it.
        let mut inside = vec![false; groups.len()];
        for (index, parent) in groups.iter() {
            let kind = kind(groups.own(index));
            let whole = kind.is_some_and(ChangeKind::is_whole);
            let parent_inside = parent != NONE && inside[parent as usize];
            inside[index as usize] = parent_inside || whole;
            if kind.is_some() && !parent_inside {
                changes.push(index);
            }
        }
        changes.sort_by_cached_key(|index| {
            let change = Change::of(&groups, *index);
            let (bytes, blocks) = (change.growth(), change.block_growth());
            let grows = (bytes, blocks) > (0, 0);
            (!grows, Reverse(bytes.unsigned_abs()), Reverse(blocks.unsigned_abs()))
        });
        Diff { groups, changes, limit: usize::MAX }
    }
}

/// What has become of so many objects with so many bytes.
fn kind([before, after]: [(u64, u64); 2]) -> Option<ChangeKind> {
    let by_size = |(count, size): (u64, u64)| (size, count);
    match (before.0, after.0) {
        (0, _) => Some(ChangeKind::Appeared),
        (_, 0) => Some(ChangeKind::Vanished),
        _ => match by_size(after).cmp(&by_size(before)) {
            Ordering::Greater => Some(ChangeKind::Grew),
            Ordering::Less => Some(ChangeKind::Shrank),
            Ordering::Equal => None,
        },
    }
}

impl<'s> Diff<'s> {
    /// Shows so many changes when displayed, and says how many were left out.
    pub fn limit(mut self, changes: usize) -> Self {
        self.limit = changes;
        self
    }

    /// The changes, the biggest growth first. [`Diff::limit`] does not count here.
    pub fn changes(&self) -> impl ExactSizeIterator<Item = Change<'_, 's>> {
        self.changes.iter().map(|group| Change::of(&self.groups, *group))
    }

    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// The snapshot before.
    pub fn before(&self) -> &'s Snapshot {
        self.groups.snapshots[0]
    }

    /// The snapshot after.
    pub fn after(&self) -> &'s Snapshot {
        self.groups.snapshots[1]
    }
}

/// A change of the objects with one path.
#[derive(Clone, Copy)]
pub struct Change<'d, 's> {
    groups: &'d Groups<'s, 2>,
    pub(super) group: u32,
    sums: [Sums; 2],
}

impl<'d, 's> Change<'d, 's> {
    fn of(groups: &'d Groups<'s, 2>, group: u32) -> Self {
        Change { groups, group, sums: groups.sums(group) }
    }

    /// What happened.
    pub fn kind(&self) -> ChangeKind {
        kind(self.sums.map(|sums| (sums.count, sums.size))).unwrap_or(ChangeKind::Grew)
    }

    /// The names from the root to the objects.
    pub fn path(&self) -> Path<'s> {
        self.groups.path(self.group)
    }

    /// Their own name.
    pub fn name(&self) -> &'s [u8] {
        self.groups.name(self.group)
    }

    /// Whether they are references.
    pub fn is_reference(&self) -> bool {
        self.groups.is_reference(self.group)
    }

    /// How many objects there were.
    pub fn count_before(&self) -> u64 {
        self.sums[0].count
    }

    /// How many objects there are.
    pub fn count_after(&self) -> u64 {
        self.sums[1].count
    }

    /// The bytes that there were: in the objects themselves, or, for what
    /// [appeared](ChangeKind::Appeared) or [vanished](ChangeKind::Vanished),
    /// with all that is below them.
    pub fn size_before(&self) -> u64 {
        self.size_of(0)
    }

    /// The bytes that there are, counted as [`Change::size_before`] counts them.
    pub fn size_after(&self) -> u64 {
        self.size_of(1)
    }

    /// The blocks that there were, counted as [`Change::size_before`] counts bytes.
    pub fn blocks_before(&self) -> u64 {
        self.blocks_of(0)
    }

    /// The blocks that there are, counted as [`Change::size_before`] counts bytes.
    pub fn blocks_after(&self) -> u64 {
        self.blocks_of(1)
    }

    fn size_of(&self, side: usize) -> u64 {
        let sums = self.sums[side];
        if self.kind().is_whole() { sums.total_size } else { sums.size }
    }

    fn blocks_of(&self, side: usize) -> u64 {
        let sums = self.sums[side];
        if self.kind().is_whole() { sums.total_blocks } else { sums.count }
    }

    /// The bytes after, less those before.
    pub fn growth(&self) -> i64 {
        difference(self.size_before(), self.size_after())
    }

    /// The blocks after, less those before.
    pub fn block_growth(&self) -> i64 {
        difference(self.blocks_before(), self.blocks_after())
    }
}

/// At the ends of the range if it is further.
fn difference(before: u64, after: u64) -> i64 {
    let distance = i64::try_from(after.abs_diff(before)).unwrap_or(i64::MAX);
    if after >= before { distance } else { -distance }
}
