//! Owner nodes of all forms, and what the model has for each.

use talloc::{Array, BlobBuf, CtxRef, Error, Family, Kept, Shared, Str, StrList, TBox};

use super::tree::{Chunk, Destructor, Id, Tree};
use super::values::Value;
use super::world::{World, name_of, words};

talloc::node! {
    /// A struct.
    pub(crate) struct Leaf<'t> { pub(crate) text: Str<'t>, pub(crate) value: Value }
}

talloc::node! {
    /// A tuple.
    pub(crate) struct Pair<'t>(pub(crate) Str<'t>, pub(crate) Array<'t, u32>);
}

talloc::node! {
    /// An enum.
    pub(crate) enum Choice<'t> {
        Empty,
        Text(Str<'t>),
        Both { text: Option<Str<'t>>, value: Value },
        Nested(Kept<'t, Leaf<'static>>),
    }
}

talloc::node! {
    /// A generic struct.
    pub(crate) struct Labelled<'t, T> { pub(crate) value: T, pub(crate) label: Str<'t> }
}

talloc::node! {
    /// Fields of all kinds.
    pub(crate) struct Record<'t> {
        pub(crate) name: Str<'t>,
        pub(crate) nick: Option<Str<'t>>,
        pub(crate) numbers: Array<'t, u32>,
        pub(crate) list: StrList<'t>,
        pub(crate) blob: BlobBuf<'t>,
        pub(crate) boxed: Option<TBox<'t, Value>>,
        pub(crate) share: Option<Shared<'t, Value>>,
        pub(crate) value: Value,
    }
}

talloc::node! {
    /// Nodes in a node.
    pub(crate) struct Outer<'t> {
        pub(crate) first: Kept<'t, Leaf<'static>>,
        pub(crate) second: Option<Kept<'t, Leaf<'static>>>,
        pub(crate) list: Vec<Kept<'t, Leaf<'static>>>,
        pub(crate) array: Array<'t, Kept<'t, Leaf<'static>>>,
    }
}

/// The places of the parts of a [`Record`] in the model.
pub(crate) mod record {
    pub(crate) const NAME: usize = 0;
    pub(crate) const NICK: usize = 1;
    pub(crate) const NUMBERS: usize = 2;
    pub(crate) const LIST: usize = 3;
    pub(crate) const BLOB: usize = 4;
    pub(crate) const BOXED: usize = 5;
    pub(crate) const SHARE: usize = 6;
}

/// The places of the parts of an [`Outer`]: those of the list and the array follow.
pub(crate) mod outer {
    pub(crate) const FIRST: usize = 0;
    pub(crate) const SECOND: usize = 1;
    pub(crate) const ARRAY: usize = 2;
}

/// The chunk of a node of this family.
pub(crate) fn chunk_of<F: Family>() -> Chunk {
    let destructor = match core::mem::needs_drop::<F::Of<'static>>() {
        true => Destructor::Drops,
        false => Destructor::None,
    };
    Chunk { destructor, ..Chunk::new(name_of::<F>(), size_of::<F::Of<'static>>()) }
}

/// A struct for a node, made on its context, with its parts in the model below `id`.
pub(crate) trait Made: Family {
    fn make<'t>(t: &'t CtxRef, world: &mut World, id: Id, how: u8) -> Result<Self::Of<'t>, Error>;

    /// Asserts that the struct leads to its parts.
    fn check(made: &Self::Of<'_>, tree: &Tree, id: Id);
}

/// Asserts that a part is where a pointer leads.
#[track_caller]
pub(crate) fn at<T>(tree: &Tree, part: Option<Id>, ptr: Option<*mut T>) {
    let expected = part.map(|part| tree[part].address.expect("it was compared"));
    assert_eq!(ptr.map(|ptr| ptr.addr()), expected, "a field leads elsewhere");
}

/// A copy of a text, in the model as well.
pub(crate) fn strdup<'t>(
    t: &'t CtxRef,
    tree: &mut Tree,
    id: Id,
    text: &str,
) -> Result<(Str<'t>, Id), Error> {
    let made = t.try_strdup(text)?;
    Ok((made, tree.add(id, Chunk::text(text))))
}

/// An array of numbers.
pub(crate) fn numbers<'t>(
    t: &'t CtxRef,
    tree: &mut Tree,
    id: Id,
    how: u8,
) -> Result<(Array<'t, u32>, Id), Error> {
    let values = super::world::numbers(how);
    let made = t.try_alloc_slice_copy(&values)?.into();
    Ok((made, tree.add(id, Chunk::full("[u32]", bytemuck_bytes(&values)))))
}

/// Numbers as they lie in memory.
pub(crate) fn bytemuck_bytes(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_ne_bytes()).collect()
}

/// The chunk of a list of strings, and its strings.
pub(crate) fn list_in_model(tree: &mut Tree, id: Id, texts: &[&str]) -> Id {
    let size = (texts.len() + 1) * size_of::<usize>();
    let list = tree.add(id, Chunk::new("char *", size));
    let parts = texts.iter().map(|text| Some(tree.add(list, Chunk::text(text)))).collect();
    tree[list].parts = parts;
    list
}

/// A node below another one.
pub(crate) fn leaf<'t>(
    t: &'t CtxRef,
    world: &mut World,
    id: Id,
    how: u8,
) -> Result<(Kept<'t, Leaf<'static>>, Id), Error> {
    let child = world.tree.add(id, chunk_of::<Leaf<'static>>());
    let node = t.try_build::<Leaf>(|t| Leaf::make(t, world, child, how))?;
    Ok((node.keep(), child))
}

impl Made for Leaf<'static> {
    fn make<'t>(t: &'t CtxRef, world: &mut World, id: Id, how: u8) -> Result<Leaf<'t>, Error> {
        let (text, part) = strdup(t, &mut world.tree, id, words(how))?;
        world.tree[id].parts = vec![Some(part)];
        Ok(Leaf { text, value: world.value(id) })
    }

    fn check(made: &Leaf<'_>, tree: &Tree, id: Id) {
        at(tree, tree[id].parts[0], Some(made.text.as_ptr()));
        assert!(made.value.is_whole() && tree[id].values == [made.value.number]);
    }
}

impl Made for Pair<'static> {
    fn make<'t>(t: &'t CtxRef, world: &mut World, id: Id, how: u8) -> Result<Pair<'t>, Error> {
        let (text, first) = strdup(t, &mut world.tree, id, words(how))?;
        let (numbers, second) = numbers(t, &mut world.tree, id, how)?;
        world.tree[id].parts = vec![Some(first), Some(second)];
        Ok(Pair(text, numbers))
    }

    fn check(made: &Pair<'_>, tree: &Tree, id: Id) {
        at(tree, tree[id].parts[0], Some(made.0.as_ptr()));
        at(tree, tree[id].parts[1], Some(made.1.as_ptr()));
    }
}

impl Made for Choice<'static> {
    fn make<'t>(t: &'t CtxRef, world: &mut World, id: Id, how: u8) -> Result<Choice<'t>, Error> {
        let (choice, part) = match how % 5 {
            0 => (Choice::Empty, None),
            1 => {
                let (text, part) = strdup(t, &mut world.tree, id, words(how))?;
                (Choice::Text(text), Some(part))
            }
            2 => (Choice::Both { text: None, value: world.value(id) }, None),
            3 => {
                let (text, part) = strdup(t, &mut world.tree, id, words(how))?;
                (Choice::Both { text: Some(text), value: world.value(id) }, Some(part))
            }
            _ => {
                let (node, part) = leaf(t, world, id, how)?;
                (Choice::Nested(node), Some(part))
            }
        };
        world.tree[id].parts = vec![part];
        Ok(choice)
    }

    fn check(made: &Choice<'_>, tree: &Tree, id: Id) {
        let part = tree[id].parts[0];
        match made {
            Choice::Empty => assert_eq!(part, None),
            Choice::Text(text) => at(tree, part, Some(text.as_ptr())),
            Choice::Both { text, value } => {
                at(tree, part, text.as_ref().map(|text| text.as_ptr()));
                assert!(value.is_whole() && tree[id].values == [value.number]);
            }
            Choice::Nested(node) => check_kept(Some(node), tree, part),
        }
    }
}

impl Made for Labelled<'static, Value> {
    fn make<'t>(
        t: &'t CtxRef,
        world: &mut World,
        id: Id,
        how: u8,
    ) -> Result<Labelled<'t, Value>, Error> {
        let (label, part) = strdup(t, &mut world.tree, id, words(how))?;
        world.tree[id].parts = vec![Some(part)];
        Ok(Labelled { value: world.value(id), label })
    }

    fn check(made: &Labelled<'_, Value>, tree: &Tree, id: Id) {
        at(tree, tree[id].parts[0], Some(made.label.as_ptr()));
        assert!(made.value.is_whole() && tree[id].values == [made.value.number]);
    }
}

impl Made for Record<'static> {
    fn make<'t>(t: &'t CtxRef, world: &mut World, id: Id, how: u8) -> Result<Record<'t>, Error> {
        let tree = &mut world.tree;
        let (name, name_part) = strdup(t, tree, id, words(how))?;
        let (nick, nick_part) = match how & 1 {
            0 => (None, None),
            _ => strdup(t, tree, id, words(how / 2)).map(|(text, id)| (Some(text), Some(id)))?,
        };
        let (numbers, numbers_part) = numbers(t, tree, id, how)?;
        let texts = super::world::texts(how);
        let list = t.try_strdup_list(texts.iter().copied())?;
        let list_part = list_in_model(tree, id, &texts);
        let bytes = super::world::bytes(how);
        let blob = t.try_alloc_blob(&bytes)?;
        let blob_part = (!bytes.is_empty()).then(|| tree.add(id, Chunk::full("[u8]", bytes)));
        let (mut boxed, mut boxed_part) = (None, None);
        if how & 2 != 0 {
            let (value, chunk) = world.boxed();
            boxed = Some(t.try_alloc(value)?);
            boxed_part = Some(world.tree.add(id, chunk));
        }
        let (mut share, mut share_part) = (None, None);
        if how & 4 != 0 {
            let (value, chunk) = world.boxed();
            share = Some(t.try_alloc_shared(value)?);
            let object = world.tree.add(id, Chunk { destructor: Destructor::Drops, ..chunk });
            share_part = Some(world.tree.add_share(id, object, None));
        }
        let parts = [
            Some(name_part),
            nick_part,
            Some(numbers_part),
            Some(list_part),
            blob_part,
            boxed_part,
        ];
        world.tree[id].parts = [&parts[..], &[share_part]].concat();
        world.tree[id].owns = boxed_part.into_iter().chain(share_part).collect();
        Ok(Record { name, nick, numbers, list, blob, boxed, share, value: world.value(id) })
    }

    fn check(made: &Record<'_>, tree: &Tree, id: Id) {
        let parts = &tree[id].parts;
        at(tree, parts[record::NAME], Some(made.name.as_ptr()));
        at(tree, parts[record::NICK], made.nick.as_ref().map(|text| text.as_ptr()));
        at(tree, parts[record::NUMBERS], Some(made.numbers.as_ptr()));
        check_list(&made.list, tree, parts[record::LIST].expect("a list"));
        at(tree, parts[record::BLOB], Some(made.blob.as_ptr()).filter(|ptr| !ptr.is_null()));
        if let Some(part) = parts[record::BLOB] {
            assert_eq!(*made.blob, tree[part].bytes[..]);
        }
        at(tree, parts[record::BOXED], made.boxed.as_ref().map(TBox::as_ptr));
        let object = parts[record::SHARE].map(|share| tree[share].shares.expect("a share"));
        at(tree, object, made.share.as_ref().map(Shared::as_ptr));
        assert!(made.value.is_whole() && tree[id].values == [made.value.number]);
    }
}

impl Made for Outer<'static> {
    fn make<'t>(t: &'t CtxRef, world: &mut World, id: Id, how: u8) -> Result<Outer<'t>, Error> {
        let (first, first_part) = leaf(t, world, id, how)?;
        let (second, second_part) = match how & 1 {
            0 => (None, None),
            _ => leaf(t, world, id, how / 2).map(|(node, id)| (Some(node), Some(id)))?,
        };
        let (mut list, mut made, mut more) = (Vec::new(), Vec::new(), Vec::new());
        for number in 0..how / 2 % 3 {
            let (node, part) = leaf(t, world, id, number)?;
            list.push(node);
            more.push(Some(part));
        }
        for number in 0..how / 6 % 3 {
            let (node, part) = leaf(t, world, id, number)?;
            made.push(node);
            more.push(Some(part));
        }
        let size = made.len() * size_of::<usize>();
        let array = t.try_alloc_slice_from_iter(made)?.into();
        let name = name_of::<[Kept<'_, Leaf<'static>>]>();
        let array_part = world.tree.add(id, Chunk::new(name, size));
        world.tree[id].parts =
            [&[Some(first_part), second_part, Some(array_part)], &more[..]].concat();
        Ok(Outer { first, second, list, array })
    }

    fn check(made: &Outer<'_>, tree: &Tree, id: Id) {
        let parts = &tree[id].parts;
        check_kept(Some(&made.first), tree, parts[outer::FIRST]);
        check_kept(made.second.as_ref(), tree, parts[outer::SECOND]);
        at(tree, parts[outer::ARRAY], Some(made.array.as_ptr()));
        let nodes = made.list.iter().chain(&*made.array);
        let more = &parts[outer::ARRAY + 1..];
        assert_eq!(made.list.len() + made.array.len(), more.len());
        nodes.zip(more).for_each(|(node, part)| check_kept(Some(node), tree, *part));
    }
}

fn check_kept(node: Option<&Kept<'_, Leaf<'static>>>, tree: &Tree, part: Option<Id>) {
    at(tree, part, node.map(Kept::as_ptr));
    if let (Some(node), Some(part)) = (node, part) {
        Leaf::check(node.get(), tree, part);
    }
}

/// Asserts that a list has its strings.
pub(crate) fn check_list(list: &StrList<'_>, tree: &Tree, id: Id) {
    at(tree, Some(id), Some(list.as_ptr()));
    assert_eq!(list.len(), tree[id].parts.len(), "the length of list {id}");
    for (text, part) in list.iter().zip(&tree[id].parts) {
        at(tree, *part, Some(text.as_ptr().cast_mut()));
    }
}
