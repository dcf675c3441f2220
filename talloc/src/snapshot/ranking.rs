//! [`Ranking`]: who has the most.

use core::fmt;

use super::ends::Ends;
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
    rows: Vec<Row>,
    limit: usize,
}

/// What objects with the same name or path add up to.
#[derive(Debug, Clone, Copy)]
struct Row {
    size: u64,
    count: u32,
    /// The number of the name, or of the group.
    id: u32,
}

impl Row {
    fn new(id: u32) -> Self {
        Row { size: 0, count: 0, id }
    }

    fn add(&mut self, size: u64) {
        self.size = self.size.saturating_add(size);
        self.count += 1;
    }

    /// Less for those with more bytes, then for those with more objects.
    fn by_size(&self) -> u128 {
        u128::from(!self.size) << 64 | u128::from(!self.count) << 32 | u128::from(self.id)
    }

    /// Less for those with more objects, then for those with more bytes.
    fn by_count(&self) -> u128 {
        u128::from(!self.count) << 96 | u128::from(!self.size) << 32 | u128::from(self.id)
    }
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
        let mut rows: Vec<_> = (0..self.names.len() as u32).map(Row::new).collect();
        let records = &self.records;
        for entry in records.all().filter(|entry| !records.is_reference(*entry)) {
            rows[records.name(entry) as usize].add(records.size(entry));
        }
        rows.retain(|row| row.count > 0);
        self.ranking(None, rows)
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
        let mut rows = Vec::with_capacity(groups.len());
        for id in (0..groups.len() as u32).filter(|group| !groups.is_reference(*group)) {
            let [(count, size)] = groups.own(id);
            rows.push(Row { size, count: count as u32, id });
        }
        self.ranking(Some(groups), rows)
    }

    fn ranking<'s>(&'s self, groups: Option<Groups<'s, 1>>, mut rows: Vec<Row>) -> Ranking<'s> {
        rows.sort_unstable_by_key(Row::by_size);
        Ranking { snapshot: self, groups, rows, limit: usize::MAX }
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
    pub fn sort_by_count(mut self) -> Self {
        self.rows.sort_unstable_by_key(Row::by_count);
        self
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
    row: Row,
}

impl<'r, 's> Rank<'r, 's> {
    fn of(ranking: &'r Ranking<'s>, row: Row) -> Self {
        Rank { ranking, row }
    }

    /// The name of the objects.
    pub fn name(&self) -> &'s [u8] {
        match &self.ranking.groups {
            Some(groups) => groups.name(self.row.id),
            None => self.ranking.snapshot.names.get(self.row.id),
        }
    }

    /// Where they are; in a ranking by name, which has them from everywhere, the
    /// name alone.
    pub fn path(&self) -> Path<'s> {
        match &self.ranking.groups {
            Some(groups) => groups.path(self.row.id),
            None => Path::new([self.name()].into_iter()),
        }
    }

    /// The number of the group, in a ranking by path.
    #[cfg(feature = "serde")]
    pub(super) fn id(&self) -> u32 {
        self.row.id
    }

    /// Whether this is a line of a ranking by path.
    #[cfg(feature = "serde")]
    pub(super) fn has_path(&self) -> bool {
        self.ranking.groups.is_some()
    }

    /// How many objects they are.
    pub fn count(&self) -> u64 {
        self.row.count.into()
    }

    /// The bytes of the objects alone: the sum over a ranking is the whole snapshot.
    pub fn size(&self) -> u64 {
        self.row.size
    }
}

impl fmt::Display for Ranking<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.groups.is_some() { "path" } else { "name" };
        write!(f, "{:>10}  {:>6}  {:>9}  {what}", "bytes", "share", "objects")?;
        let ends = self.groups.as_ref().map(Ends::new);
        for rank in self.ranks().take(self.limit) {
            let (size, count) = (Bytes(rank.size()), thousands(rank.count()));
            let share = 100.0 * rank.size() as f64 / self.snapshot.total_size().max(1) as f64;
            write!(f, "\n{size:>10}  {share:>5.1}%  {count:>9}  ")?;
            match &ends {
                Some(ends) => ends.write(f, rank.row.id)?,
                None => f.write_str(&Labels::LINE.of(rank.name()))?,
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
