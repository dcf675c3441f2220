//! [`LineReader`]: the lines of an input, of any length, in bounded memory.

use std::io::{self, BufRead, Read};

/// What is kept of a line. The middle of a longer one is left out.
pub(crate) const MAX_LINE: usize = 64 << 10;

/// How much of the end of a longer line is kept: all numbers of a report are there.
const TAIL: usize = 1 << 10;

/// Stands for what was left out.
const CUT: &[u8] = "…".as_bytes();

/// The lines of `R`, numbered from 1, without the line feed.
pub(crate) struct LineReader<R> {
    reader: R,
    /// So much of what the reader has ready is the last line.
    used: usize,
    /// A line that was not ready as a whole.
    line: Vec<u8>,
    number: u64,
}

impl<R: BufRead> LineReader<R> {
    pub(crate) fn new(reader: R) -> Self {
        LineReader { reader, used: 0, line: Vec::new(), number: 0 }
    }

    /// The number of the line that was read last.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// The next line. The last one may lack its line feed.
    pub(crate) fn next(&mut self) -> io::Result<Option<&[u8]>> {
        self.reader.consume(std::mem::take(&mut self.used));
        let ready = self.reader.fill_buf()?;
        let ready = &ready[..ready.len().min(MAX_LINE)];
        if let Some(len) = memchr::memchr(b'\n', ready) {
            self.used = len + 1;
            self.number += 1;
            return Ok(Some(&self.reader.fill_buf()?[..len]));
        }
        self.line.clear();
        if self.read_part()? == 0 {
            return Ok(None);
        }
        self.number += 1;
        if self.line.len() == MAX_LINE && !self.line.ends_with(b"\n") {
            self.leave_out_the_middle()?;
        }
        Ok(Some(self.line.strip_suffix(b"\n").unwrap_or(&self.line)))
    }

    /// Appends up to `MAX_LINE` bytes of the line, and its line feed.
    fn read_part(&mut self) -> io::Result<usize> {
        (&mut self.reader).take(MAX_LINE as u64).read_until(b'\n', &mut self.line)
    }

    fn leave_out_the_middle(&mut self) -> io::Result<()> {
        let head = MAX_LINE - TAIL;
        let mut is_cut = false;
        while self.read_part()? > 0 {
            let is_end = self.line.ends_with(b"\n");
            let tail = self.line.len() - usize::from(is_end) - TAIL;
            is_cut |= tail > head;
            self.line.drain(head..tail);
            if is_end {
                break;
            }
        }
        if is_cut {
            self.line.splice(head..head, CUT.iter().copied());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    fn lines(text: &[u8]) -> Vec<Vec<u8>> {
        // A small buffer, so that lines are read in several parts.
        let mut lines = LineReader::new(io::BufReader::with_capacity(7, text));
        let mut all = Vec::new();
        while let Some(line) = lines.next().unwrap() {
            all.push(line.to_vec());
        }
        assert_eq!(lines.number(), all.len() as u64);
        all
    }

    #[test]
    fn the_last_line_may_lack_its_end() {
        assert_eq!(lines(b""), [b""; 0]);
        assert_eq!(lines(b"a\n\nb\r\n"), [&b"a"[..], b"", b"b\r"]);
        assert_eq!(lines(b"a\nb"), [b"a", b"b"]);
    }

    #[test]
    fn long_lines_keep_both_ends() {
        for len in [MAX_LINE - 1, MAX_LINE] {
            let text = vec![b'x'; len];
            assert!(lines(&text) == [&text[..]]);
            assert!(lines(&[&text[..], b"\ny"].concat()) == [&text[..], b"y"]);
        }
        for len in [MAX_LINE + 1, MAX_LINE + TAIL, 3 * MAX_LINE, 3 * MAX_LINE + 17] {
            for end in ["", "\n"] {
                let text = format!("begin{}end{end}", "x".repeat(len - 8));
                let found = lines(text.as_bytes());
                assert_eq!(found.len(), 1);
                assert_eq!(found[0].len(), MAX_LINE + CUT.len(), "{len}");
                assert!(found[0].starts_with(b"beginx") && found[0].ends_with(b"xend"));
            }
        }
    }
}
