//! [`Room`]: where a node is about to be.

use core::convert::Infallible;
use core::ffi::c_uint;
use core::marker::PhantomData;

use crate::context::CtxRef;
use crate::context::pool::{HEADER, PADDING};
use crate::error::{Error, MAX_SIZE};
use crate::node::{Family, Fields, Node, name_of};
use crate::process::roots;
use crate::raw::align::Aligned;
use crate::raw::{Owned, Parent};

/// The bytes that libtalloc puts before the header of a pool, in addition.
const POOL_HEADER: usize = 4 * size_of::<usize>();

/// A new chunk with room for a struct of the family.
pub(crate) struct Room<'p, F: Family> {
    /// # Invariants
    ///
    /// It has the size of the struct.
    chunk: Owned<'p>,
    _family: PhantomData<fn(F) -> F>,
}

impl<F: Family> Room<'static, F> {
    /// The room for a root.
    #[inline]
    pub(crate) fn root() -> Result<Self, Error> {
        Room::new(roots::alloc(Self::SIZE, name_of::<F>()), Self::SIZE)
    }

    /// The room for a root that belongs to no thread.
    #[inline]
    pub(crate) fn untold_root() -> Result<Self, Error> {
        let chunk = roots::untold().and_then(|parent| parent.alloc(Self::SIZE, name_of::<F>()));
        Room::new(chunk, Self::SIZE)
    }

    /// As [`untold_root`](Room::untold_root), with a pool for so many objects of so many
    /// bytes together.
    pub(crate) fn untold_pooled_root(objects: usize, bytes: usize) -> Result<Self, Error> {
        let (count, total) = Self::count(objects, bytes)?;
        let pooled = |parent: Parent<'static>| {
            parent.pooled_object(Self::SIZE, name_of::<F>(), count, bytes)
        };
        let chunk = roots::untold().and_then(pooled);
        Room::new(chunk, total)
    }
}

impl<'p, F: Family> Room<'p, F> {
    const SIZE: usize = size_of::<F::Of<'static>>();

    #[inline]
    fn new(chunk: Option<Owned<'p>>, asked_for: usize) -> Result<Self, Error> {
        match chunk {
            Some(chunk) => Ok(Room { chunk, _family: PhantomData }),
            None => Err(Error::no_memory(asked_for)),
        }
    }

    #[inline]
    pub(crate) fn below(ctx: &'p CtxRef) -> Result<Self, Error> {
        Room::new(ctx.as_chunk().alloc(Self::SIZE, name_of::<F>()), Self::SIZE)
    }

    /// As [`below`](Room::below), with a pool for so many objects of so many bytes together.
    pub(crate) fn pooled_below(
        ctx: &'p CtxRef,
        objects: usize,
        bytes: usize,
    ) -> Result<Self, Error> {
        let (count, total) = Self::count(objects, bytes)?;
        let chunk =
            Parent::from(ctx.as_chunk()).pooled_object(Self::SIZE, name_of::<F>(), count, bytes);
        Room::new(chunk, total)
    }

    /// The number of objects for libtalloc, and the bytes that it asks malloc for. Checked
    /// here, since it does not check its own multiplication.
    fn count(objects: usize, bytes: usize) -> Result<(c_uint, usize), Error> {
        let total = objects
            .checked_add(1)
            .and_then(|chunks| chunks.checked_mul(HEADER + POOL_HEADER + PADDING))
            .and_then(|headers| headers.checked_add(Self::SIZE)?.checked_add(bytes))
            .unwrap_or(usize::MAX);
        if total > MAX_SIZE {
            return Err(Error::TooLarge { size: total });
        }
        // It fits: each object counts more than 1 in `total`.
        Ok((objects as c_uint, total))
    }

    /// Puts the fields in their place.
    #[inline]
    pub(crate) fn fill<E>(
        self,
        f: impl for<'t> FnOnce(&'t CtxRef) -> Result<F::Of<'t>, E>,
    ) -> Result<Node<'p, F>, E> {
        let fields = f(CtxRef::of(self.chunk.as_chunk()))?;
        let place = self.chunk.ptr().cast::<F::Of<'_>>();
        const { Aligned::<F::Of<'static>>::CHECK };
        // SAFETY: the chunk has the size of the struct, and the alignment.
        unsafe { place.write(fields) };
        // SAFETY: 1. a valid struct, which borrows from what is below its chunk: `F` is
        // `'static`, and the closure knows of no other lifetime.
        Ok(Node::of(unsafe { Fields::complete(self.chunk) }))
    }

    #[inline]
    pub(crate) fn fill_infallibly(
        self,
        f: impl for<'t> FnOnce(&'t CtxRef) -> F::Of<'t>,
    ) -> Node<'p, F> {
        match self.fill(|t| Ok::<_, Infallible>(f(t))) {
            Ok(node) => node,
            Err(never) => match never {},
        }
    }
}
