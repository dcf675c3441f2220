//! Steps of C code: what it does by itself, and what is handed to it and taken back.

use core::ffi::{c_int, c_void};
use core::ptr;
use std::cell::Cell;

use talloc::{
    Array, Blob, BlobBuf, Ctx, Error, Guarded, Kept, Node, SecretStr, Str, StrList, TBox,
};
use talloc_sys as sys;

use super::contexts::Done;
use super::handle::{Handle, Raw};
use super::machine::Machine;
use super::nodes::{Choice, Labelled, Leaf, Outer, Pair, Record};
use super::tree::{Chunk, Destructor, Id, Name};
use super::values::Value;
use super::world::{bytes, name_of, words};

thread_local! {
    static REFUSALS: Cell<u32> = const { Cell::new(0) };
}

unsafe extern "C" fn refuse(_chunk: *mut c_void) -> c_int {
    let left = REFUSALS.get();
    REFUSALS.set(left.saturating_sub(1));
    if left > 0 { -1 } else { 0 }
}

/// From now on the destructors of C agree.
pub(crate) fn no_refusals() {
    REFUSALS.set(0);
}

fn address(m: &Machine<'_>, id: Id) -> *mut c_void {
    m.world.tree[id].address.expect("it was compared") as *mut c_void
}

/// C allocates.
pub(crate) fn alloc(m: &mut Machine<'_>, [a, b, c]: [u8; 3]) -> Done {
    let parent = m.pick_ctx(a)?;
    let ctx = m.ctx(parent).as_ptr();
    let (raw, chunk) = if b & 1 == 0 {
        let content = bytes(c);
        // SAFETY: the context is live; the name is static; there is room for the content.
        unsafe {
            let made = sys::talloc_named_const(ctx, content.len(), c"struct of C".as_ptr());
            assert!(!made.is_null());
            ptr::copy_nonoverlapping(content.as_ptr(), made.cast(), content.len());
        }
        (Raw::C, Chunk::full("struct of C", content))
    } else {
        let text = std::ffi::CString::new(words(c)).expect("no NUL");
        // SAFETY: the context is live, the text is one.
        let made = unsafe { sys::talloc_strdup(ctx, text.as_ptr()) };
        assert!(!made.is_null());
        (Raw::Str, Chunk::text(words(c)))
    };
    let id = m.world.tree.add(parent, chunk);
    m.handles.insert(id, Handle::Raw(raw));
    Some(())
}

fn pick_raw(m: &Machine<'_>, which: u8) -> Option<Id> {
    m.pick(which, |handle| matches!(handle, Handle::Raw(raw) if *raw != Raw::Tree))
}

/// C frees what it has.
pub(crate) fn free_raw(m: &mut Machine<'_>, [a, b, _]: [u8; 3]) -> Done {
    let id = m.pick(a, Handle::is_raw)?;
    m.end_borrows(id, b);
    free(m, id);
    Some(())
}

/// `talloc_free` of what has no handle, nor handles below it.
pub(crate) fn free(m: &mut Machine<'_>, id: Id) {
    open_loops(m, id);
    // SAFETY: it is live, and nobody uses it or what is below it.
    let result = unsafe { sys::_talloc_free(address(m, id), c"model".as_ptr()) };
    assert_eq!(result == 0, m.world.tree.free(id), "whether C's free of {id} was refused");
}

pub(crate) fn steal(m: &mut Machine<'_>, [a, b, c]: [u8; 3]) -> Done {
    let id = pick_raw(m, a)?;
    let to = m.pick_ctx_outside(b, id)?;
    m.end_borrows(id, c);
    let (from, to_ptr) = (address(m, id), m.ctx(to).as_ptr());
    // SAFETY: both are live, the second is not below the first.
    let stolen = unsafe { sys::_talloc_steal_loc(to_ptr, from, c"model".as_ptr()) };
    assert_eq!(stolen, from);
    m.world.tree.steal(id, to);
    Some(())
}

/// What C may refer to: what it can have a pointer of.
fn targets(m: &Machine<'_>) -> Vec<Id> {
    let tree = &m.world.tree;
    tree.ids()
        .filter(|id| {
            let chunk = &tree[*id];
            let is_own = chunk.is_private || chunk.target.is_some() || chunk.shares.is_some();
            !is_own && !m.open.contains(id) && !tree.is_within_moving(*id)
        })
        .collect()
}

pub(crate) fn reference(m: &mut Machine<'_>, [a, b, _]: [u8; 3]) -> Done {
    let holder = m.pick_ctx(a)?;
    let targets = targets(m);
    let target = *targets.get(usize::from(b) % targets.len().max(1))?;
    let (ctx, object) = (m.ctx(holder).as_ptr(), address(m, target));
    // SAFETY: both are live.
    let result = unsafe { sys::_talloc_reference_loc(ctx, object, c"model".as_ptr()) };
    assert_eq!(result, object);
    m.world.tree.reference(holder, target);
    Some(())
}

/// C gives a reference up.
pub(crate) fn unlink(m: &mut Machine<'_>, [a, ..]: [u8; 3]) -> Done {
    let tree = &m.world.tree;
    let references: Vec<_> = tree.ids().filter(|id| tree[*id].target.is_some()).collect();
    let reference = *references.get(usize::from(a) % references.len().max(1))?;
    give_up(m, reference);
    Some(())
}

/// Before something is freed, C gives up references to chunks from below themselves, where
/// libtalloc would hang the chunk below itself: nothing would free it any more. That is so for a
/// root (fact 5), for one that has other references or that refuses (fact 6).
pub(crate) fn open_loops(m: &mut Machine<'_>, above: Id) {
    for id in m.world.tree.subtree(above) {
        let tree = &m.world.tree;
        if !tree.contains(id) {
            // A reference that was given up.
            continue;
        }
        let refuses = match tree[id].destructor {
            Destructor::Asks => tree[id].refuses,
            destructor => destructor == Destructor::Refuses,
        };
        if tree[id].reference_count() == 1 && tree.parent(id).is_some() && !refuses {
            continue;
        }
        let references = tree[id].references().iter();
        let from_below: Vec<_> =
            references.copied().filter(|other| tree.is_within(*other, id)).collect();
        from_below.into_iter().for_each(|reference| give_up(m, reference));
    }
}

fn give_up(m: &mut Machine<'_>, reference: Id) {
    let tree = &m.world.tree;
    let holder = tree.parent(reference).expect("a reference has a holder");
    let target = tree[reference].target.expect("a reference");
    // SAFETY: both are live, and the holder has a reference, which goes first.
    let result = unsafe { sys::talloc_unlink(address(m, holder), address(m, target)) };
    assert_eq!(result == 0, m.world.tree.unlink(Some(holder), target));
}

/// C sets a destructor that refuses so many times.
pub(crate) fn set_refusing(m: &mut Machine<'_>, [a, b, _]: [u8; 3]) -> Done {
    let tree = &m.world.tree;
    let id = m.pick(a, |handle| {
        handle.as_ctx().is_some() || matches!(handle, Handle::Raw(Raw::C | Raw::Str | Raw::Ctx))
    })?;
    if !matches!(tree[id].destructor, Destructor::None | Destructor::Refuses) {
        return None;
    }
    // SAFETY: it is live, and its slot is C's.
    unsafe { sys::_talloc_set_destructor(address(m, id), Some(refuse)) };
    REFUSALS.set(u32::from(b % 3));
    m.world.tree.refusals = u32::from(b % 3);
    m.world.tree[id].destructor = Destructor::Refuses;
    Some(())
}

/// Rust hands an object to C.
pub(crate) fn give(m: &mut Machine<'_>, [a, b, _]: [u8; 3]) -> Done {
    let id = m.pick(a, |handle| {
        handle.is_node()
            || matches!(
                handle,
                Handle::Ctx(_)
                    | Handle::Number(_)
                    | Handle::Value(_)
                    | Handle::Numbers(_)
                    | Handle::Text(_)
                    | Handle::Str(_)
                    | Handle::List(_)
                    | Handle::Array(_)
                    | Handle::Blob(_)
                    | Handle::Guarded(_)
                    | Handle::SecretStr(_)
                    | Handle::Tree(_)
            )
    })?;
    let expected = m.world.tree[id].address.expect("it was compared");
    let (raw, ptr) = match m.take(id, b) {
        Handle::Ctx(ctx) => (Raw::Ctx, ctx.into_raw().addr()),
        Handle::Number(number) => (Raw::Number, TBox::into_raw(number).addr()),
        Handle::Value(value) => (Raw::Value, TBox::into_raw(value).addr()),
        Handle::Numbers(numbers) => (Raw::Numbers, TBox::into_raw(numbers).addr()),
        Handle::Text(text) => (Raw::Text, TBox::into_raw(text).addr()),
        Handle::Str(text) => (Raw::Str, text.into_raw().addr()),
        Handle::List(list) => (Raw::List, list.into_raw().addr()),
        Handle::Array(array) => (Raw::Array, array.into_raw().addr()),
        Handle::Blob(blob) => (Raw::Blob, blob.leak().as_ptr().addr()),
        Handle::Guarded(value) => (Raw::Guarded, Guarded::into_raw(value).addr()),
        Handle::SecretStr(text) => (Raw::SecretStr, text.into_raw().addr()),
        Handle::Leaf(node) => (Raw::Leaf, node.into_raw().addr()),
        Handle::Pair(node) => (Raw::Pair, node.into_raw().addr()),
        Handle::Choice(node) => (Raw::Choice, node.into_raw().addr()),
        Handle::Labelled(node) => (Raw::Labelled, node.into_raw().addr()),
        Handle::Record(node) => (Raw::Record, node.into_raw().addr()),
        Handle::Outer(node) => (Raw::Outer, node.into_raw().addr()),
        Handle::Tree(tree) => (Raw::Tree, tree.into_raw().addr()),
        _ => unreachable!("not picked"),
    };
    assert_eq!(ptr, expected);
    m.handles.insert(id, Handle::Raw(raw));
    Some(())
}

/// Rust hands a value or a node to C for good.
pub(crate) fn into_c(m: &mut Machine<'_>, [a, b, _]: [u8; 3]) -> Done {
    let id = m.pick(a, |handle| handle.is_node() || matches!(handle, Handle::Value(_)))?;
    let handle = m.take(id, b);
    let ptr = super::handle::each!(node node in handle => node.try_into_c().expect("memory").addr(),
        Handle::Value(value) => TBox::try_into_c(value).expect("memory").addr(),
        _ => unreachable!("not picked"),
    );
    let tree = &mut m.world.tree;
    assert_eq!(tree[id].address, Some(ptr));
    if tree[id].destructor == Destructor::Drops || !tree[id].values.is_empty() {
        if tree[id].destructor == Destructor::Drops {
            tree[id].destructor = Destructor::None;
        }
        let drop = Chunk::new("drop", 0);
        tree.add(id, Chunk { destructor: Destructor::DropsParent, is_private: true, ..drop });
    }
    m.handles.insert(id, Handle::Raw(Raw::C));
    Some(())
}

/// Rust takes an object back, or over.
pub(crate) fn take_back(m: &mut Machine<'_>, [a, b, c]: [u8; 3]) -> Done {
    let id = m.pick(a, |handle| matches!(handle, Handle::Raw(raw) if *raw != Raw::C))?;
    let Handle::Raw(raw) = m.handles[&id] else { unreachable!() };
    if raw == Raw::Value && m.world.tree.parent(id).is_none() {
        // A value with drop glue must not be a root: fact 5.
        return None;
    }
    let ptr = address(m, id);
    let chunk = &m.world.tree[id];
    let (length, name) = (chunk.bytes.len(), chunk.name.clone());
    // Who asks for a type is refused when the object has another name.
    let typed = |expected: &str| name == Name::Is(expected.to_owned());
    let parent = m.world.tree.parent(id).map(|parent| address(m, parent));
    m.end_borrows(id, b);
    macro_rules! node {
        ($Node:ident, $Family:ty) => {{
            let expected = name_of::<$Family>();
            (expected, Node::<$Family>::from_raw(ptr.cast()).map(Handle::$Node))
        }};
    }
    // SAFETY: of all: what the pointer leads to was handed over by a handle of this type, or made
    // by C in its form, it is live, its parent too, and nobody else uses it. Those that ask for a
    // parent get it.
    let (expected, handle) = unsafe {
        match raw {
            Raw::Ctx => (String::new(), Ctx::from_raw(ptr).map(Handle::Ctx)),
            Raw::Number => ("u64".to_owned(), TBox::from_raw(ptr.cast()).map(Handle::Number)),
            Raw::Value => (name_of::<Value>(), TBox::from_raw(ptr.cast()).map(Handle::Value)),
            Raw::Numbers => {
                ("[u32]".to_owned(), TBox::from_raw_slice(ptr.cast()).map(Handle::Numbers))
            }
            Raw::Text => (String::new(), TBox::from_raw_c_str(ptr.cast()).map(Handle::Text)),
            Raw::Str if c & 1 == 1 && parent.is_some() => {
                let ctx = talloc::CtxRef::from_ptr(parent.expect("a parent")).expect("not null");
                (String::new(), ctx.adopt::<Str<'static>>(ptr.cast()).map(Handle::Str))
            }
            Raw::Str => (String::new(), Str::from_raw(ptr.cast()).map(Handle::Str)),
            Raw::List => (String::new(), StrList::from_raw(ptr.cast()).map(Handle::List)),
            Raw::Array => (String::new(), Array::from_raw(ptr.cast()).map(Handle::Array)),
            Raw::Blob => {
                let blob = Blob::from_raw_parts(ptr.cast_const().cast(), length);
                (String::new(), BlobBuf::from_raw(blob).map(Handle::Blob))
            }
            Raw::Guarded => (String::new(), Guarded::from_raw(ptr.cast()).map(Handle::Guarded)),
            Raw::SecretStr => {
                (String::new(), SecretStr::from_raw(ptr.cast()).map(Handle::SecretStr))
            }
            Raw::Leaf if c & 1 == 1 && parent.is_some() => {
                let kept = Kept::<Leaf<'static>>::from_raw(ptr.cast());
                let ctx = talloc::CtxRef::from_ptr(parent.expect("a parent")).expect("not null");
                // A kept node is stolen to become an owned one, here to where it is.
                let node = kept.map(|kept| Handle::Leaf(kept.steal(ctx)));
                (name_of::<Leaf<'static>>(), node)
            }
            Raw::Leaf => node!(Leaf, Leaf<'static>),
            Raw::Pair => node!(Pair, Pair<'static>),
            Raw::Choice => node!(Choice, Choice<'static>),
            Raw::Labelled => node!(Labelled, Labelled<'static, Value>),
            Raw::Record => node!(Record, Record<'static>),
            Raw::Outer => node!(Outer, Outer<'static>),
            Raw::Tree => {
                let name = name_of::<super::moving::Job<'static>>();
                (
                    name,
                    talloc::Tree::<super::moving::Job<'static>>::from_raw(ptr.cast())
                        .map(Handle::Tree),
                )
            }
            Raw::C => unreachable!("not picked"),
        }
    };
    match handle {
        Ok(handle) => {
            assert!(expected.is_empty() || typed(&expected), "it was renamed");
            if raw == Raw::Leaf && c & 1 == 1 {
                if let Some(parent) = m.world.tree.parent(id) {
                    m.world.tree.steal(id, parent);
                }
            }
            if matches!(handle, Handle::Text(_)) {
                m.world.tree[id].name = Name::Is("char".to_owned());
            }
            m.handles.insert(id, handle);
        }
        Err(error) => {
            assert!(!expected.is_empty() && !typed(&expected), "{raw:?}: {error}");
            assert!(matches!(error, Error::WrongType { .. }), "{error:?}");
        }
    }
    Some(())
}
