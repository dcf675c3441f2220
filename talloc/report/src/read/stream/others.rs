//! Lines that say nothing by themselves.

use super::{Result, Stream};
use crate::read::fragments::Alone;
use crate::read::line::{Line, has_start_of_line, leading_spaces, reference};
use crate::read::notes::Notes;
use crate::read::tabs::Tabs;
use crate::read::wrapped::{self, Wrap};

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
            }
            return Ok(());
        }
        if let Some(joined) = wrapped::join(&self.fragments, text) {
            for _ in 0..joined.pieces {
                self.fragments.remove_last();
            }
            self.wrap = joined.wrap.or(self.wrap);
            self.is_wrapped(joined.limit);
            if let Line::Object(object) = Line::new(&joined.text) {
                let content = self.object(number, &object, notes)?;
                self.content = content.unwrap_or_default();
                self.object_len = Some(text.len());
            }
            return Ok(());
        }
        self.fragment(number, text, Alone::Other, notes)
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
    fn settle_one(&mut self, notes: &mut Notes) -> Result<bool> {
        let Some(fragment) = self.fragments.first() else { return Ok(false) };
        if fragment.alone == Alone::Reference {
            let (column, name) = reference(fragment.text);
            let entry = self.builder.len();
            self.expected.push(column, 0, 1);
            self.is_followed = false;
            self.builder.try_push_reference(column, name)?;
            self.lines.push(entry, fragment.number);
            self.tabs = Tabs::None;
            if let Some(mark) = self.reports.last_mut() {
                // Of other line ends than those of the first line, it is no part.
                mark.form.reference(entry, name.ends_with(b"\r"));
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
