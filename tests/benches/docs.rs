//! `docs/performance.md`: its tables and chart are written from the results, and every
//! operation is in it.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::chart;
use crate::results::{Measured, Results, Scale};
use crate::row::{BUMP_SCOPE, C, OURS, SIDES};
use crate::scale::GROWN;
use crate::table::number;

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(name)
}

/// Writes the tables between their marks, and the chart.
pub(crate) fn write(results: &Results) -> io::Result<()> {
    let page = path("performance.md");
    let text = fs::read_to_string(&page)?;
    let text = replaced(&text, "operations", &operations(results))?;
    let text = replaced(&text, "arenas", &arenas(results))?;
    let text = match &results.scale {
        Some(scale) => replaced(&text, "scaling", &scaling(scale))?,
        None => text,
    };
    fs::write(page, text)?;
    fs::write(path("performance.svg"), chart::draw(results))
}

/// The operations that the page does not have, in words.
pub(crate) fn check(results: &Results) -> io::Result<Vec<String>> {
    let text = fs::read_to_string(path("performance.md"))?;
    let missing = results.names.iter().filter(|name| !text.contains(&format!("| {name} |")));
    Ok(missing
        .map(|name| format!("{name}: not in docs/performance.md; cargo bench -- --write-docs"))
        .collect())
}

/// The text with something else between two marks.
fn replaced(text: &str, mark: &str, new: &str) -> io::Result<String> {
    let (begin, end) = (format!("<!-- {mark} -->\n"), format!("<!-- end of {mark} -->"));
    let parts = text.split_once(&begin).and_then(|(before, rest)| {
        let (_, after) = rest.split_once(&end)?;
        Some(format!("{before}{begin}\n{new}\n{end}{after}"))
    });
    parts.ok_or_else(|| io::Error::other(format!("docs/performance.md lacks the marks of {mark}")))
}

fn operations(results: &Results) -> String {
    let mut text = String::from(
        "| operation | C, instructions | ours | std | bumpalo | ours, time | std, time | bumpalo, time | siblings |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|--:|\n",
    );
    for row in &results.rows {
        // Writing to a string reports no error.
        let _ = writeln!(text, "{}", line(row));
    }
    let count = number(results.median(|row| row.counts.ratio()), 3);
    let time = number(results.median(Measured::time_ratio), 3);
    let _ = writeln!(text, "\nThe median of ours is {count} by instructions and {time} by time.");
    text
}

fn line(row: &Measured) -> String {
    // The others are in the table of arenas.
    let [counts, times] = [row.counts.sides, row.times].map(|sides| {
        let [ours, std, bumpalo, ..] = times_of_c(sides).map(|ratio| number(ratio, 2));
        [ours, std, bumpalo].join(" | ")
    });
    format!(
        "| {} | {} | {counts} | {times} | {} |",
        row.name,
        number(row.counts.sides[C], 0),
        number(row.counts.growth(), 2)
    )
}

/// The rows that arenas of all crates can do, by instructions.
fn arenas(results: &Results) -> String {
    let mut text = String::from("| operation |");
    for side in SIDES {
        let _ = write!(text, " {side} |");
    }
    text += "\n|---|";
    text += &"--:|".repeat(SIDES.len());
    text.push('\n');
    let rows = results.rows.iter().filter(|row| row.counts.sides[BUMP_SCOPE].is_some());
    for row in rows {
        let counts = row.counts.sides.map(|count| number(count, 0)).join(" | ");
        let _ = writeln!(text, "| {} | {counts} |", row.name);
    }
    text
}

/// What the other sides take, as a multiple of what C takes.
fn times_of_c(sides: [Option<f64>; SIDES.len()]) -> [Option<f64>; SIDES.len() - 1] {
    std::array::from_fn(|index| Some(sides[OURS + index]? / sides[C]?))
}

fn scaling(scale: &Scale) -> String {
    let bytes = scale.bytes_per_object.map(|bytes| number(bytes, 1)).join(" | ");
    let [threads_c, threads_ours] = scale.two_threads;
    let (heads, lines) = (GROWN.join(" | "), "--:|".repeat(GROWN.len()));
    let rest = " |".repeat(GROWN.len() - 2);
    format!(
        "| | {heads} |\n|---|{lines}\n\
         | bytes for each of ten million objects of 8 bytes | {bytes} |\n\
         | two threads with a tree each, times the work of one | {threads_c:.2} | {threads_ours:.2} |{rest}\n"
    )
}
