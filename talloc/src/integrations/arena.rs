//! [`Arena`]: many small objects in a few chunks.

use core::alloc::Layout;
use core::fmt;
use core::ptr::NonNull;

use bump_scope::Bump;
use bump_scope::alloc::{AllocError, Allocator};

use crate::context::CtxRef;
use crate::error::{Error, OrRaise};
use crate::integrations::allocator::{block, chunk_of};
use crate::name::Name;
use crate::raw::Parent;

const NAME: Name = Name::new(c"talloc::Arena");

/// Many small objects in a few chunks of a context, freed together: a `Bump` of the crate
/// `bump-scope`.
///
/// Needs the feature `arena`, and so Rust 1.85.1. Made by [`CtxRef::new_arena`]; for the time of a
/// call there is [`scratch_arena`](crate::scratch_arena).
///
/// An object of its own has a header of about 100 bytes, and each is a call of libtalloc. In an arena
/// it takes its bytes and a few instructions. What it has not, in return: no name, no children, no
/// free of its own, and C sees only the chunk. So an arena is for what lives and dies together and
/// stays in Rust: the nodes of a parse, the parts of an answer.
///
/// | | |
/// |---|---|
/// | a value | `arena.alloc(value)`, a box that drops it; `.into_mut()` for what has no drop glue |
/// | a slice, a text | `arena.alloc_slice_copy(…)`, `arena.alloc_iter(…)`, `arena.alloc_str(…)`, `arena.alloc_fmt(…)` |
/// | collections | `BumpVec` and `BumpString` of the crate; with the feature `allocator-api2`, its `Vec` and hashbrown's maps, with `&arena` as their allocator |
/// | a part that goes earlier | `arena.scoped(\|part\| …)` |
/// | all again | `arena.reset()`, which keeps the largest chunk |
///
/// In the tree it is one chunk of about 512 bytes, called `talloc::Arena`, and each further one is
/// twice as large, up to libtalloc's limit of 256 MiB for a chunk: an arena holds about as much in
/// all, and finds memory exhausted then. They count in totals, reports and limits, and are freed with the arena, or with
/// the context if the arena was forgotten. Without memory, the plain methods end the process as `Vec`
/// does, and the `try_` ones return an error.
///
/// ```
/// use talloc::{Ctx, bump_scope::BumpVec};
///
/// let ctx = Ctx::named(c"parse");
/// let mut arena = ctx.new_arena();
/// for line in ["to be", "or not to be"] {
///     let mut words = BumpVec::new_in(&arena);
///     words.extend(line.split(' ').map(|word| arena.alloc_str(word).into_ref() as &str));
///     assert_eq!(words[1], if line == "to be" { "be" } else { "not" });
///     drop(words);
///     arena.reset();
/// }
/// assert_eq!(ctx.total_blocks(), 2);
/// drop(arena);
/// assert_eq!(ctx.total_blocks(), 1);
/// ```
#[doc(alias = "talloc_pool")]
pub type Arena<'p> = Bump<ArenaMemory<'p>>;

/// Where the chunks of an [`Arena`] come from: a context, or none.
#[derive(Clone, Copy)]
pub struct ArenaMemory<'p>(Parent<'p>);

// SAFETY: the duties of the trait, as for `&CtxRef`: a block is a chunk below the context, or a root,
// which stays where it is until it is deallocated, and the context lives for `'p`; a copy is the
// same context.
unsafe impl Allocator for ArenaMemory<'_> {
    #[inline]
    fn allocate(&self, layout: Layout) -> Result<NonNull<[u8]>, AllocError> {
        block(layout, |size| Some(self.0.alloc(size.get(), NAME)?.into_ptr())).ok_or(AllocError)
    }

    #[inline]
    unsafe fn deallocate(&self, ptr: NonNull<u8>, layout: Layout) {
        // A refused free leaves it to the context.
        // SAFETY: 1. the caller's duties.
        drop(unsafe { chunk_of(ptr, layout) });
    }
}

impl<'p> ArenaMemory<'p> {
    /// Without a parent, the process must be ready for roots.
    pub(super) fn of(parent: Parent<'p>) -> Self {
        ArenaMemory(parent)
    }
}

impl fmt::Debug for ArenaMemory<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ArenaMemory").finish_non_exhaustive()
    }
}

/// Arenas: need the feature `arena`.
impl CtxRef {
    /// Makes an arena below this context, with a chunk of about 512 bytes.
    ///
    /// Needs the feature `arena`.
    ///
    /// # Panics
    ///
    /// Ends the process when memory is exhausted; see [`CtxRef::try_new_arena`].
    #[doc(alias = "talloc_pool")]
    pub fn new_arena(&self) -> Arena<'_> {
        self.try_new_arena(512).or_raise()
    }

    /// Makes an arena below this context, with a first chunk of about `size` bytes, returning errors.
    ///
    /// Needs the feature `arena`.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] or [`Error::TooLarge`].
    ///
    /// ```
    /// let ctx = talloc::Ctx::new();
    /// let arena = ctx.try_new_arena(4000)?;
    /// assert!((3900..4097).contains(&ctx.total_size()));
    /// # drop(arena);
    /// # Ok::<(), talloc::Error>(())
    /// ```
    #[doc(alias = "talloc_pool")]
    pub fn try_new_arena(&self, size: usize) -> Result<Arena<'_>, Error> {
        Bump::try_with_size_in(size, ArenaMemory::of(self.as_chunk().into()))
            .map_err(|_| Error::no_memory(size))
    }
}
