//! A tree that moves between threads.

use talloc::tree::{Array, Kept, Str};
use talloc::{Error, Tree as Moving, TreeCtx};

use super::nodes::{at, bytemuck_bytes, chunk_of};
use super::tree::{Chunk, Destructor, Id, Tree};
use super::values::Value;
use super::world::{World, name_of, numbers, words};

talloc::node! {
    pub(crate) struct Job<'t> {
        pub(crate) text: Str<'t>,
        pub(crate) numbers: Array<'t, u32>,
        pub(crate) line: Option<Kept<'t, Line<'static>>>,
        pub(crate) kept: Option<&'t mut Value>,
        pub(crate) inner: Option<Moving<Job<'static>>>,
        pub(crate) attached: Option<Kept<'t, Job<'static>>>,
        pub(crate) value: Value,
    }
}

talloc::node! {
    pub(crate) struct Line<'t> { pub(crate) text: Str<'t>, pub(crate) value: Value }
}

/// The places of the parts in the model.
const TEXT: usize = 0;
const NUMBERS: usize = 1;
const LINE: usize = 2;
const KEPT: usize = 3;
const INNER: usize = 4;
const ATTACHED: usize = 5;

/// A tree, and its root in the model.
pub(crate) fn build(world: &mut World, how: u8) -> Result<(Moving<Job<'static>>, Id), Error> {
    let id = world.tree.add(None, chunk_of::<Job<'static>>());
    let tree = Moving::<Job>::try_build(|t| make(t, world, id, how))?;
    world.tree[id].address = Some(tree.as_ptr().addr());
    world.tree[id].is_moving = true;
    Ok((tree, id))
}

fn make<'t>(t: &TreeCtx<'t>, world: &mut World, id: Id, how: u8) -> Result<Job<'t>, Error> {
    let text = t.try_strdup(words(how))?;
    let text_part = world.tree.add(id, Chunk::text(words(how)));
    let (line, line_part) = match how & 1 {
        0 => (None, None),
        _ => line(t, world, id, how).map(|(line, part)| (Some(line), Some(part)))?,
    };
    world.tree[id].parts = vec![Some(text_part), None, line_part, None, None, None];
    let value = world.value(id);
    Ok(Job { text, numbers: Array::new(), line, kept: None, inner: None, attached: None, value })
}

fn line<'t>(
    t: &TreeCtx<'t>,
    world: &mut World,
    id: Id,
    how: u8,
) -> Result<(Kept<'t, Line<'static>>, Id), Error> {
    let part = world.tree.add(id, chunk_of::<Line<'static>>());
    let line = t.try_build::<Line>(|t| {
        let text = t.try_strdup(words(how))?;
        let text_part = world.tree.add(part, Chunk::text(words(how)));
        world.tree[part].parts = vec![Some(text_part)];
        Ok(Line { text, value: world.value(part) })
    })?;
    Ok((line, part))
}

/// Changes the struct; `more` is a tree that it may take.
pub(crate) fn change<'t>(
    t: &TreeCtx<'t>,
    job: &mut Job<'t>,
    world: &mut World,
    id: Id,
    (what, how): (u8, u8),
    more: &mut Option<(Moving<Job<'static>>, Id)>,
) {
    let part = |world: &World, place: usize| world.tree[id].parts[place];
    match what % 9 {
        0 => {
            job.text.set(t, words(how)).expect("no NUL");
            let old = part(world, TEXT).expect("a text");
            let new = world.tree.add(id, Chunk::text(words(how)));
            world.tree[id].parts[TEXT] = Some(new);
            assert!(world.tree.free(old), "nobody refers to it");
        }
        1 => {
            job.text.push_str(t, words(how)).expect("no NUL");
            let text = part(world, TEXT).expect("a text");
            let text = &mut world.tree[text];
            text.bytes.pop();
            text.bytes.extend([words(how).as_bytes(), b"\0"].concat());
            (text.size, text.address) = (text.bytes.len(), None);
        }
        2 => {
            job.numbers.try_extend_from_slice(t, &numbers(how)).expect("memory");
            sync(t, job, world, id);
        }
        3 => {
            match how & 3 {
                0 => _ = job.numbers.pop(),
                1 => job.numbers.retain(|number| number % 2 == 0),
                2 => job.numbers.truncate(usize::from(how / 4 % 4)),
                _ => job.numbers.shrink_to_fit(t),
            }
            sync(t, job, world, id);
        }
        4 => {
            if let Some(old) = job.line.take() {
                old.free(t);
                let old = world.tree[id].parts[LINE].take().expect("a line");
                assert!(world.tree.free(old), "nobody refers to it");
            }
            if how & 1 == 1 {
                let (line, part) = line(t, world, id, how).expect("memory");
                (job.line, world.tree[id].parts[LINE]) = (Some(line), Some(part));
            }
        }
        5 => {
            if let (Some(line), Some(part)) = (&mut job.line, part(world, LINE)) {
                line.with_mut(t, |t, line| line.text.set(t, words(how))).expect("no NUL");
                let old = world.tree[part].parts[0].expect("a text");
                let new = world.tree.add(part, Chunk::text(words(how)));
                world.tree[part].parts[0] = Some(new);
                assert!(world.tree.free(old), "nobody refers to it");
            }
        }
        6 => {
            let (value, chunk) = world.boxed();
            job.kept = Some(t.keep(value));
            let kept = world.tree.add(id, Chunk { destructor: Destructor::Drops, ..chunk });
            world.tree[id].parts[KEPT] = Some(kept);
        }
        7 => {
            let old = job.inner.take();
            let old_part = world.tree[id].parts[INNER].take();
            if let (Some(old), Some(part)) = (old, old_part) {
                drop(old);
                world.tree[id].owns.clear();
                assert!(world.tree.free(part), "nobody refers to it");
            }
            if let Some((tree, part)) = more.take() {
                job.inner = Some(tree);
                world.tree[id].parts[INNER] = Some(part);
                world.tree[id].owns = vec![part];
            }
        }
        _ => {
            if let Some((tree, part)) = more.take() {
                job.attached = Some(t.attach(tree));
                world.tree.steal(part, id);
                world.tree[id].parts[ATTACHED] = Some(part);
            }
        }
    }
}

/// The array in the model after a change.
fn sync<'t>(t: &TreeCtx<'t>, job: &Job<'t>, world: &mut World, id: Id) {
    let capacity = job.numbers.capacity(t);
    assert!(capacity >= job.numbers.len());
    let tree = &mut world.tree;
    let part = tree[id].parts[NUMBERS];
    if capacity == 0 {
        if let Some(old) = tree[id].parts[NUMBERS].take() {
            assert!(tree.free(old), "nobody refers to it");
        }
        return;
    }
    let part = part.unwrap_or_else(|| tree.add(id, Chunk::new(name_of::<[u32]>(), 0)));
    tree[id].parts[NUMBERS] = Some(part);
    let chunk = &mut tree[part];
    (chunk.size, chunk.bytes) = (capacity * size_of::<u32>(), bytemuck_bytes(&job.numbers));
    chunk.address = None;
}

impl Job<'_> {
    /// Asserts that it is what the model has.
    pub(crate) fn check(&self, tree: &Tree, id: Id) {
        let parts = &tree[id].parts;
        at(tree, parts[TEXT], Some(self.text.as_ptr()));
        let numbers = Some(self.numbers.as_ptr()).filter(|_| parts[NUMBERS].is_some());
        at(tree, parts[NUMBERS], numbers);
        at(tree, parts[LINE], self.line.as_ref().map(|line| (&raw const *line.get()).cast_mut()));
        if let (Some(line), Some(part)) = (&self.line, parts[LINE]) {
            at(tree, tree[part].parts[0], Some(line.get().text.as_ptr()));
            assert_eq!(tree[part].values, [line.get().value.number]);
        }
        if let (Some(kept), Some(part)) = (&self.kept, parts[KEPT]) {
            assert_eq!(tree[part].values, [kept.number]);
        }
        at(tree, parts[INNER], self.inner.as_ref().map(|inner| inner.as_ptr()));
        if let (Some(inner), Some(part)) = (&self.inner, parts[INNER]) {
            inner.with(|inner| inner.check(tree, part));
        }
        if let (Some(attached), Some(part)) = (&self.attached, parts[ATTACHED]) {
            attached.get().check(tree, part);
        }
        assert!(self.value.is_whole() && tree[id].values == [self.value.number]);
    }
}
