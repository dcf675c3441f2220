//! `talloc-report`: reads the text of talloc's reports, processes and core files, and shows who
//! has the memory.
//!
//! `docs/talloc-report.md` is the guide.

mod args;
mod command;
mod commands;
mod everything;
mod fold;
mod input;
mod memory;
mod messages;
mod names;
mod output;
mod progress;
mod read;
mod sections;
mod select;
mod size;
mod strings;
mod watch;

use std::env;
use std::process::ExitCode;

use self::args::Action;
use self::output::Written;

const HELP: &str = include_str!("help/all.txt");

/// For bad input, and for files that cannot be read or written.
const FAILED: u8 = 1;

/// For a wrong command line.
const WRONG_USAGE: u8 = 2;

/// For reports that contradict themselves, or lack something in their middle.
const DOUBTFUL: u8 = 3;

/// For a reader that has closed the pipe: what a shell says of a program that `SIGPIPE` ends, such
/// as `cat`.
const UNREAD: u8 = 141;

/// Whether all that was asked for is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Good,
    /// What was read cannot be relied on; it was told why.
    Doubtful,
    /// Nobody wanted the rest of the result.
    Unread,
}

fn main() -> ExitCode {
    let (result, code) = match args::parse(env::args_os().skip(1)).and_then(check) {
        Err(message) => (Err(message), WRONG_USAGE),
        Ok(action) => (run(action), FAILED),
    };
    match result {
        Ok(Outcome::Good) => ExitCode::SUCCESS,
        Ok(Outcome::Doubtful) => ExitCode::from(DOUBTFUL),
        Ok(Outcome::Unread) => ExitCode::from(UNREAD),
        Err(message) => {
            messages::say(&message);
            ExitCode::from(code)
        }
    }
}

/// What the command line alone does not tell.
fn check(action: Action) -> Result<Action, String> {
    if let Action::Run(request) = &action {
        output::check(request)?;
    }
    Ok(action)
}

fn run(action: Action) -> Result<Outcome, String> {
    let print = |text: &str| {
        let written = output::write_to(None, |out| out.write_all(text.as_bytes()))?;
        Ok(if written == Written::All { Outcome::Good } else { Outcome::Unread })
    };
    match action {
        Action::Help(command) => print(command.map_or(HELP, |command| command.help)),
        Action::Version => print(concat!("talloc-report ", env!("CARGO_PKG_VERSION"), "\n")),
        Action::Run(request) => commands::run(&request),
    }
}
