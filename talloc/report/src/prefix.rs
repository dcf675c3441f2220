//! [`Prefix`]: what a log writes before each line.

/// What stood before the first line of a report, and so stands before the others.
#[derive(Debug, Default)]
pub(crate) struct Prefix {
    shape: Vec<u8>,
}

/// A longer one is none.
const MAX: usize = 256;

impl Prefix {
    /// Spaces alone are no prefix: they say how deep a line is.
    pub(crate) fn new(text: &[u8]) -> Self {
        let is_prefix = text.len() <= MAX && text.iter().any(|byte| *byte != b' ');
        Prefix { shape: if is_prefix { text.to_vec() } else { Vec::new() } }
    }

    /// The line without the prefix, if it has it. Digits stand for any digit: they
    /// are the time, or a number of the line.
    pub(crate) fn strip<'a>(&self, line: &'a [u8]) -> &'a [u8] {
        if self.shape.is_empty() {
            return line;
        }
        let Some((start, rest)) = line.split_at_checked(self.shape.len()) else { return line };
        let is_same = |(a, b): (&u8, &u8)| a == b || (a.is_ascii_digit() && b.is_ascii_digit());
        if self.shape.iter().zip(start).all(is_same) { rest } else { line }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_may_differ() {
        let prefix = Prefix::new(b"12:59:08 smbd[7]: ");
        assert_eq!(prefix.strip(b"13:00:01 smbd[7]:     name"), b"    name");
        assert_eq!(prefix.strip(b"13:00:01 nmbd[7]:     name"), b"13:00:01 nmbd[7]:     name");
        assert_eq!(prefix.strip(b"13:00"), b"13:00");
    }

    #[test]
    fn spaces_are_depth() {
        assert_eq!(Prefix::new(b"    ").strip(b"    name"), b"    name");
        assert_eq!(Prefix::new(b"").strip(b"name"), b"name");
    }
}
