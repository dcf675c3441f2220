//! Filling an array element by element, safe against panics half-way.

use core::marker::PhantomData;
use core::mem::{self, ManuallyDrop, MaybeUninit};
use core::num::NonZero;
use core::ptr::NonNull;

use crate::array::growth::doubled;
use crate::context::CtxRef;
use crate::error::{Error, MAX_SIZE};
use crate::name::Name;
use crate::object::TBox;
use crate::raw::{Object, Owned};

/// The bytes of `count` elements.
#[inline]
pub(crate) fn array_size<T>(count: usize) -> Result<usize, Error> {
    match count.checked_mul(size_of::<T>()) {
        Some(size) => Ok(size),
        None => Err(Error::TooLarge { size: usize::MAX }),
    }
}

/// An array that is being filled: a chunk below a parent that lives for `'p`. Dropping it drops
/// the elements that are there and frees the chunk.
pub(crate) struct ArrayBuilder<'p, T> {
    /// # Invariants
    ///
    /// It has room for `capacity` elements. The first `len` of them are valid.
    chunk: Owned<'p>,
    len: usize,
    capacity: usize,
    name: Name,
    _owns: PhantomData<T>,
}

impl<'p, T> ArrayBuilder<'p, T> {
    #[inline]
    pub(crate) fn new(ctx: &'p CtxRef, capacity: usize, name: Name) -> Result<Self, Error> {
        let chunk = ctx.owned_below(array_size::<T>(capacity)?, name)?;
        Ok(ArrayBuilder { chunk, len: 0, capacity, name, _owns: PhantomData })
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The places behind the elements.
    #[inline]
    fn room(&mut self) -> &mut [MaybeUninit<T>] {
        // SAFETY: 1. by the invariant.
        let places = unsafe { self.chunk.places(self.capacity) };
        &mut places[self.len..]
    }

    /// Adds an element where there is room.
    #[inline]
    pub(crate) fn push(&mut self, value: T) {
        self.room().first_mut().expect("an array builder is full").write(value);
        self.len += 1;
    }

    /// Adds an element; `more` says how many are likely to follow.
    #[inline]
    pub(crate) fn try_push(&mut self, value: T, more: impl FnOnce() -> usize) -> Result<(), Error> {
        if self.len == self.capacity {
            self.reserve(more().saturating_add(1))?;
        }
        self.push(value);
        Ok(())
    }

    #[inline]
    pub(crate) fn as_ctx(&self) -> &CtxRef {
        CtxRef::of(self.chunk.as_chunk())
    }

    // Always: else the builder has to lie in memory while it is filled.
    #[inline(always)]
    fn reserve(&mut self, additional: usize) -> Result<(), Error> {
        match grown_size::<T>(self.len, self.capacity, additional) {
            Ok((capacity, size)) if self.set_size(capacity, size) => Ok(()),
            _ => Err(grow_error::<T>(self.len, self.capacity, additional)),
        }
    }

    /// `false` when libtalloc refuses. An array without bytes keeps its chunk.
    #[inline(always)]
    fn set_size(&mut self, capacity: usize, size: usize) -> bool {
        let size = NonZero::new(size).filter(|_| capacity != self.capacity);
        let done = size.is_none_or(|size| self.chunk.resize(size, self.name));
        if done {
            self.capacity = capacity;
        }
        done
    }

    /// The array, of which all places must be filled.
    #[inline]
    pub(crate) fn finish_full(self) -> TBox<'p, [T]> {
        assert!(self.len == self.capacity, "an array builder is not full");
        let (chunk, len) = self.into_parts();
        // SAFETY: 1. by the invariant; they fill the chunk.
        TBox::of(unsafe { Object::array(chunk, len) })
    }

    /// The array, which is cut to what is there.
    #[inline(never)]
    pub(crate) fn finish_cut(mut self, ctx: &'p CtxRef) -> Result<TBox<'p, [T]>, Error> {
        let size = self.len * size_of::<T>();
        if self.len == 0 && self.capacity > 0 && size_of::<T>() > 0 {
            // libtalloc cannot shrink a chunk to nothing (fact 12).
            self = ArrayBuilder::new(ctx, 0, self.name)?;
        } else if !self.set_size(self.len, size) {
            return Err(Error::no_memory(size));
        }
        Ok(self.finish_full())
    }

    /// The same, no longer borrowing its parent, so that the parent can be resized.
    ///
    /// # Safety
    ///
    /// 1. The parent must live as long as the result.
    #[inline]
    pub(crate) unsafe fn detached(self) -> ArrayBuilder<'static, T> {
        let (capacity, name) = (self.capacity, self.name);
        let (chunk, len) = self.into_parts();
        // SAFETY: 1. duty 1.
        let chunk = unsafe { Owned::from_ptr(chunk.into_ptr()) };
        ArrayBuilder { chunk, len, capacity, name, _owns: PhantomData }
    }

    /// Moves the elements to the start of `places`, of which there must be as many.
    pub(crate) fn move_to(mut self, places: &mut [MaybeUninit<T>]) {
        let len = mem::take(&mut self.len);
        let places = &mut places[..len];
        // SAFETY: the first `len` are valid, by the invariant. They live in `places` then:
        // dropping the builder frees only its chunk.
        unsafe {
            places.as_mut_ptr().copy_from_nonoverlapping(self.chunk.ptr().as_ptr().cast(), len)
        };
    }

    #[inline]
    fn into_parts(self) -> (Owned<'p>, usize) {
        let this = ManuallyDrop::new(self);
        // SAFETY: 1. as it was; `this` is not used again.
        (unsafe { Owned::from_ptr(this.chunk.ptr()) }, this.len)
    }
}

impl<T> Drop for ArrayBuilder<'_, T> {
    fn drop(&mut self) {
        let values = NonNull::slice_from_raw_parts(self.chunk.ptr().cast::<T>(), self.len);
        // SAFETY: the first `len` elements are valid and not used again.
        unsafe { values.drop_in_place() };
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

/// Why an array did not grow.
#[cold]
#[inline(never)]
fn grow_error<T>(len: usize, capacity: usize, additional: usize) -> Error {
    match grown_size::<T>(len, capacity, additional) {
        Ok((_, size)) => Error::no_memory(size),
        Err(error) => error,
    }
}
