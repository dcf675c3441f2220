//! [`watch`]: the ranking of a process, again and again.

use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write as _};
use std::thread;
use std::time::Duration;

use talloc::Snapshot;
use talloc::snapshot::Bytes;

use crate::Outcome;
use crate::args::{Options, Request};
use crate::memory::{self, Place};
use crate::messages::say;
use crate::output;
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
        let snapshot = left(reading.snapshot, options)?;
        let before = first.as_ref().unwrap_or(&snapshot);
        let text = draw(&name, look, &snapshot, before, options);
        if !show(&text, look, options)? || options.looks == Some(look) {
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

/// Whether somebody still wants more.
fn show(text: &str, look: usize, options: &Options) -> Result<bool, String> {
    if options.output.is_some() {
        let write = |out: &mut dyn io::Write| out.write_all(text.as_bytes());
        return output::write_to(options.output.as_deref(), write).map(|()| true);
    }
    let mut out = io::stdout().lock();
    let before = match (out.is_terminal(), look) {
        (true, _) => CLEAR,
        (false, 1) => "",
        (false, _) => "\n",
    };
    let written = write!(out, "{before}{text}").and_then(|()| out.flush());
    match written {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(format!("(standard output): {error}")),
    }
}
