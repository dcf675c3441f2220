//! Steps with trees that move between threads.

use super::contexts::Done;
use super::handle::Handle;
use super::machine::Machine;
use super::moving::{build, change};

pub(crate) fn new(m: &mut Machine<'_>, [_, _, c]: [u8; 3]) -> Done {
    let (tree, id) = build(&mut m.world, c).expect("memory");
    m.handles.insert(id, Handle::Tree(tree));
    Some(())
}

/// Changes a tree, here or on another thread.
pub(crate) fn with_mut(m: &mut Machine<'_>, [a, b, c]: [u8; 3]) -> Done {
    let is_tree = |handle: &Handle| matches!(handle, Handle::Tree(_));
    let id = m.pick(a, is_tree)?;
    let Some(Handle::Tree(mut tree)) = m.handles.remove(&id) else { unreachable!() };
    // Only two of the changes take another tree.
    let other = m.pick(c, is_tree).filter(|_| b % 9 >= 7);
    let mut more = other.map(|id| match m.handles.remove(&id) {
        Some(Handle::Tree(tree)) => (tree, id),
        _ => unreachable!("picked"),
    });
    let world = &mut m.world;
    if b < 225 {
        tree.with_mut(|t, job| change(t, job, world, id, (b, c), &mut more));
    } else {
        // The tree goes, and comes back.
        (tree, more) = std::thread::scope(|scope| {
            let there = scope.spawn(move || {
                tree.with_mut(|t, job| change(t, job, world, id, (b, c), &mut more));
                (tree, more)
            });
            there.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
    }
    assert_eq!(tree.total_blocks(), m.world.tree.subtree(id).len());
    m.handles.insert(id, Handle::Tree(tree));
    if let Some((tree, id)) = more {
        m.handles.insert(id, Handle::Tree(tree));
    }
    Some(())
}

/// Drops a tree on another thread.
pub(crate) fn drop_there(m: &mut Machine<'_>, [a, ..]: [u8; 3]) -> Done {
    let id = m.pick(a, |handle| matches!(handle, Handle::Tree(_)))?;
    let Some(Handle::Tree(tree)) = m.handles.remove(&id) else { unreachable!() };
    std::thread::scope(|scope| {
        scope.spawn(move || drop(tree)).join().expect("no panic");
    });
    assert!(m.world.tree.free(id));
    Some(())
}
