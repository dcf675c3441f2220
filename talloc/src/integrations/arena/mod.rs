//! [`Arena`]: many small objects in a few chunks.

mod alloc;
#[cfg(any(feature = "allocator-api2", feature = "nightly"))]
mod allocator;
mod memory;
mod scratch;

use core::marker::PhantomData;
use core::{fmt, mem};

use bump_scope::Bump;
use bump_scope::alloc::AllocError;
use bump_scope::settings::BumpSettings;

use self::memory::Memory;
use crate::context::CtxRef;
use crate::error::{Error, OrRaise};
use crate::raw::Parent;

pub use self::scratch::{scratch_arena, try_scratch_arena};

/// Of the parameters only the fourth is not the crate's own choice: an arena is never claimed.
type Settings = BumpSettings<1, true, true, false>;

/// Many small objects in a few chunks of a context, freed together.
///
/// Needs the feature `arena`, and so Rust 1.85.1; it is the allocator of the crate `bump-scope`.
/// Made by [`CtxRef::new_arena`]; for the time of a call there is [`scratch_arena`].
///
/// An object of its own has a header of about 100 bytes, and each is a call of libtalloc. In an
/// arena it takes its bytes and a few instructions. What it has not, in return: no name, no
/// children, no free of its own, and C sees only the chunk. So an arena is for what lives and dies
/// together and stays in Rust: the nodes of a parse, the parts of an answer.
///
/// | what | by |
/// |---|---|
/// | a value that needs no `Drop` | [`alloc`](Arena::alloc), [`alloc_with`](Arena::alloc_with) |
/// | a text | [`alloc_str`](Arena::alloc_str), [`talloc::format!(arena, …)`](crate::format!), which gives `&mut str` |
/// | a slice | [`alloc_slice_copy`](Arena::alloc_slice_copy), [`alloc_slice_fill_with`](Arena::alloc_slice_fill_with), [`alloc_slice_from_iter`](Arena::alloc_slice_from_iter) |
/// | a value that needs `Drop`, a collection | `Box`, `Vec` and hashbrown's maps with `&arena` as their allocator; with the feature `allocator-api2` |
/// | all again | [`reset`](Arena::reset), which keeps the largest chunk |
///
/// A text in an arena does not grow, and compares as `*text == *"a text"`. What grows is a
/// [`TString`](crate::TString) on a context or a `String`, and [`alloc_str`](Arena::alloc_str)
/// takes it when it is done.
///
/// # Memory
///
/// In the tree it is one chunk of about 512 bytes, called `talloc::Arena`. When that is full,
/// another one is added, twice as large or as large as the object needs. All count in totals,
/// reports and limits, and are freed with the arena, or with the context if the arena was
/// forgotten. libtalloc makes no chunk of more than 256 MiB: when the largest one is over half of
/// that, the next one fails, and so memory is exhausted for this arena. So it is under a limit of
/// the context that has no room for twice the last chunk.
///
/// Exhausted memory ends the process in the plain methods, by what
/// [`set_out_of_memory_fn`](crate::set_out_of_memory_fn) has been told; they panic when the size
/// itself is more than libtalloc's limit. The `try_` methods return an error for both.
///
/// # In a struct
///
/// What keeps an arena and what lies in it are two things: the second borrows the first. A parser
/// that hands out what it has made therefore borrows its arena:
///
/// ```
/// use talloc::{Arena, Ctx};
///
/// struct Parser<'a> {
///     arena: &'a Arena<'a>,
/// }
///
/// enum Expr<'a> {
///     Number(i64),
///     Sum(&'a [Expr<'a>]),
/// }
///
/// impl<'a> Parser<'a> {
///     fn sum(&self, text: &str) -> Expr<'a> {
///         let numbers = text.split('+').map(|part| Expr::Number(part.trim().parse().unwrap_or(0)));
///         Expr::Sum(self.arena.alloc_slice_from_iter(numbers))
///     }
/// }
///
/// fn value(expr: &Expr<'_>) -> i64 {
///     match expr {
///         Expr::Number(number) => *number,
///         Expr::Sum(parts) => parts.iter().map(value).sum(),
///     }
/// }
///
/// let ctx = Ctx::named(c"parse");
/// let arena = ctx.new_arena();
/// let parser = Parser { arena: &arena };
/// assert_eq!(value(&parser.sum("1 + 2 + 39")), 42);
/// assert_eq!(ctx.total_blocks(), 2);
/// drop(arena);
/// assert_eq!(ctx.total_blocks(), 1);
/// ```
#[doc(alias = "talloc_pool")]
pub struct Arena<'p> {
    /// # Invariants
    ///
    /// 1. It goes before `'p` ends.
    /// 2. No method gives it out: those of its own that make a `&mut` of it from a `&` let safe
    ///    code swap it while what lies in it is borrowed.
    bump: Bump<Memory, Settings>,
    /// As a borrow of the context: a shorter lifetime will do, which a `Bump` would not allow.
    _context: PhantomData<&'p CtxRef>,
}

/// The chunks go in the drop of the `bump`. This one makes the compiler see to it that the context
/// is there then (invariant 1).
impl Drop for Arena<'_> {
    #[inline]
    fn drop(&mut self) {}
}

impl<'p> Arena<'p> {
    /// Below `parent`; without one, the process must be ready for roots.
    fn below(parent: Parent<'p>, size: usize) -> Result<Self, Error> {
        // SAFETY: the same type but for the lifetime. It is used within `'p` only (invariants 1 and
        // 2).
        let parent = unsafe { mem::transmute::<Parent<'p>, Parent<'static>>(parent) };
        match Bump::try_with_size_in(size, Memory::of(parent)) {
            Ok(bump) => Ok(Arena { bump, _context: PhantomData }),
            Err(AllocError) => Err(Error::no_memory(size)),
        }
    }

    /// Makes the arena empty: what was in it is gone, without a `Drop`.
    ///
    /// Keeps its largest chunk for what comes next, and frees the others. Nothing that lies in the
    /// arena can be borrowed at this point.
    ///
    /// ```
    /// let ctx = talloc::Ctx::new();
    /// let mut arena = ctx.new_arena();
    /// for line in ["to be", "or not to be"] {
    ///     let words = arena.alloc_slice_from_iter(line.split(' '));
    ///     assert_eq!(words[1], if line == "to be" { "be" } else { "not" });
    ///     arena.reset();
    /// }
    /// assert_eq!((arena.used(), ctx.total_blocks()), (0, 2));
    /// ```
    #[inline]
    pub fn reset(&mut self) {
        self.bump.reset();
    }

    /// How many bytes are in use, with the gaps of their alignment, and with what is left at the
    /// ends of all chunks but the last.
    #[must_use]
    pub fn used(&self) -> usize {
        self.bump.stats().allocated()
    }

    /// How many bytes its chunks have.
    #[must_use]
    pub fn total_size(&self) -> usize {
        self.bump.stats().size()
    }
}

impl fmt::Debug for Arena<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Arena")
            .field("used", &self.used())
            .field("total_size", &self.total_size())
            .finish()
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

    /// Makes an arena below this context, with a first chunk of about `size` bytes, returning
    /// errors.
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
        Arena::below(self.as_chunk().into(), size)
    }
}
