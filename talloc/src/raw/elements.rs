//! [`Elements`]: what an owned chunk begins with, and the room behind it.

use core::marker::PhantomData;
use core::mem::{self, ManuallyDrop, MaybeUninit};
use core::num::NonZero;
use core::ptr::NonNull;
use std::process;

use crate::error::Error;
use crate::name::Name;
use crate::raw::{Owned, as_uninit};

/// So many `T`, and what they take.
///
/// # Invariants
///
/// `size` bytes are as many as `len` of them have.
pub(crate) struct Extent<T> {
    len: usize,
    size: usize,
    _of: PhantomData<T>,
}

impl<T> Extent<T> {
    /// `None` when that is more than a number can tell.
    #[inline]
    pub(crate) fn new(len: usize) -> Option<Self> {
        Some(Extent { len, size: len.checked_mul(size_of::<T>())?, _of: PhantomData })
    }

    /// That of what is in memory.
    #[inline]
    pub(crate) fn of(values: &[T]) -> Self {
        Extent { len: values.len(), size: size_of_val(values), _of: PhantomData }
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    #[inline]
    pub(crate) fn size(&self) -> usize {
        self.size
    }
}

/// Values for new places.
///
/// # Safety
///
/// 1. `fill` must write all of so many places as `len` has said, and not panic.
pub(crate) unsafe trait Source<T> {
    fn len(&self) -> usize;

    fn fill(self, places: &mut [MaybeUninit<T>]);
}

// SAFETY: 1. each place gets one of the values; to copy and to move them does not panic.
unsafe impl<T, const N: usize> Source<T> for [T; N] {
    #[inline]
    fn len(&self) -> usize {
        N
    }

    #[inline]
    fn fill(self, places: &mut [MaybeUninit<T>]) {
        for (place, value) in places.iter_mut().zip(self) {
            place.write(value);
        }
    }
}

// SAFETY: 1. as many are copied.
unsafe impl<T: Copy> Source<T> for &[T] {
    #[inline]
    fn len(&self) -> usize {
        <[T]>::len(self)
    }

    #[inline]
    fn fill(self, places: &mut [MaybeUninit<T>]) {
        places.copy_from_slice(as_uninit(self));
    }
}

/// Bytes and a NUL.
pub(crate) struct WithNul<'a>(pub(crate) &'a [u8]);

// SAFETY: 1. as many are copied, and the last is the NUL.
unsafe impl Source<u8> for WithNul<'_> {
    #[inline]
    fn len(&self) -> usize {
        // A slice never has more than isize::MAX bytes.
        self.0.len() + 1
    }

    #[inline]
    fn fill(self, places: &mut [MaybeUninit<u8>]) {
        if let Some((nul, text)) = places.split_last_mut() {
            text.copy_from_slice(as_uninit(self.0));
            nul.write(0);
        }
    }
}

/// What a chunk is called after a resize.
#[derive(Clone, Copy)]
pub(crate) enum NewName {
    Of(Name),
    /// What it was called, unless that lies in the `size` bytes that it has.
    Kept {
        size: usize,
    },
}

/// The elements that an owned chunk begins with, borrowed to be changed.
///
/// # Invariants
///
/// 1. The chunk begins with `len` valid elements. Nobody else uses them.
/// 2. The size in `name`, if there is one, is that of the chunk, or 1 where that is 0.
pub(crate) struct Elements<'a, 'p, T> {
    chunk: &'a mut Owned<'p>,
    len: usize,
    name: NewName,
    _owns: PhantomData<T>,
}

impl<'a, 'p, T> Elements<'a, 'p, T> {
    /// # Safety
    ///
    /// 1. The invariants must hold, and so they will, with as many elements as there are then, when
    ///    this goes.
    #[inline]
    pub(crate) unsafe fn new(chunk: &'a mut Owned<'p>, len: usize, name: NewName) -> Self {
        Elements { chunk, len, name, _owns: PhantomData }
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    #[inline]
    pub(crate) fn as_mut_slice(&mut self) -> &mut [T] {
        // The same, for a shorter time.
        Elements { chunk: self.chunk, len: self.len, name: self.name, _owns: PhantomData }
            .into_slice()
    }

    #[inline]
    pub(crate) fn into_slice(self) -> &'a mut [T] {
        // SAFETY: invariant 1, for as long as the chunk is borrowed exclusively.
        unsafe { core::slice::from_raw_parts_mut(self.chunk.ptr().as_ptr().cast(), self.len) }
    }

    /// Puts more behind them, in a chunk that is then as long as all of them. When libtalloc
    /// refuses, they are as they were; the error is the size, `usize::MAX` when it has none.
    #[inline]
    pub(crate) fn append(&mut self, more: impl Source<T>) -> Result<(), usize> {
        let count = more.len();
        if count == 0 {
            return Ok(());
        }
        let full = self.grow(count)?;
        more.fill(self.places(count));
        self.len = full;
        Ok(())
    }

    /// Puts `count` more behind them, each made in its place by `make`, or fewer if that returns
    /// `None`. As [`append`](Elements::append); if `make` panics, they are as they were, too.
    #[inline]
    pub(crate) fn append_with(
        &mut self,
        count: usize,
        mut make: impl FnMut() -> Option<T>,
    ) -> Result<(), usize> {
        if count == 0 {
            return Ok(());
        }
        let mut room = Room { full: self.grow(count)?, made: 0, elements: self };
        while room.made < count {
            let Some(value) = make() else { break };
            room.elements.places(count)[room.made].write(value);
            room.made += 1;
        }
        room.elements.len += mem::take(&mut room.made);
        Ok(())
    }

    /// Resizes the chunk for `count` more elements, which it returns with those that are there.
    // Always: else the elements have to lie in memory.
    #[inline(always)]
    fn grow(&mut self, count: usize) -> Result<usize, usize> {
        let full = self.len.checked_add(count).and_then(Extent::<T>::new).ok_or(usize::MAX)?;
        if let Some(size) = NonZero::new(full.size()) {
            self.resize(size)?;
        }
        Ok(full.len())
    }

    /// The places behind the elements, for which the chunk has grown.
    #[inline]
    fn places(&mut self, count: usize) -> &mut [MaybeUninit<T>] {
        let first = self.chunk.ptr().cast::<MaybeUninit<T>>();
        // SAFETY: behind the elements is room for so many, borrowed exclusively.
        unsafe { NonNull::slice_from_raw_parts(first.add(self.len), count).as_mut() }
    }

    /// Forgets all but the first `len` of them, of which there must be so many, in a chunk that is
    /// then as long, or of one byte. The errors are those of [`append`](Elements::append).
    #[inline]
    pub(crate) fn cut(&mut self, len: usize) -> Result<(), usize> {
        assert!(len <= self.len, "no new elements");
        // libtalloc would unlink the chunk for 0 bytes (fact 12).
        self.resize(NonZero::new(len * size_of::<T>()).unwrap_or(NonZero::<usize>::MIN))?;
        self.len = len;
        Ok(())
    }

    /// Moves one out; those behind it move up. The errors are those of
    /// [`append`](Elements::append).
    #[inline]
    pub(crate) fn remove(&mut self, index: usize) -> Result<T, usize> {
        let tail = &mut self.as_mut_slice()[index..];
        let behind = tail.len().checked_sub(1).expect("no element to remove");
        let place = tail.as_mut_ptr();
        // SAFETY: one valid element, and so many behind it. Either this copy of it is forgotten, or
        // the last place, where there is a copy now, is cut off.
        let removed = unsafe {
            let removed = ManuallyDrop::new(place.read());
            place.copy_from(place.add(1), behind);
            removed
        };
        if let Err(size) = self.cut(self.len - 1) {
            let tail = &mut self.as_mut_slice()[index..];
            tail.rotate_right(1);
            mem::forget(mem::replace(&mut tail[0], ManuallyDrop::into_inner(removed)));
            return Err(size);
        }
        Ok(ManuallyDrop::into_inner(removed))
    }

    #[inline(always)]
    fn resize(&mut self, new: NonZero<usize>) -> Result<(), usize> {
        let done = match &mut self.name {
            NewName::Of(name) => self.chunk.resize(new, *name),
            NewName::Kept { size } => {
                // SAFETY: 1. invariant 2.
                let done = unsafe { self.chunk.resize_keeping_name(*size, new) };
                if done {
                    *size = new.get();
                }
                done
            }
        };
        if done { Ok(()) } else { Err(new.get()) }
    }
}

/// A chunk that has grown for elements which are being made. Dropping it drops those that are not
/// counted in `elements`, and cuts the chunk to the others.
struct Room<'e, 'a, 'p, T> {
    elements: &'e mut Elements<'a, 'p, T>,
    /// # Invariants
    ///
    /// So many of the places behind the elements, from the first, have valid ones.
    made: usize,
    /// For how many elements in all the chunk has room.
    full: usize,
}

impl<T> Drop for Room<'_, '_, '_, T> {
    #[inline]
    fn drop(&mut self) {
        if self.elements.len < self.full {
            self.give_back();
        }
    }
}

impl<T> Room<'_, '_, '_, T> {
    #[cold]
    fn give_back(&mut self) {
        let made = mem::take(&mut self.made);
        let values = self.elements.places(made) as *mut [MaybeUninit<T>] as *mut [T];
        // SAFETY: valid, by the invariant, and not used again.
        unsafe { values.drop_in_place() };
        // Elements without bytes take none.
        if size_of::<T>() == 0 {
            return;
        }
        // A chunk that is too long would have elements that are none: there is no way on, should it
        // not become shorter.
        if let Err(size) = self.elements.cut(self.elements.len) {
            if self.elements.chunk.as_chunk().reference_count() > 0 {
                eprintln!(
                    "talloc: C has taken a reference to an array whose elements were being made"
                );
                process::abort();
            }
            Error::no_memory(size).raise();
        }
    }
}
