//! What `TBox<[T]>` can do beyond `TBox<T>`: grow, and come from C.

use core::num::NonZero;

use crate::array::{Grow, GrowInPlace, append_counted};
use crate::context::CtxRef;
use crate::error::{Error, OrRaise};
use crate::name::Name;
use crate::object::{Called, TBox, take};
use crate::raw::{Chunk, Object, Owned, Source};

impl<'p, T, const N: usize> TryFrom<TBox<'p, [T]>> for TBox<'p, [T; N]> {
    type Error = TBox<'p, [T]>;

    /// The same object with its length in the type, or given back when the
    /// length is another. So a large array can be built element by element, in
    /// its place.
    ///
    /// ```
    /// use talloc::{Ctx, TBox};
    ///
    /// let ctx = Ctx::new();
    /// let squares = ctx.alloc_slice_fill_with(100_000, |i| i * i);
    /// let squares: TBox<'_, [usize; 100_000]> = squares.try_into().unwrap();
    /// assert_eq!(squares[99], 9801);
    /// ```
    fn try_from(values: TBox<'p, [T]>) -> Result<Self, TBox<'p, [T]>> {
        TBox::into_object(values).into_sized().map(TBox::of).map_err(TBox::of)
    }
}

/// Arrays.
impl<'p, T> TBox<'p, [T]> {
    /// Grows the array to `new_len` elements, each new one made by `f` from its index.
    ///
    /// The chunk grows to exactly the new size, as with C's `talloc_realloc`,
    /// and may move; its children stay attached. So growing one by one is
    /// quadratic. The new elements are made in their places: if `f` panics,
    /// they are dropped, and the chunk is cut to the elements that were there.
    /// (The process ends if that cannot be done, since C has taken a reference to
    /// the array meanwhile. To an array of one-byte elements that has none they
    /// are moved from a chunk of their own.)
    ///
    /// # Panics
    ///
    /// Panics when `new_len` is less than the length, when the array would be
    /// over [`MAX_SIZE`](crate::MAX_SIZE) bytes, or when C holds a reference to
    /// it; ends the process when memory is exhausted.
    ///
    /// ```
    /// use talloc::{Ctx, TBox};
    ///
    /// let ctx = Ctx::new();
    /// let mut numbers = ctx.alloc_slice_copy(&[0, 1]);
    /// TBox::grow_with(&mut numbers, 4, |i| i * 10);
    /// assert_eq!(*numbers, [0, 1, 20, 30]);
    /// ```
    #[doc(alias = "talloc_realloc")]
    #[doc(alias = "talloc_realloc_zero")]
    #[doc(alias = "talloc_realloc_p")]
    pub fn grow_with(b: &mut Self, new_len: usize, f: impl FnMut(usize) -> T) {
        TBox::try_grow_with(b, new_len, f).or_raise()
    }

    /// Like [`TBox::grow_with`], returning errors; the array is then as it was,
    /// and `f` was not called (but for one-byte elements of an array that has none).
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`], [`Error::TooLarge`], or [`Error::Referenced`].
    ///
    /// # Panics
    ///
    /// Panics when `new_len` is less than the length.
    pub fn try_grow_with(
        b: &mut Self,
        new_len: usize,
        f: impl FnMut(usize) -> T,
    ) -> Result<(), Error> {
        let len = b.len();
        let additional = new_len.checked_sub(len).expect("an array can only grow");
        append_counted(b, additional, (len..new_len).map(f))
    }

    /// Grows the array by a copy of `values`: one resize, one copy.
    ///
    /// # Panics
    ///
    /// As [`TBox::grow_with`].
    ///
    /// ```
    /// use talloc::{Ctx, TBox};
    ///
    /// let ctx = Ctx::new();
    /// let mut text = ctx.alloc_slice_copy(b"con");
    /// TBox::extend_from_slice(&mut text, b"text");
    /// assert_eq!(&*text, b"context");
    /// ```
    #[doc(alias = "talloc_realloc")]
    #[doc(alias = "talloc_realloc_size")]
    pub fn extend_from_slice(b: &mut Self, values: &[T])
    where
        T: Copy,
    {
        TBox::try_extend_from_slice(b, values).or_raise()
    }

    /// Like [`TBox::extend_from_slice`], returning errors; the array is then as it was.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`], [`Error::TooLarge`], or [`Error::Referenced`].
    pub fn try_extend_from_slice(b: &mut Self, values: &[T]) -> Result<(), Error>
    where
        T: Copy,
    {
        Grow::append(b, values)
    }

    /// Takes over an array that was made from Rust as a `[T]`; its length is
    /// that of its chunk.
    ///
    /// # Errors
    ///
    /// [`Error::Null`]; [`Error::WrongType`] when the name is not that of
    /// `[T]`; [`Error::WrongSize`] when the chunk is not a whole number of
    /// elements. Nothing is freed then.
    ///
    /// # Safety
    ///
    /// 1. `ptr` must be null or a live talloc pointer of this thread, and if its
    ///    name is that of `[T]`, it must be aligned for `T`, and all its elements must be valid.
    /// 2. Duties 2 to 6 of [`TBox::from_raw_unchecked`].
    ///
    /// ```
    /// use talloc::{Ctx, TBox};
    ///
    /// let ctx = Ctx::new();
    /// let raw: *mut u32 = TBox::into_raw(ctx.alloc_slice_copy(&[1_u32, 2])).cast();
    /// // SAFETY: `raw` comes from `into_raw`, its parent is `ctx`.
    /// let back = unsafe { TBox::from_raw_slice(raw) }?;
    /// assert_eq!(*back, [1, 2]);
    /// # Ok::<(), talloc::Error>(())
    /// ```
    #[doc(alias = "talloc_array_length")]
    pub unsafe fn from_raw_slice(ptr: *mut T) -> Result<Self, Error> {
        const { assert!(size_of::<T>() > 0, "zero-sized elements have no length in C") };
        // SAFETY: 1. duties 1 and 2.
        unsafe { take_array(ptr, Called::Exactly(Name::of::<[T]>())) }.map(TBox::of)
    }
}

impl<T> Grow<T> for TBox<'_, [T]> {
    fn as_parent(&self) -> &CtxRef {
        TBox::as_ctx(self)
    }

    #[inline]
    fn append(&mut self, more: impl Source<T>) -> Result<(), Error> {
        let array = TBox::object_mut(self);
        array.append(more).map_err(|size| resize_error(array.as_chunk(), size))
    }
}

impl<T> GrowInPlace<T> for TBox<'_, [T]> {
    #[inline]
    fn append_with(&mut self, count: usize, make: impl FnMut() -> Option<T>) -> Result<(), Error> {
        let array = TBox::object_mut(self);
        array.append_with(count, make).map_err(|size| resize_error(array.as_chunk(), size))
    }
}

/// Takes over an array of C that is called so. A name in its own memory becomes another one.
///
/// # Safety
///
/// 1. `ptr` must be null or a chunk that meets the invariants of [`Owned`] for `'p`, and its
///    elements must be valid if the name is right. They must have a size.
pub(crate) unsafe fn take_array<'p, T>(
    ptr: *mut T,
    called: Called,
) -> Result<Object<'p, [T]>, Error> {
    // SAFETY: of `take`: 1. duty 1. Of `Object`: 1. duty 1, since the name was looked at
    // unless all are valid, and the elements fill the chunk.
    unsafe {
        let (mut chunk, len) = take(ptr.cast(), called, array_len::<T>)?;
        if let Called::Anything = called {
            chunk.move_name_out(Name::of::<[T]>());
        }
        Ok(Object::array(chunk, len))
    }
}

/// The elements that a chunk has room for: C's `talloc_array_length`. One byte is
/// what an [`Array`](crate::Array) that was emptied has.
#[inline]
fn array_len<T>(chunk: &Chunk) -> Result<usize, Error> {
    let found = chunk.size();
    match found % size_of::<T>() {
        0 => Ok(found / size_of::<T>()),
        _ if found == 1 => Ok(0),
        _ => Err(Error::WrongSize { expected: size_of::<T>(), found }),
    }
}

/// Resizes a chunk, by which it may move; on error it is as it was.
#[inline]
pub(crate) fn resize(chunk: &mut Owned<'_>, size: NonZero<usize>, name: Name) -> Result<(), Error> {
    if chunk.resize(size, name) { Ok(()) } else { Err(resize_error(chunk.as_chunk(), size.get())) }
}

/// Likewise, under the name that it has, or, if that lies in the chunk, `char`.
#[inline]
pub(crate) fn resize_as_named(
    chunk: &mut Owned<'_>,
    size: NonZero<usize>,
    usual: Name,
) -> Result<(), Error> {
    if chunk.resize_as_named(size, usual) {
        Ok(())
    } else {
        Err(resize_error(chunk.as_chunk(), size.get()))
    }
}

/// Why libtalloc has not resized a chunk; `usize::MAX` stands for a size that is none.
#[cold]
pub(crate) fn resize_error(chunk: &Chunk, size: usize) -> Error {
    if size < usize::MAX && chunk.reference_count() > 0 {
        Error::Referenced
    } else {
        Error::no_memory(size)
    }
}
