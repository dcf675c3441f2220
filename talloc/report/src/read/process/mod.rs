//! [`Streams`]: which process each line is from.

mod held;
mod index;
mod prefix;
mod tail;

use std::borrow::Cow;

use self::held::{Held, is_two};
use self::index::Index;
use self::prefix::Prefix;
use self::tail::Tail;
use crate::read::findings::{Finding, Findings};
use crate::read::line::{Line, Root, looks_like_report};
use crate::read::notes::Notes;
use crate::read::stream::Stream;
use crate::read::stream::title;
use crate::read::text::tabs::{expand, expand_behind};
use crate::read::tree::{Solved, solve};

/// The reports of all processes that write to one log, told apart by what stands before each
/// line.
#[derive(Debug, Default)]
pub(crate) struct Streams {
    list: Vec<Process>,
    /// Those of them that have a prefix before each line, as far as is known.
    index: Index,
    /// The one whose report began last.
    current: usize,
    pub(crate) notes: Notes,
    title: title::Titles,
    held: Held,
    tail: Tail,
}

#[derive(Debug)]
struct Process {
    prefix: Prefix,
    stream: Stream,
    /// Whether only the first line of a report has the prefix, once that is known.
    is_bare: Option<bool>,
    /// The last line has not the prefix that all entries have.
    has_stranger: bool,
    /// A line that may be of another process.
    ambiguous: Option<u64>,
    /// A line that may as well be of another process, also by its numbers.
    contested: Option<u64>,
}

/// Where a line belongs.
#[derive(Clone, Copy)]
struct Place {
    process: usize,
    /// The length of its prefix.
    prefix: usize,
    is_sure: bool,
    /// Nothing tells it from another process.
    is_contested: bool,
}

/// What speaks against a process that may have written a line.
type Rank = (bool, usize, (bool, bool, bool));

/// It takes no index to find one of them.
const FEW: usize = 4;

type Result<T> = std::result::Result<T, talloc::Error>;

impl Streams {
    /// Reads a line.
    pub(crate) fn read(&mut self, number: u64, line: &[u8]) -> Result<()> {
        let line = self.tail.strip(line);
        if self.held.is_empty() {
            return self.route(number, line, true);
        }
        let mut held = std::mem::take(&mut self.held);
        if let Some((number, joined)) = held.complete(line) {
            return self.route(number, &joined, false);
        }
        if matches!(Line::new(line), Line::Other | Line::RootEnd(_)) && held.push(number, line) {
            self.held = held;
            return Ok(());
        }
        self.release(held)?;
        self.route(number, line, true)
    }

    /// The lines that were thought to be the start of a first line are none.
    fn release(&mut self, held: Held) -> Result<()> {
        for (number, line) in held.lines {
            self.route(number, &line, false)?;
        }
        Ok(())
    }

    fn route(&mut self, number: u64, raw: &[u8], may_hold: bool) -> Result<()> {
        let place = self.place(raw);
        let (process, start) = match &place {
            Some(place) => (place.process, place.prefix),
            None => (self.current, 0),
        };
        let has_tabs = memchr::memchr(b'\t', raw).is_some();
        let text: Cow<'_, [u8]> = match has_tabs {
            false => raw[start..].into(),
            true => {
                let of = self.list.get(process);
                expand_behind(raw, start, of.is_some_and(|of| of.stream.has_tab_filled()))
            }
        };
        let text = &*text;
        let line = Line::new(text);
        let text = match &line {
            Line::Reference => self.tail.reference(text),
            _ => text,
        };
        if matches!(&line, Line::Object(object) if object.content.is_none()) {
            self.tail.object();
        }
        if may_hold && matches!(line, Line::Other) && self.held.starts(number, raw) {
            return Ok(());
        }
        let is_entry = matches!(line, Line::Object(_) | Line::Reference);
        match &line {
            Line::Root(root) => {
                // The line before has lost its end.
                if looks_like_report(root.prefix) || is_two(root.name) {
                    self.notes.fuse_roots(number);
                }
                let process = match place {
                    Some(place) if place.is_sure && root.prefix.trim_ascii().is_empty() => {
                        place.process
                    }
                    _ => {
                        self.follow(number, place);
                        return self.start(number, raw);
                    }
                };
                self.current = process;
                self.tail.root(raw);
            }
            Line::Object(_) | Line::Reference if place.is_none() => {
                return self.bare(number, raw, text, &line, has_tabs);
            }
            Line::Other if self.title.read(text) => return Ok(()),
            _ => {}
        }
        if self.list.is_empty() {
            self.list.push(Process::new(Prefix::default()));
        }
        let of = &mut self.list[process];
        // What another one wrote between two lines is no start of a name.
        if of.has_stranger && place.is_some_and(|place| place.prefix > 0) {
            of.stream.settle(&mut self.notes)?;
        }
        if let Some(place) = place.filter(|place| is_entry && place.prefix > 0) {
            if !place.is_sure {
                of.ambiguous.get_or_insert(number);
            }
            if place.is_contested {
                of.contested.get_or_insert(number);
            }
            if of.prefix.learn(raw) {
                self.index.put(process, &of.prefix);
            }
            of.is_bare = Some(false);
        }
        of.has_stranger = place.is_none() && of.is_bare == Some(false);
        if has_tabs {
            of.stream.see_tabs(&raw[start..], text);
        }
        of.stream.read(number, text, &line, &mut self.title.current, &mut self.notes)?;
        if !matches!(line, Line::Other) {
            self.title.end();
        }
        Ok(())
    }

    /// The process whose prefix the line has. With several, that whose numbers it has, or else
    /// that which lacks what the line says.
    fn place(&self, raw: &[u8]) -> Option<Place> {
        let mut best: Option<(Rank, Place)> = None;
        let mut is_only = true;
        for process in self.candidates(raw) {
            let of = &self.list[process];
            if of.prefix.is_empty() || of.is_bare == Some(true) {
                continue;
            }
            let Some(found) = of.prefix.find(raw) else { continue };
            let line = Line::new(&raw[found.len..]);
            // Of one whose numbers are known, it is known which of them change.
            let is_new = found.changed > 0 && !of.prefix.is_known();
            let is_odd = (found.is_back, !of.stream.fits(&line), is_new);
            let rank = (found.is_loose, found.changed, is_odd);
            is_only = best.is_none();
            if let Some((_, place)) = best.as_mut().filter(|best| rank == best.0) {
                place.is_contested = true;
            }
            if best.as_ref().is_none_or(|best| rank < best.0) {
                // With one line only, it is not known which numbers are those of a process.
                let is_guess =
                    found.changed > 0 && !of.prefix.is_known() && matches!(line, Line::Root(_));
                let is_sure = !found.is_loose && !found.is_back && !is_guess;
                let prefix = found.len;
                let place = Place { process, prefix, is_sure, is_contested: false };
                best = Some((rank, place));
            }
        }
        let ((is_loose, ..), place) = best?;
        // Of several that it has not, it may be that of any.
        (!is_loose || is_only).then_some(place)
    }

    /// Those that may have written the line. A few are all tried.
    fn candidates(&self, raw: &[u8]) -> impl Iterator<Item = usize> {
        let (few, many) = match self.index.len() <= FEW {
            true => (0..self.list.len(), Vec::new()),
            false => (0..0, self.index.candidates(raw, |process| &self.list[process].prefix)),
        };
        few.chain(many)
    }

    /// A line that is of a process starts a report that has a longer prefix than the lines of
    /// that, or any if these have none: the report before is cut, or goes on behind it.
    fn follow(&mut self, number: u64, place: Option<Place>) {
        let process = place.map_or(self.current, |place| place.process);
        let Some(of) = self.list.get_mut(process) else { return };
        let is_bare = of.prefix.is_empty() || of.is_bare == Some(true);
        of.stream.is_followed |= place.is_none() && is_bare;
        if place.is_some_and(|place| place.is_sure) && of.stream.is_open() {
            of.contested.get_or_insert(number);
        }
    }

    /// A report starts that is not one of those processes, as far as is known.
    fn start(&mut self, number: u64, raw: &[u8]) -> Result<()> {
        let text = expand(raw);
        let Line::Root(root) = Line::new(&text) else { return Ok(()) };
        self.tail.root(raw);
        let prefix = Prefix::new(root.prefix);
        let known = prefix.is_empty().then(|| self.list.iter().position(|of| of.prefix.is_empty()));
        let process = known.flatten().unwrap_or(self.list.len());
        if process == self.list.len() {
            self.drop_repeated(&root);
            self.index.put(self.list.len(), &prefix);
            self.list.push(Process::new(prefix));
        }
        let process = process.min(self.list.len() - 1);
        self.current = process;
        let start = if self.list[process].prefix.is_empty() { 0 } else { root.prefix.len() };
        let text = text[start..].to_vec();
        let stream = &mut self.list[process].stream;
        stream.read(number, &text, &Line::new(&text), &mut self.title.current, &mut self.notes)?;
        if start > 0 {
            stream.prefix();
        }
        self.title.end();
        Ok(())
    }

    /// Open5GS prints a line for the object itself before its report: it is no object more.
    fn drop_repeated(&mut self, root: &Root<'_>) {
        if let [only] = self.list.as_slice() {
            if only.stream.is_only(root.size, root.blocks) {
                self.list.clear();
                self.index = Index::default();
            }
        }
    }

    /// An entry without a known prefix.
    fn bare(
        &mut self,
        number: u64,
        raw: &[u8],
        text: &[u8],
        line: &Line<'_>,
        has_tabs: bool,
    ) -> Result<()> {
        if self.list.is_empty() {
            self.list.push(Process::new(Prefix::default()));
        }
        let has_report = |of: &&Process| of.prefix.is_empty() && !of.stream.reports.is_empty();
        let unnamed = self.list.iter().position(|of| has_report(&of));
        let current = &self.list[self.current];
        let is_indented = text.starts_with(b" ");
        let is_current = match current.is_bare {
            _ if current.prefix.is_empty() => true,
            None => is_indented,
            Some(is_bare) => is_bare,
        };
        let fits = |process: usize| self.list[process].stream.fits(line);
        let process = match unnamed {
            Some(unnamed) if !is_current || fits(unnamed) => unnamed,
            _ if is_current => self.current,
            _ => {
                self.notes.lose(number, text);
                return Ok(());
            }
        };
        let is_contested = is_current && process != self.current && fits(self.current);
        let of = &mut self.list[process];
        if is_contested {
            of.contested.get_or_insert(number);
        }
        if of.is_bare != Some(true) {
            of.is_bare = Some(true);
            self.index.remove(process);
        }
        if has_tabs {
            of.stream.see_tabs(raw, text);
        }
        of.stream.read(number, text, line, &mut self.title.current, &mut self.notes)?;
        self.title.end();
        Ok(())
    }

    /// All lines were read.
    pub(crate) fn finish(
        mut self,
        last: u64,
        findings: &mut Findings,
    ) -> Result<(Vec<Solved>, Notes)> {
        let held = std::mem::take(&mut self.held);
        self.release(held)?;
        let is_alone = self.list.len() == 1;
        let mut all = Vec::new();
        for mut of in self.list {
            of.stream.settle(&mut self.notes)?;
            let before = findings.is_partial;
            findings.is_partial = false;
            let mut solved = solve(of.stream, findings)?;
            // In a report with all its blocks, the numbers have told it, if they could.
            let ambiguous = of.ambiguous.filter(|_| findings.is_partial);
            if let Some(line) = of.contested.or(ambiguous) {
                findings.add(Finding::Ambiguous { line });
            }
            findings.is_partial |= before;
            if !is_alone && !of.prefix.is_empty() {
                let label = of.prefix.label();
                for report in &mut solved.reports {
                    report.title.get_or_insert_with(|| label.clone());
                }
            }
            all.push(solved);
        }
        self.notes.forgive(last);
        if let Some((line, _)) = self.notes.damaged.first.first() {
            findings.add(Finding::Damaged { line: *line, count: self.notes.damaged.count });
        }
        // Of two lines, one is missing: in a report that is whole, it is just a name.
        let fused = self.notes.fused.filter(|_| findings.is_partial);
        if let Some(line) = self.notes.fused_roots.or(fused) {
            findings.add(Finding::Fused { line });
        }
        Ok((all, self.notes))
    }
}

impl Process {
    fn new(prefix: Prefix) -> Self {
        Process {
            prefix,
            stream: Stream::new(),
            is_bare: None,
            has_stranger: false,
            ambiguous: None,
            contested: None,
        }
    }
}
