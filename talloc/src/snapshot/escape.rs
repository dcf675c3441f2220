//! Names as text that fits on a line and cannot control a terminal.

use core::fmt::{self, Write};

/// A name as text that stays on one line and does nothing to a terminal.
///
/// The escapes are those of Rust: `\n`, `\r`, `\t`, `\0`, `\\`, `\u{1b}` for
/// characters that do not show or change the direction of writing, and `\xff`
/// for bytes that are not UTF-8. Quotes stay as they are.
///
/// ```
/// use talloc::snapshot::Escaped;
///
/// let name = Escaped::new(b"it's \x1b[31m red\n\xff");
/// assert_eq!(name.to_string(), r"it's \u{1b}[31m red\n\xff");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Escaped<'a> {
    name: &'a [u8],
    /// In a path: `/` is `\/`.
    slash: bool,
}

impl<'a> Escaped<'a> {
    /// Any bytes.
    pub fn new(name: &'a [u8]) -> Self {
        Escaped { name, slash: false }
    }

    /// As a part of a path.
    pub(super) fn in_path(name: &'a [u8]) -> Self {
        Escaped { name, slash: true }
    }
}

/// Letters of Hangul that show nothing, and are no white space to Unicode.
const FILLERS: [char; 4] = ['\u{115f}', '\u{1160}', '\u{3164}', '\u{ffa0}'];

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.name.utf8_chunks() {
            // `escape_debug` of a whole text leaves accents on their letters.
            for part in chunk.valid().split_inclusive(['\'', '"', '/']) {
                let special = part.chars().next_back().filter(|c| matches!(c, '\'' | '"' | '/'));
                let plain = &part[..part.len() - special.map_or(0, char::len_utf8)];
                for part in plain.split_inclusive(FILLERS) {
                    let text = part.trim_end_matches(FILLERS);
                    write!(f, "{}", text.escape_debug())?;
                    for filler in part[text.len()..].chars() {
                        write!(f, "{}", filler.escape_unicode())?;
                    }
                }
                if let Some(special) = special {
                    if special == '/' && self.slash {
                        f.write_char('\\')?;
                    }
                    f.write_char(special)?;
                }
            }
            for byte in chunk.invalid() {
                write!(f, "\\x{byte:02x}")?;
            }
        }
        Ok(())
    }
}

/// Splits a path at its slashes and undoes the escapes. What is no escape stays as it is.
pub(super) fn parse_path(path: &str) -> Vec<Vec<u8>> {
    let mut parts = vec![Vec::new()];
    let mut rest = path;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '/' => parts.push(Vec::new()),
            '\\' => {
                let (byte, used) = unescape(rest);
                push(&mut parts, byte.unwrap_or(Unescaped::Char('\\')));
                rest = &rest[used..];
            }
            other => push(&mut parts, Unescaped::Char(other)),
        }
    }
    parts
}

enum Unescaped {
    Char(char),
    Byte(u8),
}

fn push(parts: &mut [Vec<u8>], what: Unescaped) {
    let Some(part) = parts.last_mut() else { return };
    match what {
        Unescaped::Char(c) => part.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        Unescaped::Byte(byte) => part.push(byte),
    }
}

/// A number in hexadecimal digits, without the sign that the standard library takes.
fn from_hex(digits: &str) -> Option<u32> {
    u32::from_str_radix(digits, 16).ok().filter(|_| !digits.starts_with(['+', '-']))
}

/// What the text after a backslash stands for, and how much of it that is.
fn unescape(text: &str) -> (Option<Unescaped>, usize) {
    let char = |c| (Some(Unescaped::Char(c)), 1);
    match text.as_bytes().first() {
        Some(b'n') => char('\n'),
        Some(b'r') => char('\r'),
        Some(b't') => char('\t'),
        Some(b'0') => char('\0'),
        Some(b'\\') => char('\\'),
        Some(b'/') => char('/'),
        Some(b'x') => {
            let byte = text.get(1..3).and_then(from_hex);
            (byte.map(|byte| Unescaped::Byte(byte as u8)), if byte.is_some() { 3 } else { 0 })
        }
        Some(b'u') => {
            let hex = text.get(1..).and_then(|rest| rest.strip_prefix('{')?.split_once('}'));
            let c = hex.and_then(|(hex, _)| from_hex(hex));
            match (hex, c.and_then(char::from_u32)) {
                (Some((hex, _)), Some(c)) => (Some(Unescaped::Char(c)), hex.len() + 3),
                _ => (None, 0),
            }
        }
        _ => (None, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_read_back() {
        let mut names: Vec<Vec<u8>> = (0..=255_u8).map(|byte| vec![b'a', byte, b'/']).collect();
        names.extend(
            ["", "\u{202e}x", "\\", "\\n", "e\u{301}", "\u{301}", "a/b\\/", "%n%s\"'"]
                .map(Vec::from),
        );
        let path: Vec<String> =
            names.iter().map(|name| Escaped::in_path(name).to_string()).collect();
        assert_eq!(parse_path(&path.join("/")), names);
        assert!(path.iter().all(|part| !part.contains(|c: char| c.is_control())));
    }

    #[test]
    fn what_is_no_escape_stays() {
        assert_eq!(parse_path(r"\q\x1\u{}\u{d800}\"), [br"\q\x1\u{}\u{d800}\"]);
        assert_eq!(parse_path(r"\x+1\u{+41}"), [br"\x+1\u{+41}"]);
    }

    #[test]
    fn what_shows_nothing_is_escaped() {
        let name = "a\u{3164}b\u{115f}\u{1160}\u{ffa0}".as_bytes();
        assert_eq!(Escaped::new(name).to_string(), r"a\u{3164}b\u{115f}\u{1160}\u{ffa0}");
        assert_eq!(parse_path(&Escaped::in_path(name).to_string()), [name]);
    }

    #[test]
    fn nothing_reverses_the_direction() {
        assert_eq!(
            Escaped::new("a\u{202e}b\u{2066}".as_bytes()).to_string(),
            r"a\u{202e}b\u{2066}"
        );
    }
}
