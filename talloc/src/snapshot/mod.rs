// May use: error, name, raw, process, context.

//! Snapshots: what is in a tree, seen at one moment.
//!
//! [`CtxRef::snapshot`](crate::CtxRef::snapshot) takes one of a live tree,
//! [`Snapshot::of_thread`] one of all trees of a thread; a
//! [`Builder`] makes one of anything else, such as the text of a report. All
//! views of it are values with options that are printed by `Display`:
//!
//! | method | what it is |
//! |---|---|
//! | [`Snapshot::tree`] | the tree, for people |
//! | [`Snapshot::diff`] | what changed since another snapshot |
//! | [`Snapshot::by_name`], [`Snapshot::by_path`] | who has the most |
//! | [`Snapshot::dot`], [`Snapshot::mermaid`], `Snapshot::flame_graph` | pictures |
//!
//! ```
//! use talloc::Ctx;
//!
//! let server = Ctx::named(c"server");
//! let before = server.snapshot();
//! let _table = server.alloc([0_u64; 100]);
//! let after = server.snapshot();
//! println!("{}", after.tree().depth(3).min_size(100).sort_by_size().merge_equal());
//! println!("{}", after.diff(&before));
//! ```

mod tree;

mod branches;
mod builder;
mod capture;
mod diff;
mod diff_text;
mod ends;
mod entry;
mod escape;
mod groups;
mod interner;
mod joint;
mod label;
mod leak_check;
mod leaks;
mod links;
mod marks;
mod names;
mod path;
mod ranking;
mod records;
#[cfg(feature = "serde")]
mod serialize;
#[cfg(feature = "serde")]
mod short_path;
mod size;
mod sparse;
mod thread;

mod picture;

use core::fmt;

pub use self::builder::{Builder, Given, Pushed};
pub use self::diff::{Change, ChangeKind, Diff};
pub use self::entry::{Children, Entries, Entry};
pub use self::escape::Escaped;
pub use self::leak_check::{LeakCheck, assert_no_leaks};
pub use self::leaks::Leaks;
pub use self::path::Path;
#[cfg(feature = "flamegraph")]
pub use self::picture::FlameGraph;
pub use self::picture::{Dot, Mermaid};
pub use self::ranking::{Rank, Ranking};
pub use self::size::Bytes;
pub use self::tree::Tree;

use self::names::Names;
use self::records::Records;

/// What is in a tree, seen at one moment: plain data that borrows nothing.
///
/// Usually it has one root; a [`Builder`] can make one with several, or none.
///
/// ```
/// use talloc::Ctx;
///
/// let server = Ctx::named(c"server");
/// let client = server.new_child_named(c"client");
/// let _port = client.alloc(80_u16);
///
/// let snapshot = server.snapshot();
/// assert_eq!((snapshot.total_size(), snapshot.total_blocks()), (2, 3));
/// let port = snapshot.find_path("server/client/u16").next().unwrap();
/// assert_eq!(port.size(), 2);
/// ```
#[derive(Clone)]
pub struct Snapshot {
    records: Records,
    names: Names,
    /// Pairs of a reference and its object, by the number of the reference.
    links: Vec<(u32, u32)>,
}

/// The parent of a root.
const NONE: u32 = u32::MAX;

/// What is in it.
impl Snapshot {
    /// Starts a snapshot that is made entry by entry.
    pub fn builder() -> Builder {
        Builder::new()
    }

    /// The first root: the context that the snapshot was taken of.
    pub fn root(&self) -> Option<Entry<'_>> {
        self.roots().next()
    }

    /// All roots. A snapshot of a context has one.
    pub fn roots(&self) -> Children<'_> {
        Children::roots(self)
    }

    /// All entries, each before what is below it.
    pub fn iter(&self) -> Entries<'_> {
        Entries::of(self)
    }

    /// The number of entries, references included.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there is no entry: see [`CtxRef::snapshot`](crate::CtxRef::snapshot).
    pub fn is_empty(&self) -> bool {
        self.records.len() == 0
    }

    /// The bytes of all objects, without headers.
    pub fn total_size(&self) -> u64 {
        self.roots().fold(0, |sum, root| sum.saturating_add(root.total_size()))
    }

    /// The number of blocks, references included.
    pub fn total_blocks(&self) -> u64 {
        self.roots().fold(0, |sum, root| sum.saturating_add(root.total_blocks()))
    }

    /// The entries with this name: objects, and references to one.
    ///
    /// Walks all names, and then compares numbers only.
    ///
    /// ```
    /// # let ctx = talloc::Ctx::new();
    /// let _numbers = (ctx.alloc(1_u16), ctx.alloc(2_u16), ctx.alloc(3_u32));
    /// assert_eq!(ctx.snapshot().find("u16").count(), 2);
    /// ```
    pub fn find(&self, name: impl AsRef<[u8]>) -> impl Iterator<Item = Entry<'_>> {
        let id = self.names.find(name.as_ref());
        self.iter().filter(move |entry| Some(self.records.name(entry.index() as u32)) == id)
    }

    /// The objects with this path: all of them, when siblings have the same name.
    ///
    /// The path starts with the name of the root. It is what [`Entry::path`]
    /// writes, escapes included; see [`Path`].
    ///
    /// ```
    /// # let ctx = talloc::Ctx::named(c"server");
    /// let _pair = (ctx.alloc(1_u16), ctx.alloc(2_u16));
    /// assert_eq!(ctx.snapshot().find_path("server/u16").count(), 2);
    /// assert_eq!(ctx.snapshot().find_path("u16").count(), 0);
    /// ```
    pub fn find_path(&self, path: &str) -> impl Iterator<Item = Entry<'_>> {
        let mut parts = escape::parse_path(path).into_iter();
        let is_named =
            |entry: &Entry<'_>, name: &[u8]| entry.name() == name && !entry.is_reference();
        let first = parts.next().unwrap_or_default();
        let mut found: Vec<_> = self.roots().filter(|root| is_named(root, &first)).collect();
        for name in parts {
            let below = found.into_iter().flat_map(Entry::children);
            found = below.filter(|child| is_named(child, &name)).collect();
        }
        found.into_iter()
    }
}

impl<'s> IntoIterator for &'s Snapshot {
    type Item = Entry<'s>;
    type IntoIter = Entries<'s>;

    fn into_iter(self) -> Entries<'s> {
        self.iter()
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot")
            .field("root", &self.root())
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}
