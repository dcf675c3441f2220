//! Values that are given to the parent: dropped by libtalloc's destructor.

use core::ffi::{c_int, c_void};
use core::mem;
use core::ops::{Deref, DerefMut};
use core::ptr::NonNull;

use crate::raw::{Chunk, Destructor, Object};

/// What a parent can drop: any sized value, an array, a string.
///
/// The bound of [`TBox::keep`](crate::TBox::keep). It is implemented for all of
/// them and cannot be implemented elsewhere.
///
/// ```
/// use talloc::{Ctx, Keepable, TBox};
///
/// fn keep_all<T: Keepable + ?Sized + 'static>(objects: Vec<TBox<'_, T>>) {
///     for object in objects {
///         TBox::keep(object);
///     }
/// }
///
/// let ctx = Ctx::new();
/// keep_all(vec![ctx.alloc_str("one"), ctx.alloc_str("two")]);
/// keep_all(vec![ctx.alloc(String::from("three"))]);
/// assert_eq!(ctx.total_blocks(), 4);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be kept by its parent",
    label = "only sized values, arrays and strings can be kept"
)]
pub trait Keepable: sealed::Drops {}

impl<T> Keepable for T {}
impl<T> Keepable for [T] {}
impl Keepable for str {}

pub(crate) mod sealed {
    use super::{Chunk, Destructor, NonNull, drop_array, drop_one, mem};

    pub trait Drops {
        /// The destructor that drops such a value, if it has drop glue.
        #[doc(hidden)]
        const DESTRUCTOR: Option<Destructor>;

        /// Makes the chunk drop its value when it is freed, by whichever side.
        ///
        /// # Safety
        ///
        /// 1. `value` must point to a live chunk that holds a valid `Self` from
        ///    now on, until it is freed; an array must fill its chunk.
        /// 2. `Self` must not borrow from anything that may end before the
        ///    chunk, except from the chunk's own children.
        #[doc(hidden)]
        #[inline]
        unsafe fn drop_when_freed(value: NonNull<Self>) {
            if Self::DESTRUCTOR.is_some() {
                // SAFETY: 1. duty 1. 1. duties 1 and 2.
                unsafe { Chunk::from_ptr(value.cast()).set_destructor(Self::DESTRUCTOR) };
            }
        }
    }

    impl<T> Drops for T {
        const DESTRUCTOR: Option<Destructor> =
            if mem::needs_drop::<T>() { Some(drop_one::<T>) } else { None };
    }

    impl<T> Drops for [T] {
        const DESTRUCTOR: Option<Destructor> = {
            assert!(
                size_of::<T>() > 0 || !mem::needs_drop::<T>(),
                "an array of zero-sized values with a destructor cannot be kept: \
                 its chunk has no bytes that tell how many there are"
            );
            if mem::needs_drop::<T>() { Some(drop_array::<T>) } else { None }
        };
    }

    impl Drops for str {
        const DESTRUCTOR: Option<Destructor> = None;
    }
}

/// An object whose value its destructor drops, and nothing else does.
pub(crate) struct Dropping<'p, T: ?Sized>(Object<'p, T>);

impl<'p, T: Keepable + ?Sized + 'static> Dropping<'p, T> {
    #[inline]
    pub(crate) fn new(object: Object<'p, T>) -> Self {
        // SAFETY: 1. a valid `T` in its chunk, which stays valid behind any `&mut`. An array
        // fills its chunk, by the invariant. 2. `'static` borrows from nothing.
        unsafe { T::drop_when_freed(object.ptr()) };
        Dropping(object)
    }

    #[inline]
    pub(crate) fn ptr(&self) -> NonNull<T> {
        self.0.ptr()
    }

    #[inline]
    pub(crate) fn as_chunk(&self) -> &Chunk {
        self.0.as_chunk()
    }

    #[inline]
    pub(crate) fn steal<'q>(self, to: &'q Chunk) -> Dropping<'q, T> {
        Dropping(self.0.steal(to))
    }

    #[inline]
    pub(crate) fn leak<'a>(self) -> &'a mut T
    where
        'p: 'a,
    {
        self.0.leak()
    }
}

impl<T: ?Sized> Deref for Dropping<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: ?Sized> DerefMut for Dropping<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

// A panic cannot cross libtalloc's frames and has no Rust caller to go to when
// C frees. `extern "C"` turns it into an abort with the panic's message.

/// # Safety
///
/// 1. `value` must hold a valid `T`, which nobody uses any more.
unsafe extern "C" fn drop_one<T>(value: *mut c_void) -> c_int {
    // SAFETY: duty 1.
    unsafe { value.cast::<T>().drop_in_place() };
    0
}

/// # Safety
///
/// 1. `values` must be a live chunk filled with valid `T`s, which nobody uses any more.
unsafe extern "C" fn drop_array<T>(values: *mut c_void) -> c_int {
    // SAFETY: duty 1; a chunk is never null. `T` is not zero-sized, or this function was not
    // registered.
    unsafe {
        let bytes = Chunk::from_ptr(NonNull::new_unchecked(values)).size();
        core::ptr::slice_from_raw_parts_mut(values.cast::<T>(), bytes / size_of::<T>())
            .drop_in_place();
    }
    0
}
