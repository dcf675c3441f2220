//! The model: a tree of chunks in plain Rust, which does what libtalloc's documentation and the
//! facts of `docs/SAFETY.md` say, step by step.

use std::collections::BTreeMap;

pub(crate) use super::chunk::{Chunk, Destructor, Name};

use super::chunk::Links;

/// A chunk of the model. Numbers are not used again.
pub(crate) type Id = usize;

/// All chunks.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    chunks: BTreeMap<Id, Chunk>,
    /// The shares of each object, in the order in which they hand it on.
    rings: BTreeMap<Id, Vec<Id>>,
    next: Id,
    /// How often C's refusing destructor refuses.
    pub(crate) refusals: u32,
    /// The values that were dropped since somebody looked.
    pub(crate) dropped: Vec<u64>,
}

impl std::ops::Index<Id> for Tree {
    type Output = Chunk;

    #[track_caller]
    fn index(&self, id: Id) -> &Chunk {
        self.chunks.get(&id).unwrap_or_else(|| panic!("chunk {id} is gone"))
    }
}

impl std::ops::IndexMut<Id> for Tree {
    #[track_caller]
    fn index_mut(&mut self, id: Id) -> &mut Chunk {
        self.chunks.get_mut(&id).unwrap_or_else(|| panic!("chunk {id} is gone"))
    }
}

/// Looking.
impl Tree {
    pub(crate) fn len(&self) -> usize {
        self.chunks.len()
    }

    pub(crate) fn contains(&self, id: Id) -> bool {
        self.chunks.contains_key(&id)
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = Id> + '_ {
        self.chunks.keys().copied()
    }

    /// The chunks without parent.
    pub(crate) fn roots(&self) -> impl Iterator<Item = Id> + '_ {
        self.chunks.iter().filter(|(_, chunk)| chunk.links.parent.is_none()).map(|(id, _)| *id)
    }

    /// Those that no value in another chunk owns.
    pub(crate) fn free_roots(&self) -> impl Iterator<Item = Id> + '_ {
        let is_owned = |id| self.chunks.values().any(|chunk| chunk.owns.contains(&id));
        self.roots().filter(move |id| !is_owned(*id))
    }

    pub(crate) fn parent(&self, id: Id) -> Option<Id> {
        self[id].links.parent
    }

    /// The children, the newest first, as libtalloc lists them.
    pub(crate) fn children(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        self[id].links.children.iter().rev().copied()
    }

    /// The chunk and all below it.
    pub(crate) fn subtree(&self, id: Id) -> Vec<Id> {
        let (mut found, mut place) = (vec![id], 0);
        while let Some(id) = found.get(place) {
            found.extend(self.children(*id));
            place += 1;
        }
        found
    }

    /// The chunk and all above it.
    fn upwards(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        let line = std::iter::successors(Some(id), |id| self.parent(*id)).enumerate();
        line.map(|(height, id)| {
            assert!(height <= self.len(), "chunk {id} is in a loop");
            id
        })
    }

    /// Whether `above` is `id` or above it.
    pub(crate) fn is_within(&self, id: Id, above: Id) -> bool {
        self.upwards(id).any(|id| id == above)
    }

    /// Whether it is an object with shares, or below one.
    pub(crate) fn is_within_shared(&self, id: Id) -> bool {
        self.upwards(id).any(|id| self.rings.contains_key(&id))
    }

    /// Whether it is in a tree that moves between threads.
    pub(crate) fn is_within_moving(&self, id: Id) -> bool {
        self.upwards(id).any(|id| self[id].is_moving)
    }

    /// The shares of an object.
    pub(crate) fn shares(&self, object: Id) -> &[Id] {
        self.rings.get(&object).map_or(&[], Vec::as_slice)
    }
}

/// What libtalloc does.
impl Tree {
    /// Adds a chunk below `parent`, as its newest child.
    pub(crate) fn add(&mut self, parent: impl Into<Option<Id>>, chunk: Chunk) -> Id {
        let (id, parent) = (self.next, parent.into());
        self.next += 1;
        let links = Links { parent, ..Links::default() };
        self.chunks.insert(id, Chunk { links, ..chunk });
        if let Some(parent) = parent {
            self[parent].links.children.push(id);
        }
        id
    }

    /// Adds a share of an object behind `before`; without one it is the first, and the holder.
    pub(crate) fn add_share(&mut self, parent: Id, object: Id, before: Option<Id>) -> Id {
        let size = 4 * size_of::<usize>();
        let share = Chunk {
            destructor: Destructor::HandsOn,
            shares: Some(object),
            ..Chunk::new("talloc::Shared", size)
        };
        let id = self.add(parent, share);
        let ring = self.rings.entry(object).or_default();
        let place = before.and_then(|before| ring.iter().position(|share| *share == before));
        ring.insert(place.map_or(0, |place| place + 1), id);
        if before.is_none() {
            self.steal(object, id);
        }
        id
    }

    /// Ends the only share of an object, and moves that below `to`.
    pub(crate) fn unshare(&mut self, share: Id, to: Id) -> Id {
        let object = self[share].shares.expect("a share");
        self.steal(object, to);
        assert!(self.free(share), "a share does not refuse");
        object
    }

    /// `talloc_steal`.
    pub(crate) fn steal(&mut self, id: Id, to: impl Into<Option<Id>>) {
        let to = to.into();
        if to == Some(id) || to.is_some_and(|to| self[to].links.children.last() == Some(&id)) {
            return;
        }
        assert!(!to.is_some_and(|to| self.is_within(to, id)), "chunk {id} below itself");
        self.unlink_from_parent(id);
        self[id].links.parent = to;
        if let Some(to) = to {
            self[to].links.children.push(id);
        }
    }

    fn unlink_from_parent(&mut self, id: Id) {
        if let Some(parent) = self[id].links.parent {
            self[parent].links.children.retain(|child| *child != id);
        }
    }

    /// `talloc_reference`.
    pub(crate) fn reference(&mut self, holder: Id, target: Id) -> Id {
        let handle = Chunk {
            destructor: Destructor::Refers,
            target: Some(target),
            ..Chunk::new(".reference", 4 * size_of::<usize>())
        };
        let handle = self.add(holder, handle);
        self[target].links.references.insert(0, handle);
        handle
    }

    /// `talloc_unlink`; whether it has done something.
    pub(crate) fn unlink(&mut self, holder: Option<Id>, id: Id) -> bool {
        if self.unreference(holder, id) {
            return true;
        }
        if self.parent(id) != holder {
            return false;
        }
        let Some(first) = self[id].links.references.first().copied() else {
            return self.free_internal(id);
        };
        let new_parent = self.parent(first);
        if !self.unreference(new_parent, id) {
            return false;
        }
        self.steal(id, new_parent);
        true
    }

    fn unreference(&mut self, holder: Option<Id>, id: Id) -> bool {
        let references = self[id].links.references.iter();
        let found = references.copied().find(|reference| self.parent(*reference) == holder);
        found.is_some_and(|reference| self.free_internal(reference))
    }

    /// `talloc_free`; whether it has returned 0.
    pub(crate) fn free(&mut self, id: Id) -> bool {
        match self[id].reference_count() {
            0 => self.free_internal(id),
            1 if self.parent(id).is_none() => self.unlink(None, id),
            _ => false,
        }
    }

    /// The free of an object whose handle drops its values.
    pub(crate) fn free_with_values(&mut self, id: Id) -> bool {
        let (values, owns) = (self[id].values.clone(), self[id].owns.clone());
        assert_eq!(owns, [], "only nodes own");
        let is_free = self.free(id);
        if is_free {
            self.dropped.extend(values);
        }
        is_free
    }

    /// `talloc_free_children`, which keeps the name.
    pub(crate) fn free_children(&mut self, id: Id) {
        let name = self[id].name_child;
        if let Some(name) = name {
            self[id].links.children.retain(|child| *child != name);
        }
        self.free_all_children(id);
        if let Some(name) = name {
            self[id].links.children.push(name);
        }
    }

    fn free_internal(&mut self, id: Id) -> bool {
        if let Some(reference) = self[id].links.references.first().copied() {
            let is_from_below = self.is_within(reference, id);
            self.free_internal(reference);
            return is_from_below && self.free_internal(id);
        }
        if self[id].links.is_freed {
            return true;
        }
        if self[id].links.is_running {
            return false;
        }
        self[id].links.is_running = true;
        let agrees = self.destroy(id);
        self[id].links.is_running = false;
        if !agrees {
            return false;
        }
        // A chunk that is the newest child knows its parent also when it is unlinked (fact 6).
        let parent = self.parent(id);
        let is_newest =
            parent.is_some_and(|parent| self[parent].links.children.last() == Some(&id));
        self.unlink_from_parent(id);
        self[id].links.is_freed = true;
        self[id].links.parent = parent.filter(|_| is_newest);
        self.free_all_children(id);
        self.chunks.remove(&id);
        true
    }

    fn free_all_children(&mut self, id: Id) {
        while let Some(child) = self[id].links.children.last().copied() {
            let first = self[child].links.references.first().copied();
            let new_parent = first.and_then(|reference| self.parent(reference));
            if !self.free_internal(child) && self.parent(child) == Some(id) {
                let to = new_parent.or(self.parent(id));
                self.steal(child, to);
            }
        }
    }

    /// Runs the destructor; whether it agrees.
    fn destroy(&mut self, id: Id) -> bool {
        match self[id].destructor {
            Destructor::None | Destructor::Wipes => {}
            Destructor::Drops => self.drop_values(id),
            Destructor::DropsParent => {
                let parent = self.parent(id).expect("it was made below an object");
                self.drop_values(parent);
            }
            Destructor::Asks if self[id].refuses => return false,
            Destructor::Asks => self.drop_values(id),
            Destructor::Refuses if self.refusals > 0 => {
                self.refusals -= 1;
                return false;
            }
            Destructor::Refuses => {}
            Destructor::HandsOn => self.hand_on(id),
            Destructor::Refers => {
                let target = self[id].target.expect("a reference");
                self[target].links.references.retain(|reference| *reference != id);
            }
        }
        self[id].destructor = Destructor::None;
        true
    }

    /// Drops what is in a chunk.
    pub(crate) fn drop_values(&mut self, id: Id) {
        let values = std::mem::take(&mut self[id].values);
        self.dropped.extend(values);
        for owned in std::mem::take(&mut self[id].owns) {
            match self[owned].destructor {
                Destructor::None | Destructor::Refuses => self.free_with_values(owned),
                _ => self.free(owned),
            };
        }
    }

    fn hand_on(&mut self, share: Id) {
        let object = self[share].shares.expect("a share");
        let ring = self.rings.get_mut(&object).expect("it has shares");
        let place = ring.iter().position(|other| *other == share).expect("it is one of them");
        ring.remove(place);
        if ring.is_empty() {
            self.rings.remove(&object);
            return;
        }
        let next = ring[place % ring.len()];
        if self.parent(object) == Some(share) {
            self.steal(object, next);
        }
    }
}
