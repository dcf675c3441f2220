//! [`Markup`]: lines from a browser, a mail program or a terminal.

use std::borrow::Cow;

use memchr::memmem;

use super::tabs::{expand_all, filled_object};
use crate::read::line::{Line, looks_like_report};

/// What has become of lines on their way.
#[derive(Debug, Default)]
pub(crate) struct Markup {
    /// The input is an HTML page.
    is_html: bool,
    /// Blanks have become others, which libtalloc never writes.
    has_odd_blanks: bool,
    /// The first line of a report has colours.
    has_colours: bool,
    /// There was a report as it is: a tag is part of a name.
    is_plain: bool,
}

/// With these bytes begin a quotation mark of print, and the colour of a terminal.
const QUOTE: u8 = 0xe2;
const ESCAPE: u8 = 0x1b;

const NO_BREAK: &[u8] = "\u{a0}".as_bytes();

impl Markup {
    /// The line as libtalloc wrote it, if it was changed in a way that is known.
    pub(crate) fn clean<'a>(&mut self, line: &'a [u8]) -> Cow<'a, [u8]> {
        if self.is_html {
            return html(line).into();
        }
        if self.has_odd_blanks {
            return blanks(line).into();
        }
        if !self.is_plain && !line.trim_ascii_start().starts_with(b"<") {
            self.is_plain = memmem::find(line, b"talloc report on '").is_some();
        }
        // Most lines.
        if memchr::memchr3(b'&', b'<', b'\t', line).is_none()
            && memchr::memchr3(NO_BREAK[0], QUOTE, ESCAPE, line).is_none()
        {
            return line.into();
        }
        let as_it_is = Line::new(line.trim_ascii_start());
        if self.has_colours && as_it_is == Line::Reference {
            return without_colours(line).into();
        }
        if as_it_is == Line::Reference {
            return filled_object(line).map_or(line.into(), Cow::from);
        }
        let is_line = as_it_is != Line::Other || Line::new(line) != Line::Other;
        if is_line && !line.starts_with(NO_BREAK) {
            return line.into();
        }
        let lower = |part: &[u8]| memmem::find(&line.to_ascii_lowercase(), part).is_some();
        if !self.is_plain
            && line.trim_ascii_start().starts_with(b"<")
            && (lower(b"<pre")
                || lower(b"<html")
                || lower(b"<!doctype")
                || lower(b"<code")
                || lower(b"<p>")
                || lower(b"<td"))
        {
            self.is_html = true;
            return html(line).into();
        }
        if memmem::find(line, b"blocks").is_none() && memmem::find(line, b"reference").is_none() {
            return line.into();
        }
        let is_better =
            |text: &[u8]| looks_like_report(text) && !matches!(Line::new(text), Line::Other);
        let text = blanks(line);
        if text != line && is_better(&text) {
            self.has_odd_blanks = true;
            return text.into();
        }
        let text = html(line);
        if text != line && is_better(&text) {
            // The quotation marks of the first line are there in each report.
            self.is_html |= memchr::memchr(b'&', line).is_some();
            return text.into();
        }
        for text in [expand_all(line), without_colours(line)] {
            let is_reference =
                self.has_colours && Line::new(text.trim_ascii_start()) == Line::Reference;
            if text != line && (is_reference || is_better(&text)) {
                let is_coloured = memchr::memchr(ESCAPE, line).is_some();
                self.has_colours |= is_coloured && matches!(Line::new(&text), Line::Root(_));
                return text.into();
            }
        }
        line.into()
    }
}

/// Spaces for those that break no line, and plain quotation marks.
fn blanks(line: &[u8]) -> Vec<u8> {
    let text = replace(line, NO_BREAK, b" ");
    let text = replace(&text, "‘".as_bytes(), b"'");
    replace(&text, "’".as_bytes(), b"'")
}

/// Without tags at both ends, and with the characters that entities stand for.
fn html(line: &[u8]) -> Vec<u8> {
    let mut line = line;
    while let Some(tag) = start_tag(line) {
        line = &line[tag..];
    }
    while let Some(end) = line.trim_ascii_end().strip_suffix(b">") {
        match end.iter().rposition(|byte| *byte == b'<') {
            Some(start) if is_tag(&end[start + 1..]) => line = &line[..start],
            _ => break,
        }
    }
    let mut text = Vec::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = memchr::memchr(b'&', rest) {
        text.extend_from_slice(&rest[..at]);
        rest = &rest[at..];
        let end = rest.iter().take(10).position(|byte| *byte == b';');
        match end.and_then(|end| Some((end, entity(&rest[1..end])?))) {
            Some((end, c)) => {
                text.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                rest = &rest[end + 1..];
            }
            None => {
                text.push(b'&');
                rest = &rest[1..];
            }
        }
    }
    text.extend_from_slice(rest);
    blanks(&text)
}

/// The length of a tag that the line starts with.
fn start_tag(line: &[u8]) -> Option<usize> {
    let inner = line.strip_prefix(b"<")?;
    let end = memchr::memchr(b'>', inner)?;
    is_tag(&inner[..end]).then_some(end + 2)
}

/// What is within the angles of a tag.
fn is_tag(inner: &[u8]) -> bool {
    let name = inner.strip_prefix(b"/").unwrap_or(inner);
    name.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'!')
        && !name.contains(&b'<')
}

fn entity(name: &[u8]) -> Option<char> {
    let name = std::str::from_utf8(name).ok()?;
    Some(match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "lsquo" => '‘',
        "rsquo" => '’',
        _ => {
            let number = name.strip_prefix('#')?;
            let value = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(value)?
        }
    })
}

/// Without what a terminal takes for colours.
fn without_colours(line: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = memmem::find(rest, b"\x1b[") {
        text.extend_from_slice(&rest[..at]);
        let behind = &rest[at + 2..];
        let end = behind.iter().position(|byte| (0x40..0x7f).contains(byte));
        rest = end.map_or(&[], |end| &behind[end + 1..]);
    }
    text.extend_from_slice(rest);
    text
}

fn replace(text: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut new = Vec::with_capacity(text.len());
    let mut at = 0;
    for found in memmem::find_iter(text, from) {
        new.extend_from_slice(&text[at..found]);
        new.extend_from_slice(to);
        at = found + from.len();
    }
    new.extend_from_slice(&text[at..]);
    new
}

#[cfg(test)]
mod tests {
    use super::Markup;

    #[test]
    fn what_others_made_of_a_line() {
        let line = "full talloc report on 'a' (total 1 bytes in 1 blocks)";
        for changed in [
            line.replace('\'', "&#39;"),
            line.replace('\'', "&#x27;") + "</pre>",
            format!("<pre>{}<br/>", line.replace('\'', "&apos;")),
            line.replace(' ', "\u{a0}"),
            line.replacen('\'', "‘", 1).replacen('\'', "’", 1),
            line.replace("blocks)", "blocks)\x1b[0m"),
        ] {
            let clean = Markup::default().clean(changed.as_bytes()).into_owned();
            assert_eq!(String::from_utf8(clean).unwrap(), line, "{changed}");
        }
        for same in ["a &lt; b", "\x1b[31mred\x1b[0m", "<a>"] {
            assert_eq!(&*Markup::default().clean(same.as_bytes()), same.as_bytes());
        }
    }
}
