//! `docs/performance.md`: its tables and chart are written from the results, and every
//! operation is in it.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::results::{Measured, Results, Scale};
use crate::row::{C, OURS, SIDES};
use crate::{chart, table::number};

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(name)
}

/// Writes the tables between their marks, and the chart.
pub(crate) fn write(results: &Results) -> io::Result<()> {
    let page = path("performance.md");
    let text = fs::read_to_string(&page)?;
    let text = replaced(&text, "operations", &operations(results))?;
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
    let counts = times_of_c(row.counts.sides).map(|ratio| number(ratio, 2)).join(" | ");
    let times = times_of_c(row.times).map(|ratio| number(ratio, 2)).join(" | ");
    format!(
        "| {} | {} | {counts} | {times} | {} |",
        row.name,
        number(row.counts.sides[C], 0),
        number(row.counts.growth(), 2)
    )
}

/// What the other sides take, as a multiple of what C takes.
fn times_of_c(sides: [Option<f64>; SIDES.len()]) -> [Option<f64>; SIDES.len() - 1] {
    std::array::from_fn(|index| Some(sides[OURS + index]? / sides[C]?))
}

fn scaling(scale: &Scale) -> String {
    let [c, ours, std, bumpalo] = scale.bytes_per_object.map(|bytes| number(bytes, 1));
    let [threads_c, threads_ours] = scale.two_threads;
    format!(
        "| | C | ours | std | bumpalo |\n|---|--:|--:|--:|--:|\n\
         | bytes for each of ten million objects of 8 bytes | {c} | {ours} | {std} | {bumpalo} |\n\
         | two threads with a tree each, times the work of one | {threads_c:.2} | {threads_ours:.2} | | |\n"
    )
}
