//! [`parse`]: the command line.

use std::ffi::OsString;

use lexopt::{Arg, Parser, ValueExt};

use crate::size::parse_size;

/// What is to be done.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// Of a command, or of all.
    Help(Option<&'static Command>),
    Version,
    Run(Request),
}

/// A command with its options and files.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) command: &'static Command,
    pub(crate) options: Options,
    /// As many as the command wants.
    pub(crate) files: Vec<OsString>,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Command {
    pub(crate) name: &'static str,
    /// The names of the files, as the help has them.
    pub(crate) files: &'static [&'static str],
    /// Its long options; those of all commands are not among them.
    pub(crate) options: &'static [&'static str],
    pub(crate) help: &'static str,
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
}

/// All commands.
pub(crate) const COMMANDS: [Command; 6] = [
    Command {
        name: "top",
        files: &["FILE"],
        options: &["count", "by", "names", "paths", "json"],
        help: include_str!("help/top.txt"),
    },
    Command {
        name: "tree",
        files: &["FILE"],
        options: &["depth", "min-size", "children", "sort", "merge", "exact"],
        help: include_str!("help/tree.txt"),
    },
    Command {
        name: "diff",
        files: &["OLD", "NEW"],
        options: &["count", "json"],
        help: include_str!("help/diff.txt"),
    },
    Command {
        name: "svg",
        files: &["FILE"],
        options: &["count"],
        help: include_str!("help/svg.txt"),
    },
    Command {
        name: "dot",
        files: &["FILE"],
        options: &["count"],
        help: include_str!("help/dot.txt"),
    },
    Command { name: "json", files: &["FILE"], options: &[], help: include_str!("help/json.txt") },
];

/// Reads the command line, without the name of the program.
pub(crate) fn parse(
    args: impl IntoIterator<Item = OsString, IntoIter: 'static>,
) -> Result<Action, lexopt::Error> {
    let mut parser = Parser::from_args(args);
    let mut command: Option<&'static Command> = None;
    let mut options = Options::default();
    let mut files = Vec::new();
    while let Some(arg) = parser.next()? {
        let name = match arg {
            Arg::Short('h') | Arg::Long("help") => return Ok(Action::Help(command)),
            Arg::Short('V') | Arg::Long("version") => return Ok(Action::Version),
            Arg::Value(value) => {
                match command {
                    None => command = Some(find(&value)?),
                    Some(_) => files.push(value),
                }
                continue;
            }
            Arg::Short('o') => "output",
            Arg::Short('q') => "quiet",
            Arg::Short('n') => "count",
            Arg::Long(name) => match long(name) {
                Some(name) => name,
                None => return Err(arg.unexpected()),
            },
            Arg::Short(_) => return Err(arg.unexpected()),
        };
        check(command, name)?;
        set(&mut options, name, &mut parser)?;
    }
    let Some(command) = command else {
        return Err("no command; see talloc-report --help".into());
    };
    check_files(command, &files)?;
    Ok(Action::Run(Request { command, options, files }))
}

fn find(name: &OsString) -> Result<&'static Command, lexopt::Error> {
    COMMANDS.iter().find(|command| name == command.name).ok_or_else(|| {
        let names: Vec<_> = COMMANDS.iter().map(|command| command.name).collect();
        format!("no command {name:?}; there are {}", names.join(", ")).into()
    })
}

/// The option with this name, whichever command has it.
fn long(name: &str) -> Option<&'static str> {
    let own = COMMANDS.iter().flat_map(|command| command.options);
    own.chain(&["output", "quiet"]).find(|option| **option == name).copied()
}

/// An option of one command is no option of another.
fn check(command: Option<&Command>, option: &str) -> Result<(), lexopt::Error> {
    match command {
        _ if matches!(option, "output" | "quiet") => Ok(()),
        None => Err(format!("the command must come before --{option}").into()),
        Some(command) if command.options.contains(&option) => Ok(()),
        Some(command) => Err(format!("{} has no option --{option}", command.name).into()),
    }
}

fn set(options: &mut Options, name: &str, parser: &mut Parser) -> Result<(), lexopt::Error> {
    match name {
        "output" => options.output = Some(parser.value()?),
        "quiet" => options.quiet = true,
        "count" => options.count = Some(parser.value()?.parse()?),
        "by" => {
            let value = parser.value()?;
            options.by_blocks = match value.to_str() {
                Some("bytes") => false,
                Some("blocks") => true,
                _ => return Err(format!("--by takes bytes or blocks, not {value:?}").into()),
            };
        }
        "names" => options.names = true,
        "paths" => options.paths = true,
        "json" => options.json = true,
        "depth" => options.depth = Some(parser.value()?.parse()?),
        "min-size" => options.min_size = Some(parser.value()?.parse_with(parse_size)?),
        "children" => options.children = Some(parser.value()?.parse()?),
        "sort" => options.sort = true,
        "merge" => options.merge = true,
        "exact" => options.exact = true,
        _ => unreachable!("an option of no command"),
    }
    Ok(())
}

fn check_files(command: &Command, files: &[OsString]) -> Result<(), lexopt::Error> {
    if files.len() != command.files.len() {
        let wanted = command.files.join(" ");
        let usage = format!("talloc-report {} [OPTION]... {wanted}", command.name);
        let problem = match files.get(command.files.len()) {
            Some(file) => format!("{file:?} is too much"),
            None => format!("{} is missing", command.files[files.len()]),
        };
        return Err(format!("{problem}; usage: {usage}").into());
    }
    if files.iter().filter(|file| *file == "-").count() > 1 {
        return Err("the standard input can be read once only".into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_words(words: &str) -> Result<Action, String> {
        let args: Vec<OsString> = words.split_whitespace().map(OsString::from).collect();
        parse(args).map_err(|error| error.to_string())
    }

    fn request(words: &str) -> Request {
        match parse_words(words) {
            Ok(Action::Run(request)) => request,
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
            ("print x", "no command \"print\"; there are top, tree, diff, svg, dot, json"),
            ("top", "FILE is missing; usage: talloc-report top [OPTION]... FILE"),
            ("diff a", "NEW is missing; usage: talloc-report diff [OPTION]... OLD NEW"),
            ("top a b", "\"b\" is too much; usage: talloc-report top [OPTION]... FILE"),
            ("diff - -", "the standard input can be read once only"),
            ("json --sort a", "json has no option --sort"),
            ("--sort tree a", "the command must come before --sort"),
            ("top --bogus a", "invalid option '--bogus'"),
            ("top -x a", "invalid option '-x'"),
            ("top --by size a", "--by takes bytes or blocks, not \"size\""),
            ("top -n many a", "cannot parse argument \"many\": invalid digit found in string"),
            ("top -n", "missing argument for option '-n'"),
            ("tree --sort=x a", "unexpected argument for option '--sort': \"x\""),
        ] {
            assert_eq!(parse_words(words), Err(message.to_owned()), "{words}");
        }
    }

    #[test]
    fn help_before_all_else() {
        assert_eq!(parse_words("-h"), Ok(Action::Help(None)));
        assert_eq!(parse_words("diff --help"), Ok(Action::Help(Some(&COMMANDS[2]))));
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
