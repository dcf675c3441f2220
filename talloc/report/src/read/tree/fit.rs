//! [`fit`]: which reading of a report is right.

use std::ops::Range;

use talloc::snapshot::Builder;

use super::columns::{ByColumns, NOWHERE, Problem, by_columns};
use super::numbers::{ByNumbers, Indentation, by_numbers, set_depths};

/// What is known of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// All of it is there.
    Whole,
    /// All of it is there, but the indentation does not say so, from this entry on.
    Rebuilt(usize),
    /// The end is missing, or there are levels that were not wanted.
    Partial,
    Broken(Problem),
}

/// A report among the entries of a builder, of which the first is its root.
#[derive(Debug)]
pub(crate) struct Candidate<'a> {
    pub(crate) entries: Range<usize>,
    /// Entries that may be the text of a string.
    pub(crate) doubts: &'a [Range<usize>],
    /// It says that it has all levels.
    pub(crate) is_full: bool,
    /// Its names are filled up, as libtalloc does it.
    pub(crate) is_own: bool,
    /// Another report follows: its end is no cut.
    pub(crate) is_followed: bool,
}

/// More doubts are not tried one by one.
const TRIED: usize = 16;

/// Gives each entry the depth that fits the numbers, and adds to `dropped` what has no place.
///
/// The tree is that of the numbers where all blocks are there, since only one has these numbers.
/// Else it is that of the indentation; what the numbers refute there is dropped.
pub(crate) fn fit(
    builder: &mut Builder,
    report: &Candidate<'_>,
    dropped: &mut Vec<Range<usize>>,
) -> Verdict {
    let all = report.doubts;
    let single = all.iter().take(TRIED).map(std::slice::from_ref);
    let mut first = None;
    for doubts in [&[], all].into_iter().chain(single) {
        let entries = without(report.entries.clone(), doubts);
        let found = by_numbers(builder, entries.clone(), report.is_own);
        if let ByNumbers::Whole { indentation } = found {
            set_depths(builder, entries);
            dropped.extend_from_slice(doubts);
            return match indentation {
                Indentation::Same => Verdict::Whole,
                Indentation::Lost(entry) => Verdict::Rebuilt(entry),
                Indentation::Other(entry) => Verdict::Broken(Problem::Disorder { entry }),
            };
        }
        first.get_or_insert(found);
        if all.is_empty() {
            break;
        }
    }
    if let Some(ByNumbers::Before(extra)) = first {
        set_depths(builder, report.entries.start..extra);
        dropped.push(extra..report.entries.end);
        return Verdict::Broken(Problem::Extra { entry: extra });
    }
    let found = by_columns(builder, report.entries.clone());
    apply(builder, report.entries.start, &found, dropped);
    match problem(&found, report, builder) {
        Some(problem) => Verdict::Broken(problem),
        None => Verdict::Partial,
    }
}

fn without(
    entries: Range<usize>,
    doubts: &[Range<usize>],
) -> impl Iterator<Item = usize> + Clone + '_ {
    let mut next = 0;
    entries.filter(move |index| {
        while doubts.get(next).is_some_and(|doubt| doubt.end <= *index) {
            next += 1;
        }
        !doubts.get(next).is_some_and(|doubt| doubt.contains(index))
    })
}

/// What a report with missing blocks may not be: wrong in itself, or with a hole in its middle.
fn problem(found: &ByColumns, report: &Candidate<'_>, builder: &Builder) -> Option<Problem> {
    let missing = |entry: usize| Problem::Missing {
        entry,
        blocks: builder.get(entry).map_or(0, |given| given.total_blocks.saturating_sub(1)),
    };
    if found.problem.is_some() {
        return found.problem;
    }
    if found.has_limit() && (report.is_full || !found.is_limited()) {
        return Some(missing(found.first_limited()));
    }
    // Of a report that is not full, the first line may be all.
    let is_first_only = found.depths.len() == 1 && !report.is_full;
    let is_hole = report.is_followed && found.is_cut && !found.has_limit() && !is_first_only;
    is_hole.then(|| Problem::Missing {
        entry: report.entries.start,
        blocks: builder
            .get(report.entries.start)
            .map_or(0, |root| root.total_blocks - found.depths.len() as u64),
    })
}

/// Sets the depths, and drops what is nowhere.
fn apply(builder: &mut Builder, start: usize, found: &ByColumns, dropped: &mut Vec<Range<usize>>) {
    for (index, depth) in (start..).zip(&found.depths) {
        if *depth == NOWHERE {
            dropped.push(index..index + 1);
        } else {
            builder.set_depth(index, *depth as usize);
        }
    }
}
