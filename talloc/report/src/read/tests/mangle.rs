//! [`Mangling`]: what happens to reports on their way to a reader.

use super::Random;

/// A change of a report that loses nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mangling {
    Nothing,
    /// So many spaces for each level.
    Unit(usize),
    /// A tab for each level.
    Tabs,
    /// Tabs for as many leading spaces as they stand for.
    Unexpand(usize),
    /// No indentation at all.
    Lost,
    /// So many spaces before each line.
    Extra(usize),
    /// So many spaces before each line but the first.
    ExtraBelow(usize),
    /// Names without the spaces that fill them up.
    Unpadded,
    /// No blank before anything.
    Trimmed,
    /// So many spaces less before each line.
    Less(usize),
    /// Tabs for all runs of spaces that they stand for.
    UnexpandAll,
    /// Runs of spaces are one.
    Squeezed,
    /// Something before each line.
    Log(Log),
    /// Only before the first line.
    FirstOnly,
    CrLf,
    /// Blanks behind lines that are shorter than this.
    FilledTo(usize),
    /// Some blanks behind each line.
    Blanks,
    /// Lines are cut after so many bytes, and go on in the next.
    WrappedAt(usize),
    /// The same at the last space.
    WrappedSoft(usize),
    /// The same behind the last space.
    Folded(usize),
    /// Quoted-printable.
    Quoted,
    Html,
    Colours,
    /// As `cat -A` shows it.
    Shown,
    /// Each line as a string of JSON.
    Json,
}

/// What a log writes before lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Log {
    Syslog,
    SyslogMonth,
    Iso,
    Counter,
    Uptime,
    Levels,
    Samba,
    Sssd,
    Glog,
    Quote,
    SambaEach,
}

pub(crate) const MANGLINGS: [Mangling; 50] = [
    Mangling::Nothing,
    Mangling::Unit(1),
    Mangling::Unit(2),
    Mangling::Unit(3),
    Mangling::Unit(8),
    Mangling::Tabs,
    Mangling::Unexpand(8),
    Mangling::Unexpand(4),
    Mangling::Lost,
    Mangling::Extra(1),
    Mangling::Extra(2),
    Mangling::Extra(7),
    Mangling::ExtraBelow(2),
    Mangling::Trimmed,
    Mangling::Less(4),
    Mangling::UnexpandAll,
    Mangling::Unpadded,
    Mangling::Squeezed,
    Mangling::Log(Log::Syslog),
    Mangling::Log(Log::SyslogMonth),
    Mangling::Log(Log::Iso),
    Mangling::Log(Log::Counter),
    Mangling::Log(Log::Uptime),
    Mangling::Log(Log::Levels),
    Mangling::Log(Log::Samba),
    Mangling::Log(Log::Sssd),
    Mangling::Log(Log::Glog),
    Mangling::Log(Log::Quote),
    Mangling::Log(Log::SambaEach),
    Mangling::FirstOnly,
    Mangling::CrLf,
    Mangling::FilledTo(80),
    Mangling::FilledTo(120),
    Mangling::Blanks,
    Mangling::WrappedAt(80),
    Mangling::WrappedAt(76),
    Mangling::WrappedAt(72),
    Mangling::WrappedAt(61),
    Mangling::WrappedSoft(80),
    Mangling::WrappedSoft(76),
    Mangling::WrappedSoft(78),
    Mangling::WrappedSoft(66),
    Mangling::WrappedSoft(60),
    Mangling::Folded(80),
    Mangling::Folded(76),
    Mangling::Quoted,
    Mangling::Html,
    Mangling::Colours,
    Mangling::Shown,
    Mangling::Json,
];

/// The spaces that a line starts with; not those of an empty name.
fn indentation(line: &str) -> usize {
    let rest = line.trim_start_matches(' ');
    let spaces = line.len() - rest.len();
    match rest.starts_with("contains ") {
        true if spaces % 4 == 1 => spaces - 1,
        true => spaces.saturating_sub(31),
        false => spaces,
    }
}

/// The line with other spaces for each level.
fn indented(line: &str, f: impl Fn(usize) -> String) -> String {
    let spaces = indentation(line);
    f(spaces / 4) + &line[spaces..]
}

impl Mangling {
    pub(crate) fn apply(
        self,
        lines: &[String],
        process: usize,
        random: &mut Random,
    ) -> Vec<String> {
        let each = |f: &dyn Fn(&str) -> String| lines.iter().map(|line| f(line)).collect();
        match self {
            Mangling::Nothing => lines.to_vec(),
            Mangling::Unit(unit) => each(&|line| indented(line, |depth| " ".repeat(unit * depth))),
            Mangling::Tabs => each(&|line| indented(line, |depth| "\t".repeat(depth))),
            Mangling::Unexpand(stop) => each(&|line| {
                let spaces = indentation(line);
                "\t".repeat(spaces / stop) + &" ".repeat(spaces % stop) + &line[spaces..]
            }),
            Mangling::Lost => each(&|line| indented(line, |_| String::new())),
            Mangling::Extra(extra) => each(&|line| " ".repeat(extra) + line),
            Mangling::ExtraBelow(extra) => each(&|line| {
                if line.starts_with(' ') { " ".repeat(extra) + line } else { line.to_owned() }
            }),
            Mangling::Unpadded => each(&|line| match line.split_once(" contains ") {
                Some((name, rest)) => {
                    let end = name.trim_end_matches(' ').len().max(indentation(line));
                    format!("{} contains {rest}", &name[..end])
                }
                None => line.to_owned(),
            }),
            Mangling::Squeezed => each(&|line| {
                let mut squeezed = String::new();
                for c in line.chars() {
                    if c != ' ' || !squeezed.ends_with(' ') {
                        squeezed.push(c);
                    }
                }
                squeezed
            }),
            Mangling::Log(log) => log.apply(lines, process, random),
            Mangling::FirstOnly => {
                let first = format!("Nov  9 23:59:58 files smbd[{process}]: {}", lines[0]);
                [&[first], &lines[1..]].concat()
            }
            Mangling::CrLf => each(&|line| format!("{line}\r")),
            Mangling::FilledTo(width) => each(&|line| format!("{line:width$}")),
            Mangling::Blanks => {
                let blanks = |line: &String| format!("{line:0$}", line.len() + 1 + random.below(5));
                lines.iter().map(blanks).collect()
            }
            Mangling::WrappedAt(width) => {
                lines.iter().flat_map(|line| wrapped(line, width)).collect()
            }
            Mangling::WrappedSoft(width) => {
                lines.iter().flat_map(|line| wrapped_soft(line, width)).collect()
            }
            Mangling::Trimmed => each(&|line| line.trim_start_matches(' ').to_owned()),
            Mangling::Less(spaces) => {
                each(&|line| line.strip_prefix(&*" ".repeat(spaces)).unwrap_or(line).to_owned())
            }
            Mangling::UnexpandAll => each(&unexpanded),
            Mangling::Folded(width) => lines.iter().flat_map(|line| folded(line, width)).collect(),
            Mangling::Quoted => lines.iter().flat_map(|line| quoted(line)).collect(),
            Mangling::Html => {
                each(&|line| line.replace('&', "&amp;").replace('<', "&lt;").replace('\'', "&#39;"))
            }
            Mangling::Colours => each(&|line| format!("\x1b[1;32m{line}\x1b[0m")),
            Mangling::Shown => each(&|line| format!("{line}$").replace('\t', "^I")),
            Mangling::Json => each(&|line| {
                let number = random_number(line);
                let line = line.replace('\t', "\\t");
                format!(r#"{{"time": "{number}", "log": "{line}\n", "stream": "stderr"}}"#)
            }),
        }
    }
}

/// Another one for each line, of any length.
fn random_number(line: &str) -> usize {
    line.bytes().fold(7, |number, byte| (number * 31 + usize::from(byte)) % 100_003)
}

fn unexpanded(line: &str) -> String {
    let (mut text, mut spaces) = (String::new(), 0);
    for (at, c) in line.chars().enumerate() {
        if c == ' ' {
            spaces += 1;
        } else {
            text.push_str(&" ".repeat(spaces));
            text.push(c);
            spaces = 0;
        }
        let goes_on = line.as_bytes().get(at + 1) == Some(&b' ');
        if at % 8 == 7 && (spaces > 1 || (spaces == 1 && goes_on)) {
            text.push('\t');
            spaces = 0;
        }
    }
    text + &" ".repeat(spaces)
}

/// As `fold -s` does it.
fn folded(line: &str, width: usize) -> Vec<String> {
    let (mut parts, mut rest) = (Vec::new(), line);
    while rest.len() > width {
        let end = rest[..width].rfind(' ').map_or(width, |space| space + 1);
        parts.push(rest[..end].to_owned());
        rest = &rest[end..];
    }
    parts.push(rest.to_owned());
    parts
}

/// As the source of a mail has it.
fn quoted(line: &str) -> Vec<String> {
    let text = line.replace('=', "=3D").replace('\t', "=09");
    let (mut parts, mut rest) = (Vec::new(), text.as_str());
    while rest.len() > 76 {
        let end = rest[..75].rfind('=').filter(|at| at + 3 > 75).unwrap_or(75);
        parts.push(format!("{}=", &rest[..end]));
        rest = &rest[end..];
    }
    parts.push(rest.to_owned());
    parts
}

/// Pieces of `width` bytes.
fn wrapped(line: &str, width: usize) -> Vec<String> {
    line.as_bytes().chunks(width).map(|part| String::from_utf8(part.to_vec()).unwrap()).collect()
}

/// As a mail program does it: the space at the end of a line goes.
fn wrapped_soft(line: &str, width: usize) -> Vec<String> {
    let mut parts = Vec::new();
    let mut rest = line;
    while rest.len() > width {
        let Some(space) = rest[..width].trim_end().rfind(' ').filter(|at| *at > 0) else { break };
        parts.push(rest[..space].to_owned());
        rest = &rest[space + 1..];
    }
    parts.push(rest.to_owned());
    parts
}

impl Log {
    fn apply(self, lines: &[String], process: usize, random: &mut Random) -> Vec<String> {
        let start = random.below(1000);
        let change = random.below(lines.len() + 1);
        let mut all = Vec::new();
        for (at, line) in lines.iter().enumerate() {
            let second = at % 60;
            let is_later = at >= change;
            let prefix = match self {
                Log::Syslog => {
                    let day = if is_later { "Nov 10" } else { "Nov  9" };
                    format!("{day} 23:59:{second:02} files smbd[{process}]: ")
                }
                Log::SyslogMonth => {
                    let day = if is_later { "Dec  1" } else { "Nov 30" };
                    format!("{day} 23:59:{second:02} files smbd[{process}]: ")
                }
                Log::Iso => {
                    let fraction = (random.below(1000) as f64 / 1000.0).to_string();
                    let fraction = fraction.trim_start_matches('0');
                    format!("2026-11-25T20:37:{second:02}{fraction}Z stderr F {process}: ")
                }
                Log::Counter => format!("{process} {}: ", start + at),
                Log::Uptime => {
                    format!(
                        "[{:>5}.{:06}] app[{process}]: ",
                        9990 + at * 7,
                        random.below(1_000_000)
                    )
                }
                Log::Levels => {
                    let level = random.of(&["INFO", "WARNING", "DEBUG", "ERROR"]);
                    format!(
                        "2026-11-25 20:37:{second:02},{:03} {level} app {process} - ",
                        random.below(1000)
                    )
                }
                Log::Samba => {
                    format!(
                        "[2026/11/25 20:37:{second:02}.{:06},  0, pid={process}] ",
                        random.below(1_000_000)
                    )
                }
                Log::Sssd => {
                    format!("(2026-11-25 20:37:{second:02}): [be[{process}]] [dump] (0x0400): ")
                }
                Log::Glog => {
                    let level = random.of(&["I", "W", "E"]);
                    format!(
                        "{level}1125 20:37:{second:02}.{:06} {process} dump.cc:12] ",
                        random.below(1_000_000)
                    )
                }
                Log::Quote => "> ".to_owned(),
                Log::SambaEach => {
                    all.push(format!("[2026/11/25 20:37:{second:02}.000000,  0] util.c:789(dump)"));
                    "  ".to_owned()
                }
            };
            all.push(prefix + line);
        }
        all
    }

    /// Whether it has the number of the process.
    pub(crate) fn names_process(self) -> bool {
        !matches!(self, Log::Quote | Log::SambaEach)
    }
}
