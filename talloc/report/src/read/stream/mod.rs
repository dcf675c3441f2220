//! [`Stream`]: the reports of one process.

mod content;
mod fragments;
mod line_numbers;
mod mallinfo;
mod names;
mod objects;
mod others;
mod suspended;
pub(crate) mod title;
mod wrapped;

use std::ops::Range;

use talloc::Snapshot;
use talloc::snapshot::Builder;

use self::content::Content;
use self::fragments::{Alone, Fragments};
use self::line_numbers::LineNumbers;
use self::mallinfo::Mallinfo;
use self::suspended::Suspended;
use self::wrapped::Wrap;
use crate::read::line::expected::Expected;
use crate::read::line::form::{Against, Form};
use crate::read::line::head::split;
use crate::read::line::{Line, Root, leading_spaces};
use crate::read::notes::Notes;
use crate::read::text::tabs::Tabs;

/// Makes entries of the lines that one process has written. Their depth is their column until
/// all of them are known: see [`solve`](crate::read::tree::solve).
#[derive(Debug)]
pub(crate) struct Stream {
    pub(crate) builder: Builder,
    pub(crate) reports: Vec<Mark>,
    pub(crate) lines: LineNumbers,
    /// Entries that may be the text of strings.
    pub(crate) doubts: Vec<Range<usize>>,
    expected: Expected,
    /// Lines that may be the start of a name that goes on.
    fragments: Fragments,
    suspended: Vec<Suspended>,
    content: Content,
    mallinfo: Mallinfo,
    /// The first entry behind a report of which all was read, with its numbers.
    extra: Option<(usize, u64, u64)>,
    /// The length of the line before, if it was that of an object.
    object_len: Option<usize>,
    /// Something else stands behind the last entry: the report goes on no more.
    pub(crate) is_followed: bool,
    /// How lines are wrapped, if they are.
    wrap: Option<Wrap>,
    /// The object to come was put together of wrapped lines.
    is_wrapped: bool,
    /// Tabs were read as spaces since the last entry.
    tabs: Tabs,
}

/// The first line of a report.
#[derive(Debug)]
pub(crate) struct Mark {
    /// Its entry: the root.
    pub(crate) entry: usize,
    pub(crate) line: u64,
    /// It says that it has all levels.
    pub(crate) is_full: bool,
    /// What stood in the line before it, if that names the process or the file.
    pub(crate) title: Option<String>,
    /// The number that FreeRADIUS has for a context and those above it.
    pub(crate) level: Option<u64>,
    pub(crate) form: Form,
}

/// What is known of a report from the lines before it.
#[derive(Debug, Default, Clone)]
pub(crate) struct Title {
    pub(crate) text: Option<String>,
    pub(crate) level: Option<u64>,
}

type Result<T> = std::result::Result<T, talloc::Error>;

impl Stream {
    pub(crate) fn new() -> Self {
        Stream {
            builder: Snapshot::builder(),
            reports: Vec::new(),
            lines: LineNumbers::default(),
            doubts: Vec::new(),
            expected: Expected::default(),
            fragments: Fragments::default(),
            suspended: Vec::new(),
            content: Content::default(),
            mallinfo: Mallinfo::default(),
            extra: None,
            object_len: None,
            is_followed: false,
            wrap: None,
            is_wrapped: false,
            tabs: Tabs::None,
        }
    }

    /// Whether there is a report that still lacks blocks.
    pub(crate) fn is_open(&self) -> bool {
        self.expected.column().is_some()
    }

    /// Whether it has one entry only, with these numbers, and no report.
    pub(crate) fn is_only(&self, size: u64, blocks: u64) -> bool {
        let first = self.builder.get(0);
        let is_same = first.is_some_and(|first| (first.size, first.total_blocks) == (size, blocks));
        self.builder.len() == 1 && self.reports.is_empty() && is_same
    }

    /// Whether this line could be the next of the report.
    pub(crate) fn fits(&self, line: &Line<'_>) -> bool {
        match line {
            Line::Object(object) => self.expected.has_room(object.size, object.blocks),
            Line::Reference => self.expected.has_room(0, 1),
            _ => self.is_open(),
        }
    }

    /// Whether tabs fill up names.
    pub(crate) fn has_tab_filled(&self) -> bool {
        self.reports.last().is_some_and(|mark| mark.form.is_tab_filled())
    }

    /// Of the report that began last.
    fn form(&mut self) -> Option<&mut Form> {
        self.reports.last_mut().map(|mark| &mut mark.form)
    }

    /// Something is before the first line of the report that began last.
    pub(crate) fn prefix(&mut self) {
        if let Some(form) = self.form() {
            form.prefix();
        }
    }

    /// A line with tabs as it is in the input, before it is read, and with spaces for them.
    pub(crate) fn see_tabs(&mut self, raw: &[u8], text: &[u8]) {
        let blanks = raw.len() - raw.trim_ascii_start().len();
        let is_filled = raw[blanks..].contains(&b'\t') && !text.contains(&b'\t');
        if let Some(form) = self.form().filter(|_| is_filled) {
            form.tabs_fill();
        }
        let root = self.reports.last().and_then(|mark| self.builder.get(mark.entry));
        let tabs = match Tabs::of(raw) {
            // The whole report is further to the right.
            Tabs::Inner if root.is_some_and(|root| leading_spaces(raw) <= root.depth) => {
                Tabs::First
            }
            tabs => tabs,
        };
        self.tabs = self.tabs.max(tabs);
        if let Some(form) = self.form().filter(|_| tabs != Tabs::None) {
            form.tabs();
        }
    }

    /// Reads a line, without what a log wrote before it.
    pub(crate) fn read(
        &mut self,
        number: u64,
        text: &[u8],
        line: &Line<'_>,
        title: &mut Title,
        notes: &mut Notes,
    ) -> Result<()> {
        if matches!(line, Line::Other | Line::RootEnd(_)) {
            return self.other(number, text, notes);
        }
        let is_inside = self.content.holds(self.fragments.bytes(), text.len());
        if is_inside && !self.is_believable(line, text) {
            self.settle(notes)?;
            self.content.take(text.len());
            return Ok(());
        }
        self.suspend(line, notes);
        let first = self.builder.len();
        let mut content = None;
        self.object_len = None;
        if matches!(line, Line::Object(_)) {
            self.object_len = Some(text.len());
            if let Some(form) = self.form() {
                form.line(text);
            }
        }
        match line {
            Line::Root(root) => {
                self.settle(notes)?;
                self.root(number, root, text, title)?;
            }
            Line::Object(object) => content = self.object(number, object, notes)?,
            Line::Reference => {
                self.settle(notes)?;
                self.fragment(number, text, Alone::Reference, notes)?;
            }
            Line::Limit { head } => {
                self.name(head, (0, 0), notes)?;
            }
            Line::Other | Line::RootEnd(_) => {}
        }
        for index in (0..self.suspended.len()).rev() {
            if !self.suspended[index].push(text) {
                self.suspended.remove(index);
            }
        }
        self.content.believe(text.len(), first, self.builder.len(), &mut self.doubts);
        if let Some(content) = content {
            self.content = content;
        }
        Ok(())
    }

    /// Whether a line that may be the text of a string is what it looks like.
    fn is_believable(&self, line: &Line<'_>, text: &[u8]) -> bool {
        if self.content.is_exact() {
            return false;
        }
        match line {
            Line::Root(_) => self.expected.is_done() && text.starts_with(b"full "),
            Line::Object(object) => {
                let numbers = (object.size, object.blocks);
                let column = split(object.head, numbers, &self.expected).column;
                self.expected.fits(column, object.size, object.blocks)
            }
            Line::Reference => self.expected.fits(leading_spaces(text), 0, 1),
            _ => false,
        }
    }

    /// Keeps what is known, if this line may belong to a name that has begun before, or begins
    /// here.
    fn suspend(&mut self, line: &Line<'_>, notes: &Notes) {
        if self.expected.depth() > suspended::MAX_DEPTH {
            return;
        }
        let start = match line {
            Line::Object(object) if !self.expected.has_room(object.size, object.blocks) => {
                self.fragments.indented().or_else(|| self.is_open().then(Vec::new))
            }
            _ => self.fragments.indented(),
        };
        let Some(start) = start else { return };
        let before = self.fragments.before_indented();
        if self.suspended.len() == suspended::MAX {
            self.suspended.remove(0);
        }
        let known = (self.builder.len(), self.reports.len());
        let (expected, content) = (self.expected.clone(), self.content.clone());
        self.suspended.push(Suspended::new(start, before, known, expected, content, notes.clone()));
    }

    fn root(&mut self, number: u64, root: &Root<'_>, text: &[u8], title: &mut Title) -> Result<()> {
        self.drop_repeated(root);
        let entry = self.builder.len();
        let column = leading_spaces(text);
        self.expected.root(column, root.size, root.blocks);
        self.mallinfo.end();
        self.extra = None;
        self.is_followed = false;
        self.content.end();
        self.builder.try_push_totals(column, root.name, root.size, root.blocks)?;
        self.lines.push(entry, number);
        let title = std::mem::take(title);
        self.reports.push(Mark {
            entry,
            line: number,
            is_full: root.is_full,
            title: title.text,
            level: title.level,
            form: Form::default(),
        });
        if let Some(form) = self.form() {
            if let Some(is_filled) = root.is_filled {
                form.numbers(entry, is_filled);
            }
            if memchr::memchr(b'\n', root.name).is_some() {
                form.note(entry, Against::Lines);
            }
        }
        Ok(())
    }

    /// Open5GS prints a line for the object itself before its report: it is no object more.
    fn drop_repeated(&mut self, root: &Root<'_>) {
        if self.extra == Some((self.builder.len().wrapping_sub(1), root.size, root.blocks)) {
            self.builder.truncate(self.builder.len() - 1);
            self.lines.truncate(self.builder.len());
        }
    }
}
