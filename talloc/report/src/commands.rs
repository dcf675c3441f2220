//! [`run`]: the commands.

use std::io::{self, Write};

use serde::Serialize;
use talloc::Snapshot;
use talloc::snapshot::{Bytes, Ranking};

use crate::Outcome;
use crate::args::{Options, Request};
use crate::input::load;
use crate::output;
use crate::strings::merge_strings;

/// How many lines `top` and `diff` show.
const LINES: usize = 20;

/// Reads all files first, so that a bad one leaves the output file as it is.
pub(crate) fn run(request: &Request) -> Result<Outcome, String> {
    let options = &request.options;
    let mut outcome = Outcome::Good;
    let mut load = |file| {
        let input = load(file, options.quiet)?;
        if input.is_doubtful {
            outcome = Outcome::Doubtful;
        }
        if options.strings {
            return merge_strings(&input.snapshot).map_err(|error| error.to_string());
        }
        Ok(input.snapshot)
    };
    let snapshots = request.files.iter().map(&mut load).collect::<Result<Vec<_>, _>>()?;
    output::write_to(options.output.as_deref(), |out| {
        match (request.command.name, snapshots.as_slice()) {
            ("top", [snapshot]) => top(snapshot, options, out),
            ("tree", [snapshot]) => tree(snapshot, options, out),
            ("diff", [old, new]) => diff(old, new, options, out),
            ("svg", [snapshot]) => svg(snapshot, options, out),
            ("dot", [snapshot]) => dot(snapshot, options, out),
            ("json", [snapshot]) => json(snapshot, out),
            _ => unreachable!("the command line was checked"),
        }
    })?;
    Ok(outcome)
}

fn top(snapshot: &Snapshot, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    // Without an option, both.
    let names = (options.names || !options.paths).then(|| sorted(snapshot.by_name(), options));
    let paths = (options.paths || !options.names).then(|| sorted(snapshot.by_path(), options));
    if options.json {
        return top_json(names.as_ref(), paths.as_ref(), out);
    }
    // The exact form of bytes is a number with commas.
    let (size, blocks) = (Bytes(snapshot.total_size()), Bytes(snapshot.total_blocks()));
    writeln!(out, "{size} in {blocks:#} {}", if blocks.0 == 1 { "block" } else { "blocks" })?;
    if let Some(names) = names {
        writeln!(out, "\nBy name:\n{names}")?;
    }
    if let Some(paths) = paths {
        writeln!(out, "\nBy path:\n{paths}")?;
    }
    Ok(())
}

fn sorted<'s>(ranking: Ranking<'s>, options: &Options) -> Ranking<'s> {
    let ranking = ranking.limit(options.count.unwrap_or(LINES));
    if options.by_blocks { ranking.sort_by_count() } else { ranking }
}

/// An object with one list for each ranking, all lines of it.
fn top_json(
    names: Option<&Ranking<'_>>,
    paths: Option<&Ranking<'_>>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let lists = [("by_name", names), ("by_path", paths)];
    let mut before = '{';
    for (key, list) in lists.iter().filter_map(|(key, list)| Some((key, (*list)?))) {
        write!(out, "{before}\"{key}\":")?;
        serde_json::to_writer(&mut *out, list)?;
        before = ',';
    }
    writeln!(out, "}}")
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
    // Strings are only merged with their siblings.
    if options.merge || options.strings {
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

fn json(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}
