//! [`Started`]: a reader of which the beginning is known.

use std::io::{self, BufRead, Read};

/// How much of it.
const START: u64 = 64 << 10;

/// What `R` reads, with its beginning to look at.
pub(crate) struct Started<R> {
    /// The beginning.
    pub(crate) start: Vec<u8>,
    at: usize,
    /// Why that is all.
    error: Option<io::Error>,
    rest: R,
}

impl<R: BufRead> Started<R> {
    pub(crate) fn new(mut rest: R) -> Self {
        let mut start = Vec::new();
        let error = (&mut rest).take(START).read_to_end(&mut start).err();
        Started { start, at: 0, error, rest }
    }
}

impl<R: BufRead> Read for Started<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let len = self.fill_buf()?.read(buf)?;
        self.consume(len);
        Ok(len)
    }
}

impl<R: BufRead> BufRead for Started<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at < self.start.len() {
            return Ok(&self.start[self.at..]);
        }
        match self.error.take() {
            Some(error) => Err(error),
            None => self.rest.fill_buf(),
        }
    }

    fn consume(&mut self, amount: usize) {
        let of_start = amount.min(self.start.len() - self.at);
        self.at += of_start;
        self.rest.consume(amount - of_start);
    }
}
