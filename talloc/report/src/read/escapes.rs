//! [`Escapes`]: a report that is one line, with signs for its line feeds.

use std::ops::Range;

use memchr::memmem;

/// What stands for a line feed in rsyslog's files.
const SYSLOG: &[u8] = b"#012";

/// Lines that are strings of gdb or of JSON, or have the escapes of rsyslog.
#[derive(Debug, Default)]
pub(crate) struct Escapes {
    /// What stood before the string of the first line, up to its quotation mark.
    opening: Option<Vec<u8>>,
}

const REPORT: &[u8] = b"talloc report on '";

impl Escapes {
    /// The lines in this one, if it has such signs: none does that
    /// [`is_usual`](super::usual::is_usual).
    pub(crate) fn lines(&mut self, line: &[u8], is_usual: bool) -> Option<Vec<u8>> {
        if let Some(opening) = &self.opening {
            if line.starts_with(opening) {
                return Some(string(&line[opening.len() - 1..]));
            }
        }
        // Most lines have neither.
        if is_usual {
            return None;
        }
        memchr::memchr2(b'\\', b'#', line)?;
        let report = memmem::find(line, REPORT)?;
        if memmem::find(line, SYSLOG).is_some() {
            return Some(syslog(line));
        }
        let quote = line[..report].iter().rposition(|byte| *byte == b'"')?;
        memmem::find(line, b"\\n")?;
        // One line of many, as those of a container are.
        if line[..quote].starts_with(b"{") {
            self.opening = Some(line[..=quote].to_vec());
        }
        Some(string(&line[quote..]))
    }
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

/// The text of a string, whose quotation mark comes first. gdb writes it in parts where a
/// character is repeated: `"a", ' ' <repeats 20 times>, "b"`.
fn string(line: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(line.len());
    let mut rest = line;
    loop {
        rest = match rest {
            [b'"', inner @ ..] => quoted(inner, &mut text),
            [b'\'', byte, b'\'', behind @ ..] => match repeats(behind) {
                Some((count, behind)) => {
                    text.resize(text.len() + count.min(MAX_REPEATS), *byte);
                    behind
                }
                None => return text,
            },
            _ => return text,
        };
        let Some(next) = rest.strip_prefix(b", ") else { return text };
        rest = next;
    }
}

/// No line has more of one character.
const MAX_REPEATS: usize = 64 << 10;

fn repeats(text: &[u8]) -> Option<(usize, &[u8])> {
    let rest = text.strip_prefix(b" <repeats ")?;
    let end = memmem::find(rest, b" times>")?;
    let count = std::str::from_utf8(&rest[..end]).ok()?.parse().ok()?;
    Some((count, &rest[end + b" times>".len()..]))
}

/// Adds what is within the quotation marks, and returns what is behind them.
fn quoted<'a>(mut rest: &'a [u8], text: &mut Vec<u8>) -> &'a [u8] {
    loop {
        match rest {
            [] => return rest,
            [b'"', behind @ ..] => return behind,
            [b'\\', escaped @ ..] => rest = character(escaped, text),
            [byte, behind @ ..] => {
                text.push(*byte);
                rest = behind;
            }
        }
    }
}

/// Adds what an escape stands for, of which the backslash was read: `\u00e4` of JSON, `\303` of
/// gdb, `\xc3` of Python, `\n` of all.
fn character<'a>(escaped: &'a [u8], text: &mut Vec<u8>) -> &'a [u8] {
    let number = |at: Range<usize>, radix: u32| {
        let digits = escaped.get(at).filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))?;
        u32::from_str_radix(std::str::from_utf8(digits).ok()?, radix).ok()
    };
    let byte = |at, radix| number(at, radix).and_then(|value| u8::try_from(value).ok());
    match escaped {
        [b'u', ..] => {
            let Some(first) = number(1..5, 16) else { return push(b"\\u", text, &escaped[1..]) };
            // What is beyond 16 bits is in two halves.
            let second = escaped.get(5..7).filter(|next| next == b"\\u").and(number(7..11, 16));
            let units = [Some(first), second].into_iter().flatten().map(|unit| unit as u16);
            let is_pair = (0xd800..0xdc00).contains(&first) && second.is_some();
            let units = units.take(if is_pair { 2 } else { 1 });
            for c in char::decode_utf16(units) {
                let c = c.unwrap_or(char::REPLACEMENT_CHARACTER);
                text.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            }
            &escaped[if is_pair { 11 } else { 5 }..]
        }
        [b'x', ..] => match byte(1..3, 16) {
            Some(byte) => push(&[byte], text, &escaped[3..]),
            None => push(b"\\x", text, &escaped[1..]),
        },
        [b'0'..=b'7', ..] => match byte(0..3, 8) {
            Some(byte) => push(&[byte], text, &escaped[3..]),
            None => push(b"\\", text, escaped),
        },
        [other, behind @ ..] => {
            let byte = match other {
                b'n' => b'\n',
                b't' => b'\t',
                b'r' => b'\r',
                b'a' => 0x07,
                b'b' => 0x08,
                b'v' => 0x0b,
                b'f' => 0x0c,
                b'e' => 0x1b,
                other => *other,
            };
            push(&[byte], text, behind)
        }
        [] => escaped,
    }
}

fn push<'a>(bytes: &[u8], text: &mut Vec<u8>, behind: &'a [u8]) -> &'a [u8] {
    text.extend_from_slice(bytes);
    behind
}

#[cfg(test)]
mod tests {
    use super::Escapes;

    #[test]
    fn strings_of_gdb_json_and_rsyslog() {
        let gdb =
            br#"$1 = 0x5 "full talloc report on 'a'\n  x", ' ' <repeats 3 times>, "y\"\n"..."#;
        let found = Escapes::default().lines(gdb, false).unwrap();
        assert_eq!(String::from_utf8(found).unwrap(), "full talloc report on 'a'\n  x   y\"\n");
        let found = Escapes::default().lines(b"a#1 talloc report on 'a'#012#011b", false).unwrap();
        assert_eq!(found, b"a#1 talloc report on 'a'\n\tb");
        let gdb = br#""talloc report on '\303\244\x1b\e\u003cb\u003e\ud83e\udd80\u00e4\q\9\xg'\n""#;
        let found = Escapes::default().lines(gdb, false).unwrap();
        let expected = "talloc report on '\u{e4}\u{1b}\u{1b}<b>\u{1f980}\u{e4}q9\\xg'\n";
        assert_eq!(String::from_utf8(found).unwrap(), expected);
        let mut escapes = Escapes::default();
        let first = br#"{"log":"talloc report on 'a'\n","stream":"stderr"}"#;
        assert_eq!(escapes.lines(first, false).unwrap(), b"talloc report on 'a'\n");
        assert_eq!(escapes.lines(br#"{"log":"  x\n","t":1}"#, false).unwrap(), b"  x\n");
        assert_eq!(escapes.lines(b"talloc report on 'a'", false), None);
    }
}
