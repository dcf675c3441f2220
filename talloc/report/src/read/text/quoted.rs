//! [`Quoted`]: quoted-printable text, as it is in the source of a mail.

use std::borrow::Cow;

use memchr::memmem::find;

use super::line_reader::MAX_LINE;
use crate::read::line::Line;

/// The lines of such text, joined and decoded.
#[derive(Debug, Default)]
pub(crate) struct Quoted {
    is_on: bool,
    /// The beginning of a line that goes on in the next one.
    held: Vec<u8>,
    lines: u64,
}

/// No line of such text is longer.
const WIDTH: usize = 76;

impl Quoted {
    /// The line that ends here, with the number of lines that it had before: none if it goes on.
    pub(crate) fn join<'a>(&mut self, line: &'a [u8]) -> Option<(Cow<'a, [u8]>, u64)> {
        let end = line.strip_suffix(b"\r").unwrap_or(line);
        let start = end.strip_suffix(b"=");
        // Most lines.
        if !self.is_on && start.is_none() {
            self.header(line);
            return Some((line.into(), 0));
        }
        if end.len() > WIDTH {
            self.is_on = false;
        } else if let Some(start) = start.filter(|_| !self.is_on) {
            self.is_on = is_cut(start);
        }
        self.header(line);
        if !self.is_on && self.held.is_empty() {
            return Some((line.into(), 0));
        }
        match start.filter(|_| self.is_on && self.held.len() < MAX_LINE) {
            Some(start) => {
                self.held.extend_from_slice(start);
                self.lines += 1;
                None
            }
            None => {
                self.held.extend_from_slice(line);
                Some(self.flush())
            }
        }
    }

    /// What is left at the end.
    pub(crate) fn end(&mut self) -> Option<(Cow<'static, [u8]>, u64)> {
        (!self.held.is_empty()).then(|| self.flush())
    }

    fn flush(&mut self) -> (Cow<'static, [u8]>, u64) {
        let line = decoded(&self.held);
        self.held.clear();
        (line.into(), std::mem::take(&mut self.lines))
    }

    /// The headers of a mail and of its parts say how they are encoded.
    fn header(&mut self, line: &[u8]) {
        const NAME: &[u8] = b"content-transfer-encoding:";
        let is_likely = matches!(line.first(), Some(b'c' | b'C'));
        if is_likely && line.get(..NAME.len()).is_some_and(|name| name.eq_ignore_ascii_case(NAME)) {
            self.is_on = line[NAME.len()..].trim_ascii().eq_ignore_ascii_case(b"quoted-printable");
        }
    }
}

/// Whether a line of a report ends within its numbers.
fn is_cut(start: &[u8]) -> bool {
    let size = number_behind(start, b" contains ");
    let is_object = size.is_some_and(|size| number_behind(size, b" bytes in ").is_some());
    let is_root = find(start, b"talloc report on '").is_some();
    // All but the last line of one are as long as they may be. Base64 has no blanks.
    let has_words = start.trim_ascii_start().contains(&b' ') && start.starts_with(b" ");
    let is_filled = start.len() + 1 >= WIDTH - 2 && has_words;
    let line = Line::new(start);
    is_object
        || (is_root && line == Line::Other)
        || (is_filled && matches!(line, Line::Other | Line::Reference))
}

/// What stands behind these words, if it is a number, or nothing is left of it.
fn number_behind<'a>(text: &'a [u8], words: &[u8]) -> Option<&'a [u8]> {
    let text = text[find(text, words)? + words.len()..].trim_ascii_start();
    text.first().is_none_or(u8::is_ascii_digit).then_some(text)
}

fn decoded(line: &[u8]) -> Vec<u8> {
    let digit = |at: usize| line.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let mut text = Vec::with_capacity(line.len());
    let mut at = 0;
    while at < line.len() {
        match (line[at], digit(at + 1), digit(at + 2)) {
            (b'=', Some(high), Some(low)) => {
                text.push((high * 16 + low) as u8);
                at += 3;
            }
            (byte, ..) => {
                text.push(byte);
                at += 1;
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::Quoted;

    fn lines(text: &str) -> Vec<(String, u64)> {
        let mut quoted = Quoted::default();
        let mut all: Vec<_> =
            text.lines().filter_map(|line| quoted.join(line.as_bytes())).collect();
        all.extend(quoted.end());
        let line = |line: &[u8]| String::from_utf8(line.to_vec()).unwrap();
        all.iter().map(|(text, before)| (line(text), *before)).collect()
    }

    #[test]
    fn from_the_first_line_that_is_cut() {
        let text = "a=3D\n    a contains      1 bytes in   1 blocks (ref 0) 0x55=\nd0\nb=3D1\nc=\n";
        let joined = "    a contains      1 bytes in   1 blocks (ref 0) 0x55d0";
        let expected = [("a=3D", 0), (joined, 1), ("b=1", 0), ("c", 1)];
        assert_eq!(lines(text), expected.map(|(line, before)| (line.to_owned(), before)));
    }

    #[test]
    fn as_the_header_says() {
        let text = "Content-Transfer-Encoding: Quoted-Printable\n=3D=C3=A9=zz\n\
                    content-transfer-encoding: 8bit\n=3D";
        assert_eq!(lines(text)[1].0, "=é=zz");
        assert_eq!(lines(text)[3].0, "=3D");
        let long =
            format!("content-transfer-encoding: quoted-printable\n{}\na=\nb", "x".repeat(77));
        assert_eq!(lines(&long).len(), 4);
    }
}
