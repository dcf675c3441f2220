//! [`Ranking`]: who has the most.

use core::cmp::Reverse;
use core::fmt;

use super::groups::{Groups, Merge};
use super::label::Labels;
use super::size::{Bytes, thousands};
use super::{Path, Snapshot};

/// Objects with the same name or path, those with the most bytes first (or
/// the most objects, by [`Ranking::sort_by_count`]): see
/// [`Snapshot::by_name`] and [`Snapshot::by_path`].
#[must_use = "a ranking is there to be looked at"]
pub struct Ranking<'s> {
    snapshot: &'s Snapshot,
    /// In a ranking by path.
    groups: Option<Groups<'s, 1>>,
    /// In a ranking by name: the number and the bytes of the objects with each.
    names: Vec<(u64, u64)>,
    /// The numbers of the names, or of the groups.
    rows: Vec<u32>,
    limit: usize,
}

/// Who has the most.
impl Snapshot {
    /// Which names have the most bytes, wherever they are in the tree.
    /// References are not counted.
    ///
    /// ```
    /// let ctx = talloc::Ctx::named(c"table");
    /// let _numbers = (ctx.alloc(1_u64), ctx.alloc(2_u64), ctx.alloc(3_u8));
    /// let snapshot = ctx.snapshot();
    /// let by_name = snapshot.by_name();
    /// let most = by_name.ranks().next().unwrap();
    /// assert_eq!((most.name(), most.count(), most.size()), (&b"u64"[..], 2, 16));
    /// ```
    pub fn by_name(&self) -> Ranking<'_> {
        let mut sums = vec![(0_u64, 0_u64); self.names.len()];
        let records = &self.records;
        for entry in records.all().filter(|entry| !records.is_reference(*entry)) {
            let (count, size) = &mut sums[records.name(entry) as usize];
            *count += 1;
            *size = size.saturating_add(records.size(entry));
        }
        let rows = (0..).zip(&sums).filter(|(_, (count, _))| *count > 0).map(|(id, _)| id);
        let rows = rows.collect();
        self.ranking(None, sums, rows)
    }

    /// Which paths have the most bytes in the objects themselves.
    /// References are not counted.
    ///
    /// ```
    /// let ctx = talloc::Ctx::named(c"table");
    /// let _numbers = (ctx.alloc(1_u64), ctx.alloc(2_u64), ctx.alloc(3_u8));
    /// println!("{}", ctx.snapshot().by_path().limit(10));
    /// ```
    pub fn by_path(&self) -> Ranking<'_> {
        let groups = Groups::new([self], Merge::Equal, usize::MAX);
        let objects = groups.iter().filter(|(_, group)| !group.is_reference);
        let rows = objects.map(|(id, _)| id).collect();
        self.ranking(Some(groups), Vec::new(), rows)
    }

    fn ranking<'s>(
        &'s self,
        groups: Option<Groups<'s, 1>>,
        names: Vec<(u64, u64)>,
        rows: Vec<u32>,
    ) -> Ranking<'s> {
        let ranking = Ranking { snapshot: self, groups, names, rows, limit: usize::MAX };
        ranking.sort(|(count, size)| Reverse((size, count)))
    }
}

impl<'s> Ranking<'s> {
    /// Shows so many lines when displayed, and says how many were left out.
    pub fn limit(mut self, lines: usize) -> Self {
        self.limit = lines;
        self
    }

    /// Leaves out the lines for which `keep` returns false.
    ///
    /// ```
    /// # let ctx = talloc::Ctx::named(c"table");
    /// let _numbers = (ctx.alloc(1_u64), ctx.alloc(2_u8));
    /// let snapshot = ctx.snapshot();
    /// let by_name = snapshot.by_name().retain(|rank| rank.name().starts_with(b"u"));
    /// assert_eq!(by_name.ranks().len(), 2);
    /// ```
    pub fn retain(mut self, mut keep: impl FnMut(&Rank<'_, 's>) -> bool) -> Self {
        let mut rows = core::mem::take(&mut self.rows);
        rows.retain(|row| keep(&Rank::of(&self, *row)));
        self.rows = rows;
        self
    }

    /// Puts those with the most objects first.
    ///
    /// ```
    /// # let ctx = talloc::Ctx::named(c"table");
    /// let _numbers = (ctx.alloc(1_u64), ctx.alloc(2_u8), ctx.alloc(3_u8));
    /// let snapshot = ctx.snapshot();
    /// let by_count = snapshot.by_name().sort_by_count();
    /// let most = by_count.ranks().next().unwrap();
    /// assert_eq!((most.name(), most.count()), (&b"u8"[..], 2));
    /// ```
    pub fn sort_by_count(self) -> Self {
        self.sort(Reverse)
    }

    /// By what `key` makes of the number of objects and their bytes.
    fn sort<K: Ord>(mut self, key: impl Fn((u64, u64)) -> K) -> Self {
        let mut rows = core::mem::take(&mut self.rows);
        rows.sort_by_cached_key(|row| key(self.sums(*row)));
        self.rows = rows;
        self
    }

    /// The number of the objects in a row, and their bytes.
    fn sums(&self, row: u32) -> (u64, u64) {
        match &self.groups {
            Some(groups) => {
                let [sums] = groups.sums(row);
                (sums.count, sums.size)
            }
            None => self.names[row as usize],
        }
    }

    /// Of a ranking by path.
    #[cfg(feature = "serde")]
    pub(super) fn groups(&self) -> Option<&Groups<'s, 1>> {
        self.groups.as_ref()
    }

    /// All lines, whatever the limit.
    pub fn ranks(&self) -> impl ExactSizeIterator<Item = Rank<'_, 's>> {
        self.rows.iter().map(|row| Rank::of(self, *row))
    }
}

/// A line of a [`Ranking`].
#[derive(Clone, Copy)]
pub struct Rank<'r, 's> {
    ranking: &'r Ranking<'s>,
    row: u32,
    /// The number of the objects, and their bytes.
    sums: (u64, u64),
}

impl<'r, 's> Rank<'r, 's> {
    fn of(ranking: &'r Ranking<'s>, row: u32) -> Self {
        Rank { ranking, row, sums: ranking.sums(row) }
    }

    /// The name of the objects.
    pub fn name(&self) -> &'s [u8] {
        match &self.ranking.groups {
            Some(groups) => groups.name(self.row),
            None => self.ranking.snapshot.names.get(self.row),
        }
    }

    /// Where they are; in a ranking by name, which has them from everywhere, the
    /// name alone.
    pub fn path(&self) -> Path<'s> {
        match &self.ranking.groups {
            Some(groups) => groups.path(self.row),
            None => Path::new([self.name()].into_iter()),
        }
    }

    /// The number of the group, in a ranking by path.
    #[cfg(feature = "serde")]
    pub(super) fn id(&self) -> u32 {
        self.row
    }

    /// Whether this is a line of a ranking by path.
    pub(super) fn has_path(&self) -> bool {
        self.ranking.groups.is_some()
    }

    /// How many objects they are.
    pub fn count(&self) -> u64 {
        self.sums.0
    }

    /// The bytes of the objects alone: the sum over a ranking is the whole snapshot.
    pub fn size(&self) -> u64 {
        self.sums.1
    }
}

impl fmt::Display for Ranking<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.groups.is_some() { "path" } else { "name" };
        write!(f, "{:>10}  {:>6}  {:>9}  {what}", "bytes", "share", "objects")?;
        for rank in self.ranks().take(self.limit) {
            let (size, count) = (Bytes(rank.size()), thousands(rank.count()));
            let share = 100.0 * rank.size() as f64 / self.snapshot.total_size().max(1) as f64;
            write!(f, "\n{size:>10}  {share:>5.1}%  {count:>9}  ")?;
            if rank.has_path() {
                write!(f, "{:#}", rank.path())?;
            } else {
                f.write_str(&Labels::LINE.of(rank.name()))?;
            }
        }
        match self.rows.len().saturating_sub(self.limit) {
            0 => Ok(()),
            more => write!(f, "\n… {} more", thousands(more as u64)),
        }
    }
}

impl fmt::Debug for Ranking<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ranking").field("len", &self.rows.len()).finish_non_exhaustive()
    }
}

impl fmt::Debug for Rank<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rank")
            .field("path", &self.path())
            .field("count", &self.count())
            .field("size", &self.size())
            .finish()
    }
}
