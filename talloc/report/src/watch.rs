//! [`watch`]: the ranking of a process, again and again.

use std::fmt::Write as _;
use std::io::{self, IsTerminal};
use std::thread;
use std::time::Duration;

use talloc::Snapshot;
use talloc::snapshot::Bytes;

use crate::Outcome;
use crate::args::{Options, Request};
use crate::memory::{self, Place};
use crate::messages::say;
use crate::output::{self, Written};
use crate::sections::left;

/// How many lines each list has.
const LINES: usize = 10;

/// Between two looks, in seconds.
const EVERY: u64 = 2;

/// Clears the screen of a terminal.
const CLEAR: &str = "\x1b[H\x1b[J";

/// Shows who has the most in a process, and what grew since the first look, until it ends or all
/// looks are done.
pub(crate) fn watch(request: &Request) -> Result<Outcome, String> {
    let (options, Some(process)) = (&request.options, request.files.first()) else {
        unreachable!("the command line was checked")
    };
    let place = Place::of(process);
    let mut first: Option<Snapshot> = None;
    let mut outcome = Outcome::Good;
    for look in 1.. {
        let reading = match memory::read(place, options) {
            // What was seen until then is all that was wanted.
            Err(message) if look > 1 && memory::has_ended(place) => {
                say(&message);
                break;
            }
            reading => reading?,
        };
        // What is told each time would hide the rest.
        reading.tell(options.quiet || look > 1);
        if reading.is_doubtful() {
            outcome = Outcome::Doubtful;
        }
        let name = reading.name;
        let (snapshot, _) = left(reading.snapshot, options)?;
        let before = first.as_ref().unwrap_or(&snapshot);
        let text = draw(&name, look, &snapshot, before, options);
        if let Written::Part = show(&text, look, options)? {
            outcome = Outcome::Unread;
            break;
        }
        if options.looks == Some(look) {
            break;
        }
        first.get_or_insert(snapshot);
        thread::sleep(Duration::from_secs(options.every.unwrap_or(EVERY)));
    }
    Ok(outcome)
}

fn draw(name: &str, look: usize, now: &Snapshot, first: &Snapshot, options: &Options) -> String {
    let lines = options.count.unwrap_or(LINES);
    // The exact form of bytes is a number with commas.
    let (size, blocks) = (Bytes(now.total_size()), Bytes(now.total_blocks()));
    let mut text = format!("{name}, look {look}: {size} in {blocks:#} blocks\n\n");
    // Writing to a string does not fail.
    let _ = writeln!(text, "By name:\n{}", now.by_name().limit(lines));
    if look > 1 {
        let _ = writeln!(text, "\nSince the first look:\n{}", now.diff(first).limit(lines));
    }
    text
}

fn show(text: &str, look: usize, options: &Options) -> Result<Written, String> {
    let path = options.output.as_deref();
    let before = match look {
        // A file has the last look.
        _ if path.is_some() => "",
        _ if io::stdout().is_terminal() => CLEAR,
        1 => "",
        _ => "\n",
    };
    output::write_to(path, |out| write!(out, "{before}{text}"))
}
