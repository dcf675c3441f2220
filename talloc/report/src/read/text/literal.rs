//! [`string`]: the text of strings as programs print them, in quotation marks and with escapes.

use std::ops::Range;

use memchr::memmem;

use crate::read::line::Line;

/// The text of the string that a line starts with, and whether its end is there.
pub(crate) fn string(line: &[u8]) -> (Vec<u8>, bool) {
    let mut text = Vec::with_capacity(line.len());
    let [mark, inner @ ..] = line else { return (text, false) };
    let behind = quoted(inner, *mark, &mut text);
    let len = line.len() - behind.len();
    (text, len > 1 && line[len - 1] == *mark)
}

/// The text of all strings that follow one another. gdb writes one in parts where a character is
/// repeated: `"a", ' ' <repeats 20 times>, "b"`. Of a list, each is a line.
pub(crate) fn strings(line: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(line.len());
    let mut rest = line;
    let mut is_list = None;
    loop {
        if let Some((byte, count, behind)) = repeated(rest) {
            text.resize(text.len() + count.min(MAX_REPEATS), byte);
            rest = behind;
        } else if let [mark @ (b'"' | b'\''), inner @ ..] = rest {
            rest = quoted(inner, *mark, &mut text);
            if *is_list.get_or_insert_with(|| is_first_line(&text)) {
                text.push(b'\n');
            }
        } else {
            return text;
        }
        let Some(next) = rest.strip_prefix(b",") else { return text };
        let next = next.trim_ascii_start();
        // `b'…'` of Python.
        rest = next.strip_prefix(b"b").unwrap_or(next);
    }
}

/// Whether it is the whole first line of a report, without its line feed.
fn is_first_line(text: &[u8]) -> bool {
    !text.contains(&b'\n') && matches!(Line::new(text), Line::Root(_))
}

/// `' ' <repeats 20 times>`.
fn repeated(text: &[u8]) -> Option<(u8, usize, &[u8])> {
    let [b'\'', byte, b'\'', behind @ ..] = text else { return None };
    let (count, behind) = repeats(behind)?;
    Some((*byte, count, behind))
}

/// No line has more of one character.
const MAX_REPEATS: usize = 64 << 10;

fn repeats(text: &[u8]) -> Option<(usize, &[u8])> {
    let rest = text.strip_prefix(b" <repeats ")?;
    let end = memmem::find(rest, b" times>")?;
    let count = std::str::from_utf8(&rest[..end]).ok()?.parse().ok()?;
    Some((count, &rest[end + b" times>".len()..]))
}

/// Adds what is before the quotation mark that ends it, and returns what is behind that.
fn quoted<'a>(mut rest: &'a [u8], mark: u8, text: &mut Vec<u8>) -> &'a [u8] {
    loop {
        match rest {
            [] => return rest,
            [byte, behind @ ..] if *byte == mark => return behind,
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
