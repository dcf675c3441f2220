//! [`Entry`]: one line of a snapshot.

use core::fmt;
use core::iter::FusedIterator;
use core::ops::Range;

use super::records::Records;
use super::{Escaped, NONE, Path, Snapshot};

/// One object of a [`Snapshot`], or a reference to one.
///
/// ```
/// let ctx = talloc::Ctx::named(c"request");
/// let _id = ctx.alloc(7_u64);
/// let snapshot = ctx.snapshot();
/// let root = snapshot.root().unwrap();
/// assert_eq!((root.name(), root.size(), root.total_size()), (&b"request"[..], 0, 8));
/// let id = root.children().next().unwrap();
/// assert_eq!((id.name(), id.size()), (&b"u64"[..], 8));
/// assert_eq!(id.path().to_string(), "request/u64");
/// ```
#[derive(Clone, Copy)]
pub struct Entry<'s> {
    snapshot: &'s Snapshot,
    index: u32,
}

impl<'s> Entry<'s> {
    pub(super) fn new(snapshot: &'s Snapshot, index: u32) -> Self {
        Entry { snapshot, index }
    }

    fn records(self) -> &'s Records {
        &self.snapshot.records
    }

    /// The place of the entry in [`Snapshot::iter`].
    pub fn index(self) -> usize {
        self.index as usize
    }

    /// The name; of a reference: the name of the object that it refers to.
    ///
    /// Names are bytes: those from C may be anything. [`Entry::escaped_name`]
    /// can be printed.
    pub fn name(self) -> &'s [u8] {
        self.snapshot.names.get(self.records().name(self.index))
    }

    /// The name as text for one line of a terminal.
    pub fn escaped_name(self) -> Escaped<'s> {
        Escaped::new(self.name())
    }

    /// The text of a string that is named by it, as C's `talloc_strdup` and
    /// [`CtxRef::strdup`](crate::CtxRef::strdup) do: up to its NUL, and no more than the first
    /// 1,000 bytes. `None` for all else, and in what a
    /// [`Builder`](super::Builder) has made without [`Pushed::text`](super::Pushed::text).
    ///
    /// In all views such a string is called `char`, so that strings are one group;
    /// [`Tree::texts`](super::Tree::texts) shows the texts.
    ///
    /// ```
    /// let ctx = talloc::Ctx::new();
    /// let _host = ctx.strdup("localhost")?;
    /// let snapshot = ctx.snapshot();
    /// let host = snapshot.find("char").next().unwrap();
    /// assert_eq!(host.text(), Some(&b"localhost"[..]));
    /// # Ok::<(), talloc::Error>(())
    /// ```
    pub fn text(self) -> Option<&'s [u8]> {
        self.records().text(self.index).map(|text| self.snapshot.names.get(text))
    }

    /// The bytes of this object alone, without header and padding. A reference has none.
    ///
    /// In a snapshot that was read from totals: the total without the children
    /// that were listed.
    pub fn size(self) -> u64 {
        self.records().size(self.index)
    }

    /// The bytes of this object and of everything below it.
    pub fn total_size(self) -> u64 {
        self.records().total_size(self.index)
    }

    /// The number of blocks: this object, everything below it, and the
    /// references there, which are blocks of their own.
    pub fn total_blocks(self) -> u64 {
        self.records().total_blocks(self.index)
    }

    /// How many parents are above it: 0 for a root.
    pub fn depth(self) -> usize {
        self.records().depth(self.index) as usize
    }

    /// Where the object was in memory, if that is known; of a reference: where
    /// the object was that it refers to.
    pub fn address(self) -> Option<u64> {
        Some(self.records().address(self.index)).filter(|address| *address != 0)
    }

    /// Whether this is a reference to an object that has its place elsewhere.
    pub fn is_reference(self) -> bool {
        self.records().is_reference(self.index)
    }

    /// How many references are held on this object, wherever they are.
    pub fn reference_count(self) -> usize {
        self.records().references(self.index) as usize
    }

    /// The object that this reference refers to, if it is in the snapshot and
    /// addresses are known.
    pub fn target(self) -> Option<Entry<'s>> {
        let links = &self.snapshot.links;
        let at = links.binary_search_by_key(&self.index, |link| link.0).ok()?;
        Some(Entry::new(self.snapshot, links[at].1))
    }

    /// The references to this object that are in the snapshot.
    ///
    /// Walks all references of the snapshot.
    pub fn referrers(self) -> impl Iterator<Item = Entry<'s>> {
        let links = self.snapshot.links.iter().filter(move |link| link.1 == self.index);
        links.map(move |link| Entry::new(self.snapshot, link.0))
    }

    /// The parent; `None` for a root.
    pub fn parent(self) -> Option<Entry<'s>> {
        let parent = self.records().parent(self.index);
        (parent != NONE).then(|| Entry::new(self.snapshot, parent))
    }

    /// The children: objects and references.
    pub fn children(self) -> Children<'s> {
        let inside = self.index + 1..self.records().end(self.index);
        Children { snapshot: self.snapshot, rest: inside }
    }

    /// This entry and everything below it, each before what is below it.
    pub fn subtree(self) -> Entries<'s> {
        Entries { snapshot: self.snapshot, rest: self.index..self.records().end(self.index) }
    }

    /// The names from the root to this entry.
    pub fn path(self) -> Path<'s> {
        let parents = core::iter::successors(Some(self), |entry| entry.parent());
        Path::new(parents.map(|entry| entry.name()))
    }

    /// Computes a value for this entry from those of its children, from the
    /// leaves upwards.
    ///
    /// ```
    /// # let ctx = talloc::Ctx::new();
    /// # let _id = ctx.alloc(7_u64);
    /// let snapshot = ctx.snapshot();
    /// let root = snapshot.root().unwrap();
    /// let levels = root.fold(|_, below| 1 + below.max().unwrap_or(0));
    /// assert_eq!(levels, 2);
    /// ```
    pub fn fold<T>(self, mut f: impl FnMut(Entry<'s>, &mut dyn Iterator<Item = T>) -> T) -> T {
        // Backwards, so that the values of the children are the last on the stack.
        let mut values = Vec::new();
        for entry in self.subtree().rev() {
            let below = values.len() - entry.children().count();
            let mut children = values.split_off(below).into_iter().rev();
            values.push(f(entry, &mut children));
        }
        match values.pop() {
            Some(value) => value,
            None => unreachable!("a subtree has its root"),
        }
    }
}

impl fmt::Debug for Entry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry")
            .field("name", &format_args!("{}", self.escaped_name()))
            .field("is_reference", &self.is_reference())
            .field("size", &self.size())
            .field("total_size", &self.total_size())
            .field("total_blocks", &self.total_blocks())
            .finish_non_exhaustive()
    }
}

/// Entries of a [`Snapshot`], each before what is below it.
#[derive(Clone)]
pub struct Entries<'s> {
    snapshot: &'s Snapshot,
    rest: Range<u32>,
}

impl<'s> Entries<'s> {
    pub(super) fn of(snapshot: &'s Snapshot) -> Self {
        Entries { snapshot, rest: 0..snapshot.records.len() as u32 }
    }
}

impl<'s> Iterator for Entries<'s> {
    type Item = Entry<'s>;

    fn next(&mut self) -> Option<Entry<'s>> {
        self.rest.next().map(|index| Entry::new(self.snapshot, index))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.rest.size_hint()
    }

    fn nth(&mut self, n: usize) -> Option<Entry<'s>> {
        self.rest.nth(n).map(|index| Entry::new(self.snapshot, index))
    }
}

impl DoubleEndedIterator for Entries<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.rest.next_back().map(|index| Entry::new(self.snapshot, index))
    }
}

impl ExactSizeIterator for Entries<'_> {}
impl FusedIterator for Entries<'_> {}

impl fmt::Debug for Entries<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Entries").field(&self.rest).finish()
    }
}

/// The children of an [`Entry`], in the order of libtalloc's report: the newest first.
#[derive(Clone)]
pub struct Children<'s> {
    snapshot: &'s Snapshot,
    /// The subtrees of the children that are left.
    rest: Range<u32>,
}

impl<'s> Children<'s> {
    pub(super) fn roots(snapshot: &'s Snapshot) -> Self {
        Children { snapshot, rest: 0..snapshot.records.len() as u32 }
    }
}

impl<'s> Iterator for Children<'s> {
    type Item = Entry<'s>;

    fn next(&mut self) -> Option<Entry<'s>> {
        if self.rest.is_empty() {
            return None;
        }
        let entry = Entry::new(self.snapshot, self.rest.start);
        self.rest.start = entry.records().end(entry.index);
        Some(entry)
    }
}

impl FusedIterator for Children<'_> {}

impl fmt::Debug for Children<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}
