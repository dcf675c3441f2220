//! Loads a configuration and handles requests with it, as ikigai does it in C:
//! one tree of talloc contexts, which libtalloc itself reports at each stage.
//!
//! ```text
//! cargo run --example config -- [--tree] [--diff] [--picture FILE] CONFIG [REQUESTS]
//! ```
//!
//! `REQUESTS` is a file with one request a line, or `-` for the standard input.
//! Without it the program handles the sample, `examples/data/requests.txt`.
//!
//! The options show the tree after the requests in the ways of the crate: as a tree
//! with sizes, as the difference to the tree after the load, and as a picture, whose
//! kind the name of the file decides: `.svg` for a flame graph, `.dot` for
//! Graphviz, `.mmd` for Mermaid.
//!
//! A bad request is answered with an error and does not end the program.
//! Anything else does, and the exit status tells what it was:
//!
//! | status | |
//! |---|---|
//! | 0 | all requests were handled |
//! | 1 | objects are left at the end: a bug |
//! | 2 | wrong command line |
//! | 3 | a file cannot be read, or the output not be written |
//! | 4 | the configuration is not a JSON object |
//! | 5 | a field is missing |
//! | 6 | a field has the wrong type |
//! | 7 | a number is out of range |
//! | 8 | a text is empty, has a NUL in it, or is no address |
#![forbid(unsafe_code)]

mod config;
mod error;
mod fields;
mod message;
mod options;
mod output;
mod request;
mod session;
mod views;

use std::env;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use talloc::{Ctx, CtxRef};

use crate::error::{Code, OrErr, Res, err};
use crate::options::Options;
use crate::output::Output;

const SAMPLE: &[u8] = include_bytes!("../data/requests.txt");

fn main() -> ExitCode {
    let root = Ctx::named(c"ikigai");
    let mut out = Output::new(&root);
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();

    let run = status(run(&root, &arguments, &mut out));
    let farewell = status(farewell(&root, &mut out));
    ExitCode::from(if run == 0 { farewell } else { run })
} // The root is freed.

/// Shows an error, frees it, and returns the exit status for it.
fn status(result: Res<'_, ()>) -> u8 {
    let Err(error) = result else { return 0 };
    // If even this cannot be written, the exit status still tells.
    let _ = writeln!(io::stderr(), "config: {error}");
    error.get().code as u8
}

/// Everything allocated here is gone on return, except an error, which is on `root`.
fn run<'c>(root: &'c CtxRef, arguments: &[OsString], out: &mut Output<'c>) -> Res<'c, ()> {
    let Options { views, config, requests } = Options::parse(root, arguments)?;

    let config = config::load(root, config)?;
    out.line(format_args!("{config}\n"))?;
    out.tree("after the load", root)?;
    let after_load = root.snapshot();

    let source = requests.unwrap_or(Path::new("sample")).display();
    let mut input = open(requests).or_err(root, Code::Io, &source)?;
    let mut session = session::create(root);
    request::serve(root, config.get(), &mut session, &source, &mut *input, out)?;

    out.line(format_args!("the session keeps {} messages\n", session.get().len()))?;
    out.tree("after the requests", root)?;
    views.show(root, &after_load, &root.snapshot(), out)
}

fn open(path: Option<&Path>) -> io::Result<Box<dyn BufRead>> {
    let Some(path) = path else { return Ok(Box::new(SAMPLE)) };
    if path != Path::new("-") {
        return Ok(Box::new(BufReader::new(File::open(path)?)));
    }
    let input = io::stdin();
    if input.is_terminal() {
        writeln!(io::stderr(), r#"one {{"role": "user", "content": "…"}} a line; Ctrl-D ends"#)?;
    }
    Ok(Box::new(input.lock()))
}

/// Shows that nothing is left below the root.
fn farewell<'c>(root: &'c CtxRef, out: &mut Output<'c>) -> Res<'c, ()> {
    out.tree("at the end", root)?;
    match root.total_blocks() - 1 {
        0 => out.line("nothing is left below the root"),
        left => Err(err(root, Code::Leak, format_args!("{left} objects are left at the end"))),
    }
}
