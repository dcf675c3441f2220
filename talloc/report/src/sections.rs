//! [`Section`]: what is shown of one report, or of all in a file.

use std::collections::HashSet;

use talloc::Snapshot;
use talloc::snapshot::Bytes;

use crate::args::Options;
use crate::fold::fold;
use crate::input::Input;
use crate::messages::say;
use crate::names::rename;
use crate::read::Source;
use crate::select::Filter;
use crate::strings::merge_strings;

/// A part of an input that is shown on its own.
#[derive(Debug)]
pub(crate) struct Section {
    /// What is over it, if there are several.
    pub(crate) title: Option<String>,
    pub(crate) source: Option<Source>,
    pub(crate) snapshot: Snapshot,
    /// How many objects have a name or type that was asked for, if one was.
    pub(crate) wanted: Option<u64>,
}

/// All that was asked for of an input as one.
pub(crate) fn whole(input: Input, options: &Options) -> Result<Snapshot, String> {
    Ok(shown(chosen(input, options.filter.report)?, options)?.0)
}

/// The same of two inputs that are compared: what only one of them has is a change.
pub(crate) fn both(
    old: Input,
    new: Input,
    options: &Options,
) -> Result<(Snapshot, Snapshot), String> {
    let number = options.filter.report;
    if number.is_none() && !options.quiet {
        tell_sum(&old);
        tell_sum(&new);
    }
    let (old, _) = left(chosen(old, number)?, options)?;
    let (new, _) = left(chosen(new, options.filter.report_of_new.or(number))?, options)?;
    match old.is_empty() && new.is_empty() {
        true => Err(options.filter.nothing()),
        false => Ok((old, new)),
    }
}

fn chosen(input: Input, report: Option<usize>) -> Result<Snapshot, String> {
    match report {
        Some(number) => one(&input, number),
        None => labelled(input),
    }
}

/// Says that reports of one tree, which a log has of several moments, are taken together.
fn tell_sum(input: &Input) {
    let mut sources = input.reports.iter().peekable();
    let mut trees = input.snapshot.roots().filter_map(|root| {
        let source = sources.next_if(|source| source.entry == root.index())?;
        Some((root.name(), source.title.as_ref()))
    });
    let mut seen = HashSet::new();
    if trees.any(|tree| !seen.insert(tree)) {
        let (name, all) = (&input.name, input.reports.len());
        say(&format!("{name}: its {all} reports are added up; --report N takes one of them"));
    }
}

/// The reports of an input, each on its own; all trees, if they are of one report or of none.
pub(crate) fn each(input: Input, options: &Options) -> Result<Vec<Section>, String> {
    if let Some(number) = options.filter.report {
        let (snapshot, wanted) = shown(one(&input, number)?, options)?;
        return Ok(vec![Section { title: None, source: None, snapshot, wanted }]);
    }
    let is_one = input.snapshot.roots().nth(1).is_none();
    if is_one || input.reports.len() != input.snapshot.roots().count() {
        let (snapshot, wanted) = shown(input.snapshot, options)?;
        return Ok(vec![Section { title: None, source: None, snapshot, wanted }]);
    }
    let all = input.reports.len();
    let sections = (1..=all).map(|number| {
        let source = input.reports[number - 1].clone();
        let part = one(&input, number)?;
        let title = Some(title(&source, number, all, &part));
        let (snapshot, wanted) = shown(part, options)?;
        Ok(Section { title, source: Some(source), snapshot, wanted })
    });
    sections.collect()
}

/// All trees, with the process in the name of each root, where there are several.
fn labelled(input: Input) -> Result<Snapshot, String> {
    let Input { snapshot, reports, .. } = input;
    if reports.len() < 2 || reports.iter().all(|source| source.title.is_none()) {
        return Ok(snapshot);
    }
    let mut titles =
        reports.iter().filter_map(|source| Some((source.entry, source.title.as_ref()?)));
    let mut next = titles.next();
    let renamed = rename(&snapshot, |entry| match next {
        Some((root, title)) if root == entry.index() => {
            next = titles.next();
            [title.as_bytes(), b": ", entry.name()].concat().into()
        }
        _ => entry.name().into(),
    });
    renamed.map_err(|error| error.to_string())
}

/// The report with this number.
fn one(input: &Input, number: usize) -> Result<Snapshot, String> {
    let Some(source) = input.reports.get(number - 1) else {
        let all = Bytes(input.reports.len() as u64);
        return Err(format!("there is no report {number}: {} has {all:#}", input.name));
    };
    let Some(root) = input.snapshot.iter().nth(source.entry) else {
        return Err(format!("there is no report {number}"));
    };
    let mut builder = Snapshot::builder();
    for entry in root.subtree() {
        let pushed = if entry.is_reference() {
            builder.try_push_reference(entry.depth(), entry.name())
        } else {
            let (size, blocks) = (entry.total_size(), entry.total_blocks());
            builder.try_push_totals(entry.depth(), entry.name(), size, blocks)
        };
        let references = u32::try_from(entry.reference_count()).unwrap_or(u32::MAX);
        pushed.map_err(|error| error.to_string())?.references(references);
    }
    builder.try_finish().map_err(|error| error.to_string())
}

fn title(source: &Source, number: usize, all: usize, part: &Snapshot) -> String {
    let name = part.root().map(|root| root.escaped_name().to_string()).unwrap_or_default();
    let from = source.title.as_ref().map(|title| format!(", {title}")).unwrap_or_default();
    format!("report {number} of {all}: {name}, line {}{from}", source.line)
}

/// What the options leave of a snapshot, which must be something.
fn shown(snapshot: Snapshot, options: &Options) -> Result<(Snapshot, Option<u64>), String> {
    let (snapshot, wanted) = left(snapshot, options)?;
    if snapshot.is_empty() { Err(options.filter.nothing()) } else { Ok((snapshot, wanted)) }
}

/// What the options leave of a snapshot, with the names that they want, and how many objects have
/// a wanted name.
pub(crate) fn left(
    mut snapshot: Snapshot,
    options: &Options,
) -> Result<(Snapshot, Option<u64>), String> {
    let changed =
        |result: Result<Snapshot, talloc::Error>| result.map_err(|error| error.to_string());
    let filter: &Filter = &options.filter;
    let mut wanted = None;
    if !filter.below.is_empty() {
        snapshot = changed(filter.below(&snapshot))?;
    }
    if filter.has_names() {
        snapshot = changed(filter.named(&snapshot))?;
        wanted = Some(snapshot.iter().filter(|entry| filter.accepts(entry.name())).count() as u64);
    }
    if options.strings {
        snapshot = changed(merge_strings(&snapshot))?;
    }
    if options.fold {
        snapshot = changed(rename(&snapshot, |entry| fold(entry.name())))?;
    }
    Ok((snapshot, wanted))
}
