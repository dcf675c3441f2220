//! `talloc-report`: reads the text of talloc's reports, and shows who has the memory.
//!
//! `docs/talloc-report.md` is the guide.

mod args;
mod commands;
mod depths;
mod fragments;
mod input;
mod line;
mod line_reader;
mod output;
mod prefix;
mod progress;
mod report;
mod size;
mod strings;
mod unknown;

use std::env;
use std::process::ExitCode;

use self::args::Action;

const HELP: &str = include_str!("help/all.txt");

/// For bad input, and for files that cannot be read or written.
const FAILED: u8 = 1;

/// For a wrong command line.
const WRONG_USAGE: u8 = 2;

fn main() -> ExitCode {
    let (result, code) = match args::parse(env::args_os().skip(1)).and_then(check) {
        Err(message) => (Err(message), WRONG_USAGE),
        Ok(action) => (run(action), FAILED),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("talloc-report: {message}");
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

fn run(action: Action) -> Result<(), String> {
    let print = |text: &str| output::write_to(None, |out| out.write_all(text.as_bytes()));
    match action {
        Action::Help(command) => print(command.map_or(HELP, |command| command.help)),
        Action::Version => print(concat!("talloc-report ", env!("CARGO_PKG_VERSION"), "\n")),
        Action::Run(request) => commands::run(&request),
    }
}
