//! [`by_columns`]: the tree that the indentation tells, and what is missing in it.

use std::ops::Range;

use talloc::snapshot::{Builder, Given};

use super::check::{Check, Left};

/// What the indentation of a report says.
#[derive(Debug, Default)]
pub(crate) struct ByColumns {
    /// The depth of each entry, the root included; [`NOWHERE`] for what no object has room for.
    pub(crate) depths: Vec<u32>,
    /// What refutes this reading, or shows that lines are missing: the first is told.
    pub(crate) problem: Option<Problem>,
    /// Objects without anything below them that should have something: their depths.
    limited: Option<Range<u32>>,
    /// The first of them.
    first_limited: usize,
    deepest: u32,
    /// The last object lacks what is below it, or those above it do.
    pub(crate) is_cut: bool,
}

/// The depth of an entry that is in no tree.
pub(crate) const NOWHERE: u32 = u32::MAX;

/// What is wrong with a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Problem {
    /// What is below `above` is more than its own line says, from `entry` on.
    TooMuch { entry: usize, above: usize },
    /// Fewer blocks are listed below this object than its own line says.
    Missing { entry: usize, blocks: u64 },
    /// The indentation is that of no level.
    Indentation { entry: usize },
    /// The numbers say that it is at another level than the indentation.
    Disorder { entry: usize },
    /// It is below nothing: the report before it was complete.
    Extra { entry: usize },
}

/// Reads a report, of which the first entry is the root: an entry that starts further to the right
/// than the one before is below it, by how much does not matter.
///
/// The depth that the builder has for each is its column.
pub(crate) fn by_columns(builder: &Builder, entries: Range<usize>) -> ByColumns {
    let mut found = ByColumns::default();
    let Some(root) = builder.get(entries.start) else { return found };
    let mut check = Check::new(entries.start, &root);
    found.depths.push(0);
    let mut steps = Steps::default();
    for index in entries.start + 1..entries.end {
        let Some(given) = builder.get(index) else { break };
        let column = given.depth;
        let mut sibling = None;
        while check.depth() > 1 && check.last().is_some_and(|last| last.column >= column) {
            if let Some(left) = check.close() {
                found.closed(&left, check.depth());
                sibling = Some(left.column);
            }
        }
        let above = check.last().map_or(0, |last| last.column);
        let is_first = check.depth() == 1;
        match sibling {
            Some(sibling) if sibling != column => {
                found.problem(Problem::Indentation { entry: index });
            }
            None if is_first => steps.below_root = Some((index, column.saturating_sub(above))),
            None => steps.add(index, column - above),
            Some(_) => {}
        }
        found.place(index, &given, &mut check);
    }
    if let Some(entry) = steps.odd() {
        found.problem(Problem::Indentation { entry });
    }
    found.end(&mut check);
    found
}

impl ByColumns {
    /// Puts an entry below the last object. If that has no room for it, the line of its parent
    /// is lost, or the tree was changed meanwhile: it goes below the next above that has room.
    fn place(&mut self, index: usize, given: &Given, check: &mut Check) {
        while !check.add(index, given) {
            let Some(last) = check.last().copied() else { break };
            self.problem(Problem::TooMuch { entry: index, above: last.index });
            if check.depth() == 1 {
                self.depths.push(NOWHERE);
                return;
            }
            check.close();
            self.closed(&last, check.depth());
        }
        let depth = check.depth() as u32 - 1;
        self.depths.push(depth);
        self.deepest = self.deepest.max(depth);
    }

    fn problem(&mut self, problem: Problem) {
        self.problem.get_or_insert(problem);
    }

    /// Nothing more is below an object at this depth.
    fn closed(&mut self, left: &Left, depth: usize) {
        let depth = depth as u32;
        if left.blocks == 0 {
            return;
        }
        if left.has_children {
            self.problem(Problem::Missing { entry: left.index, blocks: left.blocks });
            return;
        }
        match &mut self.limited {
            Some(depths) => {
                *depths = depths.start.min(depth)..depths.end.max(depth + 1);
            }
            None => {
                self.limited = Some(depth..depth + 1);
                self.first_limited = left.index;
            }
        }
    }

    /// The report ended: what is still open may be cut.
    fn end(&mut self, check: &mut Check) {
        while let Some(left) = check.close() {
            self.is_cut |= left.blocks > 0;
            // What has nothing below it may be at the deepest level that was wanted.
            if left.blocks > 0 && !left.has_children && self.limited.is_some() {
                self.closed(&left, check.depth());
            }
        }
    }

    /// Whether all objects without anything below them, though they have blocks there, are at
    /// the deepest level. Else the first that is not full is the problem.
    pub(crate) fn is_limited(&self) -> bool {
        let at_deepest = |depths: &Range<u32>| *depths == (self.deepest..self.deepest + 1);
        self.limited.as_ref().is_none_or(at_deepest)
    }

    pub(crate) fn has_limit(&self) -> bool {
        self.limited.is_some()
    }

    /// The first object without anything below it that should have something.
    pub(crate) fn first_limited(&self) -> usize {
        self.first_limited
    }
}

/// By how much entries are further to the right than those above them.
#[derive(Default)]
struct Steps {
    below_root: Option<(usize, usize)>,
    first: Option<(usize, usize)>,
    /// The first that differs.
    other: Option<usize>,
}

/// What one level is indented by, as far as is known. One space is also what is left of more.
const UNITS: [usize; 3] = [2, 3, 4];

impl Steps {
    fn add(&mut self, entry: usize, step: usize) {
        let (first_entry, first) = *self.first.get_or_insert((entry, step));
        if first != step {
            self.other.get_or_insert(if first > step { first_entry } else { entry });
        }
    }

    /// An entry that skips a level.
    fn odd(&self) -> Option<usize> {
        let (entry, step) = self.below_root?;
        let is_odd = match self.first {
            Some((_, first)) => first != step,
            None => !UNITS.contains(&step),
        };
        if is_odd { Some(entry) } else { self.other }
    }
}
