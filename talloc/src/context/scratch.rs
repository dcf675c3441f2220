//! [`scratch`]: temporary contexts from the pools of their thread.

use core::cell::Cell;
use core::ffi::CStr;

use crate::context::CtxRef;
use crate::error::{Error, OrRaise};
use crate::name::Name;
use crate::process::roots;
use crate::process::thread_end::{self, Job, Wish};
use crate::raw::{Chunk, Owned};

/// The bytes of a pool.
const SIZE: usize = 32 * 1024;

/// The greatest number of pools that a thread keeps.
const POOLS: usize = 4;

const NAME: &CStr = c"talloc::scratch";

/// Calls `f` with a temporary context and frees all that is below it afterwards.
///
/// What Samba does with `talloc_stackframe()` and `talloc_tos()`. The context is
/// a new one for each call; its memory comes from a pool of 32 KiB that the
/// thread keeps and uses again. So once a thread has called this function, a
/// call costs two libtalloc calls and no `malloc`, and neither does what is
/// allocated, as long as it fits into the pool. What does not fit comes from
/// `malloc`.
///
/// Nothing below the context can leave the closure: the compiler then says that a
/// lifetime "may not live long enough", or that data "escapes". A result is best
/// allocated where it belongs:
///
/// ```
/// use talloc::{Ctx, CtxRef, TString};
///
/// fn summary<'c>(ctx: &'c CtxRef, line: &str) -> TString<'c> {
///     talloc::scratch(|tmp| {
///         let words = tmp.alloc_slice_from_iter(line.split_whitespace());
///         talloc::format!(ctx, "{} words, the last is {:?}", words.len(), words[words.len() - 1])
///     })
/// }
///
/// let ctx = Ctx::new();
/// assert_eq!(summary(&ctx, "one tree for everything"), "4 words, the last is \"everything\"");
/// ```
///
/// It may also be stolen out of the context, as from any other. But it stays in the
/// memory of the pool, with what is later allocated below it, and keeps all of the
/// 32 KiB in use; copy what lives long. The thread takes a new pool when such
/// objects, and the gaps between them, fill more than half of one.
///
/// Calls may be nested, and recursive. Four calls within each other have a pool
/// each. Those within the fourth share its pool, and a place in it that is not
/// given back in the reverse order of allocation waits until the fourth returns.
///
/// The context is freed on every way out, a panic included. What C refuses to have
/// freed is left to the pool, and freed at a later time that is not specified. The
/// pools are freed when the thread ends, or the process by a call of `exit` on it, after the
/// thread-local variables; a call that comes later still uses a root context without a pool.
///
/// # Not the stack of Samba's programs
///
/// Samba's own stack is in libsamba-util, one for the process, and knows nothing of this one. C
/// code that asks for `talloc_tos()` within the closure gets the frame of whoever has called
/// `talloc_stackframe()` last; without any, it prints "no talloc stackframe" and makes one that is
/// never ended, so that what it allocates stays. Rust that calls such code, within smbd or with
/// Samba's libraries, opens a frame on that stack: `examples/stackframe` has it as a closure, too.
///
/// # Panics
///
/// Ends the process when memory is exhausted; see [`try_scratch`].
#[doc(alias = "talloc_pool")]
#[doc(alias = "talloc_stackframe")]
#[doc(alias = "talloc_tos")]
#[inline]
pub fn scratch<R>(f: impl for<'t> FnOnce(&'t CtxRef) -> R) -> R {
    let frame = Frame::enter().map_err(Error::from).or_raise();
    f(frame.ctx())
}

/// Like [`scratch`] for a closure that may fail, returning exhausted memory as an
/// error too.
///
/// # Errors
///
/// What the closure returns, and [`Error::OutOfMemory`] for the context itself.
///
/// ```
/// use talloc::Error;
///
/// fn length(text: &str) -> Result<usize, Error> {
///     talloc::try_scratch(|tmp| Ok(tmp.strdup(text)?.to_bytes().len()))
/// }
///
/// assert_eq!(length("four"), Ok(4));
/// assert_eq!(length("a\0b"), Err(Error::InteriorNul { position: 1 }));
/// ```
#[inline]
pub fn try_scratch<R, E: From<Error>>(
    f: impl for<'t> FnOnce(&'t CtxRef) -> Result<R, E>,
) -> Result<R, E> {
    let frame = Frame::enter().map_err(Error::from)?;
    f(frame.ctx())
}

thread_local! {
    // Without `Drop`, so that the compiler reaches it without a look at its state.
    static POOLS_OF_THREAD: [Pool; POOLS] =
        const { [const { Pool { chunk: Cell::new(None), frames: Cell::new(0) } }; POOLS] };
}

/// What a thread keeps between two calls.
struct Pool {
    /// # Invariants
    ///
    /// None, or a pool that belongs to this thread alone. It is taken out when it is
    /// freed, while `frames` is 0.
    chunk: Cell<Option<&'static Chunk>>,
    /// How many frames there are below the pool.
    frames: Cell<usize>,
}

impl Pool {
    fn make(&self) -> Result<&'static Chunk, NoMemory> {
        let pool = roots::untold().and_then(|parent| parent.pool(SIZE));
        let mut pool = pool.ok_or(NoMemory(SIZE))?;
        pool.set_name(Name::new(c"talloc::scratch (pool)"));
        let pool = pool.leak();
        self.chunk.set(Some(pool));
        Ok(pool)
    }

    #[inline]
    fn is_unused(&self) -> bool {
        self.frames.get() == 0
    }

    /// Frees the pool, if there is one and it is unused. What was stolen from it keeps its
    /// memory as long as needed.
    fn free_unused(&self) {
        if !self.is_unused() {
            return;
        }
        // First, since a destructor of what C has left there may come in again.
        if let Some(pool) = self.chunk.take() {
            // SAFETY: 1. nobody else knows it, and no frame is in use.
            drop(unsafe { Owned::from_ptr(pool.ptr()) });
        }
    }
}

/// Frees the pools of a thread that ends.
fn end_of_thread() {
    // An error only where thread-locals are emulated and go earlier: then the pools stay.
    let _ = POOLS_OF_THREAD.try_with(|pools| {
        for pool in pools {
            // A frame is in use when the process exits from within it: other
            // threads may still read what is there.
            pool.free_unused();
        }
    });
}

/// A temporary context.
struct Frame {
    chunk: Owned<'static>,
    // After the chunk, whose destructors may come in again.
    _counted: Counted,
}

/// Which pool counts a frame; `POOLS` if its chunk is a root.
struct Counted(usize);

/// So many bytes were not to be had. An [`Error`] would go through memory on the
/// way to the caller.
struct NoMemory(usize);

impl From<NoMemory> for Error {
    fn from(NoMemory(size): NoMemory) -> Self {
        Error::no_memory(size)
    }
}

impl Frame {
    #[inline]
    fn enter() -> Result<Self, NoMemory> {
        let entered = POOLS_OF_THREAD.try_with(|pools| {
            // The first unused one, or the last.
            let in_use = |&index: &usize| !pools[index].is_unused();
            let index = (0..POOLS - 1).take_while(in_use).count();
            let Some(pool) = pools[index].chunk.get() else {
                return Frame::enter_new(pools, index);
            };
            let Some(frame) = pool.alloc(0, Name::new(NAME)) else {
                return Err(NoMemory(0));
            };
            if lies_far_behind(pool, &frame) {
                return Frame::enter_far_behind(pools, index, frame);
            }
            Ok(Frame::count(pools, index, frame))
        });
        entered.unwrap_or_else(|_| Frame::enter_root())
    }

    #[inline]
    fn count(pools: &[Pool; POOLS], index: usize, chunk: Owned<'static>) -> Frame {
        let frames = &pools[index].frames;
        frames.set(frames.get() + 1);
        Frame { chunk, _counted: Counted(index) }
    }

    /// Enters a pool that has to be made first.
    #[cold]
    fn enter_new(pools: &[Pool; POOLS], index: usize) -> Result<Self, NoMemory> {
        let pool = match pools[index].chunk.get() {
            // A destructor came in again while the former pool was freed.
            Some(pool) => pool,
            None => match thread_end::call_at_end(Job::Pools, end_of_thread) {
                Wish::Noted => pools[index].make()?,
                Wish::NoMemory => return Err(NoMemory(SIZE)),
                Wish::TooLate => return Frame::enter_root(),
            },
        };
        let frame = pool.alloc(0, Name::new(NAME));
        Ok(Frame::count(pools, index, frame.ok_or(NoMemory(0))?))
    }

    /// Enters a pool that is half full of frames, or of what was stolen; in the
    /// latter case, a new one instead.
    #[cold]
    fn enter_far_behind(
        pools: &[Pool; POOLS],
        index: usize,
        frame: Owned<'static>,
    ) -> Result<Self, NoMemory> {
        if !pools[index].is_unused() {
            return Ok(Frame::count(pools, index, frame));
        }
        // It goes with the pool.
        let _ = frame.into_ptr();
        pools[index].free_unused();
        Frame::enter_new(pools, index)
    }

    /// For the time when the pools are gone.
    #[cold]
    fn enter_root() -> Result<Self, NoMemory> {
        let chunk = roots::untold().and_then(|parent| parent.alloc(0, Name::new(NAME)));
        Ok(Frame { chunk: chunk.ok_or(NoMemory(0))?, _counted: Counted(POOLS) })
    }

    #[inline]
    fn ctx(&self) -> &CtxRef {
        CtxRef::of(self.chunk.as_chunk())
    }
}

/// Whether a frame lies in the second half of a pool, or outside of it. The first one
/// does so when something that was stolen has kept the pool from starting over.
#[inline]
fn lies_far_behind(pool: &Chunk, frame: &Owned<'_>) -> bool {
    // Outside of the pool the difference wraps round, or is more than all of it.
    frame.ptr().addr().get().wrapping_sub(pool.ptr().addr().get()) > SIZE / 2
}

impl Drop for Counted {
    #[inline]
    fn drop(&mut self) {
        let _ = POOLS_OF_THREAD.try_with(|pools| {
            if let Some(pool) = pools.get(self.0) {
                pool.frames.set(pool.frames.get() - 1);
            }
        });
    }
}
