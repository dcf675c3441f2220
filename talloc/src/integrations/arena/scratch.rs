//! [`scratch_arena`]: temporary arenas of their thread.

use core::cell::Cell;
use core::mem::ManuallyDrop;

use super::Arena;
use crate::error::{Error, OrRaise};
use crate::process::roots;
use crate::process::thread_end::{self, Job, Wish};

/// The bytes of an arena's first chunk.
const SIZE: usize = 4096;

/// The most bytes that an arena of a thread keeps.
const MAX_KEPT: usize = 64 * 1024;

/// The greatest number of arenas that a thread keeps.
const ARENAS: usize = 4;

/// Calls `f` with an empty arena and frees all that is in it afterwards.
///
/// Needs the feature `arena`. What [`scratch`](crate::scratch()) is for contexts: for objects that
/// have no children and no names, and that C does not get. The thread keeps the arena and uses it
/// again, so that entering and leaving it takes a few instructions, and an object hardly more than
/// its bytes.
///
/// Nothing in the arena can leave the closure: the compiler then says that a lifetime "may not live
/// long enough", or that data "escapes". A result is allocated where it belongs:
///
/// ```
/// use talloc::{CtxRef, TString};
///
/// fn summary<'c>(ctx: &'c CtxRef, line: &str) -> TString<'c> {
///     talloc::scratch_arena(|arena| {
///         let words = arena.alloc_slice_from_iter(line.split_whitespace());
///         talloc::format!(ctx, "{} words, the last is {:?}", words.len(), words[words.len() - 1])
///     })
/// }
///
/// let ctx = talloc::Ctx::new();
/// assert_eq!(summary(&ctx, "one tree for everything"), "4 words, the last is \"everything\"");
/// ```
///
/// Calls may be nested, and recursive: four calls within each other have an arena each that the
/// thread keeps, deeper ones a new one. A part of the work whose memory is to be used again has a
/// call of its own. The arena is emptied on every way out, a panic included. The thread keeps its
/// largest chunk, until the thread ends; an arena with one of more than 64 KiB is freed. They are
/// freed when the thread ends, or the process by a call of `exit` on it, after the thread-local
/// variables; a call that comes later still has an arena of its own. Its chunks are roots of their
/// own that no leak report shows, as the pools of `scratch`.
///
/// # Panics
///
/// Ends the process when memory is exhausted; see [`try_scratch_arena`].
#[doc(alias = "talloc_stackframe")]
#[doc(alias = "talloc_tos")]
#[inline]
pub fn scratch_arena<R>(f: impl for<'m, 'p> FnOnce(&'m Arena<'p>) -> R) -> R {
    f(Level::enter().or_raise().arena())
}

/// Like [`scratch_arena`] for a closure that may fail, returning exhausted memory for the arena as
/// an error too.
///
/// Needs the feature `arena`.
///
/// # Errors
///
/// What the closure returns, and [`Error::OutOfMemory`] for the arena itself.
#[inline]
pub fn try_scratch_arena<R, E: From<Error>>(
    f: impl for<'m, 'p> FnOnce(&'m Arena<'p>) -> Result<R, E>,
) -> Result<R, E> {
    f(Level::enter()?.arena())
}

thread_local! {
    // Without `Drop`, so that the compiler reaches it without a look at its state.
    static ARENAS_OF_THREAD: Arenas = const {
        Arenas { depth: Cell::new(0), unused: [const { Cell::new(None) }; ARENAS] }
    };
}

/// What a thread keeps between two calls.
struct Arenas {
    /// How many calls are within each other.
    depth: Cell<usize>,
    /// The arena of each depth, unless it is in use.
    unused: [Cell<Option<ManuallyDrop<Arena<'static>>>>; ARENAS],
}

/// Frees the arenas of a thread that ends.
fn end_of_thread() {
    // An error only where thread-locals are emulated and go earlier: then the arenas stay.
    let _ = ARENAS_OF_THREAD.try_with(|arenas| {
        let unused = arenas.unused.iter().filter_map(Cell::take);
        unused.for_each(|arena| drop(ManuallyDrop::into_inner(arena)));
    });
}

/// An arena in use.
struct Level {
    /// Taken when this is dropped.
    arena: Option<Arena<'static>>,
    depth: usize,
}

impl Level {
    #[inline]
    fn enter() -> Result<Self, Error> {
        let entered = ARENAS_OF_THREAD.try_with(|arenas| {
            let depth = arenas.depth.get();
            arenas.depth.set(depth + 1);
            let arena = arenas.unused.get(depth).and_then(Cell::take);
            Some(Level { arena: Some(ManuallyDrop::into_inner(arena?)), depth })
        });
        match entered {
            Ok(Some(level)) => Ok(level),
            _ => Level::enter_new(),
        }
    }

    /// Enters the depth that was counted just now, which has no arena.
    #[cold]
    #[inline(never)]
    fn enter_new() -> Result<Self, Error> {
        let depth = ARENAS_OF_THREAD.try_with(|arenas| arenas.depth.get() - 1);
        // Before anything can fail: without memory, the depth is given back.
        let mut level = Level { arena: None, depth: depth.unwrap_or(ARENAS) };
        // Those further in are not kept.
        if level.depth < ARENAS {
            match thread_end::call_at_end(Job::Arenas, end_of_thread) {
                Wish::Noted => {}
                Wish::NoMemory => return Err(Error::no_memory(SIZE)),
                // Nobody would free it.
                Wish::TooLate => level.depth = ARENAS,
            }
        }
        let parent = roots::untold().ok_or(Error::no_memory(SIZE))?;
        level.arena = Some(Arena::below(parent, SIZE)?);
        Ok(level)
    }

    #[inline]
    fn arena(&self) -> &Arena<'static> {
        match &self.arena {
            Some(arena) => arena,
            None => unreachable!("it is taken when the level is dropped"),
        }
    }
}

impl Drop for Level {
    #[inline]
    fn drop(&mut self) {
        if let Some(arena) = &mut self.arena {
            arena.reset();
        }
        let _ = ARENAS_OF_THREAD.try_with(|arenas| {
            arenas.depth.set(arenas.depth.get() - 1);
            let is_kept = |arena: &mut Arena<'_>| arena.total_size() <= MAX_KEPT;
            if let (Some(unused), Some(arena)) =
                (arenas.unused.get(self.depth), self.arena.take_if(is_kept))
            {
                unused.set(Some(ManuallyDrop::new(arena)));
            }
        });
    }
}
