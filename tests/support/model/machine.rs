//! The machine: it carries out the steps of a program on libtalloc and on the model.
//!
//! A compiler checks that no handle is used while what it borrows from is freed, moved or emptied.
//! Here the handles have no lifetimes, and the machine keeps that rule itself: before it consumes
//! or changes a handle, it drops or forgets all handles below ([`Machine::end_borrows`]), as a
//! program would have to.

use std::collections::{BTreeMap, BTreeSet};
use std::mem;

use talloc::CtxRef;

use super::handle::{Handle, Raw};
use super::ops::OPS;
use super::real;
use super::tree::{Destructor, Id};
use super::world::World;

/// One step: what to do, and three numbers that say to what and how.
pub type Step = [u8; 4];

/// So many chunks, and something is freed instead.
const MOST: usize = 60;

/// How deep scopes are nested at most.
pub(crate) const SCOPES: usize = 3;

pub(crate) struct Machine<'s> {
    pub(crate) world: World,
    pub(crate) handles: BTreeMap<Id, Handle>,
    /// Contexts that were leaked, and those of scopes: they are borrowed, and have no handle.
    pub(crate) open: BTreeSet<Id>,
    pub(crate) steps: &'s [Step],
    pub(crate) scopes: usize,
    pub(crate) done: u64,
    /// Each step is written down before it is carried out.
    pub(crate) is_told: bool,
}

impl<'s> Machine<'s> {
    pub(crate) fn new(steps: &'s [Step]) -> Self {
        Machine {
            world: World::default(),
            handles: BTreeMap::new(),
            open: BTreeSet::new(),
            steps,
            scopes: 0,
            done: 0,
            is_told: false,
        }
    }

    /// A root to begin with.
    pub(crate) fn start(&mut self) {
        super::contexts::new_root(self, [0; 3]);
        self.check();
    }

    /// Carries out all steps to the end, or to that of the scope; whether there are more.
    pub(crate) fn run(&mut self) -> bool {
        while let Some(([what, a, b, c], rest)) = self.steps.split_first() {
            self.steps = rest;
            let (name, mut op) = OPS[usize::from(*what) % OPS.len()];
            if name == "leave the scope" && self.scopes > 0 {
                return true;
            }
            if self.world.tree.len() > MOST {
                op = super::ops::free_something;
            }
            if self.is_told {
                eprintln!("{name} {a} {b} {c}");
            }
            if op(self, [*a, *b, *c]).is_some() {
                self.done += 1;
            }
            self.check();
        }
        false
    }

    /// Asserts that libtalloc has what the model has, that the values that should be were
    /// dropped, and that each handle leads to what it should.
    pub(crate) fn check(&mut self) {
        let mut dropped = self.world.log.take();
        let mut expected = mem::take(&mut self.world.tree.dropped);
        dropped.sort_unstable();
        expected.sort_unstable();
        assert_eq!(dropped, expected, "the values that were dropped");
        let tree = &mut self.world.tree;
        self.open.retain(|id| tree.contains(*id));
        self.handles.retain(|id, handle| {
            let is_there = tree.contains(*id);
            assert!(is_there || matches!(handle, Handle::Raw(_)), "handle {id} dangles");
            is_there
        });
        for (id, handle) in &self.handles {
            // A root that has moved is found by its handle.
            let chunk = &mut tree[*id];
            chunk.address = chunk.address.or_else(|| handle.address());
        }
        real::compare(tree);
        self.handles.iter().for_each(|(id, handle)| handle.check(tree, *id));
    }

    /// Ends all handles below a chunk, the innermost first. The bits of `how` say which are
    /// dropped, and which are forgotten.
    pub(crate) fn end_borrows(&mut self, above: Id, mut how: u8) {
        super::c::open_loops(self, above);
        loop {
            let below = self.world.tree.subtree(above).into_iter().skip(1).rev();
            // The deepest come first.
            let mut handles =
                below.filter(|id| matches!(self.handles.get(id), Some(handle) if !handle.is_raw()));
            let last = handles.next();
            let Some(id) = last else { break };
            let handle = self.handles.remove(&id).expect("it was found");
            how = how.rotate_right(1);
            if how & 1 == 1 { handle.end(id, &mut self.world.tree) } else { handle.forget() }
        }
        let below: BTreeSet<Id> = self.world.tree.subtree(above).into_iter().skip(1).collect();
        self.open.retain(|id| !below.contains(id));
    }

    /// Takes a handle out, to be used by value or by `&mut`.
    pub(crate) fn take(&mut self, id: Id, how: u8) -> Handle {
        self.end_borrows(id, how);
        self.handles.remove(&id).expect("it was picked")
    }

    /// A handle of some kind.
    pub(crate) fn pick(&self, which: u8, is_it: impl Fn(&Handle) -> bool) -> Option<Id> {
        let found: Vec<_> =
            self.handles.iter().filter(|(_, handle)| is_it(handle)).map(|(id, _)| *id).collect();
        found.get(usize::from(which) % found.len().max(1)).copied()
    }

    /// Something to allocate on; from 192 on, a field of a node or the like.
    pub(crate) fn pick_ctx(&self, which: u8) -> Option<Id> {
        let handles = self.handles.iter();
        let mut found: Vec<_> = handles
            .filter(|(_, handle)| match handle {
                Handle::Raw(raw) => *raw != Raw::Tree,
                handle => handle.as_ctx().is_some(),
            })
            .map(|(id, _)| *id)
            .chain(self.open.iter().copied())
            .collect();
        if which >= 192 {
            let fields = found.iter().filter(|id| match self.handles.get(id) {
                Some(handle) => handle.is_node(),
                None => false,
            });
            found = fields
                .filter_map(|id| self.world.tree[*id].parts.iter().flatten().next())
                .copied()
                .collect();
        }
        // No share may come to lie below its own object.
        found.retain(|id| !self.world.tree.is_within_shared(*id));
        found.get(usize::from(which) % found.len().max(1)).copied()
    }

    /// A context outside of a subtree.
    pub(crate) fn pick_ctx_outside(&self, which: u8, of: Id) -> Option<Id> {
        self.pick_ctx(which).filter(|id| !self.world.tree.is_within(*id, of))
    }

    /// The context that a chunk is. It is used while the chunk is there: by the rule above.
    pub(crate) fn ctx(&self, id: Id) -> &'static CtxRef {
        let address = self.world.tree[id].address.expect("it was compared");
        if let Some(ctx) = self.handles.get(&id).and_then(Handle::as_ctx) {
            assert_eq!(ctx.as_ptr().addr(), address);
        }
        // SAFETY: 1. a live chunk of this thread; handles to what is made on it are ended before
        // it is freed, moved or emptied. 2., 3. nobody does any of that meanwhile.
        unsafe { CtxRef::from_ptr(address as *const _) }.expect("not null")
    }

    /// Frees all that is left. (Guards agree then.)
    pub(crate) fn finish(&mut self) {
        let ids: Vec<_> = self.world.tree.ids().collect();
        ids.iter().for_each(|id| self.agree(*id));
        self.world.tree.refusals = 0;
        super::c::no_refusals();
        while super::c::unlink(self, [0; 3]).is_some() {}
        loop {
            let root = self.world.tree.free_roots().next();
            let Some(root) = root else { break };
            self.end_borrows(root, 0b0101_0101);
            match self.handles.remove(&root) {
                Some(Handle::Raw(_)) | None => super::c::free(self, root),
                Some(handle) => handle.end(root, &mut self.world.tree),
            }
            self.check();
        }
        assert_eq!(self.handles.len(), 0);
        assert_eq!(self.world.tree.len(), 0);
    }

    /// Lets a guard agree from now on.
    pub(crate) fn agree(&mut self, id: Id) {
        if self.world.tree[id].destructor == Destructor::Asks && self.world.tree[id].refuses {
            self.world.tree[id].refuses = false;
            super::guards::set(self.world.tree[id].values[0], false);
        }
    }
}

impl Drop for Machine<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            // What is there cannot be trusted.
            mem::take(&mut self.handles).into_values().for_each(Handle::forget);
        }
    }
}
