//! Objects: what stands on their lines and before them becomes an entry.

use super::content::Content;
use super::fragments::Alone;
use super::names::Name;
use super::{Result, Stream, wrapped};
use crate::read::line::form::{Against, Print};
use crate::read::line::head::{WIDTH, joined_column};
use crate::read::line::{Object, has_start_of_line, leading_spaces};
use crate::read::notes::Notes;
use crate::read::text::tabs::Tabs;

impl Stream {
    /// What comes of the text of the string, if it is one.
    pub(super) fn object(
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
                self.is_wrapped(before.len());
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
        let mut named = self.name(object.head, (object.size, object.blocks), notes)?;
        let name = &named.name;
        let is_string = object.blocks == 1 && object.size == name.len() as u64 + 1;
        let is_long = name.len() > WIDTH && object.content.is_none();
        // One of several lines may have just this width.
        let may_be_two = is_long || (name.len() == WIDTH && name.contains(&b'\n'));
        if may_be_two && !is_string && has_start_of_line(name) {
            notes.fuse(number);
        }
        // Something is within the blanks that fill up a name, or before that; or colours. One space
        // alone is the end of a name.
        let is_filled = |start: &[u8]| start.ends_with(b"  ");
        let is_shifted = is_filled(name) || name.get(..WIDTH).is_some_and(is_filled);
        let has_colours = memchr::memmem::find(name, b"\x1b[").is_some();
        let is_odd = match self.is_wrapped {
            true => has_start_of_line(name.trim_ascii_end()),
            // A name that looks like a line is one: no tag does.
            false => {
                (is_shifted || (named.column == 0 && has_mark(name)))
                    && memchr::memmem::find(name, b" contains ").is_none()
            }
        };
        if is_long && !is_string && (has_colours || is_odd) {
            self.is_wrapped = false;
            named.print = Print::Lost;
        } else if self.is_wrapped && !is_string && name.ends_with(b" ") {
            // The space at which it was wrapped.
            named.name = name.trim_ascii_end().to_vec().into();
        }
        // Other bytes may be more than they were, as they are shown here.
        let text = object.content.filter(|text| text.is_ascii()).map(<[u8]>::trim_ascii);
        let entry = self.builder.len();
        if let Some(form) = self.form() {
            if text.is_some_and(|text| text.len() as u64 >= object.size) {
                form.note(entry, Against::Overlong);
            }
        }
        self.push(number, named, object)?;
        Ok(object.content.map(|content| Content::new(object.size, content)))
    }

    /// The object to come was wrapped: one that was not is no longer than `limit`.
    pub(super) fn is_wrapped(&mut self, limit: usize) {
        self.is_wrapped = true;
        let entry = self.builder.len();
        if let Some(form) = self.form() {
            form.wrap(entry, limit);
        }
    }

    pub(super) fn push(&mut self, number: u64, named: Name<'_>, object: &Object<'_>) -> Result<()> {
        let entry = self.builder.len();
        let Name { column, name, print } = named;
        if self.expected.column().is_none() {
            let is_first = self.extra.is_none();
            self.extra =
                Some((if is_first { entry } else { usize::MAX }, object.size, object.blocks));
        }
        self.expected.push(column, object.size, object.blocks);
        let is_refuted = self.expected.is_refuted();
        self.is_followed = false;
        self.mallinfo.end();
        let is_string = object.blocks == 1 && object.size == name.len() as u64 + 1;
        let pushed = self.builder.try_push_totals(column, &name, object.size, object.blocks)?;
        pushed.references(object.references);
        let is_filled = object.is_filled.filter(|_| !self.is_wrapped && self.tabs == Tabs::None);
        let print = match (std::mem::take(&mut self.tabs), print) {
            _ if std::mem::take(&mut self.is_wrapped) => Print::Wrapped,
            (Tabs::Inner, Print::Filled) => Print::Tabbed,
            (Tabs::Inner, _) => Print::OddTabs,
            (Tabs::First, _) if name.contains(&b'\n') => Print::Odd,
            (_, print) => print,
        };
        if let Some(form) = self.form() {
            form.object(entry, print);
            if is_refuted {
                form.note(entry, Against::Refuted);
            }
            if let Some(is_filled) = is_filled {
                form.numbers(entry, is_filled);
            }
            // Few names have either.
            if memchr::memchr2(b'\t', b'\n', &name).is_some() {
                if name.contains(&b'\t') {
                    form.note(entry, Against::Tab);
                }
                if name.contains(&b'\n') {
                    form.note(entry, Against::Lines);
                    if !is_string && wrapped::goes_on_indented(&name, column) {
                        form.note(entry, Against::Indented);
                    }
                }
            }
        }
        self.lines.push(entry, number);
        Ok(())
    }
}

/// Whether a name begins as a line of a difference that `diff -u` shows.
fn has_mark(name: &[u8]) -> bool {
    name.strip_prefix(b"+").or(name.strip_prefix(b"-")).is_some_and(|rest| rest.starts_with(b"  "))
}
