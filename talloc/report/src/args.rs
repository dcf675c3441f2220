//! [`parse`]: the command line.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::Path;

use lexopt::{Arg, Parser};

use crate::command::{COMMANDS, Command};
use crate::memory::{Place, parse_pid};
use crate::select::Filter;
use crate::size::parse_size;

/// What is to be done.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// Of a command, or of all.
    Help(Option<&'static Command>),
    Version,
    Run(Box<Request>),
}

/// A command with its options and files.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) command: &'static Command,
    pub(crate) options: Options,
    /// As many as the command wants.
    pub(crate) files: Vec<OsString>,
}

/// The options of all commands.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    pub(crate) output: Option<OsString>,
    pub(crate) quiet: bool,
    pub(crate) count: Option<usize>,
    pub(crate) by_blocks: bool,
    pub(crate) names: bool,
    pub(crate) paths: bool,
    pub(crate) json: bool,
    pub(crate) depth: Option<usize>,
    pub(crate) min_size: Option<u64>,
    pub(crate) children: Option<usize>,
    pub(crate) sort: bool,
    pub(crate) merge: bool,
    pub(crate) exact: bool,
    pub(crate) strings: bool,
    pub(crate) fold: bool,
    pub(crate) details: bool,
    /// Whether a process is paused while it is read.
    pub(crate) stop: bool,
    /// The seconds between two looks.
    pub(crate) every: Option<u64>,
    pub(crate) looks: Option<usize>,
    pub(crate) filter: Filter,
}

/// Reads the command line, without the name of the program.
pub(crate) fn parse(
    args: impl IntoIterator<Item = OsString, IntoIter: 'static>,
) -> Result<Action, String> {
    let mut parser = Parser::from_args(args);
    let mut command: Option<&'static Command> = None;
    let mut options = Options::default();
    let mut files = Vec::new();
    while let Some(arg) = parser.next().map_err(explain)? {
        // As it was written, and its long name.
        let (written, name) = match arg {
            Arg::Short('h') | Arg::Long("help") => return Ok(Action::Help(command)),
            Arg::Short('V') | Arg::Long("version") => return Ok(Action::Version),
            Arg::Value(value) if command.is_some() => {
                files.push(value);
                continue;
            }
            Arg::Value(value) if value == "help" => return help(&mut parser),
            Arg::Value(value) => {
                command = Some(find(&value)?);
                continue;
            }
            Arg::Short(letter) => (format!("-{letter}"), short(letter)),
            Arg::Long(name) => (format!("--{name}"), long(name)),
        };
        let name = check(command, &written, name)?;
        set(&mut options, name, &written, &mut parser)?;
    }
    let Some(command) = command else { return Err(format!("no command; {}", see(None))) };
    check_files(command, &files)?;
    let places = files.into_iter().map(|file| {
        let mut place = OsString::from(command.prefix);
        place.push(file);
        place
    });
    let files: Vec<_> = places.collect();
    check_places(&files, &options)?;
    if files.len() < 2 && options.filter.report_of_new.is_some() {
        return Err(format!("{} takes one --report", command.name));
    }
    // It has everything.
    options.details |= command.name == "json";
    Ok(Action::Run(Box::new(Request { command, options, files })))
}

/// What the parser found wrong by itself.
fn explain(error: lexopt::Error) -> String {
    match error {
        lexopt::Error::MissingValue { option: Some(option) } => format!("{option} needs a value"),
        lexopt::Error::UnexpectedValue { option, value } => {
            format!("{option} takes no value, not {value:?}")
        }
        other => other.to_string(),
    }
}

fn see(command: Option<&Command>) -> String {
    match command {
        Some(command) => format!("see talloc-report {} --help", command.name),
        None => "see talloc-report --help".to_owned(),
    }
}

/// `help`, or `help COMMAND`.
fn help(parser: &mut Parser) -> Result<Action, String> {
    match parser.next().map_err(explain)? {
        Some(Arg::Value(name)) => Ok(Action::Help(Some(find(&name)?))),
        _ => Ok(Action::Help(None)),
    }
}

fn find(name: &OsString) -> Result<&'static Command, String> {
    COMMANDS.iter().find(|command| name == command.name).ok_or_else(|| {
        if name == "-" || Path::new(name).is_file() {
            return format!("no command {name:?}; try: talloc-report top {}", word(name));
        }
        let names: Vec<_> = COMMANDS.iter().map(|command| command.name).collect();
        format!("no command {name:?}; there are {}", names.join(", "))
    })
}

/// In quotes if a shell would not take it as one word.
fn word(text: &OsString) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./+:@%,=".contains(c);
    match text.to_str() {
        Some(text) if text.chars().all(is_plain) => text.to_owned(),
        _ => format!("{text:?}"),
    }
}

fn short(letter: char) -> Option<&'static str> {
    match letter {
        'o' => Some("output"),
        'q' => Some("quiet"),
        'n' => Some("count"),
        _ => None,
    }
}

/// The option with this name, whichever command has it.
fn long(name: &str) -> Option<&'static str> {
    let own = COMMANDS.iter().flat_map(|command| command.options);
    own.chain(&["output", "quiet"]).find(|option| **option == name).copied()
}

/// An option of one command is no option of another.
fn check(
    command: Option<&Command>,
    written: &str,
    name: Option<&'static str>,
) -> Result<&'static str, String> {
    match (command, name) {
        (_, Some(name @ ("output" | "quiet"))) => Ok(name),
        (Some(command), Some(name)) if command.options.contains(&name) => Ok(name),
        (Some(of), _) => Err(format!("{} has no option {written}; {}", of.name, see(command))),
        (None, Some(_)) => Err(format!("the command must come before {written}")),
        (None, None) => Err(format!("no option {written}; {}", see(None))),
    }
}

/// Sets the option with this long name, which has been written so.
fn set(
    options: &mut Options,
    name: &str,
    written: &str,
    parser: &mut Parser,
) -> Result<(), String> {
    let mut value = || parser.value().map_err(explain);
    let wrong = |what: &str, value: OsString| format!("{written} takes {what}, not {value:?}");
    let number = |value: OsString| {
        let number = value.to_str().and_then(|text| text.parse().ok());
        number.ok_or_else(|| wrong("a number", value))
    };
    match name {
        "output" => options.output = Some(value()?),
        "quiet" => options.quiet = true,
        "count" => options.count = Some(number(value()?)?),
        "by" => {
            let value = value()?;
            options.by_blocks = match value.to_str() {
                Some("bytes") => false,
                Some("blocks") => true,
                _ => return Err(wrong("bytes or blocks", value)),
            };
        }
        "names" => options.names = true,
        "paths" => options.paths = true,
        "json" => options.json = true,
        "depth" => options.depth = Some(number(value()?)?),
        "min-size" => {
            let value = value()?;
            let size = value.to_str().and_then(parse_size);
            options.min_size =
                Some(size.ok_or_else(|| wrong("a size like 4096, 100K or 1.5MiB", value))?);
        }
        "children" => options.children = Some(number(value()?)?),
        "sort" => options.sort = true,
        "merge" => options.merge = true,
        "exact" => options.exact = true,
        "strings" => options.strings = true,
        "fold" => options.fold = true,
        "details" => options.details = true,
        "stop" => options.stop = true,
        "every" => {
            let value = value()?;
            let seconds = value.to_str().and_then(|text| text.parse().ok());
            options.every = Some(seconds.ok_or_else(|| wrong("a number of seconds", value))?);
        }
        "looks" => {
            let value = value()?;
            let looks = value.to_str().and_then(|text| text.parse().ok());
            let looks = looks.filter(|looks| *looks > 0);
            options.looks = Some(looks.ok_or_else(|| wrong("a number of looks, from 1", value))?);
        }
        "name" => options.filter.names.push(value()?.into_vec()),
        "type" => options.filter.types.push(value()?.into_vec()),
        "below" => {
            let path = value()?;
            let text = path.to_str().map(str::to_owned);
            options.filter.below.push(text.ok_or_else(|| wrong("a path as top shows it", path))?);
        }
        "report" => {
            let value = value()?;
            let number = value.to_str().and_then(|text| text.parse().ok());
            let number = number.filter(|number| *number > 0);
            let number = number.ok_or_else(|| wrong("the number of a report, from 1", value))?;
            let Filter { report, report_of_new, .. } = &mut options.filter;
            let place = if report.is_none() { report } else { report_of_new };
            if place.replace(number).is_some() {
                return Err("--report is for OLD and for NEW, and not for a third".to_owned());
            }
        }
        _ => unreachable!("an option of no command"),
    }
    Ok(())
}

fn check_files(command: &Command, files: &[OsString]) -> Result<(), String> {
    let wanted = command.files;
    if files.len() != wanted.len() {
        let usage = format!("talloc-report {} [OPTION]... {}", command.name, wanted.join(" "));
        let problem = match files.get(wanted.len()) {
            Some(file) if wanted.len() == 1 => format!("one {}, not also {file:?}", wanted[0]),
            Some(file) => format!("{}, not also {file:?}", wanted.join(" and ")),
            None if !command.prefix.is_empty() => format!("{} is missing", wanted[0]),
            None => format!("{} is missing (- is the standard input)", wanted[files.len()]),
        };
        return Err(format!("{problem}; usage: {usage}"));
    }
    if files.iter().filter(|file| *file == "-").count() > 1 {
        return Err("the standard input can be read once only".to_owned());
    }
    Ok(())
}

/// What is wanted of processes can be had of them.
fn check_places(files: &[OsString], options: &Options) -> Result<(), String> {
    let mut is_memory = false;
    let mut is_live = false;
    for file in files {
        match Place::of(file) {
            Place::Live(pid) if parse_pid(pid).is_none() => {
                return Err(format!("a process is given by its number, not by {pid:?}"));
            }
            Place::Core(path) if path == "-" => {
                return Err("a core cannot be read from the standard input".to_owned());
            }
            Place::Live(_) => (is_memory, is_live) = (true, true),
            Place::Core(_) => is_memory = true,
            Place::Text(_) => {}
        }
    }
    if options.stop && !is_live {
        return Err("--stop is for processes: live:PID".to_owned());
    }
    if options.details && !is_memory {
        return Err("--details are not in reports, but in live:PID and core:FILE".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_words(words: &str) -> Result<Action, String> {
        let args: Vec<OsString> = words.split_whitespace().map(OsString::from).collect();
        parse(args)
    }

    fn request(words: &str) -> Request {
        match parse_words(words) {
            Ok(Action::Run(request)) => *request,
            other => panic!("{words}: {other:?}"),
        }
    }

    #[test]
    fn options_and_files_in_any_order() {
        let expected = request("tree --depth 3 --min-size 4K --sort -o out.txt dump.txt");
        assert_eq!(expected.files, ["dump.txt"]);
        assert_eq!(expected.options.depth, Some(3));
        assert_eq!(expected.options.min_size, Some(4096));
        assert!(expected.options.sort && !expected.options.merge);
        assert_eq!(expected.options.output, Some("out.txt".into()));
        for same in [
            "tree dump.txt --sort --output=out.txt --depth=3 --min-size=4096",
            "-oout.txt tree --sort --min-size 4KiB --depth 3 -- dump.txt",
        ] {
            assert_eq!(request(same), expected);
        }
        assert_eq!(request("diff - new").files, ["-", "new"]);
        assert_eq!(request("top -- --names").files, ["--names"]);
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (words, message) in [
            ("", "no command; see talloc-report --help"),
            (
                "print x",
                "no command \"print\"; there are top, tree, diff, svg, dot, json, live, core, watch",
            ),
            (
                "help print",
                "no command \"print\"; there are top, tree, diff, svg, dot, json, live, core, watch",
            ),
            ("- top", "no command \"-\"; try: talloc-report top -"),
            (
                "top",
                "FILE is missing (- is the standard input); \
                 usage: talloc-report top [OPTION]... FILE",
            ),
            (
                "diff a",
                "NEW is missing (- is the standard input); \
                 usage: talloc-report diff [OPTION]... OLD NEW",
            ),
            ("top a b", "one FILE, not also \"b\"; usage: talloc-report top [OPTION]... FILE"),
            (
                "diff a b c",
                "OLD and NEW, not also \"c\"; usage: talloc-report diff [OPTION]... OLD NEW",
            ),
            ("diff - -", "the standard input can be read once only"),
            ("json --sort a", "json has no option --sort; see talloc-report json --help"),
            ("json -n 3 a", "json has no option -n; see talloc-report json --help"),
            ("--sort tree a", "the command must come before --sort"),
            ("--bogus", "no option --bogus; see talloc-report --help"),
            ("top --bogus a", "top has no option --bogus; see talloc-report top --help"),
            ("top -x a", "top has no option -x; see talloc-report top --help"),
            ("top --by size a", "--by takes bytes or blocks, not \"size\""),
            ("top -n many a", "-n takes a number, not \"many\""),
            ("top -n -1 a", "-n takes a number, not \"-1\""),
            ("top --count=-1 a", "--count takes a number, not \"-1\""),
            (
                "tree --min-size 1X a",
                "--min-size takes a size like 4096, 100K or 1.5MiB, not \"1X\"",
            ),
            ("top -n", "-n needs a value"),
            ("tree --sort=x a", "--sort takes no value, not \"x\""),
        ] {
            assert_eq!(parse_words(words), Err(message.to_owned()), "{words}");
        }
    }

    #[test]
    fn help_before_all_else() {
        assert_eq!(parse_words("-h"), Ok(Action::Help(None)));
        assert_eq!(parse_words("diff --help"), Ok(Action::Help(Some(&COMMANDS[2]))));
        assert_eq!(parse_words("help"), Ok(Action::Help(None)));
        assert_eq!(parse_words("help diff"), Ok(Action::Help(Some(&COMMANDS[2]))));
        assert_eq!(parse_words("--version"), Ok(Action::Version));
    }

    #[test]
    fn the_help_has_all_options() {
        for command in &COMMANDS {
            let usage = format!("talloc-report {} ", command.name);
            assert!(command.help.contains(&usage), "{}", command.name);
            for option in command.options.iter().chain(&["output", "quiet", "help"]) {
                let long = format!("--{option}");
                assert!(command.help.contains(&long), "{}: {long}", command.name);
            }
            let longest = command.help.lines().map(|line| line.chars().count()).max();
            assert!(longest.is_some_and(|chars| chars <= 80), "{}: {longest:?}", command.name);
        }
    }
}
