//! [`Quoted`]: quoted-printable text, as it is in the source of a mail.

use memchr::memmem::find;

use super::line_reader::MAX_LINE;
use super::mail_header::MailHeader;
use crate::read::line::{Line, ROOT};

/// Joins and decodes the lines of such text. That it is such text is known by the header of the
/// mail, or guessed from the first line of a report that is cut.
#[derive(Debug, Default)]
pub(crate) struct Quoted {
    mode: Mode,
    header: MailHeader,
    /// The lines, as they are, of one that goes on in the next one, each with its line feed.
    held: Vec<u8>,
    /// The number of the first of them.
    number: u64,
    /// Behind the last start of a report there is a line that is too long.
    is_wide: bool,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Mode {
    #[default]
    Plain,
    /// If the lines that are held make one of this kind.
    Guess(Guess),
    Quoted,
}

/// What the lines would be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Guess {
    Root,
    Object,
    Reference,
}

/// No line of such text is longer,
const WIDTH: usize = 76;
/// but for those of programs that fill a mail's lines up to its own limit.
const LONGEST: usize = 78;
/// A line that goes on is as long as it may be. Some programs keep to 72, and do not cut `=3D`.
const LEAST: usize = 70;
/// A guess ends after so many lines' bytes.
const MAX_GUESS: usize = 16 * WIDTH;

impl Quoted {
    /// Reads a line. Those that end with it go to `emit`, each with the number of its first.
    pub(crate) fn read<E>(
        &mut self,
        number: u64,
        line: &[u8],
        emit: &mut impl FnMut(u64, &[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let end = line.strip_suffix(b"\r").unwrap_or(line);
        if end.len() > if self.mode == Mode::Quoted { LONGEST } else { WIDTH } {
            return self.wide(number, line, emit);
        }
        if self.held.is_empty() {
            self.number = number;
            match self.header.read(line) {
                Some(true) => self.mode = Mode::Quoted,
                Some(false) => self.mode = Mode::Plain,
                None => {}
            }
            // They are encoded in another way.
            if self.header.is_inside() {
                return emit(number, line);
            }
        }
        let start = end.strip_suffix(b"=");
        if self.mode == Mode::Plain {
            let is_root = find(line, ROOT).is_some();
            self.is_wide &= !is_root;
            match start.filter(|_| !self.is_wide).and_then(|start| guess(start, is_root)) {
                Some(guess) => self.mode = Mode::Guess(guess),
                None => return emit(number, line),
            }
        }
        self.held.extend_from_slice(line);
        match self.mode {
            Mode::Guess(_) if self.held.len() > MAX_GUESS => self.take_back(emit),
            _ if start.is_some() && self.held.len() < MAX_LINE => {
                self.held.push(b'\n');
                Ok(())
            }
            _ => self.flush(emit),
        }
    }

    /// Reads a line that is none of quoted text.
    fn wide<E>(
        &mut self,
        number: u64,
        line: &[u8],
        emit: &mut impl FnMut(u64, &[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        self.is_wide = true;
        while !self.held.is_empty() {
            self.take_back(emit)?;
        }
        self.header.read(line);
        if !self.header.is_inside() {
            self.mode = Mode::Plain;
        }
        emit(number, line)
    }

    /// Emits what is left at the end.
    pub(crate) fn end<E>(
        &mut self,
        emit: &mut impl FnMut(u64, &[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        // What was guessed to go on does not.
        while self.mode != Mode::Quoted && !self.held.is_empty() {
            self.take_back(emit)?;
        }
        if self.held.is_empty() { Ok(()) } else { self.flush(emit) }
    }

    /// Emits the lines that are held as one, if that is what was guessed.
    fn flush<E>(&mut self, emit: &mut impl FnMut(u64, &[u8]) -> Result<(), E>) -> Result<(), E> {
        let line = decoded(&self.held);
        let goes_on = !line_behind(&self.held).trim_ascii().is_empty();
        let is_right = match (self.mode, Line::new(&line)) {
            (Mode::Guess(_), _) if !goes_on => false,
            (Mode::Guess(Guess::Root), Line::Root(_))
            | (Mode::Guess(Guess::Object), Line::Object(_) | Line::Limit { .. })
            | (Mode::Guess(Guess::Reference), Line::Reference) => true,
            (mode, _) => mode == Mode::Quoted,
        };
        if !is_right {
            return self.take_back(emit);
        }
        self.mode = Mode::Quoted;
        self.held.clear();
        emit(self.number, &line)
    }

    /// Emits the first of the lines that are held as it is, and reads the others anew.
    fn take_back<E>(
        &mut self,
        emit: &mut impl FnMut(u64, &[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let held = std::mem::take(&mut self.held);
        let held = held.strip_suffix(b"\n").unwrap_or(&held);
        self.mode = Mode::Plain;
        let mut lines = (self.number..).zip(held.split(|byte| *byte == b'\n'));
        if let Some((number, line)) = lines.next() {
            emit(number, line)?;
        }
        lines.try_for_each(|(number, line)| self.read(number, line, emit))
    }
}

/// What a line that goes on may be the start of. All but the last line of quoted text are as long
/// as they may be, and base64 has no blanks.
fn guess(start: &[u8], is_root: bool) -> Option<Guess> {
    if start.len() + 1 < LEAST {
        return None;
    }
    let is_filled = start.len() + 1 >= WIDTH - 2
        && start.starts_with(b" ")
        && start.trim_ascii_start().contains(&b' ');
    match Line::new(start) {
        Line::Object(object) if object.content.is_none() => Some(Guess::Object),
        Line::Reference if is_filled => Some(Guess::Reference),
        Line::Other if is_root => Some(Guess::Root),
        Line::Other if is_filled || is_cut(start) => Some(Guess::Object),
        _ => None,
    }
}

/// Whether the line of an object ends within its numbers.
fn is_cut(start: &[u8]) -> bool {
    let size = number_behind(start, b" contains ");
    size.is_some_and(|size| number_behind(size, b" bytes in ").is_some())
}

/// What stands behind these words, if it is a number, or nothing is left of it.
fn number_behind<'a>(text: &'a [u8], words: &[u8]) -> Option<&'a [u8]> {
    let text = text[find(text, words)? + words.len()..].trim_ascii_start();
    text.first().is_none_or(u8::is_ascii_digit).then_some(text)
}

/// The last of the lines.
fn line_behind(lines: &[u8]) -> &[u8] {
    lines.rsplit(|byte| *byte == b'\n').next().unwrap_or_default()
}

fn decoded(lines: &[u8]) -> Vec<u8> {
    let digit = |at: usize| lines.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let mut text = Vec::with_capacity(lines.len());
    let mut at = 0;
    while let Some(rest) = lines.get(at..).filter(|rest| !rest.is_empty()) {
        let (byte, len) = match (digit(at + 1), digit(at + 2)) {
            _ if rest.starts_with(b"=\n") => (None, 2),
            _ if rest.starts_with(b"=\r\n") => (None, 3),
            (Some(high), Some(low)) if rest[0] == b'=' => (Some((high * 16 + low) as u8), 3),
            _ => (Some(rest[0]), 1),
        };
        text.extend(byte);
        at += len;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::Quoted;

    fn lines(text: &str) -> Vec<(u64, String)> {
        let mut all = Vec::new();
        let mut emit = |number, line: &[u8]| {
            all.push((number, String::from_utf8(line.to_vec()).unwrap()));
            Ok::<_, ()>(())
        };
        let mut quoted = Quoted::default();
        for (number, line) in (1..).zip(text.lines()) {
            quoted.read(number, line.as_bytes(), &mut emit).unwrap();
        }
        quoted.end(&mut emit).unwrap();
        all
    }

    #[track_caller]
    fn stays(text: &str) {
        let plain: Vec<_> = (1..).zip(text.lines().map(str::to_owned)).collect();
        assert_eq!(lines(text), plain);
    }

    fn expect(text: &str, expected: &[(u64, &str)]) {
        let expected: Vec<_> =
            expected.iter().map(|(number, line)| (*number, (*line).to_owned())).collect();
        assert_eq!(lines(text), expected);
    }

    #[test]
    fn from_the_first_line_that_is_cut() {
        let joined = &format!("    {:22} contains      1 bytes in   1 blocks (ref 0) 0x55d0", "a");
        let cut = joined.replace("d0", "=\nd0\n");
        let text = format!("a=3D\n{cut}b=3D1\nc=\n");
        expect(&text, &[(1, "a=3D"), (2, joined), (4, "b=1"), (5, "c")]);
        let root =
            format!("talloc report on '{}=\r\nx' (total 1 bytes in 1 blocks)", "y".repeat(57));
        assert_eq!(lines(&root)[0].1, root.replace("=\r\n", ""));
        let long = format!(
            "    {} {}=\nx contains 1 bytes in =\n1 blocks (ref 0)",
            "y".repeat(30),
            "z".repeat(40)
        );
        assert_eq!(lines(&long), [(1, long.replace("=\n", ""))]);
    }

    #[test]
    fn what_becomes_no_line_of_a_report_is_as_it_was() {
        let wide = format!("    {:<30} contains      1 bytes in   1 blocks (ref 0) 0x55=d0", "a");
        let reference = format!("    reference to: {}=", "y".repeat(57));
        stays(&format!("{reference}\n{wide}\n"));
        stays(&format!("{reference}\n    a contains 1 bytes in 1 blocks (ref 0) 0x553d\n"));
        stays(&format!(
            " {} {}=\nfull talloc report on 'x=3d' (total 1 bytes in 1 blocks)\n",
            "=".repeat(30),
            "=".repeat(43)
        ));
        stays(
            "    reference to: a contains 1 bytes in =\n    b=3D contains 1 bytes in 1 blocks (ref 0) 0x1\n",
        );
        stays("char contains      9 bytes in   1 blocks (ref 0): x=\n=3D\n");
        let many = "    a contains 1 bytes in =\n".repeat(40);
        stays(&many);
        // Behind a line that is too long, until a report begins.
        let cut = format!("    {:22} contains      1 bytes in   1 blocks (ref 0) 0x=\n1\n", "a");
        stays(&format!("{}\n{cut}", "x".repeat(77)));
        let root = "talloc report on 'x' (total 1 bytes in 1 blocks)";
        assert_eq!(lines(&format!("{}\n{root}\n{cut}", "x".repeat(77))).len(), 3);
        // Such a line behind two that may be cut; and none is cut that early.
        let first = cut.lines().next().unwrap();
        let start = format!("talloc report on '{}=", "y".repeat(57));
        stays(&format!("{first}\n{start}\n{}\n", "x".repeat(77)));
        stays(&cut.replace("          ", " "));
    }

    #[test]
    fn as_the_header_says() {
        let text = "Content-Transfer-Encoding: Quoted-Printable\n\n=3D=C3=A9=zz\n--x\n\
                    content-transfer-encoding: 8bit\n\n=3D";
        let header = "Content-Transfer-Encoding: Quoted-Printable";
        let second = "content-transfer-encoding: 8bit";
        expect(
            text,
            &[(1, header), (2, ""), (3, "=é=zz"), (4, "--x"), (5, second), (6, ""), (7, "=3D")],
        );
        stays(&format!("{header}\n\n{}\na=\nb", "x".repeat(79)));
        assert_eq!(
            lines(&format!("{header}\n\n{}=\nb", "x".repeat(77)))[2].1,
            "x".repeat(77) + "b"
        );
        // The next mail does not say it.
        stays(&format!("{header}\n\nFrom x\nSubject: y\n\n=3D"));
        stays(&format!("{header}\n\n--x\nContent-Type: text/plain\n\n=3D"));
        // Long headers are no text.
        let text = format!("{header}\nX: {}\n\na=\nb", "x".repeat(77));
        assert_eq!(lines(&text)[3], (4, "ab".to_owned()));
        stays(&format!("  a\n{header}\n=3D"));
        // Headers are encoded in another way.
        stays(&format!("{header}\nSubject: =?utf-8?q?a?=\n =?utf-8?q?b?=\nX: =3D"));
        let mailbox = format!("a\n\nFrom x\n{header}\n\n=3D");
        assert_eq!(lines(&mailbox)[5], (6, "=".to_owned()));
    }
}
