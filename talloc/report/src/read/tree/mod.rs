//! [`solve`]: the trees of a stream.

mod check;
mod columns;
mod dangling;
mod fit;
mod merge;
mod numbers;

use std::ops::Range;

use talloc::Snapshot;

pub(crate) use self::merge::merge;

use self::columns::Problem;
use self::dangling::unresolved;
use self::fit::{Candidate, Verdict, fit};
use crate::read::findings::{Finding, Findings};
use crate::read::stream::{Mark, Stream};

/// The reports of one process, read to their end.
#[derive(Debug)]
pub(crate) struct Solved {
    pub(crate) snapshot: Snapshot,
    pub(crate) reports: Vec<Source>,
}

/// Where a root of the snapshot comes from.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    /// The number of its entry.
    pub(crate) entry: usize,
    /// The number of its line.
    pub(crate) line: u64,
    pub(crate) title: Option<String>,
}

/// Decides which tree the entries of each report are, and tells what contradicts its numbers.
pub(crate) fn solve(mut stream: Stream, findings: &mut Findings) -> Result<Solved, talloc::Error> {
    let len = stream.builder.len();
    let marks = std::mem::take(&mut stream.reports);
    let mut dropped = Vec::new();
    let first = marks.first().map_or(len, |mark| mark.entry);
    if first > 0 {
        orphans(&mut stream, 0..first, &mut dropped, findings);
    }
    let mut doubts = std::mem::take(&mut stream.doubts).into_iter().peekable();
    for (at, mark) in marks.iter().enumerate() {
        let next = marks.get(at + 1);
        let entries = mark.entry..next.map_or(len, |next| next.entry);
        let mut own: Vec<Range<usize>> = Vec::new();
        while let Some(doubt) = doubts.next_if(|doubt| doubt.start < entries.end) {
            // Those of one string grow: the last has all of it.
            own.retain(|before| before.start != doubt.start);
            if doubt.start > mark.entry && doubt.end <= entries.end {
                own.push(doubt);
            }
        }
        let candidate = Candidate {
            entries: entries.clone(),
            doubts: &own,
            is_full: mark.is_full,
            is_own: mark.form.is_spaced(),
            is_followed: next.is_some() || stream.is_followed,
        };
        let verdict = fit(&mut stream.builder, &candidate, &mut dropped);
        tell(&stream, mark, verdict, findings);
        if !matches!(verdict, Verdict::Broken(_)) {
            doubt_names(&stream, mark, entries.clone(), verdict == Verdict::Whole, findings);
        }
        if let Some(next) = next.filter(|next| is_part(&stream, mark, next)) {
            findings.add(Finding::Part { line: mark.line, of: next.line });
            dropped.push(entries);
        }
    }
    finish(stream, &marks, dropped)
}

/// FreeRADIUS prints the report of a context, of its parent and so on: each has the one before.
fn is_part(stream: &Stream, mark: &Mark, next: &Mark) -> bool {
    let [own, parent] = [mark, next].map(|mark| stream.builder.get(mark.entry));
    let (Some(own), Some(parent)) = (own, parent) else { return false };
    next.level.is_some_and(|level| level > 0 && mark.level == Some(level - 1))
        && own.size <= parent.size
        && own.total_blocks < parent.total_blocks
}

/// Entries without a root: the first line of their report is lost.
fn orphans(
    stream: &mut Stream,
    entries: Range<usize>,
    dropped: &mut Vec<Range<usize>>,
    findings: &mut Findings,
) {
    let line = stream.lines.get(entries.start).unwrap_or_default();
    findings.add(Finding::NoRoot { line });
    let mut start = entries.start;
    while start < entries.end {
        let column = stream.builder.get(start).map_or(0, |given| given.depth);
        let is_below =
            |index: &usize| stream.builder.get(*index).is_some_and(|given| given.depth > column);
        let below = (start + 1..entries.end).take_while(is_below).count();
        let end = start + 1 + below;
        let candidate = Candidate {
            entries: start..end,
            doubts: &[],
            is_full: true,
            is_own: false,
            is_followed: false,
        };
        if let Verdict::Broken(problem) = fit(&mut stream.builder, &candidate, dropped) {
            findings.add(broken(stream, problem));
        }
        start = end;
    }
}

fn tell(stream: &Stream, mark: &Mark, verdict: Verdict, findings: &mut Findings) {
    match verdict {
        Verdict::Whole => {}
        Verdict::Partial => findings.is_partial = true,
        Verdict::Rebuilt(entry) => {
            let line = stream.lines.get(entry).unwrap_or(mark.line);
            findings.add(Finding::Rebuilt { line });
        }
        Verdict::Broken(problem) => findings.add(broken(stream, problem)),
    }
}

/// Names that may be others.
fn doubt_names(
    stream: &Stream,
    mark: &Mark,
    entries: Range<usize>,
    is_whole: bool,
    findings: &mut Findings,
) {
    let line = |entry| stream.lines.get(entry).unwrap_or(mark.line);
    if let Some(entry) = mark.form.doubtful(is_whole) {
        findings.add(Finding::Name { line: line(entry) });
    }
    if let Some(entry) = unresolved(&stream.builder, entries, &mark.form) {
        findings.add(Finding::Reference { line: line(entry) });
    }
}

fn broken(stream: &Stream, problem: Problem) -> Finding {
    let line = |entry| stream.lines.get(entry).unwrap_or_default();
    let name = |entry| stream.builder.name(entry).unwrap_or_default().to_vec();
    match problem {
        Problem::TooMuch { entry, above } => {
            Finding::TooMuch { line: line(entry), above: line(above), name: name(above) }
        }
        Problem::Missing { entry, blocks } => {
            Finding::Missing { line: line(entry), name: name(entry), blocks }
        }
        Problem::Indentation { entry } => Finding::Indentation { line: line(entry) },
        Problem::Disorder { entry } => Finding::Disorder { line: line(entry) },
        Problem::Extra { entry } => Finding::Extra { line: line(entry) },
    }
}

/// Removes what has no place.
fn finish(
    stream: Stream,
    marks: &[Mark],
    mut dropped: Vec<Range<usize>>,
) -> Result<Solved, talloc::Error> {
    let Stream { mut builder, .. } = stream;
    dropped.sort_unstable_by_key(|range| range.start);
    let mut reports = Vec::new();
    let (mut next, mut removed) = (0, 0);
    let mut marks = marks.iter().peekable();
    if dropped.is_empty() {
        reports.extend(marks.map(|mark| source(mark, 0)));
    } else {
        builder.retain(|index| {
            while dropped.get(next).is_some_and(|range| range.end <= index) {
                next += 1;
            }
            let is_dropped = dropped.get(next).is_some_and(|range| range.contains(&index));
            if let Some(mark) = marks.next_if(|mark| mark.entry == index) {
                if !is_dropped {
                    reports.push(source(mark, removed));
                }
            }
            removed += usize::from(is_dropped);
            !is_dropped
        });
    }
    Ok(Solved { snapshot: builder.try_finish()?, reports })
}

fn source(mark: &Mark, removed: usize) -> Source {
    Source { entry: mark.entry - removed, line: mark.line, title: mark.title.clone() }
}
