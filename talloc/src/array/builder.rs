//! Filling an array element by element, safe against panics half-way.

use core::mem::MaybeUninit;
use core::ops::Deref;

use crate::array::growth::doubled;
use crate::context::CtxRef;
use crate::error::{Error, MAX_SIZE};
use crate::name::Name;
use crate::object::TBox;
use crate::raw::{Extent, Handle, Object, Release, Source, replace_with};

/// The bytes of `count` elements.
#[inline]
pub(crate) fn array_size<T>(count: usize) -> Result<usize, Error> {
    Ok(extent::<T>(count)?.size())
}

#[inline]
pub(super) fn extent<T>(count: usize) -> Result<Extent<T>, Error> {
    match Extent::new(count) {
        Some(extent) => Ok(extent),
        None => Err(Error::TooLarge { size: usize::MAX }),
    }
}

/// An array that is being filled: a chunk below a parent that lives for `'p`. Dropping it drops
/// the elements that are there and frees the chunk.
pub(crate) struct ArrayBuilder<'p, T> {
    parts: Handle<Parts<'p, T>>,
}

struct Parts<'p, T> {
    places: Object<'p, [MaybeUninit<T>]>,
    /// # Invariants
    ///
    /// So many of the places, from the first, have valid elements.
    len: usize,
    name: Name,
}

impl<T> Release for Parts<'_, T> {
    fn release(mut self) {
        let values = &raw mut self.places[..self.len] as *mut [T];
        // SAFETY: they are valid, by the invariant, and not used again. The chunk goes last, also
        // if a value panics.
        unsafe { values.drop_in_place() };
    }
}

impl<'p, T> ArrayBuilder<'p, T> {
    #[inline]
    pub(crate) fn new(ctx: &'p CtxRef, capacity: usize, name: Name) -> Result<Self, Error> {
        let extent = extent::<T>(capacity)?;
        match Object::places(ctx.as_chunk(), &extent, name) {
            Some(places) => Ok(ArrayBuilder::of(Parts { places, len: 0, name })),
            None => Err(Error::no_memory(extent.size())),
        }
    }

    #[inline]
    fn of(parts: Parts<'p, T>) -> Self {
        ArrayBuilder { parts: Handle::new(parts) }
    }

    /// Adds an element where there is room.
    #[inline]
    pub(crate) fn push(&mut self, value: T) {
        let len = self.parts.len;
        assert!(len < self.parts.places.len(), "an array builder is full");
        self.parts.places[len].write(value);
        self.parts.len += 1;
    }

    /// Adds an element; `more` says how many are likely to follow.
    #[inline]
    pub(crate) fn try_push(&mut self, value: T, more: impl FnOnce() -> usize) -> Result<(), Error> {
        if self.parts.len >= self.parts.places.len() {
            self.reserve(more().saturating_add(1))?;
        }
        self.push(value);
        Ok(())
    }

    #[inline]
    pub(crate) fn as_ctx(&self) -> &CtxRef {
        CtxRef::of(self.parts.places.as_chunk())
    }

    // Always, and the chunk goes by value: else the builder has to lie in memory while it is
    // filled.
    #[inline(always)]
    fn reserve(&mut self, additional: usize) -> Result<(), Error> {
        let (len, name) = (self.parts.len, self.parts.name);
        let places = &mut self.parts.places;
        if replace_with(places, |places| grown(places, len, additional, name)) {
            Ok(())
        } else {
            Err(grow_error::<T>(len, places.len(), additional))
        }
    }

    /// The array, of which all places must be filled.
    #[inline]
    pub(crate) fn finish_full(self) -> TBox<'p, [T]> {
        assert!(self.parts.len == self.parts.places.len(), "an array builder is not full");
        // SAFETY: 1. by the invariant of `Parts`.
        TBox::of(unsafe { self.parts.into_inner().places.assume_init() })
    }

    /// The array, which is cut to what is there.
    #[inline(never)]
    pub(crate) fn finish_cut(mut self, ctx: &'p CtxRef) -> Result<TBox<'p, [T]>, Error> {
        let (len, name) = (self.parts.len, self.parts.name);
        if len < self.parts.places.len() {
            let extent = extent::<T>(len)?;
            if len == 0 && size_of::<T>() > 0 {
                // libtalloc cannot shrink a chunk to nothing (fact 12).
                self = ArrayBuilder::new(ctx, 0, name)?;
            } else if !replace_with(&mut self.parts.places, |places| places.resized(&extent, name))
            {
                return Err(Error::no_memory(extent.size()));
            }
        }
        Ok(self.finish_full())
    }
}

// SAFETY: 1. as many are moved there.
unsafe impl<T> Source<T> for ArrayBuilder<'_, T> {
    #[inline]
    fn len(&self) -> usize {
        self.parts.len
    }

    fn fill(mut self, places: &mut [MaybeUninit<T>]) {
        let made = core::mem::take(&mut self.parts.len).min(places.len());
        // SAFETY: the first `len` are valid, by the invariant, and there are as many places. They
        // live there now: dropping the builder frees only its chunk.
        unsafe {
            places.as_mut_ptr().copy_from_nonoverlapping(self.parts.places.as_ptr(), made);
        }
    }
}

/// What grows at its end.
pub(crate) trait Grow<T> {
    fn as_parent(&self) -> &CtxRef;

    fn append(&mut self, more: impl Source<T>) -> Result<(), Error>;
}

/// What grows in its chunk, which has the elements and nothing else.
pub(crate) trait GrowInPlace<T>: Grow<T> + Deref<Target = [T]> {
    /// By elements that are made in their places: `count` of them, or as many as there are until
    /// `None`. On error, or if `make` panics, nothing has changed.
    fn append_with(&mut self, count: usize, make: impl FnMut() -> Option<T>) -> Result<(), Error>;
}

/// Whether an array that has grown can be cut to so many elements again: a chunk that has a byte
/// has an element of one byte, and libtalloc does not cut it to nothing (fact 12).
pub(crate) fn can_be_cut<T>(len: usize) -> bool {
    size_of::<T>() != 1 || len > 0
}

/// Puts `count` elements that `iter` yields behind an array, or fewer if there are no more.
pub(crate) fn append_counted<T>(
    array: &mut impl GrowInPlace<T>,
    count: usize,
    mut iter: impl Iterator<Item = T>,
) -> Result<(), Error> {
    if !can_be_cut::<T>(array.len()) {
        return append_made(array, |parent| {
            let mut made = ArrayBuilder::new(parent, count, Name::of::<[T]>())?;
            iter.take(count).for_each(|value| made.push(value));
            Ok(made)
        });
    }
    array.append_with(count, || iter.next())
}

/// Makes elements below an array, and moves them to its end.
pub(crate) fn append_made<T>(
    array: &mut impl Grow<T>,
    make: impl FnOnce(&CtxRef) -> Result<ArrayBuilder<'_, T>, Error>,
) -> Result<(), Error> {
    let Parts { places, len, name } = make(array.as_parent())?.parts.into_inner();
    // SAFETY: 1. it is below an array that is borrowed here, and goes before that borrow ends. It
    // stays where it is when its parent moves.
    let places = unsafe { Object::from_ptr(places.into_ptr()) };
    array.append(ArrayBuilder::of(Parts { places, len, name }))
}

/// The capacity with room for `additional` more elements.
fn grown_extent<T>(len: usize, capacity: usize, additional: usize) -> Result<Extent<T>, Error> {
    let needed = len.checked_add(additional).ok_or(Error::TooLarge { size: usize::MAX })?;
    extent(match MAX_SIZE.checked_div(size_of::<T>()) {
        Some(most) if needed > capacity => doubled(capacity, needed, 4, most),
        // Without bytes there is nothing to be gained by a step ahead.
        _ => needed.max(capacity),
    })
}

/// With room for `additional` more elements, and whether there is memory for them.
#[cold]
#[inline(never)]
fn grown<T>(
    places: Object<'_, [MaybeUninit<T>]>,
    len: usize,
    additional: usize,
    name: Name,
) -> (Object<'_, [MaybeUninit<T>]>, bool) {
    match grown_extent::<T>(len, places.len(), additional) {
        Ok(extent) if extent.len() == places.len() => (places, true),
        Ok(extent) => places.resized(&extent, name),
        Err(_) => (places, false),
    }
}

/// Why [`grown`] has failed.
#[cold]
#[inline(never)]
fn grow_error<T>(len: usize, capacity: usize, additional: usize) -> Error {
    match grown_extent::<T>(len, capacity, additional) {
        Ok(extent) => Error::no_memory(extent.size()),
        Err(error) => error,
    }
}
