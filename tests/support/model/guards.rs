//! Steps with guarded values, which can refuse.

use std::cell::RefCell;
use std::collections::BTreeSet;

use talloc::{Guarded, Verdict};

use super::contexts::Done;
use super::handle::Handle;
use super::machine::Machine;
use super::tree::{Chunk, Destructor};
use super::values::Value;

thread_local! {
    /// The numbers of the values that refuse.
    static REFUSING: RefCell<BTreeSet<u64>> = const { RefCell::new(BTreeSet::new()) };
}

/// Whether the guard of the value with this number refuses from now on.
pub(crate) fn set(number: u64, refuses: bool) {
    REFUSING.with_borrow_mut(|refusing| match refuses {
        true => refusing.insert(number),
        false => refusing.remove(&number),
    });
}

pub(crate) fn alloc(m: &mut Machine<'_>, [a, b, _]: [u8; 3]) -> Done {
    let parent = m.pick_ctx(a)?;
    let (value, chunk) = m.world.boxed();
    let number = m.world.number();
    let captured = m.world.log.pen().value(number);
    let guard = move |value: &mut Value| {
        // At the end of the thread there may be none.
        let refuses = REFUSING.try_with(|refusing| refusing.borrow().contains(&value.number));
        if refuses == Ok(true) || !captured.is_whole() { Verdict::Refuse } else { Verdict::Free }
    };
    let values = vec![value.number, number];
    let refuses = b & 1 == 1;
    set(value.number, refuses);
    let size = size_of_val(&value) + size_of_val(&guard);
    let guarded = m.ctx(parent).try_alloc_guarded(value, guard).expect("memory");
    let destructor = Destructor::Asks;
    let chunk = Chunk { destructor, values, refuses, size, ..chunk };
    let id = m.world.tree.add(parent, chunk);
    m.handles.insert(id, Handle::Guarded(guarded));
    Some(())
}

/// The guard changes its mind.
pub(crate) fn turn(m: &mut Machine<'_>, [a, ..]: [u8; 3]) -> Done {
    let tree = &mut m.world.tree;
    let guards: Vec<_> = tree.ids().filter(|id| tree[*id].destructor == Destructor::Asks).collect();
    let id = *guards.get(usize::from(a) % guards.len().max(1))?;
    tree[id].refuses = !tree[id].refuses;
    set(tree[id].values[0], tree[id].refuses);
    Some(())
}

pub(crate) fn keep(m: &mut Machine<'_>, [a, b, _]: [u8; 3]) -> Done {
    let id = m.pick(a, |handle| matches!(handle, Handle::Guarded(_)))?;
    let Handle::Guarded(guarded) = m.take(id, b) else { unreachable!() };
    assert!(Guarded::keep(guarded).is_whole());
    Some(())
}
