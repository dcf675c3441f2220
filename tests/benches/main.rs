//! What the crate costs, beside C, the standard library and bumpalo.
//!
//! ```sh
//! cargo bench                      # the table
//! cargo bench -- strdup            # the operations with this in their name
//! cargo bench -- --instructions    # only what repeats exactly; fails above the bounds
//! cargo bench -- --write-docs      # all, and writes docs/performance.{md,svg} anew
//! ```

mod bounds;
mod chart;
mod count;
mod docs;
mod inputs;
mod operations;
mod results;
mod row;
mod scale;
mod table;
mod time;

// The C side of all operations.
#[link(name = "talloc_speed_c", kind = "static")]
unsafe extern "C" {}

use std::io;
use std::process::ExitCode;

fn main() -> io::Result<ExitCode> {
    // Cargo adds `--bench`.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (filter, only_count, write) = match *arguments {
        [count::CHILD, filter] => {
            count::run_under_callgrind(operations::all(), filter);
            return Ok(ExitCode::SUCCESS);
        }
        [scale::CHILD, side] => {
            scale::grow(side);
            return Ok(ExitCode::SUCCESS);
        }
        [] => ("", false, false),
        ["--instructions"] => ("", true, false),
        ["--write-docs"] => ("", false, true),
        [filter] if !filter.starts_with('-') => (filter, false, false),
        [filter, "--instructions"] | ["--instructions", filter] => (filter, true, false),
        _ => {
            eprintln!("cargo bench [-- [--instructions | --write-docs] [PART OF A NAME]]");
            return Ok(ExitCode::from(2));
        }
    };
    let results = results::measure(filter, !only_count)?;
    table::print(&results);
    if write {
        docs::write(&results)?;
    }
    let mut wrong = Vec::new();
    if only_count {
        wrong.extend(bounds::check(&results));
        wrong.extend(docs::check(&results)?);
    }
    wrong.iter().for_each(|line| eprintln!("{line}"));
    Ok(if wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
