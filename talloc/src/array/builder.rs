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
use crate::raw::align::Aligned;
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
    chunk: ManuallyDrop<Owned<'p>>,
    len: usize,
    capacity: usize,
    name: Name,
    _owns: PhantomData<T>,
}

impl<'p, T> ArrayBuilder<'p, T> {
    #[inline]
    pub(crate) fn new(ctx: &'p CtxRef, capacity: usize, name: Name) -> Result<Self, Error> {
        const { Aligned::<T>::CHECK };
        let chunk = ctx.owned_below(array_size::<T>(capacity)?, name)?;
        Ok(ArrayBuilder {
            chunk: ManuallyDrop::new(chunk),
            len: 0,
            capacity,
            name,
            _owns: PhantomData,
        })
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Adds an element where there is room.
    #[inline]
    pub(crate) fn push(&mut self, value: T) {
        assert!(self.len < self.capacity, "an array builder is full");
        // SAFETY: 1. asked just now.
        unsafe { self.push_into_room(value) };
    }

    /// Adds an element; `more` says how many are likely to follow.
    #[inline]
    pub(crate) fn try_push(&mut self, value: T, more: impl FnOnce() -> usize) -> Result<(), Error> {
        if self.len == self.capacity {
            self.reserve(more().saturating_add(1))?;
        }
        // SAFETY: 1. there was room, or `reserve` has made some.
        unsafe { self.push_into_room(value) };
        Ok(())
    }

    /// # Safety
    ///
    /// 1. There must be room for one more element.
    #[inline]
    unsafe fn push_into_room(&mut self, value: T) {
        // SAFETY: `len` is below `capacity` (duty 1).
        unsafe { self.chunk.ptr().cast::<T>().add(self.len).write(value) };
        self.len += 1;
    }

    #[inline]
    pub(crate) fn as_ctx(&self) -> &CtxRef {
        CtxRef::of(self.chunk.as_chunk())
    }

    // Always, and the chunk goes by value: else the builder has to lie in memory while it is
    // filled.
    #[inline(always)]
    fn reserve(&mut self, additional: usize) -> Result<(), Error> {
        // SAFETY: it is put back at once.
        let chunk = unsafe { ManuallyDrop::take(&mut self.chunk) };
        let (chunk, capacity) = grown::<T>(chunk, self.len, self.capacity, additional, self.name);
        self.chunk = ManuallyDrop::new(chunk);
        match capacity {
            Some(capacity) => {
                self.capacity = capacity;
                Ok(())
            }
            None => Err(grow_error::<T>(self.len, self.capacity, additional)),
        }
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
        if size_of::<T>() == 0 {
            self.capacity = self.len;
        } else if self.len < self.capacity {
            match NonZero::new(self.len * size_of::<T>()) {
                // libtalloc cannot shrink a chunk to nothing (fact 12).
                None => self = ArrayBuilder::new(ctx, 0, self.name)?,
                Some(size) if self.chunk.resize(size, self.name) => self.capacity = self.len,
                Some(size) => return Err(Error::no_memory(size.get())),
            }
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
        let chunk = ManuallyDrop::new(unsafe { Owned::from_ptr(chunk.into_ptr()) });
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
        let mut this = ManuallyDrop::new(self);
        // SAFETY: `this` is not used again.
        (unsafe { ManuallyDrop::take(&mut this.chunk) }, this.len)
    }
}

impl<T> Drop for ArrayBuilder<'_, T> {
    fn drop(&mut self) {
        // SAFETY: the builder is not used again. The chunk goes last, also if a value panics.
        let chunk = unsafe { ManuallyDrop::take(&mut self.chunk) };
        let values = NonNull::slice_from_raw_parts(chunk.ptr().cast::<T>(), self.len);
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

/// The chunk with room for `additional` more elements, and the capacity; without one, it is as
/// it was.
#[cold]
#[inline(never)]
fn grown<T>(
    mut chunk: Owned<'_>,
    len: usize,
    capacity: usize,
    additional: usize,
    name: Name,
) -> (Owned<'_>, Option<usize>) {
    let Ok((grown, size)) = grown_size::<T>(len, capacity, additional) else {
        return (chunk, None);
    };
    let size = NonZero::new(size).filter(|_| grown != capacity);
    let done = size.is_none_or(|size| chunk.resize(size, name));
    (chunk, done.then_some(grown))
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
