//! Filling an array element by element, safe against panics half-way.

use core::mem::ManuallyDrop;
use core::ptr::NonNull;

use crate::array::growth::doubled;
use crate::context::CtxRef;
use crate::error::{Error, MAX_SIZE};
use crate::name::Name;
use crate::object::TBox;
use crate::raw;
use crate::raw::align::Aligned;

/// The bytes of `count` elements.
#[inline]
pub(crate) fn array_size<T>(count: usize) -> Result<usize, Error> {
    match count.checked_mul(size_of::<T>()) {
        Some(size) => Ok(size),
        None => Err(Error::TooLarge { size: usize::MAX }),
    }
}

/// An array under construction. Dropping it drops what was made.
pub(crate) struct ArrayBuilder<T> {
    /// # Invariants
    ///
    /// A live chunk that only the builder knows, with room for `capacity`
    /// elements, of which the first `len` are valid.
    chunk: NonNull<T>,
    len: usize,
    capacity: usize,
    name: Name,
}

impl<T> ArrayBuilder<T> {
    #[inline]
    pub(crate) fn new(ctx: &CtxRef, capacity: usize, name: Name) -> Result<Self, Error> {
        const { Aligned::<T>::CHECK };
        let chunk = ctx.chunk_below(array_size::<T>(capacity)?, name)?.cast();
        Ok(ArrayBuilder { chunk, len: 0, capacity, name })
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    #[inline]
    pub(crate) fn is_full(&self) -> bool {
        self.len == self.capacity
    }

    /// Adds an element, for which there must be room.
    #[inline]
    pub(crate) fn push(&mut self, value: T) {
        assert!(!self.is_full(), "an array builder is full");
        // SAFETY: 1. asked just now.
        unsafe { self.push_into_room(value) };
    }

    /// Adds an element; if there is no room, makes room for it and for as many
    /// more as `more` says.
    #[inline]
    pub(crate) fn try_push(&mut self, value: T, more: impl FnOnce() -> usize) -> Result<(), Error> {
        if self.is_full() {
            self.reserve(more().saturating_add(1))?;
        }
        // SAFETY: 1. there was room, or `reserve` has made some.
        unsafe { self.push_into_room(value) };
        Ok(())
    }

    /// # Safety
    ///
    /// 1. There must be room.
    #[inline]
    unsafe fn push_into_room(&mut self, value: T) {
        // SAFETY: `len` is below `capacity` (duty 1).
        unsafe { self.chunk.add(self.len).write(value) };
        self.len += 1;
    }

    /// The array as a context, to allocate what its elements point to.
    #[inline]
    pub(crate) fn as_ctx(&self) -> &CtxRef {
        // SAFETY: the chunk lives as long as the builder is borrowed.
        unsafe { CtxRef::from_chunk(self.chunk.cast()) }
    }

    /// Makes room for at least `additional` more elements, doubling.
    // Always: else the builder has to lie in memory while it is filled.
    #[inline(always)]
    fn reserve(&mut self, additional: usize) -> Result<(), Error> {
        // SAFETY: 1. the chunk is live and only the builder knows its address,
        // which is replaced.
        let grown = unsafe { grown(self.chunk, self.len, self.capacity, additional, self.name) };
        let Some((chunk, capacity)) = grown else {
            return Err(grow_error::<T>(self.len, self.capacity, additional));
        };
        (self.chunk, self.capacity) = (chunk, capacity);
        Ok(())
    }

    /// Changes the capacity, which must hold the elements and not be zero bytes.
    fn resize(&mut self, capacity: usize) -> Result<(), Error> {
        let size = array_size::<T>(capacity)?;
        // SAFETY: the chunk is live and only the builder knows its address.
        let moved = unsafe { raw::realloc(self.chunk.cast(), size, self.name) };
        self.chunk = moved.ok_or_else(|| Error::no_memory(size))?.cast();
        self.capacity = capacity;
        Ok(())
    }

    /// The finished array, which must be full.
    ///
    /// # Safety
    ///
    /// 1. The parent must live for `'p`.
    #[inline]
    pub(crate) unsafe fn finish_full<'p>(self) -> TBox<'p, [T]> {
        assert!(self.is_full(), "an array builder is not full");
        let this = ManuallyDrop::new(self);
        let values = NonNull::slice_from_raw_parts(this.chunk, this.len);
        // SAFETY: the invariant and duty 1; the builder no longer owns it.
        unsafe { TBox::from_value(values) }
    }

    /// The finished array, its chunk cut to what was filled.
    ///
    /// # Safety
    ///
    /// 1. `ctx` must be the parent, and live for `'p`.
    #[inline(never)]
    pub(crate) unsafe fn finish_cut<'p>(mut self, ctx: &CtxRef) -> Result<TBox<'p, [T]>, Error> {
        if size_of::<T>() == 0 {
            self.capacity = self.len;
        } else if self.len == 0 {
            // libtalloc cannot shrink a chunk to nothing (fact 12).
            self = ArrayBuilder::new(ctx, 0, self.name)?;
        } else if !self.is_full() {
            self.resize(self.len)?;
        }
        // SAFETY: duty 1, and the builder is full now.
        Ok(unsafe { self.finish_full() })
    }

    /// Moves the elements to `place` and frees the chunk.
    ///
    /// # Safety
    ///
    /// 1. `place` must be writable for as many elements as the builder has.
    pub(crate) unsafe fn move_to(mut self, place: NonNull<T>) {
        // SAFETY: duty 1; the elements behind `chunk` are valid.
        unsafe { place.copy_from_nonoverlapping(self.chunk, self.len) };
        // They live at `place` now; dropping the builder frees only its chunk.
        self.len = 0;
    }
}

impl<T> Drop for ArrayBuilder<T> {
    fn drop(&mut self) {
        /// Frees the chunk also when an element's `Drop` panics.
        struct FreeChunk(NonNull<core::ffi::c_void>);
        impl Drop for FreeChunk {
            fn drop(&mut self) {
                // SAFETY: the builder owned the chunk and is done with it.
                unsafe { raw::free(self.0) };
            }
        }
        let _free = FreeChunk(self.chunk.cast());
        // SAFETY: the first `len` elements are valid and not used again.
        unsafe { NonNull::slice_from_raw_parts(self.chunk, self.len).drop_in_place() };
    }
}

/// The capacity with room for `additional` more elements, and its bytes.
fn grown_size<T>(len: usize, capacity: usize, additional: usize) -> Result<(usize, usize), Error> {
    let needed = len.checked_add(additional).ok_or(Error::TooLarge { size: usize::MAX })?;
    let capacity = match MAX_SIZE.checked_div(size_of::<T>()) {
        Some(most) if needed > capacity => doubled(capacity, needed, 4, most),
        // Without bytes there is nothing to be gained by a step ahead.
        _ => needed.max(capacity),
    };
    Ok((capacity, array_size::<T>(capacity)?))
}

/// The array with room for `additional` more elements, or none for a [`grow_error`].
///
/// A call by value, so that the loop that fills an array knows nothing of it.
///
/// # Safety
///
/// 1. `chunk` must be live, with so many elements and room for `capacity`, and on
///    success nobody may use its old address.
#[cold]
#[inline(never)]
unsafe fn grown<T>(
    chunk: NonNull<T>,
    len: usize,
    capacity: usize,
    additional: usize,
    name: Name,
) -> Option<(NonNull<T>, usize)> {
    let (grown, size) = grown_size::<T>(len, capacity, additional).ok()?;
    if size == 0 || grown == capacity {
        return Some((chunk, grown));
    }
    // SAFETY: 1. duty 1. 2. asked just now.
    Some((unsafe { raw::realloc(chunk.cast(), size, name) }?.cast(), grown))
}

/// Why an array did not grow.
#[cold]
#[inline(never)]
fn grow_error<T>(len: usize, capacity: usize, additional: usize) -> Error {
    match grown_size::<T>(len, capacity, additional) {
        Ok((_, size)) => Error::no_memory(size),
        Err(error) => error,
    }
}
