//! [`Tree`]: a snapshot as a tree for people.

use core::cmp::Reverse;
use core::fmt;
use core::ops::Range;

use super::branches::{Shown, draw};
use super::groups::{Groups, Merge};
use super::label::Labels;
use super::size::{Bytes, thousands, times};
use super::{Entry, Snapshot};

/// A snapshot as a tree of lines, by `Display`: see [`Snapshot::tree`].
///
/// Each line has the bytes of the object and all below it, its own bytes, the
/// number of blocks, and its name. `→` marks a reference. The names are
/// [escaped](super::Escaped), so that each line is one. Levels beyond 40 are not
/// indented further but numbered.
///
/// ```
/// let ctx = talloc::Ctx::named(c"numbers");
/// let _numbers: Vec<_> = (0..1204).map(|n| ctx.alloc(n as u64)).collect();
/// let tree = ctx.snapshot().tree().merge_equal().to_string();
/// assert_eq!(
///     tree.lines().collect::<Vec<_>>(),
///     [
///         "     total         own  blocks",
///         "   9.4 KiB         0 B   1,205  numbers",
///         "   9.4 KiB     9.4 KiB   1,204  └─ u64 × 1,204",
///     ]
/// );
/// ```
#[derive(Debug, Clone)]
#[must_use = "a tree is only written when it is displayed"]
pub struct Tree<'s> {
    snapshot: &'s Snapshot,
    depth: usize,
    min_size: u64,
    max_children: usize,
    sort: bool,
    exact: bool,
    merge: Merge,
    labels: Labels,
    texts: bool,
}

/// As text.
impl Snapshot {
    /// The snapshot as a tree for people. Without options: all entries, in the
    /// order of libtalloc's report, names up to 100 characters.
    ///
    /// ```
    /// let ctx = talloc::Ctx::new();
    /// let _number = ctx.alloc(1_u8);
    /// let snapshot = ctx.snapshot();
    /// println!("{}", snapshot.tree().depth(3).min_size(100).sort_by_size().merge_equal());
    /// ```
    #[doc(alias = "talloc_report_full")]
    pub fn tree(&self) -> Tree<'_> {
        Tree {
            snapshot: self,
            depth: usize::MAX,
            min_size: 0,
            max_children: usize::MAX,
            sort: false,
            exact: false,
            merge: Merge::Nothing,
            labels: Labels::LINE,
            texts: false,
        }
    }
}

/// The whole tree, as [`Snapshot::tree`] without options.
impl fmt::Display for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.tree().fmt(f)
    }
}

impl Tree<'_> {
    /// Shows so many levels below the root: 0 is the root alone.
    #[doc(alias = "talloc_report_depth_file")]
    pub fn depth(mut self, levels: usize) -> Self {
        self.depth = levels;
        self
    }

    /// Leaves out what has fewer bytes with all that is below it, and says how
    /// much that was.
    pub fn min_size(mut self, bytes: u64) -> Self {
        self.min_size = bytes;
        self
    }

    /// Shows so many children of each object, the largest ones if they are
    /// sorted, and says how much was left out.
    pub fn max_children(mut self, children: usize) -> Self {
        self.max_children = children;
        self
    }

    /// Puts the siblings with the most bytes first.
    pub fn sort_by_size(mut self) -> Self {
        self.sort = true;
        self
    }

    /// Shows siblings with the same name as one: `name × 1,204`. What is below
    /// them is merged in the same way.
    pub fn merge_equal(mut self) -> Self {
        self.merge = Merge::Equal;
        self
    }

    /// Writes all sizes in bytes: `1,234,567`.
    pub fn exact_bytes(mut self) -> Self {
        self.exact = true;
        self
    }

    /// Leaves the modules out of the names of Rust types: `Vec<Entry>` for
    /// `alloc::vec::Vec<app::Entry>`.
    pub fn short_names(mut self) -> Self {
        self.labels.short = true;
        self
    }

    /// Shows what is in strings, where that is [known](super::Entry::text):
    /// `char "localhost"`. Not for strings that are shown as one.
    ///
    /// ```
    /// let ctx = talloc::Ctx::named(c"server");
    /// let _host = ctx.strdup("localhost")?;
    /// let tree = ctx.snapshot().tree().texts().to_string();
    /// assert!(tree.ends_with("└─ char \"localhost\""));
    /// # Ok::<(), talloc::Error>(())
    /// ```
    pub fn texts(mut self) -> Self {
        self.texts = true;
        self
    }

    /// Cuts names and texts after so many characters.
    pub fn max_name(mut self, chars: usize) -> Self {
        self.labels.max_chars = chars;
        self
    }

    fn shown(&self, groups: &Groups<'_, 1>, children: Range<u32>) -> Shown {
        let is_shown = |group: &u32| groups.sums(*group)[0].total_size >= self.min_size;
        let mut list: Vec<u32> = children.clone().filter(is_shown).collect();
        if self.sort {
            list.sort_by_cached_key(|group| {
                let sums = groups.sums(*group)[0];
                Reverse((sums.total_size, sums.total_blocks))
            });
        }
        list.truncate(self.max_children);
        let left_out = || {
            let sums = |group: u32| groups.sums(group)[0];
            let all = children.clone().map(sums).fold((0, 0_u64), |all, sums| {
                (all.0 + sums.count, all.1.saturating_add(sums.total_size))
            });
            list.iter().map(|group| sums(*group)).fold(all, |left, sums| {
                (left.0 - sums.count, left.1.saturating_sub(sums.total_size))
            })
        };
        let rest = (list.len() < children.len()).then(left_out);
        let rest =
            rest.map(|(count, size)| format!("… {} more, {}", thousands(count), self.bytes(size)));
        Shown { groups: list, rest }
    }

    fn bytes(&self, size: u64) -> String {
        if self.exact { format!("{:#} B", Bytes(size)) } else { Bytes(size).to_string() }
    }

    /// The three numbers, right-aligned, and the space behind them.
    fn columns(&self, groups: &Groups<'_, 1>, group: Option<u32>) -> String {
        let (total, own, blocks) = match group {
            None => Default::default(),
            Some(group) if groups.is_reference(group) => {
                ("-".to_owned(), "-".to_owned(), thousands(groups.sums(group)[0].count))
            }
            Some(group) => {
                let [sums] = groups.sums(group);
                (self.bytes(sums.total_size), self.bytes(sums.size), thousands(sums.total_blocks))
            }
        };
        self.line(&total, &own, &blocks)
    }

    /// The name of a group, its text, how many there are, and who holds them.
    fn label(&self, groups: &Groups<'_, 1>, group: u32) -> String {
        let name = self.labels.of(groups.name(group));
        let text = match (self.texts, groups.members(0, group)) {
            (true, &[entry]) => Entry::new(self.snapshot, entry).text(),
            _ => None,
        };
        let text = text.map(|text| format!(" \"{}\"", self.labels.text(text))).unwrap_or_default();
        let arrow = if groups.is_reference(group) { "→ " } else { "" };
        let [sums] = groups.sums(group);
        let times = times(sums.count);
        let held = match sums.references {
            0 => String::new(),
            1 => "  (held by 1 reference)".to_owned(),
            count => format!("  (held by {} references)", thousands(count)),
        };
        format!("{arrow}{name}{text}{times}{held}")
    }

    fn line(&self, total: &str, own: &str, blocks: &str) -> String {
        let width = match self.exact {
            true => self.bytes(self.snapshot.total_size()).len().max(10),
            false => 10,
        };
        format!("{total:>width$}  {own:>width$}  {blocks:>6}  ")
    }
}

impl fmt::Display for Tree<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let groups = Groups::new([self.snapshot], self.merge, self.depth);
        f.write_str(self.line("total", "own", "blocks").trim_end())?;
        draw(
            f,
            &groups,
            |children| self.shown(&groups, children),
            |group| self.columns(&groups, group),
            |group| self.label(&groups, group),
        )
    }
}
