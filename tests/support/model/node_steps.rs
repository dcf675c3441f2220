//! Steps with nodes.

use std::mem;

use talloc::{CtxRef, Error, Kept, Node, SharedNode, Str, TBox};

use super::contexts::Done;
use super::fields::{change_array, change_blob, change_list, set_text};
use super::handle::Handle;
use super::machine::Machine;
use super::nodes::{
    Choice, Labelled, Leaf, Made, Outer, Pair, Record, chunk_of, leaf, outer, record, strdup,
};
use super::tree::{Chunk, Id, Tree};
use super::values::Value;
use super::world::{World, words};

macro_rules! handle_of_node {
    ($($Node:ident: $Family:ty),*) => {$(
        impl From<Node<'static, $Family>> for Handle {
            fn from(node: Node<'static, $Family>) -> Self {
                Handle::$Node(node)
            }
        }
    )*};
}

handle_of_node! {
    Leaf: Leaf<'static>, Pair: Pair<'static>, Choice: Choice<'static>,
    Labelled: Labelled<'static, Value>, Record: Record<'static>, Outer: Outer<'static>
}

macro_rules! handle_of_box {
    ($($Box:ident: $T:ty),*) => {$(
        impl From<TBox<'static, $T>> for Handle {
            fn from(value: TBox<'static, $T>) -> Self {
                Handle::$Box(value)
            }
        }
    )*};
}

handle_of_box! {
    Number: u64, Unit: (), Room: mem::MaybeUninit<u64>, Value: Value,
    Large: super::values::Large, Values: [Value], Numbers: [u32], Text: str
}

pub(crate) fn build(m: &mut Machine<'_>, [a, b, c]: [u8; 3]) -> Done {
    match b % 6 {
        0 => build_one::<Leaf<'static>>(m, a, b, c),
        1 => build_one::<Pair<'static>>(m, a, b, c),
        2 => build_one::<Choice<'static>>(m, a, b, c),
        3 => build_one::<Labelled<'static, Value>>(m, a, b, c),
        4 => build_one::<Record<'static>>(m, a, b, c),
        _ => build_one::<Outer<'static>>(m, a, b, c),
    }
}

/// Below a context, as a root, with a pool, or not to the end.
fn build_one<F: Made>(m: &mut Machine<'_>, a: u8, b: u8, c: u8) -> Done
where
    Handle: From<talloc::node::Node<'static, F>>,
{
    let form = b / 6 % 5;
    let parent = if form == 0 { None } else { Some(m.pick_ctx(a)?) };
    let ctx = parent.map(|parent| m.ctx(parent));
    let world = &mut m.world;
    let id = world.tree.add(parent, chunk_of::<F>());
    let node: Result<_, Error> = match (ctx, form) {
        (Some(ctx), 1) => ctx.pooled(6, 400).try_build::<F>(|t| F::make(t, world, id, c)),
        (Some(ctx), 2) => ctx.try_build::<F>(|t| {
            let _made = F::make(t, world, id, c)?;
            Err(Error::Null)
        }),
        (Some(ctx), _) => ctx.try_build::<F>(|t| F::make(t, world, id, c)),
        (None, _) => talloc::try_root::<F>(|t| F::make(t, world, id, c)),
    };
    match node {
        Ok(node) => {
            m.world.tree[id].address = Some(node.as_ptr().addr());
            m.handles.insert(id, Handle::from(node));
        }
        Err(error) => {
            // What was made has been dropped, and the chunk is freed without a destructor.
            assert_eq!((error, form), (Error::Null, 2));
            m.world.tree.drop_values(id);
            m.world.tree[id].destructor = super::tree::Destructor::None;
            assert!(m.world.tree.free(id));
        }
    }
    Some(())
}

/// Takes a node from where it is and makes it a root.
pub(crate) fn into_root(m: &mut Machine<'_>, [a, b, _]: [u8; 3]) -> Done {
    let id = m.pick(a, Handle::is_node)?;
    let handle = m.take(id, b);
    let handle = super::handle::each!(node node in handle => node.into_root().into(),
        _ => unreachable!("not picked"),
    );
    m.world.tree.steal(id, None);
    m.handles.insert(id, handle);
    Some(())
}

/// Leaves a node to its parent.
pub(crate) fn keep(m: &mut Machine<'_>, [a, b, _]: [u8; 3]) -> Done {
    let id = m.pick(a, Handle::is_node).filter(|id| m.world.tree.parent(*id).is_some())?;
    let handle = m.take(id, b);
    super::handle::each!(node node in handle => _ = node.keep(), _ => unreachable!("not picked"),);
    Some(())
}

pub(crate) fn share(m: &mut Machine<'_>, [a, b, c]: [u8; 3]) -> Done {
    let id = m.pick(a, |handle| matches!(handle, Handle::Leaf(_)))?;
    let to = m.pick_ctx_outside(b, id)?;
    let Handle::Leaf(node) = m.take(id, c) else { unreachable!() };
    let share: SharedNode<'static, Leaf<'static>> = node.try_share(m.ctx(to)).expect("memory");
    let share_id = m.world.tree.add_share(to, id, None);
    m.handles.insert(share_id, Handle::SharedNode(share));
    Some(())
}

/// Changes what is in a node.
pub(crate) fn change(m: &mut Machine<'_>, [a, b, c]: [u8; 3]) -> Done {
    let id = m.pick(a, Handle::is_node)?;
    let mut handle = m.take(id, b);
    let world = &mut m.world;
    match &mut handle {
        Handle::Leaf(node) => node.with_mut(|t, node| change_leaf(t, node, world, id, b, c)),
        Handle::Pair(node) => node.with_mut(|t, Pair(text, numbers)| {
            let parts = world.tree[id].parts.clone();
            if b & 1 == 0 {
                let new = set_text(text, t, &mut world.tree, (id, parts[0].expect("a text")), c);
                world.tree[id].parts[0] = Some(new);
            } else {
                change_array(numbers, &mut world.tree, parts[1].expect("an array"), b / 2, c);
            }
        }),
        Handle::Labelled(node) => node.with_mut(|t, node| {
            change_value(&mut node.value, world, id);
            set_part(&mut node.label, t, &mut world.tree, id, 0, c);
        }),
        Handle::Choice(node) => node.with_mut(|t, node| change_choice(t, node, world, id, c)),
        Handle::Record(node) => node.with_mut(|t, node| change_record(t, node, world, id, b, c)),
        Handle::Outer(node) => node.with_mut(|t, node| change_outer(t, node, world, id, b, c)),
        _ => unreachable!("not picked"),
    }
    m.handles.insert(id, handle);
    Some(())
}

fn change_value(value: &mut Value, world: &mut World, id: Id) {
    let old = mem::take(&mut world.tree[id].values);
    *value = world.value(id);
    world.tree.dropped.extend(old);
}

fn set_part<'t>(text: &mut Str<'t>, t: &'t CtxRef, tree: &mut Tree, id: Id, part: usize, how: u8) {
    let old = tree[id].parts[part].expect("a text");
    let new = set_text(text, t, tree, (id, old), how);
    tree[id].parts[part] = Some(new);
}

fn change_leaf<'t>(
    t: &'t CtxRef,
    node: &mut Leaf<'t>,
    world: &mut World,
    id: Id,
    what: u8,
    how: u8,
) {
    match what % 3 {
        0 => change_value(&mut node.value, world, id),
        1 => set_part(&mut node.text, t, &mut world.tree, id, 0, how),
        // As C does it: the old one stays with the node.
        _ => {
            let (text, part) = strdup(t, &mut world.tree, id, words(how)).expect("no NUL");
            node.text = text;
            world.tree[id].parts[0] = Some(part);
        }
    }
}

/// Another variant; what the old one owned is freed.
fn change_choice<'t>(t: &'t CtxRef, node: &mut Choice<'t>, world: &mut World, id: Id, how: u8) {
    let old_part = world.tree[id].parts[0].take();
    let old_values = mem::take(&mut world.tree[id].values);
    let new = Choice::make(t, world, id, how).expect("memory");
    match mem::replace(node, new) {
        Choice::Empty => {}
        Choice::Text(text) => text.free(),
        Choice::Both { text, value } => {
            drop(value);
            if let Some(text) = text {
                text.free();
            }
        }
        Choice::Nested(node) => node.free(),
    }
    world.tree.dropped.extend(old_values);
    if let Some(old) = old_part {
        world.tree.free(old);
    }
}

fn change_record<'t>(
    t: &'t CtxRef,
    node: &mut Record<'t>,
    world: &mut World,
    id: Id,
    what: u8,
    how: u8,
) {
    let tree = &mut world.tree;
    let parts = tree[id].parts.clone();
    match what % 9 {
        0 => set_part(&mut node.name, t, tree, id, record::NAME, how),
        1 => {
            if let Some(old) = node.nick.take() {
                old.free();
                let old = tree[id].parts[record::NICK].take().expect("a text");
                tree.free(old);
            } else {
                let (text, part) = strdup(t, tree, id, words(how)).expect("no NUL");
                (node.nick, tree[id].parts[record::NICK]) = (Some(text), Some(part));
            }
        }
        2 => {
            let part = parts[record::NUMBERS].expect("an array");
            change_array(&mut node.numbers, tree, part, how, what);
        }
        3 => {
            let part = parts[record::LIST].expect("a list");
            change_list(&mut node.list, tree, part, how, what);
        }
        4 => {
            let mut part = parts[record::BLOB];
            change_blob(&mut node.blob, t, tree, id, &mut part, how, what);
            tree[id].parts[record::BLOB] = part;
        }
        5 => {
            // The old one is freed when it is dropped.
            let (value, chunk) = world.boxed();
            let new = t.try_alloc(value).expect("memory");
            let part = world.tree.add(id, chunk);
            drop(node.boxed.replace(new));
            replace_owned(&mut world.tree, id, record::BOXED, Some(part));
        }
        6 => {
            drop(node.boxed.take());
            replace_owned(tree, id, record::BOXED, None);
        }
        7 => {
            drop(node.share.take());
            replace_owned(tree, id, record::SHARE, None);
        }
        _ => change_value(&mut node.value, world, id),
    }
}

fn replace_owned(tree: &mut Tree, id: Id, place: usize, new: Option<Id>) {
    if let Some(old) = mem::replace(&mut tree[id].parts[place], new) {
        if place == record::SHARE {
            tree.free(old)
        } else {
            tree.free_with_values(old)
        };
    }
    let parts = &tree[id].parts;
    tree[id].owns = [parts[record::BOXED], parts[record::SHARE]].into_iter().flatten().collect();
}

fn change_outer<'t>(
    t: &'t CtxRef,
    node: &mut Outer<'t>,
    world: &mut World,
    id: Id,
    what: u8,
    how: u8,
) {
    let parts = world.tree[id].parts.clone();
    let array_part = parts[outer::ARRAY].expect("an array");
    let in_list = node.list.len();
    match what % 6 {
        0 => {
            let part = parts[outer::FIRST].expect("a node");
            node.first.with_mut(|t, node| change_leaf(t, node, world, part, how, what));
        }
        1 => {
            let (new, part) = leaf(t, world, id, how).expect("memory");
            mem::replace(&mut node.first, new).free();
            world.tree.free(parts[outer::FIRST].expect("a node"));
            world.tree[id].parts[outer::FIRST] = Some(part);
        }
        2 => {
            if let Some(second) = &mut node.second {
                mem::swap(&mut node.first, second);
                world.tree[id].parts.swap(outer::FIRST, outer::SECOND);
            }
        }
        3 => {
            let (new, part) = leaf(t, world, id, how).expect("memory");
            node.list.push(new);
            world.tree[id].parts.insert(outer::ARRAY + 1 + in_list, Some(part));
        }
        4 => {
            let is_referenced = world.tree[array_part].is_referenced();
            let (new, part) = leaf(t, world, id, how).expect("memory");
            match node.array.try_push(new) {
                Ok(()) => {
                    world.tree[id].parts.push(Some(part));
                    resize_nodes(&mut world.tree[array_part], node.array.len());
                }
                // The node stays with its parent.
                Err(error) => assert_eq!((error, is_referenced), (Error::Referenced, true)),
            }
        }
        _ => {
            let is_referenced = world.tree[array_part].is_referenced();
            match node.array.try_pop() {
                Ok(None) => assert_eq!(parts.len(), outer::ARRAY + 1 + in_list),
                Ok(Some(last)) => {
                    last.free();
                    let part = world.tree[id].parts.pop().flatten().expect("a node");
                    world.tree.free(part);
                    resize_nodes(&mut world.tree[array_part], node.array.len());
                }
                Err(error) => assert_eq!((error, is_referenced), (Error::Referenced, true)),
            }
        }
    }
}

fn resize_nodes(chunk: &mut Chunk, count: usize) {
    (chunk.size, chunk.address) = ((count * size_of::<Kept<'_, Leaf<'_>>>()).max(1), None);
}

/// Takes a node out of a node.
pub(crate) fn take_out(m: &mut Machine<'_>, [a, b, c]: [u8; 3]) -> Done {
    let id = m.pick(a, |handle| matches!(handle, Handle::Outer(_)))?;
    let to = m.pick_ctx_outside(b, id)?;
    let ctx = m.ctx(to);
    let Handle::Outer(mut node) = m.take(id, c) else { unreachable!() };
    let taken = node.with_mut(|_, node| node.second.take().map(|node| node.steal(ctx)));
    m.handles.insert(id, Handle::Outer(node));
    let part = m.world.tree[id].parts[outer::SECOND].take();
    assert_eq!(taken.is_some(), part.is_some());
    m.world.tree.steal(part?, to);
    m.handles.insert(part?, Handle::Leaf(taken?));
    Some(())
}
