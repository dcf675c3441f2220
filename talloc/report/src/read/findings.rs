//! [`Findings`]: what the reports of an input have against them.

use std::fmt;

use talloc::snapshot::{Bytes, Escaped};

/// What was found, the first ones of it.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) list: Vec<Finding>,
    /// Those that are not in the list.
    pub(crate) more: u64,
    /// A report has no end, or no deeper levels.
    pub(crate) is_partial: bool,
    is_wrong: bool,
}

/// So many are kept.
const KEPT: usize = 10;

/// What was found in a report. Lines are counted from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Finding {
    /// From this line on, the indentation is not that of the tree, which the numbers tell.
    Rebuilt {
        line: u64,
    },
    /// The report that starts at `line` is part of another one.
    Part {
        line: u64,
        of: u64,
    },
    /// Lines of a report without its first one.
    NoRoot {
        line: u64,
    },
    /// With this line, more is below the object at `above` than its own line says.
    TooMuch {
        line: u64,
        above: u64,
        name: Vec<u8>,
    },
    /// Fewer blocks are below this object than its own line says.
    Missing {
        line: u64,
        name: Vec<u8>,
        blocks: u64,
    },
    Indentation {
        line: u64,
    },
    /// The numbers say that it is at another level than the indentation.
    Disorder {
        line: u64,
    },
    /// All of the report was read before this line.
    Extra {
        line: u64,
    },
    /// The line has parts of a report, but could not be read.
    Damaged {
        line: u64,
        count: u64,
    },
    /// A line without its end, and the next one behind it.
    Fused {
        line: u64,
    },
    /// The name on this line may begin or end elsewhere, or a number is another one.
    Name {
        line: u64,
    },
    /// The name of the reference on this line may go on in the next, or end before.
    Reference {
        line: u64,
    },
    /// It may belong to one of several processes.
    Ambiguous {
        line: u64,
    },
}

impl Findings {
    pub(crate) fn add(&mut self, finding: Finding) {
        self.is_wrong |= finding.is_wrong();
        if self.list.len() < KEPT {
            self.list.push(finding);
        } else {
            self.more += 1;
        }
    }

    /// Whether what was read may lack something, or contradicts itself.
    pub(crate) fn is_wrong(&self) -> bool {
        self.is_wrong
    }
}

impl Finding {
    /// Whether it makes the result one that cannot be relied on.
    pub(crate) fn is_wrong(&self) -> bool {
        !matches!(self, Finding::Rebuilt { .. } | Finding::Part { .. })
    }

    pub(crate) fn line(&self) -> u64 {
        match self {
            Finding::Rebuilt { line }
            | Finding::Part { line, .. }
            | Finding::NoRoot { line }
            | Finding::TooMuch { line, .. }
            | Finding::Missing { line, .. }
            | Finding::Indentation { line }
            | Finding::Disorder { line }
            | Finding::Extra { line }
            | Finding::Damaged { line, .. }
            | Finding::Fused { line }
            | Finding::Name { line }
            | Finding::Reference { line }
            | Finding::Ambiguous { line } => *line,
        }
    }
}

/// Without the line that it is about.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Finding::Rebuilt { .. } => {
                f.write_str("the indentation does not say the tree; it was made of the numbers")
            }
            Finding::Part { of, .. } => {
                write!(f, "this report is part of that at line {of}, and left out")
            }
            Finding::NoRoot { .. } => f.write_str(
                "the first line of the report is missing; what is shown is not all of it",
            ),
            Finding::TooMuch { above, name, .. } => write!(
                f,
                "with this line, more is below '{}' than its own line says, which is line {above}: \
                 lines are missing, or the tree was changed meanwhile",
                Shortened(name)
            ),
            Finding::Missing { name, blocks, .. } => write!(
                f,
                "'{}' has {:#} blocks below it that are not there; they count for it",
                Shortened(name),
                Bytes(*blocks)
            ),
            Finding::Indentation { .. } => f.write_str(
                "the indentation is that of no level, and the numbers do not say the tree: \
                 lines are missing",
            ),
            Finding::Disorder { .. } => f.write_str(
                "the numbers say that it is at another level than the indentation; \
                 the tree is that of the numbers",
            ),
            Finding::Extra { .. } => f.write_str(
                "the report was complete before this line, which is left out with what follows",
            ),
            Finding::Damaged { count: 1, .. } => {
                f.write_str("the line looks like one of a report, but cannot be read")
            }
            Finding::Damaged { count, .. } => write!(
                f,
                "the line looks like one of a report, but cannot be read; so do {} more",
                count - 1
            ),
            Finding::Fused { .. } => {
                f.write_str("the name has parts of a report: two lines may have become one")
            }
            Finding::Name { .. } => f.write_str(
                "libtalloc does not print a line like this: the name may begin or end elsewhere, or a \
                 number may lack a digit",
            ),
            Finding::Reference { .. } => f.write_str(
                "no object has just the name of this reference: it may go on in the next line",
            ),
            Finding::Ambiguous { .. } => {
                f.write_str("it cannot be told from which process the line is")
            }
        }
    }
}

/// A name fit for a line of a terminal.
struct Shortened<'a>(&'a [u8]);

impl fmt::Display for Shortened<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = Escaped::new(self.0).to_string();
        match text.char_indices().nth(60) {
            Some((cut, _)) => write!(f, "{}…", &text[..cut]),
            None => f.write_str(&text),
        }
    }
}
