//! Steps with contexts, and those that all handles have.

use talloc::{Ctx, Error, Guarded, Rejected, Shared, TBox};

use super::handle::{Handle, each};
use super::machine::Machine;
use super::tree::{Chunk, Destructor, Id, Name};
use super::world::{name_of, words};

/// What a step has done; none if there was nothing to do it to.
pub(crate) type Done = Option<()>;

pub(crate) fn new_root(m: &mut Machine<'_>, [a, ..]: [u8; 3]) -> Done {
    let (ctx, name) = match a % 4 {
        0 => (Ctx::try_named(c"root"), "root".to_owned()),
        1 => (Ctx::try_pool(0).map(|pool| pool.with_name_const(c"pool")), "pool".to_owned()),
        2 => (Ctx::try_pool(4096).map(|pool| pool.with_name_const(c"pool")), "pool".to_owned()),
        _ => (Ctx::try_new(), std::format!("talloc_new: {}:{}", file!(), line!())),
    };
    let ctx = ctx.expect("memory");
    let id = m.world.tree.add(None, Chunk::new(name, 0));
    m.world.tree[id].address = Some(ctx.as_ptr().addr());
    m.handles.insert(id, Handle::Ctx(ctx));
    Some(())
}

pub(crate) fn new_child(m: &mut Machine<'_>, [a, b, _]: [u8; 3]) -> Done {
    let parent = m.pick_ctx(a)?;
    let ctx = m.ctx(parent);
    let (child, name) = match b % 3 {
        0 => (ctx.try_new_child_named(c"child"), "child"),
        1 => (ctx.try_new_pool(1000).map(|pool| pool.with_name_const(c"pool")), "pool"),
        _ => (ctx.try_new_child().map(|child| child.with_name_const(c"new")), "new"),
    };
    let id = m.world.tree.add(parent, Chunk::new(name, 0));
    m.handles.insert(id, Handle::Ctx(child.expect("memory")));
    Some(())
}

pub(crate) fn free_children(m: &mut Machine<'_>, [a, b, _]: [u8; 3]) -> Done {
    let id = m.pick(a, |handle| matches!(handle, Handle::Ctx(_)))?;
    let Handle::Ctx(mut ctx) = m.take(id, b) else { unreachable!() };
    ctx.free_children();
    m.world.tree.free_children(id);
    m.handles.insert(id, Handle::Ctx(ctx));
    Some(())
}

pub(crate) fn leak_ctx(m: &mut Machine<'_>, [a, ..]: [u8; 3]) -> Done {
    let is_child = |m: &Machine<'_>, id| m.world.tree.parent(id).is_some();
    let id = m.pick(a, |handle| matches!(handle, Handle::Ctx(_))).filter(|id| is_child(m, *id))?;
    // What is made on it borrows from what it borrows from.
    let Some(Handle::Ctx(ctx)) = m.handles.remove(&id) else { unreachable!() };
    let leaked = ctx.leak();
    assert_eq!(m.world.tree[id].address, Some(leaked.as_ptr().addr()));
    m.open.insert(id);
    Some(())
}

pub(crate) fn drop_handle(m: &mut Machine<'_>, [a, b, _]: [u8; 3]) -> Done {
    let id = m.pick(a, |handle| !handle.is_raw())?;
    m.take(id, b).end(id, &mut m.world.tree);
    Some(())
}

pub(crate) fn forget_handle(m: &mut Machine<'_>, [a, ..]: [u8; 3]) -> Done {
    let id = m.pick(a, |handle| !handle.is_raw() && !matches!(handle, Handle::Tree(_)))?;
    // A root that is forgotten is a leak, and C's from here on.
    let is_root = m.world.tree.parent(id).is_none();
    m.end_borrows(id, 0);
    m.handles.remove(&id)?.forget();
    if is_root {
        m.handles.insert(id, Handle::Raw(super::handle::Raw::C));
    }
    Some(())
}

/// What libtalloc has refused, or not, with the handle in that case.
fn outcome<H>(result: Result<(), Rejected<H>>) -> Option<H> {
    result.err().map(|rejected| {
        assert_eq!(*rejected.error(), Error::Refused);
        rejected.into_inner()
    })
}

pub(crate) fn free_handle(m: &mut Machine<'_>, [a, b, _]: [u8; 3]) -> Done {
    let id = m.pick(a, |handle| !handle.is_raw() && !matches!(handle, Handle::OnFree(_)))?;
    let handle = m.take(id, b);
    let with_values = handle.is_box();
    let kept = each!(box object in handle => {
        outcome(TBox::free(object)).map(Handle::from)
    }, other => {
        each!(node node in other => outcome(node.free()).map(Handle::from),
            Handle::Ctx(ctx) => outcome(ctx.free()).map(Handle::Ctx),
            Handle::Guarded(value) => outcome(Guarded::free(value)).map(Handle::Guarded),
            Handle::Tree(tree) => outcome(tree.free()).map(Handle::Tree),
            // These have no way to say it.
            Handle::Str(text) => return free_field(m, id, || text.free()),
            Handle::List(list) => return free_field(m, id, || list.free()),
            Handle::Array(array) => return free_field(m, id, || array.free()),
            Handle::Blob(blob) => return free_field(m, id, || blob.free()),
            Handle::SecretStr(text) => return free_field(m, id, || text.free()),
            other => {
                other.end(id, &mut m.world.tree);
                return Some(());
            }
        )
    });
    let tree = &mut m.world.tree;
    let is_free = if with_values { tree.free_with_values(id) } else { tree.free(id) };
    assert_eq!(kept.is_none(), is_free, "whether the free of {id} was refused");
    if let Some(handle) = kept {
        m.handles.insert(id, handle);
    }
    Some(())
}

fn free_field(m: &mut Machine<'_>, id: Id, free: impl FnOnce()) -> Done {
    free();
    m.world.tree.free(id);
    Some(())
}

pub(crate) fn steal(m: &mut Machine<'_>, [a, b, c]: [u8; 3]) -> Done {
    let id = m.pick(a, |handle| {
        !handle.is_raw() && !matches!(handle, Handle::Tree(_) | Handle::OnFree(_))
    })?;
    let to = m.pick_ctx_outside(b, id)?;
    let (handle, ctx) = (m.take(id, c), m.ctx(to));
    let handle = each!(box object in handle => TBox::steal(object, ctx).into(), other => {
        each!(node node in other => node.steal(ctx).into(),
            Handle::Ctx(child) => Handle::Ctx(child.steal(ctx)),
            Handle::String(text) => Handle::String(text.steal(ctx)),
            Handle::Str(text) => Handle::Str(text.steal(ctx)),
            Handle::List(list) => Handle::List(list.steal(ctx)),
            Handle::Array(array) => Handle::Array(array.steal(ctx)),
            Handle::Blob(blob) => Handle::Blob(blob.steal(ctx)),
            Handle::Guarded(value) => Handle::Guarded(Guarded::steal(value, ctx)),
            Handle::Shared(share) => Handle::Shared(Shared::steal(share, ctx)),
            Handle::SharedNode(share) => Handle::SharedNode(share.steal(ctx)),
            Handle::SecretBytes(secret) => Handle::SecretBytes(secret.steal(ctx)),
            Handle::SecretString(secret) => Handle::SecretString(secret.steal(ctx)),
            Handle::SecretStr(secret) => Handle::SecretStr(secret.steal(ctx)),
            _ => unreachable!("not picked"),
        )
    });
    m.world.tree.steal(id, to);
    m.handles.insert(id, handle);
    Some(())
}

pub(crate) fn rename(m: &mut Machine<'_>, [a, b, c]: [u8; 3]) -> Done {
    let id = m.pick(a, |handle| {
        handle.is_node() || handle.is_box() || matches!(handle, Handle::Ctx(_) | Handle::Guarded(_))
    })?;
    let text = words(b);
    let mut handle = m.take(id, c);
    let copies = c & 1 == 0;
    // A copy of the text, or a static name.
    macro_rules! named {
        ($copy:expr, $static:expr) => {
            if copies {
                $copy
            } else {
                $static;
                Ok(())
            }
        };
    }
    let renamed = each!(box object in &mut handle => {
        named!(TBox::set_name(object, text), TBox::set_name_const(object, c"const"))
    }, other => {
        each!(node node in other => {
            named!(node.set_name(text), node.set_name_const(c"const"))
        },
            Handle::Ctx(ctx) => named!(ctx.set_name(text), ctx.set_name_const(c"const")),
            Handle::Guarded(value) => {
                named!(Guarded::set_name(value, text), Guarded::set_name_const(value, c"const"))
            }
            _ => unreachable!("not picked"),
        )
    });
    renamed.expect("no NUL");
    let tree = &mut m.world.tree;
    tree[id].name = Name::Is(if copies { text.to_owned() } else { "const".to_owned() });
    tree[id].name_child = copies.then(|| {
        let text = [text.as_bytes(), b"\0"].concat();
        tree.add(id, Chunk { is_private: true, ..Chunk::full(".name", text) })
    });
    m.handles.insert(id, handle);
    Some(())
}

pub(crate) fn on_free(m: &mut Machine<'_>, [a, ..]: [u8; 3]) -> Done {
    let parent = m.pick_ctx(a)?;
    let (value, pen) = (m.world.number(), m.world.log.pen());
    let (ran, captured) = (RAN | value, pen.value(value));
    let closure: Box<dyn FnOnce()> = Box::new(move || {
        pen.note(ran);
        drop(captured);
    });
    let hook = m.ctx(parent).try_on_free(closure).expect("memory");
    let chunk = Chunk {
        destructor: Destructor::Drops,
        values: vec![ran, value],
        is_private: true,
        ..Chunk::new(name_of::<Box<dyn FnOnce()>>(), size_of::<Box<dyn FnOnce()>>())
    };
    let id = m.world.tree.add(parent, chunk);
    m.handles.insert(id, Handle::OnFree(hook));
    Some(())
}

/// Written down when a closure runs, with its number.
const RAN: u64 = 1 << 60;

pub(crate) fn cancel(m: &mut Machine<'_>, [a, ..]: [u8; 3]) -> Done {
    let id = m.pick(a, |handle| matches!(handle, Handle::OnFree(_)))?;
    let Handle::OnFree(hook) = m.take(id, 0) else { unreachable!() };
    hook.cancel();
    let tree = &mut m.world.tree;
    let values = std::mem::take(&mut tree[id].values);
    tree.dropped.extend(values.iter().filter(|value| **value & RAN == 0));
    tree.free(id);
    Some(())
}

/// What is done when there is too much: a root is dropped.
pub(crate) fn free_something(m: &mut Machine<'_>, [a, b, _]: [u8; 3]) -> Done {
    let roots: Vec<_> = m.world.tree.free_roots().filter(|id| !m.open.contains(id)).collect();
    let Some(root) = roots.get(usize::from(a) % roots.len().max(1)).copied() else {
        return drop_handle(m, [a, b, 0]);
    };
    m.end_borrows(root, b);
    match m.handles.remove(&root) {
        Some(Handle::Raw(_)) | None => super::c::free(m, root),
        Some(handle) => handle.end(root, &mut m.world.tree),
    }
    Some(())
}
