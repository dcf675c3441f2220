//! [`Stream`]: the reports of one process.

use std::borrow::Cow;
use std::ops::Range;

use talloc::Snapshot;
use talloc::snapshot::Builder;

use super::content::Content;
use super::expected::Expected;
use super::fragments::{Alone, Fragments};
use super::head::{Numbers, WIDTH, joined_column, split, split_joined};
use super::line::{
    Line, Object, Root, has_start_of_line, leading_spaces, looks_like_report, reference,
};
use super::line_numbers::LineNumbers;
use super::mallinfo::Mallinfo;
use super::notes::Notes;
use super::suspended::{self, Suspended};
use super::wrapped::{self, Wrap};

/// Makes entries of the lines that one process has written. Their depth is their column until
/// all of them are known: see [`solve`](super::solve::solve).
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
        self.object_len = matches!(line, Line::Object(_)).then_some(text.len());
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
        if self.suspended.len() == suspended::MAX {
            self.suspended.remove(0);
        }
        let known = (self.builder.len(), self.reports.len());
        let (expected, content) = (self.expected.clone(), self.content.clone());
        self.suspended.push(Suspended::new(start, known, expected, content, notes.clone()));
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
        });
        Ok(())
    }

    /// Open5GS prints a line for the object itself before its report: it is no object more.
    fn drop_repeated(&mut self, root: &Root<'_>) {
        if self.extra == Some((self.builder.len().wrapping_sub(1), root.size, root.blocks)) {
            self.builder.truncate(self.builder.len() - 1);
            self.lines.truncate(self.builder.len());
        }
    }

    /// What comes of the text of the string, if it is one.
    fn object(
        &mut self,
        number: u64,
        object: &Object<'_>,
        notes: &mut Notes,
    ) -> Result<Option<Content>> {
        if wrapped::lacks_name(object.head) && object.content.is_none() {
            let before =
                self.fragments.last(1).next().filter(|before| before.alone == Alone::Other);
            let numbers = (object.size, object.blocks);
            let is_name = |before: &&[u8]| {
                let len = before.len() + 1 + object.head.len();
                let column = joined_column(
                    leading_spaces(before),
                    len,
                    object.head,
                    numbers,
                    &self.expected,
                );
                !before.trim_ascii().is_empty() && column.is_none()
            };
            let before = before.map(|before| before.text).filter(is_name).map(<[u8]>::to_vec);
            if let Some(before) = before {
                self.fragments.remove_last();
                let head = [&before[..], object.head].concat();
                return self.object(number, &Object { head: &head, ..*object }, notes);
            }
        }
        if self.resume(number, object, notes)? {
            return Ok(None);
        }
        // Names are not filled up beyond their width: something is before it that is no blank.
        let is_behind = !object.head.starts_with(b" ") && object.head.ends_with(b" ");
        if is_behind && object.head.len() > WIDTH && self.fragments.len() == 0 {
            notes.doubt(number, object.head);
        }
        let (column, name) = self.name(object.head, (object.size, object.blocks), notes)?;
        let is_string = object.blocks == 1 && object.size == name.len() as u64 + 1;
        let is_long = name.len() > WIDTH && object.content.is_none();
        if is_long && !is_string && has_start_of_line(&name) {
            notes.fuse(number);
        }
        self.push(number, column, &name, object)?;
        Ok(object.content.map(|content| Content::new(object.size, content)))
    }

    fn push(&mut self, number: u64, column: usize, name: &[u8], object: &Object<'_>) -> Result<()> {
        let entry = self.builder.len();
        if self.expected.column().is_none() {
            let is_first = self.extra.is_none();
            self.extra =
                Some((if is_first { entry } else { usize::MAX }, object.size, object.blocks));
        }
        self.expected.push(column, object.size, object.blocks);
        self.is_followed = false;
        self.mallinfo.end();
        let pushed = self.builder.try_push_totals(column, name, object.size, object.blocks)?;
        pushed.references(object.references);
        self.lines.push(entry, number);
        Ok(())
    }

    /// Whether this is the end of a string that began before lines which look like a report:
    /// these were part of it.
    fn resume(&mut self, number: u64, object: &Object<'_>, notes: &mut Notes) -> Result<bool> {
        if object.blocks != 1 || object.content.is_some() || self.suspended.is_empty() {
            return Ok(false);
        }
        // If there is room for it, the size may be that of a string by chance.
        let is_fine = self.expected.has_room(object.size, object.blocks);
        let string = |kept: &Suspended| {
            let string = kept.string(object.head, object.size);
            string.filter(|_| !(is_fine && kept.starts_with_object))
        };
        let found = (0..).zip(&self.suspended).find_map(|(at, kept)| Some((at, string(kept)?)));
        let Some((at, (column, name))) = found else { return Ok(false) };
        let kept = self.suspended.swap_remove(at);
        self.suspended.clear();
        self.fragments = Fragments::default();
        self.builder.truncate(kept.entries);
        self.lines.truncate(kept.entries);
        self.reports.truncate(kept.reports);
        self.doubts.retain(|doubt| doubt.end <= kept.entries);
        self.expected = kept.expected;
        self.content = kept.content;
        *notes = kept.notes;
        self.push(number, column, &name, object)?;
        Ok(true)
    }

    /// The column and the name of the object on a line, with its bytes and blocks. The fragments
    /// that the name began with, if it did, are joined to it; the others are settled.
    fn name<'a>(
        &mut self,
        head: &'a [u8],
        numbers: Numbers,
        notes: &mut Notes,
    ) -> Result<(usize, Cow<'a, [u8]>)> {
        if self.fragments.len() == 0 {
            return Ok(self.split(head, numbers));
        }
        if let Some(joined) = self.unwrap(head) {
            self.fragments.remove_last();
            let (column, name) = self.name(&joined, numbers, notes)?;
            return Ok((column, name.into_owned().into()));
        }
        let expected = &self.expected;
        let whole = split_joined(head, numbers, expected).is_some();
        if whole && head.ends_with(b" ") {
            self.settle(notes)?;
            return Ok(self.split(head, numbers));
        }
        let joined_column = |text: &[u8], len: usize| {
            joined_column(leading_spaces(text), len, head, numbers, expected)
        };
        let is_string = |text: &[u8], len: usize| {
            let column = joined_column(text, len);
            numbers.1 == 1 && column.is_some_and(|column| (len - column) as u64 + 1 == numbers.0)
        };
        // A string that is whole has nothing before it.
        let is_alone = whole && is_string(head, head.len());
        let joined = if is_alone {
            None
        } else {
            self.fragments.take_from(
                |fragment, len| {
                    let is_start = !whole || fragment.alone == Alone::Other;
                    // With the end of one line lost, two would be one.
                    let is_start = is_start
                        && (is_string(fragment.text, len) || !looks_like_report(fragment.text));
                    let column = joined_column(fragment.text, len);
                    is_start && column.is_some()
                },
                head,
            )
        };
        self.settle(notes)?;
        let joined = joined.as_deref().and_then(|head| split_joined(head, numbers, &self.expected));
        if let Some((column, name)) = joined {
            return Ok((column, name.to_vec().into()));
        }
        let (column, name) = self.split(head, numbers);
        // The beginning of the name is lost.
        let column = match self.expected.column() {
            Some(expected) if !whole && column == 0 => expected,
            _ => column,
        };
        Ok((column, name))
    }

    /// The line before and this one, if a name was wrapped between them.
    fn unwrap(&self, head: &[u8]) -> Option<Vec<u8>> {
        let before = self.fragments.last(1).next()?;
        let lost = self.wrap?.between(before.text, head)?;
        let is_part = before.alone == Alone::Other && !looks_like_report(before.text);
        is_part.then(|| [before.text, lost, head].concat())
    }

    fn split<'a>(&mut self, head: &'a [u8], numbers: Numbers) -> (usize, Cow<'a, [u8]>) {
        let found = split(head, numbers, &self.expected);
        if !found.is_padded {
            self.expected.is_not_padded();
        }
        (found.column, found.name.into())
    }

    /// A line that is no line of a report, or not the whole of one.
    fn other(&mut self, number: u64, text: &[u8], notes: &mut Notes) -> Result<()> {
        let object_len = self.object_len.take();
        if self.mallinfo.has(text) {
            return self.settle(notes);
        }
        if let Some(len) = object_len
            .filter(|_| wrapped::is_end_of_address(text) && !self.content.holds(0, text.len()))
        {
            if !text.trim_ascii_start().starts_with(b"0x") {
                self.wrap = Some(Wrap::Hard(len));
            }
            return Ok(());
        }
        if let Some(joined) = wrapped::join(&self.fragments, text) {
            for _ in 0..joined.pieces {
                self.fragments.remove_last();
            }
            self.wrap = Some(joined.wrap);
            if let Line::Object(object) = Line::new(&joined.text) {
                let content = self.object(number, &object, notes)?;
                self.content = content.unwrap_or_default();
                self.object_len = Some(text.len());
            }
            return Ok(());
        }
        self.fragment(number, text, Alone::Other, notes)
    }

    fn fragment(
        &mut self,
        number: u64,
        text: &[u8],
        alone: Alone,
        notes: &mut Notes,
    ) -> Result<()> {
        while self.fragments.is_full(text.len()) {
            self.settle_one(notes)?;
        }
        self.fragments.push(number, text, alone);
        Ok(())
    }

    /// No name goes on behind the fragments.
    pub(crate) fn settle(&mut self, notes: &mut Notes) -> Result<()> {
        while self.settle_one(notes)? {}
        Ok(())
    }

    /// The first fragment is a reference, or content, or an empty line, or unknown.
    fn settle_one(&mut self, notes: &mut Notes) -> Result<bool> {
        let Some(fragment) = self.fragments.first() else { return Ok(false) };
        if fragment.alone == Alone::Reference {
            let (column, name) = reference(fragment.text);
            let entry = self.builder.len();
            self.expected.push(column, 0, 1);
            self.is_followed = false;
            self.builder.try_push_reference(column, name)?;
            self.lines.push(entry, fragment.number);
            if has_start_of_line(name.trim_ascii_end()) {
                notes.fuse(fragment.number);
            }
        } else if !self.content.take(fragment.text.len()) && !fragment.text.trim_ascii().is_empty()
        {
            self.content.end();
            // The last line of an input that was cut is the start of one.
            self.is_followed = !fragment.text.starts_with(b" ") || self.fragments.len() > 1;
            notes.add(fragment.number, fragment.text);
        }
        self.fragments.remove_first();
        Ok(true)
    }
}
