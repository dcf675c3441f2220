//! [`Progress`]: how far the reading is, on a terminal.

use std::io::{self, IsTerminal, Read, Write};
use std::time::{Duration, Instant};

use talloc::snapshot::Bytes;

/// What is read faster needs no progress.
const PATIENCE: Duration = Duration::from_millis(500);

/// Between two lines.
const PAUSE: Duration = Duration::from_millis(100);

/// A reader that says on a terminal how far it is.
pub(crate) struct Progress<R> {
    reader: R,
    name: String,
    /// 0 if it is not known.
    size: u64,
    done: u64,
    next: Option<Instant>,
    is_shown: bool,
}

impl<R: Read> Progress<R> {
    /// Silent if `wanted` is false or the standard error is no terminal.
    pub(crate) fn new(reader: R, name: String, size: u64, wanted: bool) -> Self {
        let next = (wanted && io::stderr().is_terminal()).then(|| Instant::now() + PATIENCE);
        Progress { reader, name, size, done: 0, next, is_shown: false }
    }

    fn show(&mut self, now: Instant) {
        self.next = Some(now + PAUSE);
        self.is_shown = true;
        let line = line(&self.name, self.done, self.size);
        // Nobody is told if that fails: it is no part of the result.
        let _ = write!(io::stderr(), "\r{line}\x1b[K");
    }
}

fn line(name: &str, done: u64, size: u64) -> String {
    match (u128::from(done) * 100).checked_div(u128::from(size)) {
        Some(percent @ 0..=100) => {
            format!("{name}: {percent}% of {} read", Bytes(size))
        }
        _ => format!("{name}: {} read", Bytes(done)),
    }
}

impl<R: Read> Read for Progress<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let len = self.reader.read(buf)?;
        self.done += len as u64;
        if let Some(next) = self.next {
            let now = Instant::now();
            if now >= next {
                self.show(now);
            }
        }
        Ok(len)
    }
}

impl<R> Drop for Progress<R> {
    fn drop(&mut self) {
        if self.is_shown {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn percent_if_the_size_is_known() {
        assert_eq!(line("a", 1 << 20, 3 << 20), "a: 33% of 3.0 MiB read");
        assert_eq!(line("a", 1 << 20, 0), "a: 1.0 MiB read");
        // A file that grows meanwhile.
        assert_eq!(line("a", 3 << 20, 1 << 20), "a: 3.0 MiB read");
    }
}
