//! [`LineReader`]: the lines of an input, of any length, in bounded memory.

use std::io::{self, BufRead};

use super::line_ends::LineEnds;
use super::started::Started;

/// What is kept of a line. The middle of a longer one is left out.
pub(crate) const MAX_LINE: usize = 64 << 10;

/// How much of the end of a longer line is kept: all numbers of a report are there.
const TAIL: usize = 1 << 10;

/// Stands for what was left out.
const CUT: &[u8] = "…".as_bytes();

/// The lines of `R`, numbered from 1, without their ends.
pub(crate) struct LineReader<R> {
    reader: Started<R>,
    ends: LineEnds,
    /// So much of what the reader has ready is the last line.
    used: usize,
    /// What has ended that.
    end: Option<u8>,
    /// A line that was not ready as a whole.
    line: Vec<u8>,
    number: u64,
}

impl<R: BufRead> LineReader<R> {
    /// Reads the beginning at once, since that tells where lines end.
    pub(crate) fn new(reader: R) -> Self {
        let reader = Started::new(reader);
        let ends = LineEnds::of(&reader.start);
        LineReader { reader, ends, used: 0, end: None, line: Vec::new(), number: 0 }
    }

    /// The number of the line that was read last.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// The next line. The last one may lack its end.
    pub(crate) fn next(&mut self) -> io::Result<Option<&[u8]>> {
        self.reader.consume(std::mem::take(&mut self.used));
        self.pass_end()?;
        let ready = self.reader.fill_buf()?;
        let ready = &ready[..ready.len().min(MAX_LINE)];
        if let Some(len) = self.ends.find(ready) {
            self.used = len + 1;
            self.end = Some(ready[len]);
            self.number += 1;
            return Ok(Some(&self.reader.fill_buf()?[..len]));
        }
        self.line.clear();
        if self.read_part()? == 0 {
            return Ok(None);
        }
        self.number += 1;
        if self.line.len() == MAX_LINE && self.end.is_none() {
            self.leave_out_the_middle()?;
        }
        Ok(Some(&self.line))
    }

    /// Passes over the second byte of the end of a line.
    fn pass_end(&mut self) -> io::Result<()> {
        let Some(first) = self.end.take() else { return Ok(()) };
        let second = self.reader.fill_buf()?.first();
        if second.is_some_and(|second| self.ends.is_pair(first, *second)) {
            self.reader.consume(1);
        }
        Ok(())
    }

    /// Appends up to `MAX_LINE` bytes of the line, and passes over its end, if it is among them.
    fn read_part(&mut self) -> io::Result<usize> {
        let mut count = 0;
        while count < MAX_LINE && self.end.is_none() {
            let ready = match self.reader.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                ready => ready?,
            };
            if ready.is_empty() {
                break;
            }
            let ready = &ready[..ready.len().min(MAX_LINE - count)];
            let len = self.ends.find(ready);
            self.line.extend_from_slice(&ready[..len.unwrap_or(ready.len())]);
            self.end = len.map(|len| ready[len]);
            let used = len.map_or(ready.len(), |len| len + 1);
            self.reader.consume(used);
            count += used;
        }
        Ok(count)
    }

    fn leave_out_the_middle(&mut self) -> io::Result<()> {
        let head = MAX_LINE - TAIL;
        let mut is_cut = false;
        while self.end.is_none() && self.read_part()? > 0 {
            let tail = self.line.len() - TAIL;
            is_cut |= tail > head;
            self.line.drain(head..tail);
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
    fn lines_that_end_with_a_return() {
        let root = "talloc report on 'a' (total 1 bytes in 2 blocks)";
        let child = "  b contains 1 bytes in 1 blocks (ref 0)";
        for end in ["\r", "\n\r"] {
            let text = [root, child, "", "c"].join(end) + "\r\n\n";
            assert_eq!(lines(text.as_bytes()), [root, child, "", "c", ""].map(str::as_bytes));
        }
        // Here it is part of a name, or of the end.
        for text in ["x\ry".to_owned(), format!("{root}\rx"), format!("{root}\r\r\n{child}")] {
            assert_eq!(lines(text.as_bytes())[0], text.split('\n').next().unwrap().as_bytes());
        }
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
