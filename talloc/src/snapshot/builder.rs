//! [`Builder`]: a snapshot made entry by entry.

use super::interner::Interner;
use super::links::links;
use super::records::{self, Records};
use super::{NONE, Snapshot};
use crate::error::{Error, OrRaise};

/// Makes a [`Snapshot`] entry by entry, for tools that read one from elsewhere,
/// such as the text of `talloc_report_full`.
///
/// Entries come in the order of that text: each before what is below it, with
/// its depth. Whatever the input, the result is a snapshot: a depth that skips a
/// level counts as one below the nearest entry above, nothing is below a
/// reference, and totals that are less than the sum of the parts are that sum.
///
/// Memory: 16 bytes for each entry, 8 more if addresses are known, and each name once, with 4
/// bytes; before the end also about 16 for each name.
///
/// ```
/// use talloc::Snapshot;
///
/// let mut builder = Snapshot::builder();
/// builder.push(0, "server", 0);
/// builder.push(1, "struct table", 400).references(1);
/// builder.push(1, "client", 0);
/// builder.push_reference(2, "struct table");
/// let snapshot = builder.finish();
/// assert_eq!((snapshot.total_size(), snapshot.total_blocks()), (400, 4));
/// ```
pub struct Builder {
    records: Records,
    names: Interner,
}

/// What was pushed, before the snapshot is made of it: see [`Builder::get`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Given {
    /// The depth.
    pub depth: usize,
    /// The bytes: those of the object alone, or the total.
    pub size: u64,
    /// The total of blocks; 0 if the totals were not given.
    pub total_blocks: u64,
    /// Whether it is a reference.
    pub is_reference: bool,
}

impl Builder {
    pub(super) fn new() -> Self {
        Builder { records: Records::default(), names: Interner::new() }
    }

    /// The number of entries so far.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there is no entry yet.
    pub fn is_empty(&self) -> bool {
        self.records.len() == 0
    }

    /// Adds an object of `size` bytes of its own.
    ///
    /// # Panics
    ///
    /// Ends the process when memory is exhausted; see [`Builder::try_push`].
    pub fn push(&mut self, depth: usize, name: impl AsRef<[u8]>, size: u64) -> Pushed<'_> {
        self.try_push(depth, name, size).or_raise()
    }

    /// Adds an object by its totals: the bytes and blocks of itself and all below it.
    ///
    /// What is below it and never pushed counts as its own: its
    /// [size](super::Entry::size) is the total without the children that are pushed.
    ///
    /// # Panics
    ///
    /// Ends the process when memory is exhausted; see [`Builder::try_push_totals`].
    ///
    /// ```
    /// use talloc::Snapshot;
    ///
    /// let mut builder = Snapshot::builder();
    /// builder.push_totals(0, "request", 150, 2);
    /// builder.push_totals(1, "char", 100, 1);
    /// assert_eq!(builder.finish().root().unwrap().size(), 50);
    /// ```
    pub fn push_totals(
        &mut self,
        depth: usize,
        name: impl AsRef<[u8]>,
        total_size: u64,
        total_blocks: u64,
    ) -> Pushed<'_> {
        self.try_push_totals(depth, name, total_size, total_blocks).or_raise()
    }

    /// Adds a reference to the object called `name`. It is one block without bytes.
    ///
    /// Its [address](Pushed::address) is that of the object. Without one, the object
    /// is the one with that name that has [references](Pushed::references), if
    /// there is only one.
    ///
    /// ```
    /// use talloc::Snapshot;
    ///
    /// let mut builder = Snapshot::builder();
    /// builder.push(0, "server", 0);
    /// builder.push_reference(1, "table");
    /// builder.push(1, "table", 100).references(1);
    /// let snapshot = builder.finish();
    /// let reference = snapshot.iter().find(|entry| entry.is_reference()).unwrap();
    /// assert_eq!(reference.target().unwrap().size(), 100);
    /// ```
    ///
    /// # Panics
    ///
    /// Ends the process when memory is exhausted; see [`Builder::try_push_reference`].
    pub fn push_reference(&mut self, depth: usize, name: impl AsRef<[u8]>) -> Pushed<'_> {
        self.try_push_reference(depth, name).or_raise()
    }

    /// Like [`Builder::push`], returning exhausted memory as an error.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`], also beyond 4,294,967,294 entries; nothing was added.
    pub fn try_push(
        &mut self,
        depth: usize,
        name: impl AsRef<[u8]>,
        size: u64,
    ) -> Result<Pushed<'_>, Error> {
        self.add(depth, name.as_ref(), size, 0, false)
    }

    /// Like [`Builder::push_totals`], returning exhausted memory as an error.
    ///
    /// # Errors
    ///
    /// As [`Builder::try_push`].
    pub fn try_push_totals(
        &mut self,
        depth: usize,
        name: impl AsRef<[u8]>,
        total_size: u64,
        total_blocks: u64,
    ) -> Result<Pushed<'_>, Error> {
        self.add(depth, name.as_ref(), total_size, total_blocks.max(1), false)
    }

    /// Like [`Builder::push_reference`], returning exhausted memory as an error.
    ///
    /// # Errors
    ///
    /// As [`Builder::try_push`].
    pub fn try_push_reference(
        &mut self,
        depth: usize,
        name: impl AsRef<[u8]>,
    ) -> Result<Pushed<'_>, Error> {
        self.add(depth, name.as_ref(), 0, 0, true)
    }

    fn add(
        &mut self,
        depth: usize,
        name: &[u8],
        size: u64,
        blocks: u64,
        is_reference: bool,
    ) -> Result<Pushed<'_>, Error> {
        let index = self.records.len();
        if index >= NONE as usize {
            return Err(Error::OutOfMemory { size: usize::MAX });
        }
        let name = self.names.intern(name).map_err(|_| out_of_memory::<u8>(name.len()))?;
        let pushed = records::Pushed { name, depth, size, blocks, is_reference };
        self.records.push(pushed).map_err(|_| out_of_memory::<records::Pushed>(index))?;
        Ok(Pushed { records: &mut self.records, names: &mut self.names })
    }

    /// The entry that was pushed as number `index`, from 0, as it was given.
    ///
    /// ```
    /// let mut builder = talloc::Snapshot::builder();
    /// builder.push_totals(4, "request", 150, 2);
    /// let given = builder.get(0).unwrap();
    /// assert_eq!((given.depth, given.size, given.total_blocks), (4, 150, 2));
    /// assert!(builder.get(1).is_none());
    /// ```
    #[inline]
    pub fn get(&self, index: usize) -> Option<Given> {
        self.records.pushed(index).map(|pushed| Given {
            depth: pushed.depth,
            size: pushed.size,
            total_blocks: pushed.blocks,
            is_reference: pushed.is_reference,
        })
    }

    /// The name of the entry that was pushed as number `index`, from 0.
    ///
    /// ```
    /// let mut builder = talloc::Snapshot::builder();
    /// builder.push(0, "request", 0);
    /// assert_eq!(builder.name(0), Some(&b"request"[..]));
    /// ```
    pub fn name(&self, index: usize) -> Option<&[u8]> {
        self.records.pushed(index).map(|pushed| self.names.names().get(pushed.name))
    }

    /// Gives an entry another depth: a reader may know it only when more was read.
    ///
    /// # Panics
    ///
    /// There is no entry `index`.
    ///
    /// ```
    /// let mut builder = talloc::Snapshot::builder();
    /// builder.push(0, "server", 0);
    /// builder.push(0, "client", 0);
    /// builder.set_depth(1, 1);
    /// assert_eq!(builder.finish().roots().count(), 1);
    /// ```
    #[inline]
    pub fn set_depth(&mut self, index: usize, depth: usize) {
        self.records.set_depth(index, depth);
    }

    /// Takes back all entries but the first `len`.
    ///
    /// ```
    /// let mut builder = talloc::Snapshot::builder();
    /// builder.push(0, "server", 0);
    /// builder.push(1, "no client after all", 0);
    /// builder.truncate(1);
    /// assert_eq!(builder.finish().len(), 1);
    /// ```
    pub fn truncate(&mut self, len: usize) {
        self.records.truncate(len);
    }

    /// Keeps the entries for whose number `keep` returns true.
    ///
    /// Takes a byte for each entry meanwhile.
    ///
    /// # Panics
    ///
    /// Ends the process when memory is exhausted.
    ///
    /// ```
    /// let mut builder = talloc::Snapshot::builder();
    /// builder.push(0, "server", 0);
    /// builder.push(1, "client", 0);
    /// builder.push(1, "admin", 0);
    /// builder.retain(|index| index != 1);
    /// assert_eq!(builder.finish().iter().last().unwrap().name(), b"admin");
    /// ```
    pub fn retain(&mut self, keep: impl FnMut(usize) -> bool) {
        self.records.retain(keep);
    }

    /// The snapshot of all entries.
    ///
    /// # Panics
    ///
    /// Ends the process when memory is exhausted; see [`Builder::try_finish`].
    pub fn finish(self) -> Snapshot {
        self.try_finish().or_raise()
    }

    /// Like [`Builder::finish`], returning exhausted memory as an error.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`].
    pub fn try_finish(mut self) -> Result<Snapshot, Error> {
        let len = self.records.len();
        self.records.finish().map_err(|_| out_of_memory::<(u64, u64)>(len))?;
        let links = links(&self.records).map_err(|_| out_of_memory::<(u64, u32)>(len))?;
        Ok(Snapshot { records: self.records, names: self.names.finish(), links })
    }
}

impl core::fmt::Debug for Builder {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Builder").field("len", &self.len()).finish_non_exhaustive()
    }
}

/// There is no memory for one more than `count`.
#[cold]
fn out_of_memory<T>(count: usize) -> Error {
    Error::OutOfMemory { size: size_of::<T>().saturating_mul(count + 1) }
}

/// The entry that was pushed last, for what is not known of each.
pub struct Pushed<'b> {
    records: &'b mut Records,
    names: &'b mut Interner,
}

impl Pushed<'_> {
    /// How many references are held on the object. A reference itself has none.
    #[inline]
    pub fn references(self, count: u32) -> Self {
        self.records.set_references(count);
        self
    }

    /// Where the object is in memory; of a reference: where the object is that it
    /// refers to. 0 means that it is not known.
    ///
    /// # Panics
    ///
    /// Ends the process when memory is exhausted; see [`Pushed::try_address`].
    pub fn address(self, address: u64) -> Self {
        self.try_address(address).or_raise()
    }

    /// Like [`Pushed::address`], returning exhausted memory as an error.
    ///
    /// The first one that is known makes room for those of all entries, 8 bytes each.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`]; the entry was added, without its address.
    pub fn try_address(self, address: u64) -> Result<Self, Error> {
        let len = self.records.len();
        self.records.set_address(address).map_err(|_| out_of_memory::<u64>(len))?;
        Ok(self)
    }

    /// The text of a string, for [`Entry::text`](super::Entry::text). It replaces one that was
    /// given before, and is not cut.
    ///
    /// # Panics
    ///
    /// Ends the process when memory is exhausted; see [`Pushed::try_text`].
    ///
    /// ```
    /// use talloc::Snapshot;
    ///
    /// let mut builder = Snapshot::builder();
    /// builder.push(0, "char", 5).text("anna");
    /// let snapshot = builder.finish();
    /// assert_eq!(snapshot.root().unwrap().text(), Some(&b"anna"[..]));
    /// ```
    pub fn text(self, text: impl AsRef<[u8]>) -> Self {
        self.try_text(text).or_raise()
    }

    /// Like [`Pushed::text`], returning exhausted memory as an error.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`]; the entry was added, without its text.
    pub fn try_text(self, text: impl AsRef<[u8]>) -> Result<Self, Error> {
        let text = text.as_ref();
        let out_of_memory = |_| out_of_memory::<u8>(text.len());
        let text = self.names.intern(text).map_err(out_of_memory)?;
        self.records.set_text(text).map_err(out_of_memory)?;
        Ok(self)
    }
}

impl core::fmt::Debug for Pushed<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Pushed").field("index", &(self.records.len() - 1)).finish_non_exhaustive()
    }
}
