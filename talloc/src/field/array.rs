//! [`Array`]: C's `T *` with `talloc_array_length` elements.

use core::fmt;
use core::marker::PhantomData;
use core::mem;
use core::ops::{Deref, DerefMut};
use core::ptr::NonNull;
use std::panic::{RefUnwindSafe, UnwindSafe};

use crate::array_box::array_len;
use crate::ctx_ref::CtxRef;
use crate::error::Error;
use crate::name::Name;
use crate::one_thread::one_thread;
use crate::raw;
use crate::tbox::{TBox, move_name_out};

/// An array of one pointer that belongs to its parent: C's `T *`, as long as
/// `talloc_array_length` says.
///
/// Made from a `TBox<[T]>`. It derefs to `[T]`; the length is read from the
/// chunk at each use. `Option<Array>` is a `T *` that may be `NULL`.
///
/// Dropping it does nothing: the memory goes with its parent. A `T` with drop
/// glue, or of no size, does not compile: nothing would drop or count it.
///
/// ```
/// use talloc::{Array, Ctx};
///
/// let ctx = Ctx::new();
/// let ports: Array<'_, u16> = ctx.alloc_slice_copy(&[80, 443]).into();
/// assert_eq!(*ports, [80, 443]);
/// ```
#[doc(alias = "talloc_array_length")]
#[repr(transparent)]
pub struct Array<'t, T> {
    /// # Invariants
    ///
    /// A live chunk full of valid elements, below a parent that lives for
    /// `'t`. Nobody else owns it on the Rust side, and C does not change it
    /// behind a borrow.
    first: NonNull<T>,
    _parent: PhantomData<&'t ()>,
    _owns: PhantomData<T>,
}

one_thread!(['t, T] Array<'t, T>);

// As `Vec` is: what a panic leaves behind is the elements' own affair.
impl<T: UnwindSafe> UnwindSafe for Array<'_, T> {}
impl<T: RefUnwindSafe> RefUnwindSafe for Array<'_, T> {}

/// Refuses at compile time what an [`Array`] can neither count nor drop.
struct Countable<T>(PhantomData<T>);

impl<T> Countable<T> {
    const CHECK: () = {
        assert!(
            size_of::<T>() > 0,
            "an `Array` counts its elements by their size: zero-sized ones do not do"
        );
        assert!(
            !mem::needs_drop::<T>(),
            "an `Array` never drops its elements: use a `TBox<[T]>` for these"
        );
    };
}

impl<'t, T> Array<'t, T> {
    /// Frees the array now instead of with its parent.
    #[doc(alias = "talloc_free")]
    pub fn free(self) {
        // SAFETY: live, and nobody else owns it. A refused free leaves it to
        // its parent.
        unsafe { raw::free(self.first.cast()) };
    }

    /// Takes the array as an owned handle.
    ///
    /// ```
    /// use talloc::{Array, Ctx, TBox};
    ///
    /// let ctx = Ctx::new();
    /// let ports: Array<'_, u16> = ctx.alloc_slice_copy(&[80]).into();
    /// let mut ports = ports.into_boxed_slice();
    /// TBox::extend_from_slice(&mut ports, &[443]);
    /// assert_eq!(*ports, [80, 443]);
    /// ```
    #[inline]
    pub fn into_boxed_slice(mut self) -> TBox<'t, [T]> {
        let values = NonNull::from(&mut *self);
        let values = NonNull::slice_from_raw_parts(self.first, values.len());
        // SAFETY: a live chunk of exactly these valid elements, owned by
        // `self` alone, below a parent that lives for 't.
        unsafe { TBox::from_value(values) }
    }

    /// Moves the array under another parent; no copy. What its elements borrow
    /// stays borrowed.
    #[doc(alias = "talloc_steal")]
    #[doc(alias = "talloc_move")]
    #[inline]
    pub fn steal<'q>(self, to: &'q CtxRef) -> Array<'q, T> {
        // SAFETY: both chunks are live. `to` is no descendant of the array: its
        // borrow would have kept `self` from being moved here.
        unsafe { raw::steal(to.as_ptr(), self.first.cast()) };
        Array { first: self.first, _parent: PhantomData, _owns: PhantomData }
    }

    /// Hands the array to C, which frees it or leaves it to its parent.
    #[inline]
    pub fn into_raw(self) -> *mut T {
        self.first.as_ptr()
    }

    /// Takes over an array from C, whatever its name; its length is that of its
    /// chunk.
    ///
    /// # Errors
    ///
    /// [`Error::Null`]; [`Error::WrongSize`] when the chunk is not a whole
    /// number of elements.
    ///
    /// # Safety
    ///
    /// 1. `ptr` must be null or a live talloc chunk of this thread, below a
    ///    parent that lives for `'t`; all its elements must be valid.
    /// 2. Nobody else may free, move or use it while the result is in use.
    ///
    /// ```
    /// use talloc::{Array, Ctx};
    ///
    /// let ctx = Ctx::new();
    /// let raw: *mut u16 = Array::from(ctx.alloc_slice_copy(&[1, 2])).into_raw();
    /// // SAFETY: it comes from `into_raw`, its parent is `ctx`.
    /// let back: Array<'_, u16> = unsafe { Array::from_raw(raw) }?;
    /// assert_eq!(*back, [1, 2]);
    /// # Ok::<(), talloc::Error>(())
    /// ```
    pub unsafe fn from_raw(ptr: *mut T) -> Result<Self, Error> {
        const { Countable::<T>::CHECK };
        let first = NonNull::new(ptr).ok_or(Error::Null)?;
        // SAFETY: duty 1.
        unsafe { array_len::<T>(first.cast()) }?;
        // SAFETY: duty 1.
        unsafe { move_name_out(first.cast(), Name::of::<[T]>()) };
        Ok(Array { first, _parent: PhantomData, _owns: PhantomData })
    }

    /// The pointer for C; C must not free it while this value is in use.
    #[inline]
    pub fn as_ptr(&self) -> *mut T {
        self.first.as_ptr()
    }
}

impl<'t, T> From<TBox<'t, [T]>> for Array<'t, T> {
    #[inline]
    fn from(values: TBox<'t, [T]>) -> Self {
        const { Countable::<T>::CHECK };
        Array { first: TBox::into_value(values).cast(), _parent: PhantomData, _owns: PhantomData }
    }
}

impl<T> Deref for Array<'_, T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        // SAFETY: the chunk is live.
        let bytes = unsafe { raw::size(self.first.cast()) };
        // SAFETY: by the invariant. `T` is not zero-sized (`Countable`).
        unsafe { core::slice::from_raw_parts(self.first.as_ptr(), bytes / size_of::<T>()) }
    }
}

impl<T> DerefMut for Array<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [T] {
        // SAFETY: the chunk is live.
        let bytes = unsafe { raw::size(self.first.cast()) };
        // SAFETY: as for `deref`; borrowed exclusively.
        unsafe { core::slice::from_raw_parts_mut(self.first.as_ptr(), bytes / size_of::<T>()) }
    }
}

impl<'a, T> IntoIterator for &'a Array<'_, T> {
    type Item = &'a T;
    type IntoIter = core::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'a, T> IntoIterator for &'a mut Array<'_, T> {
    type Item = &'a mut T;
    type IntoIter = core::slice::IterMut<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}

impl<T: fmt::Debug> fmt::Debug for Array<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl<T: PartialEq> PartialEq for Array<'_, T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: Eq> Eq for Array<'_, T> {}
