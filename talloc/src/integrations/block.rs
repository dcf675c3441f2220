//! Blocks of memory for allocators: the chunks below a context, and what is aligned further than
//! those.
//!
//! Every chunk has the alignment [`MAX_ALIGN`], also after a realloc (fact 2), so that of a block
//! may change at will up to there. A block of more lies somewhere in a longer chunk, with the
//! distance from the beginning of that in the word before it.

use core::alloc::Layout;
use core::mem::{ManuallyDrop, MaybeUninit};
use core::num::NonZero;
use core::ptr::{self, NonNull};

use crate::context::CtxRef;
use crate::name::Name;
use crate::raw::align::MAX_ALIGN;
use crate::raw::{Chunk, Owned, as_uninit};

/// An allocator is not told what its blocks are for.
pub(super) const BLOCK: Name = Name::new(c"collection");

pub(super) type Block = NonNull<[u8]>;

/// Whether a block of this layout begins where its chunk does.
#[inline]
fn is_plain(layout: Layout) -> bool {
    layout.align() <= MAX_ALIGN
}

/// A block that is owned, if it has bytes: whoever drops it frees it.
pub(super) struct Held<'a> {
    chunk: Option<Owned<'a>>,
    /// # Invariants
    ///
    /// If there is a chunk, the block is so many bytes behind its beginning, and the chunk has room
    /// for all that the layout says from there on.
    distance: usize,
    layout: Layout,
}

impl<'a> Held<'a> {
    /// A new one, in what `chunk` makes of the size; `None` when there is no memory.
    #[inline]
    pub(super) fn make(
        layout: Layout,
        chunk: impl FnOnce(usize) -> Option<Owned<'a>>,
    ) -> Option<Self> {
        if layout.size() == 0 {
            return Some(Held { chunk: None, distance: 0, layout });
        }
        if is_plain(layout) {
            return Some(Held { chunk: Some(chunk(layout.size())?), distance: 0, layout });
        }
        let mut bytes = chunk(layout.size().checked_add(layout.align())?)?.into_bytes();
        // At least the alignment of a chunk: a word fits in before.
        let distance = layout.align() - bytes.as_ptr().addr() % layout.align();
        let word = distance.to_ne_bytes();
        bytes[distance - word.len()..distance].copy_from_slice(as_uninit(&word));
        Some(Held { chunk: Some(bytes.into_owned()), distance, layout })
    }

    /// # Safety
    ///
    /// 1. `ptr` must be a block of this layout, or of one of more bytes and the same alignment,
    ///    which nobody else uses or frees.
    #[inline]
    pub(super) unsafe fn new(ptr: NonNull<u8>, layout: Layout) -> Self {
        if layout.size() == 0 {
            return Held { chunk: None, distance: 0, layout };
        }
        // SAFETY: 1. a block with bytes is in a live chunk (duty 1), at its beginning or behind a
        // word as `make` has written it.
        unsafe {
            let distance =
                if is_plain(layout) { 0 } else { ptr.cast::<usize>().sub(1).read_unaligned() };
            let chunk = Some(Owned::from_ptr(ptr.byte_sub(distance).cast()));
            Held { chunk, distance, layout }
        }
    }

    /// The chunk of a block that begins where that does, if it has bytes.
    #[inline]
    pub(super) fn into_chunk(self) -> Option<Owned<'a>> {
        self.chunk
    }

    /// Gives the block away.
    #[inline]
    pub(super) fn into_block(self) -> Option<Block> {
        let start = match self.chunk {
            None => NonNull::new(ptr::without_provenance_mut(self.layout.align()))?,
            // As a pointer to all of the chunk, which `new` goes back to.
            Some(chunk) => {
                chunk.into_ptr().map_addr(|addr| addr.saturating_add(self.distance)).cast()
            }
        };
        Some(NonNull::slice_from_raw_parts(start, self.layout.size()))
    }

    /// On failure the block stays as it is, and nobody's.
    #[inline]
    pub(super) fn grow(self, ctx: &CtxRef, new: Layout) -> Option<Block> {
        if !is_plain(self.layout) || !is_plain(new) {
            return self.copy_to(place(ctx, new, Chunk::alloc));
        }
        match self.chunk.map(ManuallyDrop::new) {
            None => allocate(ctx, new),
            Some(chunk) => resized(chunk, new),
        }
    }

    /// As [`grow`](Held::grow), with zeros behind the bytes that were there.
    #[inline]
    pub(super) fn grow_zeroed(self, ctx: &CtxRef, new: Layout) -> Option<Block> {
        if !is_plain(self.layout) || !is_plain(new) {
            return self.copy_to(place(ctx, new, Chunk::alloc_zeroed));
        }
        match self.chunk.map(ManuallyDrop::new) {
            None => allocate_zeroed(ctx, new),
            Some(mut chunk) => {
                if !chunk.resize(NonZero::new(new.size())?, BLOCK) {
                    return None;
                }
                let mut bytes = ManuallyDrop::into_inner(chunk).into_bytes();
                bytes[self.layout.size()..].fill(MaybeUninit::new(0));
                Some(NonNull::slice_from_raw_parts(bytes.into_ptr().cast(), new.size()))
            }
        }
    }

    /// Where libtalloc fails, the chunk is as it was, and large enough, as long as it begins like
    /// the new layout. Else on failure as [`grow`](Held::grow).
    #[inline]
    pub(super) fn shrink(self, ctx: &CtxRef, new: Layout) -> Option<Block> {
        let Some(size) = NonZero::new(new.size()) else {
            // Without bytes there is no failure any more: the chunk goes here.
            return Held { chunk: None, distance: 0, layout: new }.into_block();
        };
        if is_plain(self.layout) && is_plain(new) {
            let mut chunk = ManuallyDrop::new(self.chunk?);
            chunk.resize(size, BLOCK);
            return Some(NonNull::slice_from_raw_parts(chunk.ptr().cast(), new.size()));
        }
        match place(ctx, new, Chunk::alloc) {
            // The word before it leads to its chunk all the same.
            None if !is_plain(new) && new.align() <= self.layout.align() => {
                Held { layout: new, ..self }.into_block()
            }
            place => self.copy_to(place),
        }
    }

    /// Moves the bytes as far as that goes. On failure, as [`grow`](Held::grow).
    #[inline(never)]
    fn copy_to(self, place: Option<Held<'_>>) -> Option<Block> {
        let Some(mut to) = place else {
            let _stays = ManuallyDrop::new(self);
            return None;
        };
        if let Some(from) = self.chunk {
            let (from, count) = (from.into_bytes(), self.layout.size().min(to.layout.size()));
            let mut bytes = to.chunk?.into_bytes();
            let there = &mut bytes[to.distance..][..count];
            there.copy_from_slice(&from[self.distance..][..count]);
            to.chunk = Some(bytes.into_owned());
        }
        to.into_block()
    }
}

/// How a context makes a chunk.
type Make = for<'a> fn(&'a Chunk, usize, Name) -> Option<Owned<'a>>;

#[inline]
fn place(ctx: &CtxRef, layout: Layout, make: Make) -> Option<Held<'_>> {
    Held::make(layout, |size| make(ctx.as_chunk(), size, BLOCK))
}

#[inline]
pub(super) fn allocate(ctx: &CtxRef, layout: Layout) -> Option<Block> {
    place(ctx, layout, Chunk::alloc)?.into_block()
}

#[inline]
pub(super) fn allocate_zeroed(ctx: &CtxRef, layout: Layout) -> Option<Block> {
    place(ctx, layout, Chunk::alloc_zeroed)?.into_block()
}

/// A chunk that is its block, of another size if libtalloc agrees.
#[inline]
fn resized(mut chunk: ManuallyDrop<Owned<'_>>, new: Layout) -> Option<Block> {
    let done = NonZero::new(new.size()).is_some_and(|size| chunk.resize(size, BLOCK));
    done.then(|| NonNull::slice_from_raw_parts(chunk.ptr().cast(), new.size()))
}
