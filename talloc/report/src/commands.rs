//! [`run`]: the commands.

use std::io::{self, Write};

use serde::Serialize;
use talloc::Snapshot;
use talloc::snapshot::{Bytes, Ranking};

use crate::Outcome;
use crate::args::{Options, Request};
use crate::everything::Everything;
use crate::input::{Input, load};
use crate::memory::Details;
use crate::output::{self, Written};
use crate::read::Source;
use crate::sections::{Section, both, each, whole};
use crate::watch::watch;

/// How many lines `top` and `diff` show.
pub(crate) const LINES: usize = 20;

/// Reads all files first, so that a bad one leaves the output file as it is.
pub(crate) fn run(request: &Request) -> Result<Outcome, String> {
    let options = &request.options;
    if request.command.name == "watch" {
        return watch(request);
    }
    let mut inputs = load(&request.files, options)?;
    let is_doubtful = inputs.iter().any(|input| input.is_doubtful);
    // In a tree they are for the names at the end, when all else has chosen among these.
    let details = inputs.first_mut().and_then(|input| input.details.take());
    let mut inputs = inputs.into_iter();
    let (Some(first), second) = (inputs.next(), inputs.next()) else {
        unreachable!("the command line was checked")
    };
    let write = |f: &dyn Fn(&mut dyn Write) -> io::Result<()>| {
        output::write_to(options.output.as_deref(), f)
    };
    let written = match (request.command.name, second) {
        ("top" | "live" | "core", None) => {
            let sections = each(first, options)?;
            write(&|out| top(&sections, options, out))
        }
        ("tree", None) => {
            let mut sections = each(first, options)?;
            if let Some(details) = details.filter(|_| options.details) {
                for section in &mut sections {
                    let named = details.name(&section.snapshot);
                    section.snapshot = named.map_err(|error| error.to_string())?;
                }
            }
            write(&|out| trees(&sections, options, out))
        }
        ("diff", Some(second)) => {
            let (old, new) = both(first, second, options)?;
            write(&|out| diff(&old, &new, options, out))
        }
        ("json", None) => write_json(first, details.as_ref(), options),
        ("svg", None) => {
            let snapshot = whole(first, options)?;
            write(&|out| svg(&snapshot, options, out))
        }
        ("dot", None) => {
            let snapshot = whole(first, options)?;
            write(&|out| dot(&snapshot, options, out))
        }
        _ => unreachable!("the command line was checked"),
    }?;
    Ok(match written {
        Written::Part => Outcome::Unread,
        Written::All if is_doubtful => Outcome::Doubtful,
        Written::All => Outcome::Good,
    })
}

/// The lists of one report, with what they are by. Each is made when it is asked for, so that
/// there is memory for one only.
fn lists<'s>(
    snapshot: &'s Snapshot,
    options: &'s Options,
) -> impl Iterator<Item = (&'static str, Ranking<'s>)> {
    // Without an option, both.
    let names = (options.names || !options.paths).then_some("name");
    let paths = (options.paths || !options.names).then_some("path");
    let by_name = names.into_iter().map(|what| (what, sorted(snapshot.by_name(), options)));
    by_name.chain(paths.into_iter().map(|what| (what, sorted(snapshot.by_path(), options))))
}

fn top(sections: &[Section], options: &Options, out: &mut dyn Write) -> io::Result<()> {
    if options.json {
        return top_json(sections, options, out);
    }
    for (at, Section { title, snapshot, wanted, .. }) in sections.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        if let Some(title) = title {
            writeln!(out, "{title}")?;
        }
        // The exact form of bytes is a number with commas.
        let (size, count) = (Bytes(snapshot.total_size()), Bytes(snapshot.total_blocks()));
        let plural = if count.0 == 1 { "" } else { "s" };
        write!(out, "{size} in {count:#} block{plural}")?;
        match wanted.map(Bytes) {
            // What is above the wanted objects is a block of the tree, too.
            Some(wanted) => writeln!(out, ", {wanted:#} with that name or type")?,
            None => writeln!(out)?,
        }
        for (what, list) in lists(snapshot, options) {
            writeln!(out, "\nBy {what}:\n{list}")?;
        }
    }
    Ok(())
}

fn sorted<'s>(ranking: Ranking<'s>, options: &Options) -> Ranking<'s> {
    let filter = &options.filter;
    let ranking = if filter.has_names() {
        // What is above the wanted objects only says where they are.
        ranking.retain(|rank| rank.size() > 0 || filter.accepts(rank.name()))
    } else {
        ranking
    };
    let ranking = ranking.limit(options.count.unwrap_or(LINES));
    if options.by_blocks { ranking.sort_by_count() } else { ranking }
}

/// An object with one list for each ranking, all lines of it; with several reports, a list of
/// such objects.
fn top_json(sections: &[Section], options: &Options, out: &mut dyn Write) -> io::Result<()> {
    if let [only] = sections {
        lists_json(only, options, "{", out)?;
        return writeln!(out, "}}");
    }
    write!(out, "{{\"reports\":[")?;
    for (at, section) in sections.iter().enumerate() {
        let source = section.source.as_ref();
        let title = serde_json::to_string(&source.and_then(|source| source.title.as_ref()))?;
        let line = source.map_or(0, |source| source.line);
        let (size, blocks) = (section.snapshot.total_size(), section.snapshot.total_blocks());
        let comma = if at > 0 { "," } else { "" };
        write!(
            out,
            "{comma}{{\"title\":{title},\"line\":{line},\"total_size\":{size},\"total_blocks\":{blocks}"
        )?;
        lists_json(section, options, ",", out)?;
        write!(out, "}}")?;
    }
    writeln!(out, "]}}")
}

/// The lists, with `before` before the first.
fn lists_json(
    section: &Section,
    options: &Options,
    mut before: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    for (what, list) in lists(&section.snapshot, options) {
        write!(out, "{before}\"by_{what}\":")?;
        serde_json::to_writer(&mut *out, &list)?;
        before = ",";
    }
    Ok(())
}

fn trees(sections: &[Section], options: &Options, out: &mut dyn Write) -> io::Result<()> {
    for (at, Section { title, snapshot, .. }) in sections.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        if let Some(title) = title {
            writeln!(out, "{title}")?;
        }
        tree(snapshot, options, out)?;
    }
    Ok(())
}

fn tree(snapshot: &Snapshot, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut tree = snapshot.tree();
    if let Some(depth) = options.depth {
        tree = tree.depth(depth);
    }
    if let Some(bytes) = options.min_size {
        tree = tree.min_size(bytes);
    }
    if let Some(children) = options.children {
        tree = tree.max_children(children);
    }
    if options.sort {
        tree = tree.sort_by_size();
    }
    // What has got the same name is only merged with its siblings.
    if options.merge || options.strings || options.fold {
        tree = tree.merge_equal();
    }
    if options.exact {
        tree = tree.exact_bytes();
    }
    writeln!(out, "{tree}")
}

fn diff(old: &Snapshot, new: &Snapshot, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let diff = new.diff(old);
    if options.json {
        return json(&diff, out);
    }
    writeln!(out, "{}", diff.limit(options.count.unwrap_or(LINES)))
}

fn svg(snapshot: &Snapshot, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut picture = snapshot.flame_graph();
    if let Some(count) = options.count {
        picture = picture.max_nodes(count);
    }
    write!(out, "{picture}")
}

fn dot(snapshot: &Snapshot, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut picture = snapshot.dot();
    if let Some(count) = options.count {
        picture = picture.max_nodes(count);
    }
    write!(out, "{picture}")
}

fn write_json(
    input: Input,
    details: Option<&Details>,
    options: &Options,
) -> Result<Written, String> {
    let (snapshot, sources): (_, Vec<Source>) = match options.filter.report {
        Some(number) => {
            let source = input.reports.get(number - 1).cloned();
            let source = source.map(|source| Source { entry: 0, ..source });
            (whole(input, options)?, source.into_iter().collect())
        }
        None => (input.snapshot, input.reports),
    };
    let everything = Everything { snapshot: &snapshot, sources: &sources, details };
    output::write_to(options.output.as_deref(), |out| json(&everything, out))
}

fn json(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}
