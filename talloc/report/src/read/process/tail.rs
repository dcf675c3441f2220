//! [`Tail`]: what is behind the lines of a report.

/// What is behind each line, which libtalloc did not write: the CR of CR LF, or blanks.
#[derive(Debug, Default)]
pub(crate) struct Tail {
    /// As the first line of a report has it.
    text: Vec<u8>,
    /// The line that was seen last.
    now: End,
    /// The length of the longest line of the report with blanks at its end.
    longest: Option<usize>,
    /// That of the shortest one without.
    bare: Option<usize>,
    /// All objects have blanks.
    is_filled: bool,
}

/// The end of a line.
#[derive(Debug, Default, Clone, Copy)]
struct End {
    len: usize,
    has_blanks: bool,
}

impl Tail {
    /// The line without what is behind each.
    pub(crate) fn strip<'a>(&mut self, line: &'a [u8]) -> &'a [u8] {
        let end = line.strip_suffix(b"\r").unwrap_or(line);
        self.now = End { len: line.len(), has_blanks: end.ends_with(b" ") };
        start(line, line.strip_suffix(self.text.as_slice()).unwrap_or(line).len())
    }

    /// The line is the first of a report, which ends with a bracket.
    pub(crate) fn root(&mut self, line: &[u8]) {
        let text = &line[line.trim_ascii_end().len()..];
        if !text.is_empty() {
            self.text = text.to_vec();
        }
        (self.longest, self.bare, self.is_filled) = (None, None, true);
        self.add();
    }

    /// It is that of an object, which ends with a bracket or an address.
    pub(crate) fn object(&mut self) {
        self.add();
        self.is_filled &= self.now.has_blanks;
    }

    fn add(&mut self) {
        let End { len, has_blanks } = self.now;
        if has_blanks {
            self.longest = self.longest.max(Some(len));
        } else {
            self.bare = Some(self.bare.map_or(len, |bare| bare.min(len)));
        }
    }

    /// It is that of a reference, without the blanks that are there to fill it up, as the lines
    /// before say: each has blanks, or is as long as those that have.
    pub(crate) fn reference<'a>(&self, line: &'a [u8]) -> &'a [u8] {
        let Some(longest) = self.longest else { return line };
        let is_even = self.bare.is_none_or(|bare| bare >= longest.max(self.now.len));
        if !is_even && !self.is_filled {
            return line;
        }
        start(line, line.trim_ascii_end().len())
    }
}

/// So much of the line, with the blank behind the words before an empty name.
fn start(line: &[u8], len: usize) -> &[u8] {
    let has_words = line[..len].ends_with(b"reference to:");
    let is_blank = has_words && line.get(len) == Some(&b' ');
    &line[..len + usize::from(is_blank)]
}
