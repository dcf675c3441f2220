//! Steps with what can be a field, below a context or in a node: strings, lists, arrays, blobs.

use talloc::{Array, BlobBuf, CtxRef, Error, Str, StrList};

use super::contexts::Done;
use super::handle::Handle;
use super::machine::Machine;
use super::nodes::{bytemuck_bytes, list_in_model, strdup};
use super::tree::{Chunk, Id, Tree};
use super::world::{bytes, numbers, texts, words};

pub(crate) fn new_field(m: &mut Machine<'_>, [a, b, c]: [u8; 3]) -> Done {
    let parent = m.pick_ctx(a)?;
    let ctx = m.ctx(parent);
    let tree = &mut m.world.tree;
    let (handle, id) = match b % 6 {
        0 => {
            let (text, id) = strdup(ctx, tree, parent, words(c)).expect("no NUL");
            (Handle::Str(text), id)
        }
        1 => {
            let list = ctx.try_strdup_list(texts(c)).expect("no NUL");
            (Handle::List(list), list_in_model(tree, parent, &texts(c)))
        }
        2 => {
            let array = ctx.try_alloc_slice_copy(&numbers(c)).expect("memory");
            let id = tree.add(parent, Chunk::full("[u32]", bytemuck_bytes(&numbers(c))));
            (Handle::Array(array.into()), id)
        }
        3 => {
            let array = Array::try_new_in(ctx).expect("memory");
            (Handle::Array(array), tree.add(parent, Chunk::new("[u32]", 0)))
        }
        4 if !bytes(c).is_empty() => {
            let blob = ctx.try_alloc_blob(&bytes(c)).expect("memory");
            (Handle::Blob(blob), tree.add(parent, Chunk::full("[u8]", bytes(c))))
        }
        _ => {
            let list = ctx.try_strdup_split(words(c), " ").expect("no NUL");
            let found: Vec<_> = words(c).split(' ').filter(|word| !word.is_empty()).collect();
            (Handle::List(list), list_in_model(tree, parent, &found))
        }
    };
    m.handles.insert(id, handle);
    Some(())
}

pub(crate) fn change_field(m: &mut Machine<'_>, [a, b, c]: [u8; 3]) -> Done {
    let id = m.pick(a, |handle| {
        matches!(handle, Handle::Str(_) | Handle::List(_) | Handle::Array(_) | Handle::Blob(_))
    })?;
    let parent = m.world.tree.parent(id)?;
    let mut handle = m.take(id, b);
    let ctx = m.ctx(parent);
    let tree = &mut m.world.tree;
    let mut place = Some(id);
    match &mut handle {
        Handle::Str(text) => place = Some(set_text(text, ctx, tree, (parent, id), c)),
        Handle::List(list) => change_list(list, tree, id, b, c),
        Handle::Array(array) => change_array(array, tree, id, b, c),
        Handle::Blob(blob) => change_blob(blob, ctx, tree, parent, &mut place, b, c),
        _ => unreachable!("not picked"),
    }
    if let Some(id) = place {
        m.handles.insert(id, handle);
    }
    Some(())
}

/// Replaces a string below `parent`; returns the new one.
pub(crate) fn set_text<'t>(
    text: &mut Str<'t>,
    ctx: &'t CtxRef,
    tree: &mut Tree,
    (parent, old): (Id, Id),
    how: u8,
) -> Id {
    assert!(matches!(text.set(ctx, "a\0b"), Err(Error::InteriorNul { position: 1 })));
    text.set(ctx, words(how)).expect("no NUL");
    let new = tree.add(parent, Chunk::text(words(how)));
    tree.free(old);
    new
}

/// What a resize returns for a chunk that C may have a reference to.
fn resized(tree: &mut Tree, id: Id, is_needed: bool, result: Result<(), Error>) -> bool {
    if is_needed && tree[id].is_referenced() {
        assert_eq!(result, Err(Error::Referenced));
        return false;
    }
    assert_eq!(result, Ok(()));
    is_needed
}

pub(crate) fn change_array(array: &mut Array<'_, u32>, tree: &mut Tree, id: Id, what: u8, how: u8) {
    let old = array.to_vec();
    assert_eq!(bytemuck_bytes(&old), tree[id].bytes);
    let mut new = old.clone();
    let index = usize::from(how) % old.len().max(1);
    let result = match what % 9 {
        0 => {
            new.push(how.into());
            array.try_push(how.into())
        }
        1 => {
            new.insert(index, how.into());
            array.try_insert(index, how.into())
        }
        2 => {
            new.extend(numbers(how));
            array.try_extend_from_slice(&numbers(how))
        }
        3 => {
            new.extend(numbers(how));
            array.try_extend(numbers(how))
        }
        4 => {
            let last = new.pop();
            array.try_pop().map(|found| assert_eq!(found, last))
        }
        5 if !old.is_empty() => {
            let removed = new.remove(index);
            array.try_remove(index).map(|found| assert_eq!(found, removed))
        }
        6 if !old.is_empty() => {
            let removed = new.swap_remove(index);
            array.try_swap_remove(index).map(|found| assert_eq!(found, removed))
        }
        7 => {
            new.truncate(index);
            array.try_truncate(index)
        }
        // In another order, when it is refused.
        _ if !tree[id].is_referenced() => {
            new.retain(|number| number % 2 == 1);
            array.try_retain(|number| number % 2 == 1)
        }
        _ => Ok(()),
    };
    if resized(tree, id, new.len() != old.len(), result) {
        let chunk = &mut tree[id];
        chunk.bytes = bytemuck_bytes(&new);
        (chunk.size, chunk.address) = (chunk.bytes.len().max(1), None);
    }
    assert_eq!(bytemuck_bytes(array), tree[id].bytes);
}

pub(crate) fn change_list(list: &mut StrList<'_>, tree: &mut Tree, id: Id, what: u8, how: u8) {
    let count = list.len();
    let index = usize::from(how) % count.max(1);
    let is_referenced = tree[id].is_referenced();
    let cut = |tree: &mut Tree, from: usize| {
        let gone = tree[id].parts.split_off(from);
        gone.iter().rev().flatten().for_each(|text| _ = tree.free(*text));
    };
    match what % 8 {
        0 | 1 => {
            let place = if what % 8 == 0 { count } else { index };
            let result = list.try_insert(place, words(how));
            if resized(tree, id, true, result) {
                let text = tree.add(id, Chunk::text(words(how)));
                tree[id].parts.insert(place, Some(text));
            }
        }
        2 => {
            let more = texts(how);
            let result = list.try_extend(more.iter().copied());
            if resized(tree, id, !more.is_empty(), result) {
                for text in more {
                    let text = tree.add(id, Chunk::text(text));
                    tree[id].parts.push(Some(text));
                }
            }
        }
        3 if count > 0 => {
            list.set(index, words(how)).expect("no NUL");
            let text = tree.add(id, Chunk::text(words(how)));
            let old = tree[id].parts[index].replace(text).expect("a text");
            tree.free(old);
        }
        4 if count > 0 => {
            let removed = list.remove(index);
            let part = tree[id].parts.remove(index).expect("a text");
            assert_eq!(removed.to_bytes_with_nul(), tree[part].bytes);
            if how & 1 == 0 {
                removed.free();
                tree.free(part);
            }
        }
        5 => {
            list.truncate(index);
            cut(tree, index.min(count));
        }
        6 => {
            list.retain(|text| text.to_bytes().len() > 1);
            let (kept, gone) = tree[id].parts.clone()[..]
                .iter()
                .partition::<Vec<_>, _>(|part| tree[part.expect("a text")].size > 2);
            tree[id].parts = [&kept[..], &gone[..]].concat();
            cut(tree, kept.len());
        }
        _ => {
            list.sort();
            let mut parts = tree[id].parts.clone();
            parts.sort_by_key(|part| tree[part.expect("a text")].bytes.clone());
            tree[id].parts = parts;
        }
    }
    if list.len() != count && !is_referenced {
        tree[id].size = (list.len() + 1) * size_of::<usize>();
        tree[id].address = None;
    }
}

/// `place` is the chunk of the blob; none without bytes.
pub(crate) fn change_blob<'t>(
    blob: &mut BlobBuf<'t>,
    ctx: &'t CtxRef,
    tree: &mut Tree,
    parent: Id,
    place: &mut Option<Id>,
    what: u8,
    how: u8,
) {
    let more = bytes(how);
    match (what % 4, *place) {
        (0, _) => {
            blob.set(ctx, &more).expect("memory");
            let new = (!more.is_empty()).then(|| tree.add(parent, Chunk::full("[u8]", more)));
            if let Some(old) = std::mem::replace(place, new) {
                tree.free(old);
            }
        }
        (1, Some(id)) => {
            let result = blob.try_extend_from_slice(ctx, &more);
            if resized(tree, id, !more.is_empty(), result) {
                let chunk = &mut tree[id];
                chunk.bytes.extend(more);
                (chunk.size, chunk.address) = (chunk.bytes.len(), None);
            }
        }
        (1, None) => {
            blob.try_extend_from_slice(ctx, &more).expect("memory");
            *place = (!more.is_empty()).then(|| tree.add(parent, Chunk::full("[u8]", more)));
        }
        (2, Some(id)) => {
            let length = usize::from(how) % 8;
            blob.truncate(length);
            if length == 0 {
                tree.free(id);
                *place = None;
            } else if length < tree[id].bytes.len() {
                let is_referenced = tree[id].is_referenced();
                let chunk = &mut tree[id];
                chunk.bytes.truncate(length);
                if !is_referenced {
                    (chunk.size, chunk.address) = (length, None);
                }
            }
        }
        _ => {
            blob.clear();
            if let Some(old) = place.take() {
                tree.free(old);
            }
        }
    }
}
