//! [`by_numbers`]: the tree that the numbers of blocks tell, whatever the indentation.

use talloc::snapshot::Builder;

use super::check::Check;

/// What the numbers of a report say.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ByNumbers {
    /// All blocks are there, and there is only one tree with these numbers.
    Whole { indentation: Indentation },
    /// All is there before this entry, which belongs to nothing.
    Before(usize),
    /// Blocks are missing, or there are too many bytes.
    Unclear,
}

/// What the indentation has to do with the numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Indentation {
    /// It says the same.
    Same,
    /// It says nothing, from this entry on: deeper levels are not further to the right.
    Lost(usize),
    /// It says something else, first at this entry: another one of its depth is elsewhere.
    Other(usize),
}

/// Reads a report, of which the first entry is the root. In a full report, each object is
/// followed by as many entries as its blocks are, so that these numbers alone tell the tree.
pub(crate) fn by_numbers(builder: &Builder, mut entries: impl Iterator<Item = usize>) -> ByNumbers {
    let root = entries.next().and_then(|index| Some((index, builder.get(index)?)));
    let Some((first, root)) = root else { return ByNumbers::Unclear };
    let mut check = Check::new(first, &root);
    // The column of each depth below the root.
    let mut columns: Vec<usize> = Vec::new();
    let mut indentation = Indentation::Same;
    for index in entries {
        let Some(given) = builder.get(index) else { break };
        while check.last().is_some_and(|last| last.blocks == 0) {
            check.close();
        }
        let depth = check.depth();
        if depth == 0 {
            return ByNumbers::Before(index);
        }
        if !check.add(index, &given) {
            return ByNumbers::Unclear;
        }
        match columns.get(depth - 1) {
            Some(column) if *column == given.depth => {}
            Some(_) if matches!(indentation, Indentation::Other(_)) => {}
            Some(_) => indentation = Indentation::Other(index),
            None => {
                let is_deeper = columns.last().is_none_or(|above| *above < given.depth);
                if !is_deeper && indentation == Indentation::Same {
                    indentation = Indentation::Lost(index);
                }
                columns.push(given.depth);
            }
        }
    }
    match check.open().iter().all(|left| left.blocks == 0) {
        true => ByNumbers::Whole { indentation },
        false => ByNumbers::Unclear,
    }
}

/// Gives the entries the depths that their numbers of blocks tell.
pub(crate) fn set_depths(builder: &mut Builder, entries: impl Iterator<Item = usize>) {
    // The blocks that each open object lacks.
    let mut open: Vec<u64> = Vec::new();
    for index in entries {
        let Some(given) = builder.get(index) else { break };
        while open.last() == Some(&0) {
            open.pop();
        }
        let blocks = if given.is_reference { 1 } else { given.total_blocks.max(1) };
        if let Some(left) = open.last_mut() {
            *left = left.saturating_sub(blocks);
        }
        builder.set_depth(index, open.len());
        open.push(blocks - 1);
    }
}
