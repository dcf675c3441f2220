//! A chunk of the model.

use super::tree::Id;

/// What the name of a chunk is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Name {
    /// This text.
    Is(String),
    /// The text that the chunk holds (fact 14).
    ItsText,
}

/// What runs when a chunk is freed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Destructor {
    None,
    /// Rust's, which drops the values of the chunk.
    Drops,
    /// Rust's, which drops the values of the parent (`into_c`).
    DropsParent,
    /// That of a guarded value, which may refuse.
    Asks,
    /// C's, which refuses as long as [`Tree::refusals`] are left.
    Refuses,
    /// That of a share: hands the object on.
    HandsOn,
    /// That of the chunk of a reference.
    Refers,
    /// Rust's, which overwrites a secret.
    Wipes,
}

/// A chunk.
#[derive(Debug, Clone)]
pub(crate) struct Chunk {
    pub(crate) links: Links,
    pub(crate) name: Name,
    /// The child that holds the name.
    pub(crate) name_child: Option<Id>,
    pub(crate) size: usize,
    /// What the chunk begins with, as far as it is known.
    pub(crate) bytes: Vec<u8>,
    /// Where it was seen; none when it may have moved.
    pub(crate) address: Option<usize>,
    pub(crate) destructor: Destructor,
    /// The values in it that count their drops.
    pub(crate) values: Vec<u64>,
    /// Chunks that are freed when the values are dropped: boxes and shares in the struct.
    pub(crate) owns: Vec<Id>,
    /// The fields of a struct, the strings of a list: chunks below this one.
    pub(crate) parts: Vec<Option<Id>>,
    /// What a guard says next.
    pub(crate) refuses: bool,
    /// What a reference refers to.
    pub(crate) target: Option<Id>,
    /// The object that a share is for.
    pub(crate) shares: Option<Id>,
    /// Known to the crate alone: not even C has its pointer.
    pub(crate) is_private: bool,
    /// A root of a tree that moves between threads.
    pub(crate) is_moving: bool,
}

/// Where a chunk is in its tree.
#[derive(Debug, Clone, Default)]
pub(crate) struct Links {
    pub(super) parent: Option<Id>,
    /// The oldest first.
    pub(super) children: Vec<Id>,
    /// The chunks of the references to this one, the newest first.
    pub(super) references: Vec<Id>,
    /// Its destructor is running.
    pub(super) is_running: bool,
    /// Its free has come to its children.
    pub(super) is_freed: bool,
}

impl Chunk {
    /// One without children, whose name is `name`.
    pub(crate) fn new(name: impl Into<String>, size: usize) -> Self {
        Chunk {
            links: Links::default(),
            name: Name::Is(name.into()),
            name_child: None,
            size,
            bytes: Vec::new(),
            address: None,
            destructor: Destructor::None,
            values: Vec::new(),
            owns: Vec::new(),
            parts: Vec::new(),
            refuses: false,
            target: None,
            shares: None,
            is_private: false,
            is_moving: false,
        }
    }

    /// One that is full of these bytes.
    pub(crate) fn full(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        Chunk { size: bytes.len(), bytes, ..Chunk::new(name, 0) }
    }

    /// A string of C, which is named by itself.
    pub(crate) fn text(text: &str) -> Self {
        let bytes = [text.as_bytes(), b"\0"].concat();
        Chunk { name: Name::ItsText, ..Chunk::full("", bytes) }
    }

    pub(crate) fn is_referenced(&self) -> bool {
        !self.links.references.is_empty()
    }

    pub(crate) fn reference_count(&self) -> usize {
        self.links.references.len()
    }

    /// The chunks of the references to it, the newest first.
    pub(crate) fn references(&self) -> &[Id] {
        &self.links.references
    }

    /// The name as bytes.
    pub(crate) fn name(&self) -> &[u8] {
        match &self.name {
            Name::Is(name) => name.as_bytes(),
            Name::ItsText => self.bytes.split(|byte| *byte == 0).next().unwrap_or_default(),
        }
    }
}
