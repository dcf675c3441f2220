//! [`Escapes`]: reports within strings, and with signs for what does not print.

use memchr::memmem::{self, Finder};

use super::line_reader::MAX_LINE;
use super::literal::{string, strings};
use crate::read::line::Line;

/// What stands for a line feed in rsyslog's files.
const SYSLOG: &[u8] = b"#012";

/// Lines that are strings of gdb, of JSON or of Python, that have the escapes of rsyslog, or that
/// `cat -A` has shown.
#[derive(Debug)]
pub(crate) struct Escapes {
    report: Finder<'static>,
    form: Form,
    /// A line of which the end is to come.
    piece: Vec<u8>,
}

/// What the lines are, from the first one of a report on.
#[derive(Debug)]
enum Form {
    Plain,
    /// Each has a string that is a line.
    Strings {
        opening: Opening,
        /// The strings end with line feeds; those that do not go on in the next one.
        has_feeds: bool,
    },
    /// With a `$` at the end of each.
    Shown,
}

const REPORT: &[u8] = b"talloc report on ";

impl Default for Escapes {
    fn default() -> Self {
        // It is made once, since it searches each line.
        Escapes { report: Finder::new(REPORT), form: Form::Plain, piece: Vec::new() }
    }
}

impl Escapes {
    /// The lines in this one, each with its line feed, if it has such signs.
    pub(crate) fn lines(&mut self, line: &[u8]) -> Option<Vec<u8>> {
        match &self.form {
            Form::Strings { opening, has_feeds } => {
                if let Some(at) = opening.find(line) {
                    let has_feeds = *has_feeds;
                    return Some(self.add(string(&line[at..]).0, has_feeds));
                }
            }
            Form::Shown => return shown(line),
            Form::Plain => {}
        }
        let report = self.report.find(line)?;
        let is_escaped = match &line[report + REPORT.len()..] {
            [b'\\', b'\'', ..] => true,
            [b'\'', ..] => false,
            _ => return None,
        };
        if memmem::find(line, SYSLOG).is_some() {
            return Some(syslog(line));
        }
        if Line::new(line) != Line::Other {
            return None;
        }
        let is_mark = |byte: &u8| *byte == b'"' || (is_escaped && *byte == b'\'');
        let quote = line[..report].iter().rposition(is_mark);
        quote.and_then(|quote| self.quoted(line, quote)).or_else(|| {
            let text = shown(line)?;
            let is_root = matches!(Line::new(&text), Line::Root(_));
            is_root.then(|| {
                self.form = Form::Shown;
                text
            })
        })
    }

    /// A line of which no end came.
    pub(crate) fn end(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.piece)
    }

    /// The lines in the string from this quotation mark on.
    fn quoted(&mut self, line: &[u8], quote: usize) -> Option<Vec<u8>> {
        let (text, has_end) = string(&line[quote..]);
        let has_feeds = text.ends_with(b"\n");
        let one = text.strip_suffix(b"\n").unwrap_or(&text);
        let is_one = has_end && !one.contains(&b'\n');
        let opening = Opening::new(&line[..quote]);
        if !is_one && memchr::memchr(b'\n', one).is_some() {
            // A line feed before the end: all of it is in this string.
            return Some(if opening.is_key { text } else { strings(&line[quote..]) });
        }
        if !is_one || !(opening.is_key || matches!(Line::new(one), Line::Root(_))) {
            return None;
        }
        let all = strings(&line[quote..]);
        if !opening.is_key && all.len() > text.len() + 1 {
            return Some(all);
        }
        self.form = Form::Strings { opening, has_feeds };
        Some(self.add(text, has_feeds))
    }

    /// All up to the last line feed, if there are any.
    fn add(&mut self, text: Vec<u8>, has_feeds: bool) -> Vec<u8> {
        if !has_feeds {
            return [&text[..], b"\n"].concat();
        }
        self.piece.extend_from_slice(&text);
        if text.ends_with(b"\n") || self.piece.len() > MAX_LINE {
            return std::mem::take(&mut self.piece);
        }
        Vec::new()
    }
}

/// What stands before a string.
#[derive(Debug)]
struct Opening {
    text: Vec<u8>,
    /// It is the name of a value, which ends with a colon.
    is_key: bool,
}

impl Opening {
    fn new(before: &[u8]) -> Self {
        let before = before.trim_ascii_end();
        let Some(key) = before.strip_suffix(b":").map(<[u8]>::trim_ascii_end) else {
            let is_part = |byte: &&u8| !byte.is_ascii_digit() && !byte.is_ascii_whitespace();
            let len = before.iter().rev().take_while(is_part).count();
            return Opening { text: before[before.len() - len..].to_vec(), is_key: false };
        };
        let start = match key.strip_suffix(b"\"") {
            Some(inner) => inner.iter().rposition(|byte| *byte == b'"'),
            None => key.iter().rposition(|byte| byte.is_ascii_whitespace()).map(|at| at + 1),
        };
        Opening { text: key[start.unwrap_or(0)..].to_vec(), is_key: true }
    }

    /// Where the string in a line starts.
    fn find(&self, line: &[u8]) -> Option<usize> {
        let found = memmem::find_iter(line, &self.text);
        let string = |at: usize| {
            let mut rest = line[at + self.text.len()..].trim_ascii_start();
            if self.is_key {
                rest = rest.strip_prefix(b":")?.trim_ascii_start();
            }
            // A name has no single ones.
            let is_mark = rest.starts_with(b"\"") || (!self.is_key && rest.starts_with(b"'"));
            is_mark.then_some(line.len() - rest.len())
        };
        found.into_iter().find_map(string)
    }
}

/// The line without what `cat -A` has put at its ends, if it has.
fn shown(line: &[u8]) -> Option<Vec<u8>> {
    let text = line.strip_suffix(b"$")?;
    let mut text = text.strip_suffix(b"^M").unwrap_or(text);
    let mut lines = Vec::with_capacity(text.len() + 1);
    while let Some(behind) = text.strip_prefix(b"^I") {
        lines.push(b'\t');
        text = behind;
    }
    lines.extend_from_slice(text);
    lines.push(b'\n');
    Some(lines)
}

fn syslog(line: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = memchr::memchr(b'#', rest) {
        text.extend_from_slice(&rest[..at]);
        let (byte, len) = match rest.get(at..at + 4) {
            Some(b"#012") => (b'\n', 4),
            Some(b"#011") => (b'\t', 4),
            _ => (b'#', 1),
        };
        text.push(byte);
        rest = &rest[at + len..];
    }
    text.extend_from_slice(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::Escapes;

    #[test]
    fn strings_of_gdb_json_and_rsyslog() {
        let gdb =
            br#"$1 = 0x5 "full talloc report on 'a'\n  x", ' ' <repeats 3 times>, "y\"\n"..."#;
        let found = Escapes::default().lines(gdb).unwrap();
        assert_eq!(String::from_utf8(found).unwrap(), "full talloc report on 'a'\n  x   y\"\n");
        let found = Escapes::default().lines(b"a#1 talloc report on 'a'#012#011b").unwrap();
        assert_eq!(found, b"a#1 talloc report on 'a'\n\tb");
        let gdb =
            br#""talloc report on '\303\244\x1b\e\u003cb\u003e\ud83e\udd80\u00e4\q\9\xg'\nx\n""#;
        let found = Escapes::default().lines(gdb).unwrap();
        let expected = "talloc report on '\u{e4}\u{1b}\u{1b}<b>\u{1f980}\u{e4}q9\\xg'\nx\n";
        assert_eq!(String::from_utf8(found).unwrap(), expected);
        let mut escapes = Escapes::default();
        let first = br#"{"log":"talloc report on 'a'\n","stream":"stderr"}"#;
        assert_eq!(escapes.lines(first).unwrap(), b"talloc report on 'a'\n");
        assert_eq!(escapes.lines(br#"{"log":"  x\n","t":1}"#).unwrap(), b"  x\n");
        assert_eq!(escapes.lines(b"talloc report on 'a'"), None);
    }

    const ROOT: &str = "talloc report on 'a' (total 1 bytes in 1 blocks)";

    #[test]
    fn one_string_in_each_line() {
        for (first, second) in [
            (r#"{"t": 1, "log": "ROOT\n"}"#, r#"{"t": 22, "log" :"  x\n", "u": "v"}"#),
            (r#"msg="ROOT\n" t=1"#, r#"level=info msg="  x\n""#),
            (r#"  "ROOT\n","#, r#"  '  x\n'"#),
            (r#"b"ROOT\n""#, r#"b'  x\n'"#),
            (r#"write(2, "ROOT\n", 9) = 9"#, r#"write(2, "  x\n", 4) = 4"#),
        ] {
            for end in [r"\n", ""] {
                let mut escapes = Escapes::default();
                let first = first.replace("ROOT", ROOT).replace(r"\n", end);
                let found = escapes.lines(first.as_bytes()).unwrap();
                assert_eq!(found.trim_ascii_end(), ROOT.as_bytes(), "{first}");
                let found = escapes.lines(second.replace(r"\n", end).as_bytes()).unwrap();
                assert_eq!(found.trim_ascii_end(), b"  x", "{second}");
            }
        }
        // A line in two pieces.
        let mut escapes = Escapes::default();
        escapes.lines(format!(r#"{{"log":"{ROOT}\n"}}"#).as_bytes()).unwrap();
        assert_eq!(escapes.lines(br#"{"log":"  x"}"#).unwrap(), b"");
        assert_eq!(escapes.lines(br#"{"log":"y\n"}"#).unwrap(), b"  xy\n");
        assert_eq!(escapes.lines(br#"{"log":"  z"}"#).unwrap(), b"");
        assert_eq!((escapes.end(), escapes.end()), (b"  z".to_vec(), Vec::new()));
    }

    #[test]
    fn reprs_of_python() {
        let all = format!("{ROOT}\n  x\n");
        for text in [
            format!(r#"b"{ROOT}\n  x\n""#),
            format!(r"b'{}\n  x\n'", ROOT.replace('\'', r"\'")),
            format!(r#"["{ROOT}", '  x']"#),
            format!(r#"[b"{ROOT}\n",b'  x\n']"#),
        ] {
            let found = Escapes::default().lines(text.as_bytes()).unwrap();
            assert_eq!(String::from_utf8(found).unwrap(), all, "{text}");
        }
    }

    #[test]
    fn what_cat_shows() {
        let mut escapes = Escapes::default();
        let found = escapes.lines(format!("{ROOT}^M$").as_bytes()).unwrap();
        assert_eq!(found, format!("{ROOT}\n").as_bytes());
        assert_eq!(escapes.lines(b"^I^I  x$").unwrap(), b"\t\t  x\n");
        assert_eq!(escapes.lines(b"^Ix"), None);
    }

    #[test]
    fn quotation_marks_around_something_else() {
        for text in [
            format!(r#""x" {ROOT}"#),
            format!(r#"  x "{ROOT}" contains 5 bytes in 1 blocks (ref 0) 0x5"#),
            format!("it's {ROOT}"),
        ] {
            assert_eq!(Escapes::default().lines(text.as_bytes()), None, "{text}");
        }
    }
}
