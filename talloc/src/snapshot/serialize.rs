//! Serialising snapshots and what was computed from them.
//!
//! Trees are flat lists here, too: a tree of 100,000 levels would exhaust the
//! stack of a serialiser that nests.

use core::fmt;

use ::serde::ser::SerializeStruct;
use ::serde::{Serialize, Serializer};

use super::short_path::ShortPaths;
use super::{Change, ChangeKind, Diff, Entries, Entry, Escaped, Path, Rank, Ranking, Snapshot};

/// A list of structs.
struct List<F>(F);

impl<I: Iterator<Item: Serialize>, F: Fn() -> I> Serialize for List<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

/// As `total_size`, `total_blocks` and `entries`, a flat list in which each
/// entry stands before what is below it.
impl Serialize for Snapshot {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Snapshot", 3)?;
        fields.serialize_field("total_size", &self.total_size())?;
        fields.serialize_field("total_blocks", &self.total_blocks())?;
        fields.serialize_field("entries", &self.iter())?;
        fields.end()
    }
}

/// As a sequence.
impl Serialize for Entries<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.clone())
    }
}

/// The name is [escaped](Escaped); so is the `text` of a string, which is left out where it is
/// not known. `parent` and `target` are places in the list
/// of entries, or null.
impl Serialize for Entry<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields =
            serializer.serialize_struct("Entry", 9 + usize::from(self.text().is_some()))?;
        fields.serialize_field("name", &self.escaped_name())?;
        match self.text() {
            Some(text) => fields.serialize_field("text", &Escaped::new(text))?,
            None => fields.skip_field("text")?,
        }
        fields.serialize_field("depth", &self.depth())?;
        fields.serialize_field("parent", &self.parent().map(Entry::index))?;
        fields.serialize_field("size", &self.size())?;
        fields.serialize_field("total_size", &self.total_size())?;
        fields.serialize_field("total_blocks", &self.total_blocks())?;
        fields.serialize_field("is_reference", &self.is_reference())?;
        fields.serialize_field("reference_count", &self.reference_count())?;
        fields.serialize_field("target", &self.target().map(Entry::index))?;
        fields.end()
    }
}

/// As text.
impl Serialize for Escaped<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// As text.
impl Serialize for Path<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// As text.
struct Text<D>(D);

impl<D: fmt::Display> Serialize for Text<D> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// The totals before and after, and all changes. A path of more than four names and 1,000
/// bytes is shortened.
impl Serialize for Diff<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (before, after) = (self.before(), self.after());
        let mut fields = serializer.serialize_struct("Diff", 5)?;
        fields.serialize_field("size_before", &before.total_size())?;
        fields.serialize_field("size_after", &after.total_size())?;
        fields.serialize_field("blocks_before", &before.total_blocks())?;
        fields.serialize_field("blocks_after", &after.total_blocks())?;
        let paths = ShortPaths::new(&self.groups);
        let changes = || self.changes().map(|change| (change, paths.get(change.group)));
        fields.serialize_field(
            "changes",
            &List(|| changes().map(|pair| ChangeLine(pair.0, pair.1))),
        )?;
        fields.end()
    }
}

struct ChangeLine<'d, 's, P>(Change<'d, 's>, P);

impl<P: fmt::Display> Serialize for ChangeLine<'_, '_, P> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        change(&self.0, &self.1, serializer)
    }
}

impl Serialize for Change<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        change(self, &self.path(), serializer)
    }
}

fn change<S: Serializer>(
    change: &Change<'_, '_>,
    path: &impl fmt::Display,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut fields = serializer.serialize_struct("Change", 10)?;
    fields.serialize_field("name", &Escaped::new(change.name()))?;
    fields.serialize_field("path", &Text(path))?;
    fields.serialize_field("kind", &change.kind())?;
    fields.serialize_field("is_reference", &change.is_reference())?;
    fields.serialize_field("count_before", &change.count_before())?;
    fields.serialize_field("count_after", &change.count_after())?;
    fields.serialize_field("size_before", &change.size_before())?;
    fields.serialize_field("size_after", &change.size_after())?;
    fields.serialize_field("blocks_before", &change.blocks_before())?;
    fields.serialize_field("blocks_after", &change.blocks_after())?;
    fields.end()
}

/// As text: `"appeared"`, `"vanished"`, `"grew"`, `"shrank"`.
impl Serialize for ChangeKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// As a sequence, whatever the limit. A path of more than four names and 1,000
/// bytes is shortened.
impl Serialize for Ranking<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Some(groups) = self.groups() else { return serializer.collect_seq(self.ranks()) };
        let paths = ShortPaths::new(groups);
        serializer.collect_seq(self.ranks().map(|rank| RankLine(rank, paths.get(rank.id()))))
    }
}

struct RankLine<'r, 's, P>(Rank<'r, 's>, P);

impl<P: fmt::Display> Serialize for RankLine<'_, '_, P> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        rank(&self.0, Some(&self.1), serializer)
    }
}

/// A line of a ranking by name has no `path`.
impl Serialize for Rank<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let path = self.has_path().then(|| self.path());
        rank(self, path.as_ref(), serializer)
    }
}

fn rank<S: Serializer>(
    rank: &Rank<'_, '_>,
    path: Option<&impl fmt::Display>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut fields = serializer.serialize_struct("Rank", 3 + usize::from(path.is_some()))?;
    fields.serialize_field("name", &Escaped::new(rank.name()))?;
    match path {
        Some(path) => fields.serialize_field("path", &Text(path))?,
        None => fields.skip_field("path")?,
    }
    fields.serialize_field("count", &rank.count())?;
    fields.serialize_field("size", &rank.size())?;
    fields.end()
}
