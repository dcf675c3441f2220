//! Types that C knows by name.

use core::ffi::CStr;
use core::fmt;
use core::marker::PhantomData;

use bytemuck::Zeroable;

use crate::context::CtxRef;
use crate::error::{Error, OrRaise};
use crate::name::Name;
use crate::object::{Called, TBox};

/// A type that C knows by a name: `struct point` in `talloc_get_type(p, struct point)`.
///
/// Objects of such a type are allocated through [`CtxRef::typed`]. Structs that
/// own their fields are declared with [`node!`](crate::node!) instead.
///
/// ```
/// use talloc::{CType, Ctx, TBox};
///
/// #[repr(C)]
/// struct Point {
///     x: i32,
///     y: i32,
/// }
///
/// impl CType for Point {
///     const NAME: &'static std::ffi::CStr = c"struct point";
/// }
///
/// let ctx = Ctx::new();
/// let point = ctx.typed().alloc(Point { x: 1, y: 2 });
/// assert_eq!(TBox::as_ctx(&point).name(), c"struct point");
/// # assert_eq!(point.x + point.y, 3);
/// ```
///
/// Numbers have the names of `<stdint.h>`: `u32` is `uint32_t`.
pub trait CType: Sized {
    /// The name as C writes it, for example `c"struct point"`.
    const NAME: &'static CStr;
}

macro_rules! c_types {
    ($($rust:ty = $c:literal)*) => {$(
        impl CType for $rust {
            const NAME: &'static CStr = $c;
        }
    )*};
}

// The names of <stdint.h> and the language, where they are the same everywhere.
c_types! {
    u8 = c"uint8_t"
    u16 = c"uint16_t"
    u32 = c"uint32_t"
    u64 = c"uint64_t"
    usize = c"size_t"
    i8 = c"int8_t"
    i16 = c"int16_t"
    i32 = c"int32_t"
    i64 = c"int64_t"
    isize = c"ssize_t"
    f32 = c"float"
    f64 = c"double"
    bool = c"bool"
}

/// A context that gives C's name for `T` to what it allocates.
///
/// Made by [`CtxRef::typed`].
#[must_use = "it allocates nothing by itself"]
pub struct Typed<'p, T> {
    pub(crate) ctx: &'p CtxRef,
    _type: PhantomData<fn() -> T>,
}

// Not derived: that would ask for `T: Copy`.
impl<T> Clone for Typed<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Typed<'_, T> {}

impl<T> fmt::Debug for Typed<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Typed").field(&self.ctx).finish()
    }
}

/// Objects whose type C knows by a name.
impl CtxRef {
    /// Allocates objects under the name by which C knows their type, so that
    /// C's `talloc_get_type` accepts them.
    ///
    /// ```
    /// #[derive(Clone, Copy)]
    /// #[repr(C)]
    /// struct Id(u64);
    ///
    /// impl talloc::CType for Id {
    ///     const NAME: &'static std::ffi::CStr = c"struct id";
    /// }
    ///
    /// let ctx = talloc::Ctx::new();
    /// let one = ctx.typed().alloc(Id(1));
    /// let many = ctx.typed().alloc_slice_copy(&[Id(2), Id(3)]);
    /// # assert_eq!(one.0 + many[1].0, 4);
    /// ```
    #[doc(alias = "talloc_set_type")]
    #[inline]
    pub fn typed<T: CType>(&self) -> Typed<'_, T> {
        Typed { ctx: self, _type: PhantomData }
    }
}

impl<'p, T: CType> Typed<'p, T> {
    pub(crate) const NAME: Name = Name::new(T::NAME);

    /// As [`CtxRef::alloc`].
    ///
    /// # Panics
    ///
    /// As [`CtxRef::alloc`].
    #[inline]
    pub fn alloc(self, value: T) -> TBox<'p, T> {
        self.try_alloc(value).or_raise()
    }

    /// As [`CtxRef::try_alloc`].
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] or [`Error::TooLarge`].
    #[inline]
    pub fn try_alloc(self, value: T) -> Result<TBox<'p, T>, Error> {
        self.ctx.alloc_with_named(Self::NAME, || value)
    }

    /// As [`CtxRef::alloc_with`].
    ///
    /// # Panics
    ///
    /// As [`CtxRef::alloc`].
    #[inline]
    pub fn alloc_with(self, f: impl FnOnce() -> T) -> TBox<'p, T> {
        self.try_alloc_with(f).or_raise()
    }

    /// As [`CtxRef::try_alloc_with`].
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] or [`Error::TooLarge`].
    #[inline]
    pub fn try_alloc_with(self, f: impl FnOnce() -> T) -> Result<TBox<'p, T>, Error> {
        self.ctx.alloc_with_named(Self::NAME, f)
    }

    /// As [`CtxRef::alloc_zeroed`].
    ///
    /// # Panics
    ///
    /// As [`CtxRef::alloc`].
    #[inline]
    pub fn alloc_zeroed(self) -> TBox<'p, T>
    where
        T: Zeroable,
    {
        self.try_alloc_zeroed().or_raise()
    }

    /// As [`CtxRef::try_alloc_zeroed`].
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] or [`Error::TooLarge`].
    #[inline]
    pub fn try_alloc_zeroed(self) -> Result<TBox<'p, T>, Error>
    where
        T: Zeroable,
    {
        self.ctx.zeroed_named(Self::NAME)
    }
}

/// From C, of a type that it knows by a name.
impl<'p, T: CType> TBox<'p, T> {
    /// Takes over an object that C allocated as its type for `T`.
    ///
    /// # Errors
    ///
    /// [`Error::Null`]; [`Error::WrongType`] when the object's name is not
    /// [`T::NAME`](CType::NAME); [`Error::WrongSize`] when its size is not that
    /// of `T`. Nothing is freed then.
    ///
    /// # Safety
    ///
    /// 1. `ptr` must be null or a live talloc pointer of this thread, and if its
    ///    name is [`T::NAME`](CType::NAME), it must be aligned for `T` and hold a valid one.
    /// 2. Duties 2 to 6 of [`TBox::from_raw_unchecked`].
    ///
    /// ```
    /// use talloc::{Ctx, TBox};
    ///
    /// let ctx = Ctx::new();
    /// # let from_c: *mut u64 = TBox::into_raw(ctx.typed().alloc(7_u64));
    /// // SAFETY: C made it by `talloc(ctx, uint64_t)` and left it to us.
    /// let number = unsafe { TBox::from_raw_typed(from_c) }?;
    /// assert_eq!(*number, 7_u64);
    /// # Ok::<(), talloc::Error>(())
    /// ```
    #[doc(alias = "talloc_get_type")]
    pub unsafe fn from_raw_typed(ptr: *mut T) -> Result<Self, Error> {
        // SAFETY: duties 1 and 2.
        unsafe { TBox::from_raw_called(ptr, Called::Exactly(Name::new(T::NAME))) }
    }

    /// Takes over an object that C did not name after its type, and calls it
    /// [`T::NAME`](CType::NAME) from then on.
    ///
    /// C names an object after the place that made it in `talloc_size`, `talloc_zero_size` and
    /// `talloc_memdup`, and in whatever a program has made of these; `talloc_ptrtype` and
    /// `talloc_named_const` name it in other ways. What it was called is not looked at, so
    /// only its size can tell that it is something else. On a context:
    /// [`Renamed`](crate::Renamed).
    ///
    /// # Errors
    ///
    /// [`Error::Null`]; [`Error::WrongSize`] when its size is not that of `T`. Nothing is freed
    /// or renamed then.
    ///
    /// # Safety
    ///
    /// 1. `ptr` must be null or a live talloc pointer of this thread, and if it has
    ///    the size of `T`, it must be aligned for `T` and hold a valid one.
    /// 2. Duties 2 to 6 of [`TBox::from_raw_unchecked`].
    ///
    /// ```
    /// use talloc::{CType, Ctx, TBox};
    ///
    /// #[repr(C)]
    /// struct Login { tries: u32 }
    ///
    /// impl CType for Login {
    ///     const NAME: &'static std::ffi::CStr = c"struct login";
    /// }
    ///
    /// let ctx = Ctx::new();
    /// # let from_c = TBox::into_raw(ctx.alloc(3_u32)).cast();
    /// // SAFETY: 1. C made a `struct login` by `talloc_zero_size`. 2. It left it to us.
    /// let login: TBox<'_, Login> = unsafe { TBox::from_raw_renamed(from_c) }?;
    /// assert_eq!((login.tries, TBox::as_ctx(&login).name()), (3, c"struct login"));
    /// # Ok::<(), talloc::Error>(())
    /// ```
    #[doc(alias = "talloc_set_type")]
    #[doc(alias = "talloc_size")]
    #[doc(alias = "talloc_zero_size")]
    #[doc(alias = "talloc_memdup")]
    #[doc(alias = "talloc_ptrtype")]
    pub unsafe fn from_raw_renamed(ptr: *mut T) -> Result<Self, Error> {
        // SAFETY: duties 1 and 2.
        unsafe { TBox::from_raw_called(ptr, Called::Anew(Name::new(T::NAME))) }
    }
}
