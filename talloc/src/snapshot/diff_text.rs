//! A difference as text.

use core::fmt;

use super::Snapshot;
use super::diff::{Change, ChangeKind, Diff};
use super::ends::Ends;
use super::label::Labels;
use super::size::{Bytes, blocks, signed, thousands};

/// A line for the totals, then one for each change.
impl fmt::Display for Diff<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (before, after) = (self.before(), self.after());
        write!(
            f,
            "{}: {} in {} → {} in {} ({}, {})",
            title(before, after),
            Bytes(before.total_size()),
            blocks(before.total_blocks()),
            Bytes(after.total_size()),
            blocks(after.total_blocks()),
            signed(before.total_size(), after.total_size(), |size| Bytes(size).to_string()),
            signed(before.total_blocks(), after.total_blocks(), blocks),
        )?;
        if self.is_empty() {
            return write!(f, "\nno change");
        }
        write!(f, "\n{:>11}  {:>8}", "bytes", "blocks")?;
        let ends = Ends::new(&self.groups);
        for change in self.changes().take(self.limit) {
            f.write_str("\n")?;
            change.write(f, |f| ends.write(f, change.group))?;
        }
        match self.changes().len().saturating_sub(self.limit) {
            0 => Ok(()),
            left_out => write!(f, "\n… {} more changes", thousands(left_out as u64)),
        }
    }
}

/// The name of the root, or both if they differ.
fn title(before: &Snapshot, after: &Snapshot) -> String {
    let name = |snapshot: &Snapshot| match snapshot.root() {
        Some(root) => Labels::LINE.of(root.name()),
        None => "(empty)".to_owned(),
    };
    let (before, after) = (name(before), name(after));
    if before == after { after } else { format!("{before} → {after}") }
}

/// One line: bytes, blocks, what happened, the path, how many.
impl fmt::Display for Change<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, |f| write!(f, "{:#}", self.path()))
    }
}

impl Change<'_, '_> {
    fn write(
        &self,
        f: &mut fmt::Formatter<'_>,
        path: impl FnOnce(&mut fmt::Formatter<'_>) -> fmt::Result,
    ) -> fmt::Result {
        let bytes = signed(self.size_before(), self.size_after(), |size| Bytes(size).to_string());
        let chunks = signed(self.blocks_before(), self.blocks_after(), thousands);
        let kind = self.kind();
        let arrow = if self.is_reference() { "→ " } else { "" };
        write!(f, "{bytes:>11}  {chunks:>8}  {kind:<8}  {arrow}")?;
        path(f)?;
        let (before, after) = (self.count_before(), self.count_after());
        match kind {
            _ if before == after => Ok(()),
            ChangeKind::Appeared => f.write_str(&super::size::times(after)),
            ChangeKind::Vanished => f.write_str(&super::size::times(before)),
            _ => write!(f, " × {} → {}", thousands(before), thousands(after)),
        }
    }
}

/// `appeared`, `vanished`, `grew`, `shrank`.
impl fmt::Display for ChangeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            ChangeKind::Appeared => "appeared",
            ChangeKind::Vanished => "vanished",
            ChangeKind::Grew => "grew",
            ChangeKind::Shrank => "shrank",
        })
    }
}

impl fmt::Debug for Diff<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Diff").field("changes", &self.changes().len()).finish_non_exhaustive()
    }
}

impl fmt::Debug for Change<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Change")
            .field("path", &self.path())
            .field("kind", &self.kind())
            .field("count_before", &self.count_before())
            .field("count_after", &self.count_after())
            .field("size_before", &self.size_before())
            .field("size_after", &self.size_after())
            .field("blocks_before", &self.blocks_before())
            .field("blocks_after", &self.blocks_after())
            .finish()
    }
}
