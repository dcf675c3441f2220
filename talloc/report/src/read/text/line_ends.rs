//! [`LineEnds`]: line feeds, or what stands for them.

use memchr::{memchr, memchr2, memmem, memrchr2};

use crate::read::line::{Line, looks_like_report};

/// What ends a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LineEnds {
    /// Line feeds. The CR of CR LF is the last byte of the line.
    Feeds,
    /// CRs, too, each alone or beside a line feed: of old Macs and of terminals.
    Returns,
}

impl LineEnds {
    /// Those of an input that starts so: of the first line of its first report, and of the line
    /// behind that. A CR elsewhere is part of a name.
    pub(crate) fn of(start: &[u8]) -> Self {
        let feeds = LineEnds::Feeds;
        let Some(report) = memmem::find(start, b"talloc report on '") else { return feeds };
        let first = memrchr2(b'\r', b'\n', &start[..report]).map_or(0, |before| before + 1);
        let line = LineEnds::Returns.first(&start[first..]);
        let behind = match &start[first + line.len()..] {
            [b'\n', b'\r', behind @ ..] | [b'\r', behind @ ..] => behind,
            _ => return feeds,
        };
        let next = LineEnds::Returns.first(behind);
        // Each line may be a string of something else.
        if memchr(b'\n', start).is_none() && looks_like_report(next) {
            return LineEnds::Returns;
        }
        let is_root = match Line::new(line) {
            Line::Root(root) => !looks_like_report(root.prefix) && !looks_like_report(root.name),
            _ => false,
        };
        // With a prefix, it is known that there is a line only.
        let is_line = !next.is_empty() && Line::new(next) != Line::Other;
        if is_root && is_line { LineEnds::Returns } else { feeds }
    }

    /// The first line, or all if it has no end.
    fn first(self, text: &[u8]) -> &[u8] {
        self.find(text).map_or(text, |end| &text[..end])
    }

    /// The first byte that ends a line.
    pub(crate) fn find(self, text: &[u8]) -> Option<usize> {
        match self {
            LineEnds::Feeds => memchr(b'\n', text),
            LineEnds::Returns => memchr2(b'\r', b'\n', text),
        }
    }

    /// Whether two bytes are one end.
    pub(crate) fn is_pair(self, first: u8, second: u8) -> bool {
        self == LineEnds::Returns && matches!([first, second], [b'\r', b'\n'] | [b'\n', b'\r'])
    }
}
