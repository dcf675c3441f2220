//! [`Form`]: whether libtalloc prints the lines of a report for what was read of them.

use super::head::WIDTH;
use super::leading_spaces;

/// What an entry has against what was read of its line. Some of it counts only if the other lines of
/// the report say so: see [`Form::doubtful`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Against {
    /// It would be printed in another way.
    Odd,
    /// It has a number that is not filled up: a digit may be lost.
    Unfilled,
    /// It has tabs behind spaces.
    OddTabs,
    /// Its name has a tab.
    Tab,
    /// Its name has several lines.
    Lines,
    /// These may be one that was wrapped, with blanks before what goes on.
    Indented,
    /// Its line starts with something else than its name and the blanks before that.
    Lost,
    /// It is a string whose text is longer than its size says.
    Overlong,
    /// Some of its indentation may be the start of its name.
    Uneven,
    /// Its name begins with spaces if the numbers of all others are right.
    Shifted,
    /// It says that levels are further apart than was believed when such names were read.
    Refuted,
    /// Its name begins in a line that is a reference if names are not filled up.
    Behind,
    /// It has no name, and no blanks in its place.
    Empty,
    /// The same, and the blank behind the name is lost.
    Bare,
    /// The line before it was left out, and may be the start of its name.
    Headless,
}

impl Against {
    const ALL: [Against; 15] = [
        Against::Odd,
        Against::Unfilled,
        Against::OddTabs,
        Against::Tab,
        Against::Lines,
        Against::Indented,
        Against::Lost,
        Against::Overlong,
        Against::Uneven,
        Against::Shifted,
        Against::Refuted,
        Against::Behind,
        Against::Empty,
        Against::Bare,
        Against::Headless,
    ];
}

/// What the lines of a report have against the names that were read of them.
#[derive(Debug, Default)]
pub(crate) struct Form {
    /// The first entry of each kind, in the order of [`Against`].
    first: [Option<usize>; Against::ALL.len()],
    /// So many names are filled up to their width.
    filled: usize,
    /// So many are not: a few by accident, or most, and then others are as long by chance.
    unlike: usize,
    /// So many entries have a number that is filled up, as libtalloc does it.
    filled_numbers: usize,
    /// So many have one that is not.
    unfilled_numbers: usize,
    has_tabs: bool,
    /// Tabs behind spaces are part of the indentation.
    is_tabbed: bool,
    /// Tabs fill up names: any run of spaces may have become one.
    is_tab_filled: bool,
    /// The end of a line that was wrapped has blanks before it, which were not there.
    pub(crate) goes_on_indented: bool,
    /// An entry was put together of wrapped lines: no other line is longer than this.
    wrapped: Option<(usize, usize)>,
    /// The length of the longest line.
    longest: usize,
    /// A line starts with blanks.
    is_indented: bool,
    /// References whose names may go on in the next line, which was left out, or end before.
    pub(crate) dangling: Vec<usize>,
    last: Last,
}

/// More are not kept, and none of them is known to end where it does.
const MAX_DANGLING: usize = 100_000;

/// What the last line was.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Last {
    /// A whole entry.
    #[default]
    Whole,
    /// The first one, behind something that is no blank.
    Prefixed,
    Reference,
    /// One that was left out, and may be the start of a name.
    Start,
    /// One that was left out, behind a reference or another such line.
    Behind,
}

/// What a line says of the name that was read of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Print {
    /// It is printed so, and filled up.
    Filled,
    /// It is printed so.
    Long,
    /// It is printed otherwise, as all names of some programs are.
    Odd,
    /// No program prints it so.
    Lost,
    /// It is printed so, and filled up, if the tabs behind spaces are part of the indentation.
    Tabbed,
    /// It has tabs behind spaces, and nothing says whether they are part of the name.
    OddTabs,
    /// It was in several lines, with a space that is lost, perhaps.
    Wrapped,
    /// It is printed so, if the line before is no reference, but the start of its name.
    Behind,
    /// It has no name, and is printed so where names are not filled up.
    Empty,
    /// It has no name, and its line no blanks: it is printed so if no other line has any.
    Bare,
    /// It is printed so, if it begins with spaces that are not part of the indentation.
    Shifted,
    /// It is printed so, unless it begins with spaces that were read as indentation.
    Uneven,
}

impl Print {
    /// Of all before ` contains `.
    pub(crate) fn new(head: &[u8], column: usize, name: &[u8]) -> Self {
        let blanks = |text: &[u8]| leading_spaces(text) == text.len();
        if head.is_empty() && name.is_empty() {
            return Print::Empty;
        }
        match head.get(..column).filter(|start| blanks(start)) {
            None => Print::Lost,
            Some(_) => match head[column..].strip_prefix(name) {
                Some(b"") if name.len() >= WIDTH => Print::Long,
                Some(fill) if name.len() + fill.len() == WIDTH && blanks(fill) => Print::Filled,
                _ => Print::Odd,
            },
        }
    }
}

impl Form {
    /// A line of the report, as it is in the input.
    pub(crate) fn line(&mut self, text: &[u8]) {
        self.longest = self.longest.max(text.len());
        self.is_indented |= text.starts_with(b" ");
    }

    /// A line is indented by tabs.
    pub(crate) fn tabs(&mut self) {
        self.has_tabs = true;
    }

    /// Tabs were read as the spaces that fill up a name.
    pub(crate) fn tabs_fill(&mut self) {
        self.is_tab_filled = true;
    }

    pub(crate) fn is_tab_filled(&self) -> bool {
        self.is_tab_filled
    }

    /// The first entry of each kind is kept.
    pub(crate) fn note(&mut self, entry: usize, against: Against) {
        self.first[against as usize].get_or_insert(entry);
    }

    /// Whether the numbers of an entry are filled up.
    pub(crate) fn numbers(&mut self, entry: usize, is_filled: bool) {
        if is_filled {
            self.filled_numbers += 1;
        } else {
            self.unfilled_numbers += 1;
            self.note(entry, Against::Unfilled);
        }
    }

    /// Something that is no blank is before the first line: both may be of a name that ends in the
    /// next one.
    pub(crate) fn prefix(&mut self) {
        self.last = Last::Prefixed;
    }

    /// The object of an entry.
    pub(crate) fn object(&mut self, entry: usize, print: Print) {
        match print {
            Print::Filled | Print::Tabbed => self.filled += 1,
            Print::Odd => self.unlike += 1,
            _ => {}
        }
        self.is_tabbed |= print == Print::Tabbed;
        let against = match print {
            Print::OddTabs => Some(Against::OddTabs),
            Print::Odd => Some(Against::Odd),
            Print::Lost => Some(Against::Lost),
            Print::Empty => Some(Against::Empty),
            Print::Bare => Some(Against::Bare),
            Print::Shifted => Some(Against::Shifted),
            Print::Uneven => Some(Against::Uneven),
            Print::Behind => Some(Against::Behind),
            Print::Filled | Print::Tabbed | Print::Long | Print::Wrapped => None,
        };
        if let Some(against) = against {
            self.note(entry, against);
        }
        let is_nameless = matches!(print, Print::Empty | Print::Bare);
        if self.last == Last::Prefixed && is_nameless {
            self.note(entry, Against::Headless);
        }
        self.entry(entry, Last::Whole);
    }

    /// A reference, of which the name has an odd end or not.
    pub(crate) fn reference(&mut self, entry: usize, is_odd: bool) {
        self.entry(entry, Last::Reference);
        if is_odd {
            self.dangle(entry);
        }
    }

    fn entry(&mut self, entry: usize, last: Last) {
        if self.last == Last::Start {
            self.note(entry, Against::Headless);
        }
        self.last = last;
    }

    /// The entry to come is made of several lines; no other one is longer than `limit`.
    pub(crate) fn wrap(&mut self, entry: usize, limit: usize) {
        if self.wrapped.is_none_or(|wrapped| limit < wrapped.1) {
            self.wrapped = Some((entry, limit));
        }
    }

    /// A line behind the last entry was left out. It may be part of that if it is a reference, and
    /// the start of the next name if it is indented as much as names are.
    pub(crate) fn left_out(&mut self, last: usize, is_indented: bool) {
        if self.last == Last::Reference {
            self.dangle(last);
        }
        match self.last {
            Last::Start => {}
            _ if is_indented => self.last = Last::Start,
            Last::Reference => self.last = Last::Behind,
            Last::Whole | Last::Prefixed | Last::Behind => {}
        }
    }

    fn dangle(&mut self, entry: usize) {
        if self.dangling.len() <= MAX_DANGLING && self.dangling.last() != Some(&entry) {
            self.dangling.push(entry);
        }
    }

    /// Forgets all entries from this one on.
    pub(crate) fn truncate(&mut self, entry: usize) {
        for kept in &mut self.first {
            *kept = kept.filter(|kept| *kept < entry);
        }
        self.wrapped = self.wrapped.filter(|wrapped| wrapped.0 < entry);
        self.dangling.retain(|dangling| *dangling < entry);
        self.last = Last::Whole;
    }

    /// Whether names are filled up, as libtalloc does it: the report is in its own form.
    pub(crate) fn is_own(&self) -> bool {
        self.filled > self.unlike
    }

    /// Whether they are, and indented by spaces.
    pub(crate) fn is_spaced(&self) -> bool {
        self.is_own() && !self.has_tabs
    }

    /// Whether a number that is not filled up lacks a digit. If most are not, others are only as
    /// long by chance.
    fn has_filled_numbers(&self) -> bool {
        let is_chance = self.unfilled_numbers > 3 * self.filled_numbers;
        self.filled_numbers > 0 && (self.unfilled_numbers < 4 || !is_chance)
    }

    /// Whether lines were wrapped.
    pub(crate) fn is_wrapped(&self) -> bool {
        self.wrapped.is_some()
    }

    /// The first entry whose name or numbers may be others. If the report `is_whole`, the numbers
    /// tell where each line starts.
    pub(crate) fn doubtful(&self, is_whole: bool) -> Option<usize> {
        let first = |against: Against| self.first[against as usize];
        let counts = |against: &Against| match against {
            Against::Odd => self.is_own(),
            Against::Unfilled => self.has_filled_numbers(),
            Against::OddTabs => !self.is_tabbed,
            Against::Tab => self.is_tab_filled,
            // A line feed may be one of those of the wrapping.
            Against::Lines => self.is_wrapped(),
            Against::Shifted => !is_whole || first(Against::Refuted).is_some(),
            Against::Refuted => false,
            Against::Behind => !self.is_own() && !is_whole,
            Against::Empty => self.is_own() || self.is_wrapped(),
            Against::Bare => self.is_indented || self.is_wrapped(),
            Against::Indented
            | Against::Lost
            | Against::Overlong
            | Against::Uneven
            | Against::Headless => true,
        };
        let wrapped = self.wrapped.filter(|wrapped| wrapped.1 < self.longest);
        let others = Against::ALL.into_iter().filter(counts).filter_map(first);
        others.chain(wrapped.map(|wrapped| wrapped.0)).min()
    }

    /// Whether there are more references than are kept.
    pub(crate) fn has_more(&self) -> bool {
        self.dangling.len() > MAX_DANGLING
    }
}
