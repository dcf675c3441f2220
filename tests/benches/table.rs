//! The table on the terminal.

use crate::results::{Measured, Results};
use crate::row::SIDES;
use crate::scale::GROWN;

pub(crate) fn print(results: &Results) {
    let width = results.rows.iter().map(|row| row.name.len()).max().unwrap_or(0);
    let [c, ours, others @ ..] = SIDES;
    let others = others.map(|side| format!(" {side:>11}")).concat();
    let heads = format!(" {c:>11} {ours:>11}  ratio{others}");
    let columns = heads.len();
    println!("{:width$} |{:^columns$} |{:^columns$} | siblings", "", "instructions", "nanoseconds");
    println!("{:width$} |{heads} |{heads} | 64k / 1k", "operation");
    println!("{:-<width$}-|-{:-<columns$}|-{:-<columns$}|---------", "", "", "");
    for row in &results.rows {
        println!("{:width$} {}", row.name, line(row));
    }
    let count = number(results.median(|row| row.counts.ratio()), 3);
    let time = number(results.median(Measured::time_ratio), 3);
    println!("median: {count} by instructions, {time} by time");
    let Some(scale) = &results.scale else { return };
    println!("\nbytes per object, of ten million of 8 bytes:");
    for (side, bytes) in GROWN.iter().zip(scale.bytes_per_object) {
        println!("  {side}: {}", number(bytes, 1));
    }
    let [c, ours] = scale.two_threads;
    println!("two threads with a tree each, times the work of one: C {c:.2}, ours {ours:.2}");
}

fn line(row: &Measured) -> String {
    let counts = columns(row.counts.sides, row.counts.ratio(), 0);
    let times = columns(row.times, row.time_ratio(), 1);
    format!("|{counts} |{times} | {:>8}", number(row.counts.growth(), 2))
}

fn columns(sides: [Option<f64>; SIDES.len()], ratio: Option<f64>, decimals: usize) -> String {
    let [c, ours, others @ ..] = sides.map(|side| {
        // Large numbers need no fraction.
        let decimals = if side.is_some_and(|value| value >= 1000.0) { 0 } else { decimals };
        format!(" {:>11}", number(side, decimals))
    });
    format!("{c}{ours} {:>6}{}", number(ratio, 3), others.concat())
}

/// A number, or what stands for none.
pub(crate) fn number(value: Option<f64>, decimals: usize) -> String {
    value.map_or_else(|| "-".into(), |value| format!("{value:.decimals$}"))
}
