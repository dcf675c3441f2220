//! Pools: contexts that bring the memory for what is below them.

use crate::context::{Ctx, CtxRef};
use crate::error::{Error, OrRaise};
use crate::name::Name;
use crate::process::roots;
use crate::raw::{Owned, Parent};

/// The bytes that libtalloc puts before every object: 96, or 48 on 32-bit targets.
pub(crate) const HEADER: usize = 12 * size_of::<usize>();

/// The most that rounding up to 16 bytes adds.
pub(crate) const PADDING: usize = 15;

/// Pools: root contexts that bring the memory for what is below them.
impl Ctx<'static> {
    /// Makes a root context with a pool of `size` bytes: C's `talloc_pool`.
    ///
    /// The pool is one block from `malloc`. What is allocated below the context,
    /// at any depth, is cut from it one after the other, without a `malloc` of
    /// its own. All rules of a [`Ctx`] hold as for any other; only where the
    /// memory comes from, and when it goes back, is different:
    ///
    /// - **Cost.** An object takes its header (96 bytes with a 64-bit libtalloc)
    ///   and its size, rounded up to a multiple of 16. [`Ctx::pool_size`] is the
    ///   size of a pool that certainly holds so many objects.
    /// - **A full pool** is no error: each object that does not fit comes from
    ///   `malloc`, and so does what is below such an object.
    /// - **Free.** An object gives its place back only if it is the last one in
    ///   the pool, or if nothing else is left in it: then the pool starts over,
    ///   empty. Any other place waits for that.
    /// - **Reset.** [`Ctx::free_children`] empties the pool, to be filled again.
    ///   But a name that [`Ctx::set_name`] has given lies in the pool and stays
    ///   there, so that it never starts over: use [`Ctx::with_name_const`].
    /// - **Growth.** The last object in the pool grows in its place as long as
    ///   there is room: a [`TString`](crate::TString) that is written at the end,
    ///   for example. Any other moves.
    /// - **Steal.** An object may be stolen out of the pool. Its address stays, it
    ///   stays in the pool's memory, and so does all that is allocated below it
    ///   later. The whole block goes back to `malloc` when the context and the
    ///   last such object are gone, in any order. So one small object that is
    ///   stolen and lives long keeps the block: better copy it.
    /// - **Nesting.** A pool below a pool is cut from the outer one if it fits.
    ///
    /// # Panics
    ///
    /// Panics when `size` is over [`MAX_SIZE`](crate::MAX_SIZE); ends the process when memory is
    /// exhausted. See [`Ctx::try_pool`].
    ///
    /// ```
    /// use talloc::Ctx;
    ///
    /// let mut request = Ctx::pool(8192).with_name_const(c"request");
    /// for line in ["GET /", "GET /favicon.ico"] {
    ///     let words = request.alloc_slice_from_iter(line.split(' '));
    ///     assert_eq!(words.len(), 2);
    ///     drop(words);
    ///     request.free_children();
    /// }
    /// ```
    #[doc(alias = "talloc_pool")]
    #[track_caller]
    pub fn pool(size: usize) -> Self {
        Ctx::try_pool(size).or_raise()
    }

    /// Like [`Ctx::pool`], returning errors.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] or [`Error::TooLarge`].
    #[track_caller]
    pub fn try_pool(size: usize) -> Result<Self, Error> {
        named(roots::pool(size), size)
    }

    /// The bytes of a pool that certainly holds so many objects of so many bytes
    /// in total, all allocated below it one after the other.
    ///
    /// An object is a chunk: each share of a [`Shared`](crate::Shared) value is
    /// two, each [`on_free`](CtxRef::on_free) one. The most that the header and
    /// the padding of each can take is counted.
    /// The text of a string has one byte more. An array that grows, and a string
    /// that does, leave their former places behind them.
    ///
    /// ```
    /// use talloc::Ctx;
    ///
    /// const SIZE: usize = Ctx::pool_size(2, 100 + 8);
    /// let pool = Ctx::pool(SIZE);
    /// let (_bytes, _number) = (pool.alloc([0_u8; 100]), pool.alloc(1_u64));
    /// ```
    pub const fn pool_size(objects: usize, bytes: usize) -> usize {
        objects.saturating_mul(HEADER + PADDING).saturating_add(bytes)
    }
}

/// Pools.
impl CtxRef {
    /// Makes a context with a pool of `size` bytes below this one: C's
    /// `talloc_pool`. See [`Ctx::pool`].
    ///
    /// # Panics
    ///
    /// As [`Ctx::pool`].
    ///
    /// ```
    /// let root = talloc::Ctx::new();
    /// let pool = root.new_pool(4096);
    /// let number = pool.alloc(7_u32);
    /// assert_eq!(*number, 7);
    /// ```
    #[doc(alias = "talloc_pool")]
    #[track_caller]
    pub fn new_pool(&self, size: usize) -> Ctx<'_> {
        self.try_new_pool(size).or_raise()
    }

    /// Like [`CtxRef::new_pool`], returning errors.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] or [`Error::TooLarge`].
    #[track_caller]
    pub fn try_new_pool(&self, size: usize) -> Result<Ctx<'_>, Error> {
        named(Parent::from(self.as_chunk()).pool(size), size)
    }
}

/// The context of a new pool, which libtalloc itself leaves without a name.
#[track_caller]
fn named(pool: Option<Owned<'_>>, size: usize) -> Result<Ctx<'_>, Error> {
    let mut chunk = pool.ok_or_else(|| Error::no_memory(size))?;
    chunk.set_name(Name::of_pool_of_caller());
    Ok(Ctx::of(chunk))
}
