//! Steps with shares.

use talloc::Shared;

use super::contexts::Done;
use super::handle::{Handle, owners};
use super::machine::Machine;
use super::nodes::{Leaf, Made};
use super::tree::{Chunk, Destructor};

pub(crate) fn alloc(m: &mut Machine<'_>, [a, ..]: [u8; 3]) -> Done {
    let parent = m.pick_ctx(a)?;
    let (value, chunk) = m.world.boxed();
    let share = m.ctx(parent).try_alloc_shared(value).expect("memory");
    let object = m.world.tree.add(parent, Chunk { destructor: Destructor::Drops, ..chunk });
    let id = m.world.tree.add_share(parent, object, None);
    m.handles.insert(id, Handle::Shared(share));
    Some(())
}

fn is_share(handle: &Handle) -> bool {
    matches!(handle, Handle::Shared(_) | Handle::SharedNode(_))
}

pub(crate) fn clone(m: &mut Machine<'_>, [a, b, _]: [u8; 3]) -> Done {
    let id = m.pick(a, is_share)?;
    let object = m.world.tree[id].shares?;
    let to = m.pick_ctx_outside(b, object)?;
    let ctx = m.ctx(to);
    let handle = match &m.handles[&id] {
        Handle::Shared(share) => Handle::Shared(Shared::try_clone_in(share, ctx).expect("memory")),
        Handle::SharedNode(share) => Handle::SharedNode(share.try_clone_in(ctx).expect("memory")),
        _ => unreachable!("not picked"),
    };
    let new = m.world.tree.add_share(to, object, Some(id));
    m.handles.insert(new, handle);
    Some(())
}

/// Changes what has one owner only.
pub(crate) fn change(m: &mut Machine<'_>, [a, b, c]: [u8; 3]) -> Done {
    let id = m.pick(a, is_share)?;
    let object = m.world.tree[id].shares?;
    let is_alone = owners(&m.world.tree, object) == 1;
    let mut handle = m.take(id, b);
    let world = &mut m.world;
    let changed = match &mut handle {
        Handle::Shared(share) => Shared::get_mut(share).map(|value| {
            let (new, chunk) = world.boxed();
            *value = new;
            let old = std::mem::replace(&mut world.tree[object].values, chunk.values);
            world.tree[object].bytes = chunk.bytes;
            world.tree.dropped.extend(old);
        }),
        Handle::SharedNode(share) => share.with_mut(|t, node| {
            let (text, part) =
                super::nodes::strdup(t, &mut world.tree, object, super::world::words(c))
                    .expect("no NUL");
            std::mem::replace(&mut node.text, text).free();
            let old = world.tree[object].parts[0].replace(part).expect("a text");
            world.tree.free(old);
        }),
        _ => unreachable!("not picked"),
    };
    assert_eq!(changed.is_some(), is_alone, "whether share {id} is alone");
    m.handles.insert(id, handle);
    Some(())
}

/// Makes a handle of its own of what has one owner only.
pub(crate) fn unshare(m: &mut Machine<'_>, [a, b, c]: [u8; 3]) -> Done {
    let id = m.pick(a, is_share)?;
    let object = m.world.tree[id].shares?;
    let to = m.pick_ctx_outside(b, id)?;
    let is_alone = owners(&m.world.tree, object) == 1;
    let (handle, ctx) = (m.take(id, c), m.ctx(to));
    let (result, destructor) = match handle {
        Handle::Shared(share) => {
            let result = Shared::into_box(share, ctx);
            (result.map(Handle::Value).map_err(Handle::Shared), Destructor::None)
        }
        Handle::SharedNode(share) => {
            let result: Result<talloc::Node<'_, Leaf<'_>>, _> = share.into_node(ctx);
            (result.map(Handle::Leaf).map_err(Handle::SharedNode), Destructor::Drops)
        }
        _ => unreachable!("not picked"),
    };
    assert_eq!(result.is_ok(), is_alone, "whether share {id} is alone");
    match result {
        Ok(handle) => {
            let object = m.world.tree.unshare(id, to);
            m.world.tree[object].destructor = destructor;
            m.handles.insert(object, handle);
        }
        Err(handle) => _ = m.handles.insert(id, handle),
    }
    Some(())
}

/// Leaves a share to its parent.
pub(crate) fn keep(m: &mut Machine<'_>, [a, b, _]: [u8; 3]) -> Done {
    let id = m.pick(a, is_share)?;
    let object = m.world.tree[id].shares?;
    match m.take(id, b) {
        Handle::Shared(share) => {
            assert_eq!(m.world.tree[object].values, [Shared::keep(share).number]);
        }
        Handle::SharedNode(share) => Leaf::check(share.keep(), &m.world.tree, object),
        _ => unreachable!("not picked"),
    }
    Some(())
}
