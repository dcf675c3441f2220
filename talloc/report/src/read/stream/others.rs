//! Lines that say nothing by themselves.

use std::borrow::Cow;

use super::fragments::Alone;
use super::names::Name;
use super::wrapped::{self, Wrap};
use super::{Result, Stream};
use crate::read::line::form::{Against, Print};
use crate::read::line::head::split;
use crate::read::line::{Line, Object, bare, has_start_of_line, leading_spaces, reference};
use crate::read::notes::Notes;
use crate::read::text::tabs::Tabs;

impl Stream {
    /// A line that is no line of a report, or not the whole of one.
    pub(super) fn other(&mut self, number: u64, text: &[u8], notes: &mut Notes) -> Result<()> {
        let object_len = self.object_len.take();
        if self.mallinfo.has(text) {
            self.settle(notes)?;
            // Samba writes them behind the last object.
            self.is_followed = true;
            return Ok(());
        }
        if let Some(len) = object_len
            .filter(|_| wrapped::is_end_of_address(text) && !self.content.holds(0, text.len()))
        {
            let is_soft = text.trim_ascii_start().starts_with(b"0x");
            if !is_soft {
                self.wrap = Some(Wrap::Hard(len));
            }
            let limit = if is_soft { len + 1 + text.len() } else { len };
            if let (Some(entry), Some(form)) = (self.builder.len().checked_sub(1), self.form()) {
                form.wrap(entry, limit);
                form.goes_on_indented |= text.starts_with(b"  ") || text.starts_with(b" x");
            }
            return Ok(());
        }
        let is_likely = |object: &Object<'_>| {
            let numbers = (object.size, object.blocks);
            let column = split(object.head, numbers, &self.expected).column;
            self.expected.column() == Some(column)
        };
        if let Some(joined) = wrapped::join(&self.fragments, text, is_likely) {
            for _ in 0..joined.pieces {
                self.fragments.remove_last();
            }
            // Lines that are cut at a width may end with a space by chance.
            self.wrap = match joined.wrap {
                Some(Wrap::Kept) => self.wrap.or(joined.wrap),
                wrap => wrap.or(self.wrap),
            };
            self.is_wrapped(joined.limit);
            if let Line::Object(object) = Line::new(&joined.text) {
                let content = self.object(number, &object, notes)?;
                self.content = content.unwrap_or_default();
                self.object_len = Some(text.len());
            }
            return Ok(());
        }
        if let Some(reference) = self.wrapped_reference(text) {
            let number = self.fragments.last(1).next().map_or(number, |first| first.number);
            self.fragments.remove_last();
            return self.fragment(number, &reference, Alone::Wrapped, notes);
        }
        // Behind a line that is none, it may be the end of a name that was wrapped.
        let is_alone = self.fragments.last(1).all(|before| before.alone == Alone::Reference);
        if let Some(padded) = bare(text).filter(|_| is_alone) {
            return self.bare(number, &padded, notes);
        }
        self.fragment(number, text, Alone::Other, notes)
    }

    /// An object without a name, of which the blanks are lost as well: a line with one in their place.
    fn bare(&mut self, number: u64, text: &[u8], notes: &mut Notes) -> Result<()> {
        let Line::Object(object) = Line::new(text) else { return Ok(()) };
        if self.content.holds(0, text.len()) && self.content.is_exact() {
            self.content.take(text.len() - 1);
            return Ok(());
        }
        self.settle(notes)?;
        let first = self.builder.len();
        let name = Name { column: 0, name: Cow::Borrowed(b""), print: Print::Bare };
        self.push(number, name, &object)?;
        self.content.believe(text.len() - 1, first, self.builder.len(), &mut self.doubts);
        Ok(())
    }

    /// The reference before this line, if its name was wrapped there.
    fn wrapped_reference(&self, text: &[u8]) -> Option<Vec<u8>> {
        let before = self.fragments.last(1).next()?;
        let lost = self.wrap?.between(before.text, text)?;
        // The space behind this may be the one that was lost.
        let is_bare = before.text.trim_ascii() == b"reference to:";
        let is_part = (before.alone == Alone::Reference || is_bare)
            && leading_spaces(text) <= 1
            && !has_start_of_line(text.trim_ascii_end());
        is_part.then(|| [before.text, lost, text].concat())
    }

    pub(super) fn fragment(
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
    pub(super) fn settle_one(&mut self, notes: &mut Notes) -> Result<bool> {
        let Some(fragment) = self.fragments.first() else { return Ok(false) };
        if fragment.alone != Alone::Other {
            let (column, name) = reference(fragment.text);
            let entry = self.builder.len();
            self.expected.push(column, 0, 1);
            self.is_followed = false;
            self.builder.try_push_reference(column, name)?;
            self.lines.push(entry, fragment.number);
            self.tabs = Tabs::None;
            if let Some(mark) = self.reports.last_mut() {
                // Of other line ends than those of the first line, it is no part.
                let is_odd = fragment.alone == Alone::Wrapped || name.ends_with(b"\r");
                mark.form.reference(entry, is_odd);
                if memchr::memchr(b'\t', name).is_some() {
                    mark.form.note(entry, Against::Tab);
                }
            }
            if has_start_of_line(name.trim_ascii_end()) {
                notes.fuse(fragment.number);
            }
        } else if !self.content.take(fragment.text.len()) {
            if let Some(mark) = self.reports.last_mut() {
                let first = self.builder.get(mark.entry + 1).map(|first| first.depth);
                let root = self.builder.get(mark.entry).map_or(0, |root| root.depth);
                let is_indented = leading_spaces(fragment.text) >= first.unwrap_or(root + 1);
                mark.form.left_out(self.builder.len() - 1, is_indented);
            }
            if !fragment.text.trim_ascii().is_empty() {
                self.content.end();
                // The last line of an input that was cut is the start of one.
                self.is_followed = !fragment.text.starts_with(b" ") || self.fragments.len() > 1;
                notes.add(fragment.number, fragment.text);
            }
        }
        self.fragments.remove_first();
        Ok(true)
    }
}
