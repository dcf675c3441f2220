//! [`by_numbers`]: the tree that the numbers of blocks tell, whatever the indentation.

use std::collections::BTreeSet;

use talloc::snapshot::{Builder, Given};

use super::check::Check;
use crate::read::line::expected::UNIT;
use crate::read::line::head::WIDTH;

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
///
/// With `is_own`, names are filled up as libtalloc does it.
pub(crate) fn by_numbers(
    builder: &Builder,
    mut entries: impl Iterator<Item = usize>,
    is_own: bool,
) -> ByNumbers {
    let root = entries.next().and_then(|index| Some((index, builder.get(index)?)));
    let Some((first, root)) = root else { return ByNumbers::Unclear };
    let mut check = Check::new(first, &root);
    let mut levels: Vec<Level> = Vec::new();
    // Those whose column is that of all entries.
    let mut known: BTreeSet<usize> = BTreeSet::new();
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
        let level = Level::new(index, &given, builder);
        // Blanks alone end anywhere, if names are not filled up.
        let is_known = is_own || given.is_reference || level.has_name;
        if matches!(indentation, Indentation::Other(_)) {
            continue;
        }
        let has_column = known.contains(&(depth - 1));
        if let Some(own) = levels.get_mut(depth - 1).filter(|_| has_column || !is_known) {
            if is_known && own.column != given.depth {
                indentation = Indentation::Other(index);
            }
            own.is_sure |= is_known && level.is_sure;
            continue;
        }
        if is_known {
            let above = known.range(..depth - 1).next_back().map(|above| levels[*above].column);
            let is_deeper = above.is_none_or(|above| above < given.depth);
            if !is_deeper && indentation == Indentation::Same {
                indentation = Indentation::Lost(index);
            }
            known.insert(depth - 1);
        }
        match levels.get_mut(depth - 1) {
            Some(own) => *own = Level { first: own.first, ..level },
            None => levels.push(level),
        }
    }
    if !check.open().iter().all(|left| left.blocks == 0) {
        return ByNumbers::Unclear;
    }
    if is_own && indentation == Indentation::Same {
        indentation = odd(&levels, root.depth).map_or(indentation, Indentation::Other);
    }
    ByNumbers::Whole { indentation }
}

/// Where the entries of one depth start.
#[derive(Debug)]
struct Level {
    first: usize,
    column: usize,
    has_name: bool,
    /// The name of one of them cannot begin with spaces.
    is_sure: bool,
}

impl Level {
    fn new(index: usize, given: &Given, builder: &Builder) -> Self {
        let name = builder.name(index).unwrap_or_default();
        let len = name.len();
        let is_string = given.total_blocks == 1 && given.size == len as u64 + 1;
        // One that begins with spaces may have more of them, and others at its end.
        let is_short = len < WIDTH && name.first().is_some_and(|first| *first != b' ');
        let is_sure = given.is_reference || is_short || is_string;
        Level { first: index, column: given.depth, has_name: len > 0, is_sure }
    }
}

/// The first entry of a level that is indented by more than the others: its names begin with
/// spaces, or are those of another one.
fn odd(levels: &[Level], root: usize) -> Option<usize> {
    let above = |at: usize| at.checked_sub(1).map_or(root, |above| levels[above].column);
    let step = |at: usize| levels[at].column.saturating_sub(above(at));
    // Against where libtalloc starts them: spaces can only be more.
    let order = |at: usize| levels[at].column.cmp(&(root + UNIT * (at + 1)));
    let mut sure = (0..levels.len()).filter(|at| levels[*at].is_sure).peekable();
    let is_libtalloc = sure.peek().is_some()
        && sure.all(|at| order(at).is_eq())
        && (0..levels.len()).all(|at| order(at).is_ge());
    if is_libtalloc {
        let at = (0..levels.len()).find(|at| order(*at).is_gt())?;
        return Some(levels[at].first);
    }
    // What is below the root may be further to the right.
    let unit = (1..levels.len()).map(step).min()?;
    let is_sure = levels.iter().all(|level| level.is_sure);
    let is_odd = |at: &usize| match at {
        0 => step(0) < unit && !is_sure,
        at => step(*at) > unit && !levels[*at].is_sure,
    };
    let at = (0..levels.len()).find(is_odd);
    Some(levels[at?].first)
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
