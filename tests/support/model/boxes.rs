//! Steps with boxes: values, arrays, text.

use talloc::{Error, Shared, TBox, TString};

use super::contexts::Done;
use super::handle::Handle;
use super::machine::Machine;
use super::nodes::bytemuck_bytes;
use super::tree::{Chunk, Destructor, Name};
use super::values::{Large, Value};
use super::world::{name_of, numbers, words};

pub(crate) fn alloc(m: &mut Machine<'_>, [a, b, c]: [u8; 3]) -> Done {
    let parent = m.pick_ctx(a)?;
    let ctx = m.ctx(parent);
    let (handle, chunk) = match b % 9 {
        0 => {
            let number = ctx.try_alloc(u64::from(c)).expect("memory");
            (Handle::Number(number), Chunk::full("u64", u64::from(c).to_ne_bytes()))
        }
        1 => (Handle::Number(ctx.try_alloc_zeroed().expect("memory")), Chunk::full("u64", [0; 8])),
        2 => (Handle::Unit(ctx.try_alloc(()).expect("memory")), Chunk::new("()", 0)),
        3 => (Handle::Room(ctx.try_alloc_uninit().expect("memory")), Chunk::new("u64", 8)),
        4 => {
            let number = m.world.number();
            let value = ctx.try_alloc_with(|| m.world.log.pen().large(number)).expect("memory");
            let chunk = Chunk::new(name_of::<Large>(), size_of::<Large>());
            let bytes = number.to_ne_bytes().into();
            (Handle::Large(value), Chunk { bytes, values: vec![number], ..chunk })
        }
        5 => {
            let (pen, from) = (m.world.log.pen(), u64::from(c) % 4);
            let values: Vec<_> = (0..from).map(|_| m.world.number()).collect();
            let made = values.iter().map(|number| pen.value(*number));
            let array = ctx.try_alloc_slice_from_iter(made).expect("memory");
            let size = values.len() * size_of::<Value>();
            (Handle::Values(array), Chunk { values, ..Chunk::new(name_of::<[Value]>(), size) })
        }
        6 => {
            let array = ctx.try_alloc_slice_copy(&numbers(c)).expect("memory");
            (Handle::Numbers(array), Chunk::full("[u32]", bytemuck_bytes(&numbers(c))))
        }
        7 => {
            let text = ctx.try_alloc_str(words(c)).expect("memory");
            (Handle::Text(text), Chunk::full("char", [words(c).as_bytes(), b"\0"].concat()))
        }
        _ => {
            let (value, chunk) = m.world.boxed();
            (Handle::Value(ctx.try_alloc(value).expect("memory")), chunk)
        }
    };
    let id = m.world.tree.add(parent, chunk);
    m.handles.insert(id, handle);
    Some(())
}

/// Takes the value out, or writes one.
pub(crate) fn into_inner(m: &mut Machine<'_>, [a, b, c]: [u8; 3]) -> Done {
    let id = m.pick(a, |handle| {
        matches!(handle, Handle::Number(_) | Handle::Value(_) | Handle::Large(_) | Handle::Room(_))
    })?;
    let handle = m.take(id, b);
    let tree = &mut m.world.tree;
    let (values, expected) = (tree[id].values.clone(), tree[id].bytes.clone());
    let kept = match handle {
        Handle::Room(room) => {
            tree[id].bytes = u64::from(c).to_ne_bytes().into();
            m.handles.insert(id, Handle::Number(TBox::write(room, u64::from(c))));
            return Some(());
        }
        Handle::Number(number) => match TBox::into_inner(number) {
            Ok(number) => {
                assert_eq!(number.to_ne_bytes(), expected[..]);
                None
            }
            Err(rejected) => Some(Handle::Number(rejected.into_inner())),
        },
        Handle::Value(value) => match TBox::into_inner(value) {
            Ok(value) => {
                assert!(value.is_whole() && values == [value.number]);
                None
            }
            Err(rejected) => Some(Handle::Value(rejected.into_inner())),
        },
        Handle::Large(large) => match TBox::into_inner(large) {
            Ok(large) => {
                assert!(large.value.is_whole() && values == [large.value.number]);
                None
            }
            Err(rejected) => Some(Handle::Large(rejected.into_inner())),
        },
        _ => unreachable!("not picked"),
    };
    // The values that were taken out are dropped here.
    assert_eq!(kept.is_none(), tree.free_with_values(id), "whether the free was refused");
    if let Some(handle) = kept {
        m.handles.insert(id, handle);
    }
    Some(())
}

/// Writes through the handle.
pub(crate) fn write(m: &mut Machine<'_>, [a, b, _]: [u8; 3]) -> Done {
    let id = m.pick(a, |handle| {
        matches!(handle, Handle::Number(_) | Handle::Numbers(_) | Handle::Value(_))
    })?;
    let mut handle = m.take(id, b);
    let tree = &mut m.world.tree;
    match &mut handle {
        Handle::Number(number) => {
            **number = u64::from(b);
            tree[id].bytes = u64::from(b).to_ne_bytes().into();
        }
        Handle::Numbers(numbers) => {
            numbers.fill(u32::from(b));
            tree[id].bytes = bytemuck_bytes(numbers);
        }
        Handle::Value(value) => {
            // The old one is dropped.
            let (new, chunk) = m.world.boxed();
            **value = new;
            let tree = &mut m.world.tree;
            let old = std::mem::replace(&mut tree[id].values, chunk.values);
            tree[id].bytes = chunk.bytes;
            tree.dropped.extend(old);
        }
        _ => unreachable!("not picked"),
    }
    m.handles.insert(id, handle);
    Some(())
}

pub(crate) fn keep(m: &mut Machine<'_>, [a, b, _]: [u8; 3]) -> Done {
    let id = m.pick(a, |handle| {
        matches!(handle, Handle::Value(_) | Handle::Large(_) | Handle::Values(_) | Handle::Text(_))
    })?;
    match m.take(id, b) {
        Handle::Value(value) => assert!(TBox::keep(value).is_whole()),
        Handle::Large(large) => assert!(TBox::keep(large).value.is_whole()),
        Handle::Values(values) => assert!(TBox::keep(values).iter().all(Value::is_whole)),
        Handle::Text(text) => {
            TBox::keep(text);
            return Some(());
        }
        _ => unreachable!("not picked"),
    }
    m.world.tree[id].destructor = Destructor::Drops;
    Some(())
}

pub(crate) fn grow(m: &mut Machine<'_>, [a, b, c]: [u8; 3]) -> Done {
    let id = m.pick(a, |handle| matches!(handle, Handle::Values(_) | Handle::Numbers(_)))?;
    let mut handle = m.take(id, b);
    let is_referenced = m.world.tree[id].is_referenced();
    match &mut handle {
        Handle::Numbers(array) => {
            let more = numbers(c);
            let result = TBox::try_extend_from_slice(array, &more);
            let expected =
                if is_referenced && !more.is_empty() { Err(Error::Referenced) } else { Ok(()) };
            assert_eq!(result, expected);
            if result.is_ok() {
                let chunk = &mut m.world.tree[id];
                chunk.bytes.extend(bytemuck_bytes(&more));
                (chunk.size, chunk.address) = (chunk.bytes.len(), None);
            }
        }
        Handle::Values(array) => {
            let more: Vec<_> = (0..c % 3).map(|_| m.world.number()).collect();
            let (old, pen) = (array.len(), m.world.log.pen());
            let made = |index: usize| pen.value(more[index - old]);
            let result = TBox::try_grow_with(array, old + more.len(), made);
            let chunk = &mut m.world.tree[id];
            if is_referenced && !more.is_empty() {
                // None was made.
                assert_eq!(result, Err(Error::Referenced));
            } else {
                assert_eq!(result, Ok(()));
                chunk.values.extend(more);
                (chunk.size, chunk.address) = (chunk.values.len() * size_of::<Value>(), None);
            }
        }
        _ => unreachable!("not picked"),
    }
    m.handles.insert(id, handle);
    Some(())
}

/// A box that gets several owners.
pub(crate) fn share(m: &mut Machine<'_>, [a, b, c]: [u8; 3]) -> Done {
    let id = m.pick(a, |handle| matches!(handle, Handle::Value(_)))?;
    let to = m.pick_ctx_outside(b, id)?;
    let Handle::Value(value) = m.take(id, c) else { unreachable!() };
    let share = Shared::try_from_box_in(value, m.ctx(to)).expect("memory");
    m.world.tree[id].destructor = Destructor::Drops;
    let share_id = m.world.tree.add_share(to, id, None);
    m.handles.insert(share_id, Handle::Shared(share));
    Some(())
}

pub(crate) fn new_string(m: &mut Machine<'_>, [a, b, c]: [u8; 3]) -> Done {
    let parent = m.pick_ctx(a)?;
    let ctx = m.ctx(parent);
    let (text, content) = match b % 4 {
        0 => (Ok(TString::new_in(ctx)), ""),
        1 => (TString::try_with_capacity_in(usize::from(c), ctx), ""),
        2 => (TString::try_from_str_in(words(c), ctx), words(c)),
        _ => (ctx.try_format(format_args!("{}", words(c))), words(c)),
    };
    let text = text.expect("memory");
    let bytes = [content.as_bytes(), b"\0"].concat();
    let size = text.capacity() + 1;
    let id = m.world.tree.add(parent, Chunk { bytes, ..Chunk::new("char", size) });
    m.handles.insert(id, Handle::String(text));
    Some(())
}

pub(crate) fn change_string(m: &mut Machine<'_>, [a, b, c]: [u8; 3]) -> Done {
    let id = m.pick(a, |handle| matches!(handle, Handle::String(_)))?;
    let Handle::String(mut text) = m.take(id, b) else { unreachable!() };
    let mut expected = text.as_str().to_owned();
    let capacity = text.capacity();
    let (more, result) = match b % 7 {
        0 => (words(c), text.try_push_str(words(c))),
        1 => (words(c), text.try_write_fmt(format_args!("{}", words(c)))),
        2 => ("", text.try_reserve(usize::from(c))),
        3 => {
            assert_eq!(text.pop(), expected.pop());
            ("", Ok(()))
        }
        4 => {
            text.clear();
            expected.clear();
            ("", Ok(()))
        }
        5 => {
            let at = expected
                .char_indices()
                .nth(usize::from(c % 4))
                .map_or(expected.len(), |(at, _)| at);
            text.truncate(at);
            expected.truncate(at);
            ("", Ok(()))
        }
        _ => {
            text.as_mut_str().make_ascii_uppercase();
            expected.make_ascii_uppercase();
            ("", Ok(()))
        }
    };
    let needed = if b % 7 == 2 { usize::from(c) } else { more.len() };
    if m.world.tree[id].is_referenced() && expected.len() + needed > capacity {
        assert_eq!(result, Err(Error::Referenced));
        // What was written of a format until then stays.
        expected = text.as_str().to_owned();
    } else {
        assert_eq!(result, Ok(()));
        expected.push_str(more);
        assert!(text.capacity() >= expected.len() && text.capacity() >= capacity);
    }
    assert_eq!(text, expected);
    let chunk = &mut m.world.tree[id];
    chunk.bytes = [expected.as_bytes(), b"\0"].concat();
    if text.capacity() != capacity {
        (chunk.size, chunk.address) = (text.capacity() + 1, None);
    }
    m.handles.insert(id, Handle::String(text));
    Some(())
}

/// One kind of text becomes another.
pub(crate) fn convert_text(m: &mut Machine<'_>, [a, b, c]: [u8; 3]) -> Done {
    let id =
        m.pick(a, |handle| matches!(handle, Handle::String(_) | Handle::Text(_) | Handle::Str(_)))?;
    // A string that grows is called `char` again, or not, as libtalloc finds room for it.
    let is_renamed = !matches!(&m.world.tree[id].name, Name::Is(name) if name == "char");
    let is_text = matches!(m.handles[&id], Handle::Text(_));
    if m.world.tree[id].is_referenced() || (is_text && is_renamed) {
        return None;
    }
    let handle = m.take(id, b);
    let was_str = matches!(handle, Handle::Str(_));
    let handle = match (handle, c & 1) {
        (Handle::String(text), 0) => Handle::Text(text.into_boxed_str()),
        (Handle::String(text), _) => Handle::Str(text.into_c_str().expect("no NUL")),
        (Handle::Text(text), 0) => Handle::String(TBox::into_string(text)),
        (Handle::Text(text), _) => Handle::Str(TBox::into_c_str(text).expect("no NUL")),
        (Handle::Str(text), _) => Handle::Text(text.into_boxed_str().expect("UTF-8")),
        _ => unreachable!("not picked"),
    };
    let chunk = &mut m.world.tree[id];
    (chunk.size, chunk.address) = (chunk.bytes.len(), None);
    chunk.name = match handle {
        // A name of its own stays.
        Handle::Str(_) if chunk.name == Name::Is("char".to_owned()) => Name::ItsText,
        Handle::Str(_) => chunk.name.clone(),
        _ if was_str => Name::Is("char".to_owned()),
        _ => chunk.name.clone(),
    };
    m.handles.insert(id, handle);
    Some(())
}
