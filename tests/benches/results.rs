//! What was measured.

use std::io;

use crate::count::{self, Counts};
use crate::row::{C, OURS, SIDES};
use crate::time::{self, Times};
use crate::{operations, scale};

pub(crate) struct Results {
    /// Of all operations, those that were not asked for included.
    pub(crate) names: Vec<&'static str>,
    pub(crate) rows: Vec<Measured>,
    pub(crate) scale: Option<Scale>,
}

pub(crate) struct Measured {
    pub(crate) name: &'static str,
    pub(crate) counts: Counts,
    pub(crate) times: Times,
}

pub(crate) struct Scale {
    /// In the order of [`GROWN`](scale::GROWN).
    pub(crate) bytes_per_object: [Option<f64>; scale::GROWN.len()],
    /// C and ours.
    pub(crate) two_threads: [f64; 2],
}

impl Results {
    /// The median of what is known of the rows.
    pub(crate) fn median(&self, ratio: impl Fn(&Measured) -> Option<f64>) -> Option<f64> {
        let mut ratios: Vec<f64> = self.rows.iter().filter_map(ratio).collect();
        ratios.sort_by(f64::total_cmp);
        ratios.get(ratios.len() / 2).copied()
    }
}

impl Measured {
    /// How many times as long as C.
    pub(crate) fn time_ratio(&self) -> Option<f64> {
        Some(self.times[OURS]? / self.times[C]?)
    }
}

/// Measures the operations whose name contains `filter`.
pub(crate) fn measure(filter: &str, with_time: bool) -> io::Result<Results> {
    let rows = operations::all();
    let names = rows.iter().map(|row| row.name).collect();
    let counts = count::count(&rows, filter)?;
    if counts.is_none() {
        eprintln!("no valgrind: instructions are not counted (scripts/setup test installs it)");
    }
    let counts = counts.unwrap_or_else(|| vec![Counts::default(); rows.len()]);
    let chosen = rows.into_iter().zip(counts).filter(|(row, _)| row.name.contains(filter));
    let rows = chosen
        .map(|(mut row, counts)| Measured {
            name: row.name,
            counts,
            times: if with_time { time::time(&mut row) } else { [None; SIDES.len()] },
        })
        .collect();
    let scale = if with_time && filter.is_empty() {
        Some(Scale {
            bytes_per_object: scale::bytes_per_object()?,
            two_threads: scale::two_threads(),
        })
    } else {
        None
    };
    Ok(Results { names, rows, scale })
}
