//! Steps that have an end: scratch contexts, arenas, limits.

use std::sync::OnceLock;

use talloc::{Ctx, Error};

use super::contexts::Done;
use super::machine::{Machine, SCOPES};
use super::tree::Chunk;
use super::world::{numbers, words};

/// A scratch context for the steps that follow, until one leaves it.
pub(crate) fn scratch(m: &mut Machine<'_>, [a, b, _]: [u8; 3]) -> Done {
    if m.scopes == SCOPES {
        return None;
    }
    m.scopes += 1;
    let body = |m: &mut Machine<'_>, t: &talloc::CtxRef| {
        let id = m.world.tree.add(None, Chunk::new("talloc::scratch", 0));
        m.world.tree[id].address = Some(t.as_ptr().addr());
        m.open.insert(id);
        m.check();
        m.run();
        // Nothing below it may stay: libtalloc would give it to the pool.
        m.world.tree.refusals = 0;
        super::c::no_refusals();
        m.world.tree.subtree(id).into_iter().for_each(|id| m.agree(id));
        m.end_borrows(id, b);
        m.open.remove(&id);
        id
    };
    let id = if a & 1 == 0 {
        talloc::scratch(|t| body(m, t))
    } else {
        talloc::try_scratch(|t| Ok::<_, Error>(body(m, t))).expect("memory")
    };
    assert!(m.world.tree.free(id), "nobody refers to a scratch context");
    m.scopes -= 1;
    Some(())
}

/// The end of a scope; nothing outside of one.
pub(crate) fn leave(_: &mut Machine<'_>, _: [u8; 3]) -> Done {
    None
}

/// An arena on a context, for the time of the step.
pub(crate) fn arena(m: &mut Machine<'_>, [a, b, c]: [u8; 3]) -> Done {
    let fill = |arena: &talloc::Arena<'_>| {
        let text = arena.try_alloc_str(words(c)).expect("memory");
        let copy = arena.try_alloc_slice_copy(&numbers(c)).expect("memory");
        let many =
            arena.try_alloc_slice_fill_with(usize::from(b) * 20, |index| index).expect("memory");
        let number = arena.try_alloc(u64::from(c)).expect("memory");
        *number += 1;
        text.make_ascii_uppercase();
        copy.reverse();
        assert_eq!(*number, u64::from(c) + 1);
        assert_eq!(*text, *words(c).to_ascii_uppercase());
        assert!(copy.iter().rev().eq(&numbers(c)));
        assert!(many.iter().copied().eq(0..usize::from(b) * 20));
        assert!(arena.used() <= arena.total_size());
    };
    let parent = m.pick_ctx(a)?;
    let ctx = m.ctx(parent);
    let blocks = ctx.total_blocks();
    let mut arena = match b % 3 {
        0 => ctx.new_arena(),
        1 => ctx.try_new_arena(usize::from(c)).expect("memory"),
        _ => {
            talloc::scratch_arena(fill);
            return Some(());
        }
    };
    fill(&arena);
    assert!(ctx.total_blocks() > blocks);
    arena.reset();
    fill(&arena);
    drop(arena);
    assert_eq!(ctx.total_blocks(), blocks);
    Some(())
}

/// The bytes that libtalloc adds to each chunk.
fn header() -> usize {
    static HEADER: OnceLock<usize> = OnceLock::new();
    *HEADER.get_or_init(|| {
        let fits = |limit: &usize| {
            let ctx = Ctx::new();
            // SAFETY: 1. nothing leaves the tree.
            unsafe { ctx.set_memlimit(Some(*limit)) }.expect("memory");
            ctx.try_alloc(7_u8).is_ok()
        };
        let least = (1..4096).find(fits).expect("a header of some hundred bytes at most");
        (least - 1) / 2
    })
}

/// A tree with a limit: each allocation is made or refused as the sum of all says.
pub(crate) fn limit(m: &mut Machine<'_>, [a, b, c]: [u8; 3]) -> Done {
    let header = header();
    let limit = usize::from(a) * 16 + header;
    let mut root = Ctx::named(c"limited");
    let child = Ctx::named(c"inside");
    // SAFETY: 1. nothing leaves the tree.
    unsafe { root.set_memlimit(Some(limit)) }.expect("memory");
    let (mut used, mut texts, mut array) = (header, Vec::new(), None);
    let mut steps = m.steps.iter().take(usize::from(b % 16));
    for [what, which, ..] in steps.by_ref() {
        let size = usize::from(*which);
        let left = limit.saturating_sub(used);
        let fits = |size: usize| left > 0 && left >= size;
        match what % 4 {
            0 | 1 => {
                let made = root.try_alloc_slice_copy(&vec![c; size]);
                assert_eq!(made.is_ok(), fits(size + header), "{size} bytes, {used} of {limit}");
                if let Ok(made) = made {
                    used += size + header;
                    texts.push(made);
                }
            }
            2 if !texts.is_empty() => {
                let gone = texts.swap_remove(size % texts.len());
                used -= gone.len() + header;
            }
            2 => {}
            _ => {
                let array = match &mut array {
                    Some(array) => array,
                    None if fits(header) => {
                        used += header;
                        array.insert(talloc::Array::<u32>::try_new_in(&root).expect("it fits"))
                    }
                    None => continue,
                };
                let left = limit.saturating_sub(used);
                let more = vec![7; size];
                let result = array.try_extend_from_slice(&more);
                assert_eq!(
                    result.is_ok(),
                    size == 0 || (left > 0 && left >= size * 4),
                    "{size} more numbers"
                );
                if result.is_ok() {
                    used += size * 4;
                }
            }
        }
    }
    assert_eq!(root.total_blocks(), 1 + texts.len() + usize::from(array.is_some()));
    let sizes: usize = texts.iter().map(|text| text.len()).sum();
    assert_eq!(root.total_size(), sizes + array.as_ref().map_or(0, |array| array.len() * 4));
    // A steal into the tree is not asked.
    let child = child.steal(&root);
    drop((texts, array, child));
    root.free_children();
    assert!(root.free().is_ok());
    Some(())
}
