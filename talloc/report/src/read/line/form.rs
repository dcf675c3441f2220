//! [`Form`]: whether libtalloc prints the lines of a report for what was read of them.

use super::head::WIDTH;
use super::leading_spaces;

/// What the lines of a report have against the names that were read of them. Of each kind, the
/// first entry is kept.
#[derive(Debug, Default)]
pub(crate) struct Form {
    /// So many names are filled up to their width.
    filled: usize,
    /// So many are not: a few by accident, or most, and then others are as long by chance.
    unlike: usize,
    /// It would be printed in another way.
    odd: Option<usize>,
    /// So many entries have a number that is filled up, as libtalloc does it.
    filled_numbers: usize,
    /// So many have one that is not.
    unfilled_numbers: usize,
    /// It has a number that is not: a digit may be lost.
    unfilled: Option<usize>,
    has_tabs: bool,
    /// Tabs behind spaces are part of the indentation.
    is_tabbed: bool,
    /// It has such tabs.
    odd_tabs: Option<usize>,
    /// Tabs fill up names: any run of spaces may have become one.
    is_tab_filled: bool,
    /// Its name has a tab.
    tab: Option<usize>,
    /// The end of a line that was wrapped has blanks before it, which were not there.
    pub(crate) goes_on_indented: bool,
    /// Its name has several lines, and was wrapped, perhaps, with blanks before what goes on.
    indented: Option<usize>,
    /// Its line starts with something else than its name and the blanks before that.
    lost: Option<usize>,
    /// It is a string whose text is longer than its size says.
    overlong: Option<usize>,
    /// Some of its indentation may be the start of its name.
    uneven: Option<usize>,
    /// No name may begin with spaces: other lines are further apart than was believed.
    is_refuted: bool,
    /// Its name begins with spaces if the numbers of all others are right.
    shifted: Option<usize>,
    /// Its name begins in a line that is a reference if names are not filled up.
    behind: Option<usize>,
    /// It was put together of wrapped lines: no other line is longer than this.
    wrapped: Option<(usize, usize)>,
    /// Its name has several lines.
    lines: Option<usize>,
    /// The length of the longest line.
    longest: usize,
    /// It has no name, and no blanks in its place.
    empty: Option<usize>,
    /// The same, and the blank behind the name is lost.
    bare: Option<usize>,
    /// A line starts with blanks.
    is_indented: bool,
    /// The line before it was left out, and may be the start of its name.
    headless: Option<usize>,
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

    /// The name of an entry has a tab.
    pub(crate) fn has_tab(&mut self, entry: usize) {
        self.tab.get_or_insert(entry);
    }

    /// The name of an entry has several lines.
    pub(crate) fn has_lines(&mut self, entry: usize) {
        self.lines.get_or_insert(entry);
    }

    /// It may be one line that was wrapped, with blanks before what goes on.
    pub(crate) fn has_indented(&mut self, entry: usize) {
        self.indented.get_or_insert(entry);
    }

    /// Whether the numbers of an entry are filled up.
    pub(crate) fn numbers(&mut self, entry: usize, is_filled: bool) {
        if is_filled {
            self.filled_numbers += 1;
        } else {
            self.unfilled_numbers += 1;
            self.unfilled.get_or_insert(entry);
        }
    }

    /// Levels are further apart than was believed when names with spaces before them were read.
    pub(crate) fn refute(&mut self) {
        self.is_refuted = true;
    }

    /// An entry is a string with a longer text.
    pub(crate) fn is_overlong(&mut self, entry: usize) {
        self.overlong.get_or_insert(entry);
    }

    /// The object of an entry.
    pub(crate) fn object(&mut self, entry: usize, print: Print) {
        match print {
            Print::Filled => self.filled += 1,
            Print::Tabbed => {
                self.filled += 1;
                self.is_tabbed = true;
            }
            Print::OddTabs => drop(self.odd_tabs.get_or_insert(entry)),
            Print::Odd => {
                self.unlike += 1;
                self.odd.get_or_insert(entry);
            }
            Print::Lost => drop(self.lost.get_or_insert(entry)),
            Print::Empty => drop(self.empty.get_or_insert(entry)),
            Print::Bare => drop(self.bare.get_or_insert(entry)),
            Print::Shifted => drop(self.shifted.get_or_insert(entry)),
            Print::Uneven => drop(self.uneven.get_or_insert(entry)),
            Print::Behind => drop(self.behind.get_or_insert(entry)),
            Print::Long | Print::Wrapped => {}
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
            self.headless.get_or_insert(entry);
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
            Last::Whole | Last::Behind => {}
        }
    }

    fn dangle(&mut self, entry: usize) {
        if self.dangling.len() <= MAX_DANGLING && self.dangling.last() != Some(&entry) {
            self.dangling.push(entry);
        }
    }

    /// Forgets all entries from this one on.
    pub(crate) fn truncate(&mut self, entry: usize) {
        let all = [&mut self.odd, &mut self.odd_tabs, &mut self.lost, &mut self.headless];
        let others = [&mut self.lines, &mut self.shifted, &mut self.behind, &mut self.unfilled];
        let others = others.into_iter().chain([
            &mut self.bare,
            &mut self.uneven,
            &mut self.overlong,
            &mut self.empty,
            &mut self.tab,
            &mut self.indented,
        ]);
        for kept in all.into_iter().chain(others) {
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
        let odd = self.odd.filter(|_| self.is_own());
        let wrapped = self.wrapped.filter(|wrapped| wrapped.1 < self.longest);
        let odd_tabs = self.odd_tabs.filter(|_| !self.is_tabbed);
        // A line feed may be one of those of the wrapping.
        let lines = self.lines.filter(|_| self.wrapped.is_some());
        let wrapped = wrapped.map(|wrapped| wrapped.0);
        let shifted = self.shifted.filter(|_| !is_whole || self.is_refuted);
        let behind = self.behind.filter(|_| !self.is_own() && !is_whole);
        let unfilled = self.unfilled.filter(|_| self.has_filled_numbers());
        let names = [odd, odd_tabs, lines, self.lost, self.headless];
        let bare = self.bare.filter(|_| self.is_indented || self.is_wrapped());
        let empty = self.empty.filter(|_| self.is_own() || self.is_wrapped());
        let tab = self.tab.filter(|_| self.is_tab_filled);
        let others = [
            wrapped,
            shifted,
            behind,
            unfilled,
            bare,
            empty,
            tab,
            self.indented,
            self.uneven,
            self.overlong,
        ];
        names.into_iter().chain(others).flatten().min()
    }

    /// Whether there are more references than are kept.
    pub(crate) fn has_more(&self) -> bool {
        self.dangling.len() > MAX_DANGLING
    }
}
