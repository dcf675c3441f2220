//! Names of objects: where they start, and on which lines they began.

use std::borrow::Cow;

use super::fragments::Alone;
use super::suspended::{First, Suspended};
use super::{Result, Stream};
use crate::read::line::form::{Against, Print};
use crate::read::line::head::{Head, Numbers, WIDTH, joined_column, split, split_joined};
use crate::read::line::{Line, Object, leading_spaces, looks_like_report};
use crate::read::notes::Notes;

/// What was read of a line before its numbers.
#[derive(Debug)]
pub(super) struct Name<'a> {
    pub(super) column: usize,
    pub(super) name: Cow<'a, [u8]>,
    pub(super) print: Print,
}

impl<'a> Name<'a> {
    fn new(head: &[u8], column: usize, name: impl Into<Cow<'a, [u8]>>) -> Self {
        let name = name.into();
        Name { column, print: Print::new(head, column, &name), name }
    }
}

impl Stream {
    /// Whether this is the end of a string that began before lines which look like a report:
    /// these were part of it.
    pub(super) fn resume(
        &mut self,
        number: u64,
        object: &Object<'_>,
        notes: &mut Notes,
    ) -> Result<bool> {
        if object.blocks != 1 || object.content.is_some() || self.suspended.is_empty() {
            return Ok(false);
        }
        // If there is room for it, the size may be that of a string by chance.
        let is_fine = self.expected.has_room(object.size, object.blocks);
        let is_by_chance = |first: First| match first {
            First::Object => is_fine,
            // That may be what is missing above; and a name that is filled up is whole.
            First::Reference => is_fine || !self.is_own() || object.head.ends_with(b" "),
            First::Other => false,
        };
        let string = |kept: &Suspended| {
            let string = kept.string(object.head, object.size);
            string.filter(|_| !is_by_chance(kept.first))
        };
        let found = (0..).zip(&self.suspended).find_map(|(at, kept)| Some((at, string(kept)?)));
        let Some((at, (column, name))) = found else { return Ok(false) };
        let kept = self.suspended.swap_remove(at);
        self.suspended.clear();
        self.fragments = kept.before;
        self.builder.truncate(kept.entries);
        self.lines.truncate(kept.entries);
        self.reports.truncate(kept.reports);
        if let Some(form) = self.form() {
            form.truncate(kept.entries);
        }
        self.doubts.retain(|doubt| doubt.end <= kept.entries);
        self.expected = kept.expected;
        self.content = kept.content;
        *notes = kept.notes;
        self.settle(notes)?;
        self.push(number, Name { column, name: name.into(), print: Print::Long }, object)?;
        Ok(true)
    }

    /// Whether names are filled up, as far as is known.
    fn is_own(&self) -> bool {
        self.reports.last().is_some_and(|mark| mark.form.is_own())
    }

    /// The column and the name of the object on a line, with its bytes and blocks. The fragments
    /// that the name began with, if it did, are joined to it; the others are settled.
    pub(super) fn name<'a>(
        &mut self,
        head: &'a [u8],
        numbers: Numbers,
        notes: &mut Notes,
    ) -> Result<Name<'a>> {
        // The rest of a text of Samba's is no name.
        let lines = self.fragments.all().map(|fragment| fragment.text.len());
        for _ in 0..self.content.ends_after(lines).unwrap_or(0) {
            self.settle_one(notes)?;
        }
        if self.fragments.len() == 0 {
            return Ok(self.split(head, numbers));
        }
        if let Some((joined, limit)) = self.unwrap(head) {
            self.fragments.remove_last();
            self.is_wrapped(limit);
            let entry = self.builder.len();
            // Blanks within a name are rare, and what goes on may be indented.
            if let Some(form) = self.form() {
                if head.starts_with(b"  ") || (form.goes_on_indented && head.starts_with(b" ")) {
                    form.note(entry, Against::Indented);
                }
            }
            let Name { column, name, print } = self.name(&joined, numbers, notes)?;
            return Ok(Name { column, name: name.into_owned().into(), print });
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
        // Where names are not filled up, a whole reference is before a short name.
        let is_own = self.is_own();
        let is_filled_up = is_own || (head.ends_with(b" ") && !head.trim_ascii().is_empty());
        let joined = if is_alone {
            None
        } else {
            self.fragments.take_from(
                |fragment, len| {
                    let is_string = is_string(fragment.text, len);
                    let is_start =
                        fragment.alone == Alone::Other || (!whole && (is_filled_up || is_string));
                    // With the end of one line lost, two would be one.
                    let is_start = is_start && (is_string || !looks_like_report(fragment.text));
                    let column = joined_column(fragment.text, len);
                    is_start && column.is_some()
                },
                head,
            )
        };
        let may_lack = self.fragments.all().any(|line| line.alone == Alone::Other);
        self.settle(notes)?;
        let joined = joined.as_deref().and_then(|head| {
            let (column, name) = split_joined(head, numbers, &self.expected)?;
            let name = Name::new(head, column, name.to_vec());
            let is_behind = !is_own && Line::new(head) == Line::Reference;
            Some(Name { print: if is_behind { Print::Behind } else { name.print }, ..name })
        });
        if let Some(joined) = joined {
            return Ok(joined);
        }
        let name = self.split(head, numbers);
        Ok(match self.expected.column() {
            // The beginning of the name is lost.
            Some(expected) if !whole && may_lack && name.column == 0 => {
                Name { column: expected, print: Print::Lost, ..name }
            }
            _ => name,
        })
    }

    /// The line before and this one, if a name was wrapped between them.
    ///
    /// With the length that no other line may exceed.
    fn unwrap(&self, head: &[u8]) -> Option<(Vec<u8>, usize)> {
        let (before, wrap) = (self.fragments.last(1).next()?, self.wrap?);
        let lost = wrap.between(before.text, head)?;
        let is_part = before.alone == Alone::Other && !looks_like_report(before.text);
        let limit = wrap.limit(before.text, head);
        is_part.then(|| ([before.text, lost, head].concat(), limit))
    }

    /// The column of a name that begins with spaces and is not filled up, if those of other lines
    /// say that it is one. Fewer than all blanks are the indentation then.
    fn shifted(&self, head: &[u8], found: &Head<'_>, (size, blocks): Numbers) -> Option<usize> {
        let is_own = self.reports.last().is_some_and(|mark| mark.form.is_spaced());
        let column = self.expected.known_column().filter(|_| is_own && !self.is_wrapped)?;
        let len = found.name.len();
        let is_string = len >= WIDTH && blocks == 1 && size == len as u64 + 1;
        let is_printed = head.len() >= column + WIDTH && !head.ends_with(b"  ");
        let is_shifted = column < found.column && is_printed && !is_string;
        (is_shifted && self.expected.has_room(size, blocks)).then_some(column)
    }

    fn split<'a>(&mut self, head: &'a [u8], numbers: Numbers) -> Name<'a> {
        let found = split(head, numbers, &self.expected);
        if let Some(column) = self.shifted(head, &found, numbers) {
            if !self.expected.is_unit_known() {
                return Name {
                    column: found.column,
                    name: found.name.into(),
                    print: Print::Uneven,
                };
            }
            self.expected.guess();
            return Name { column, name: head[column..].into(), print: Print::Shifted };
        }
        if !found.is_padded {
            self.expected.is_not_padded();
        }
        Name::new(head, found.column, found.name)
    }
}
