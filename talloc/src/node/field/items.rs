//! [`Items`]: C's `T *` whose length is told elsewhere.

use core::fmt;
use core::marker::PhantomData;
use core::ptr::NonNull;

/// The first of several elements that lie one after another: C's `T *`, where
/// another field or argument tells how many.
///
/// For structs that C fills in, such as `{ unsigned count; struct foo *foos; }`;
/// `Option<Items>` is a `T *` that may be `NULL`. Keep the count private, and
/// give the slice out by a method:
///
/// ```
/// use talloc::{Blob, Items};
///
/// talloc::node! {
///     #[repr(C)]
///     pub struct Element<'t> as c"struct element" {
///         num_values: u32,
///         values: Option<Items<'t, Blob<'t>>>,
///     }
/// }
///
/// impl<'t> Element<'t> {
///     pub fn values(&self) -> &[Blob<'t>] {
///         // SAFETY: 1. C has filled in both fields; nothing else can set them.
///         unsafe { Items::slice_of(&self.values, self.num_values as usize) }
///     }
/// }
/// # let values = [Blob::from(b"a"), Blob::from(b"bc")];
/// # let element = Element { num_values: 2, values: Some(Items::from(&values[..])) };
/// # assert_eq!(element.values()[1], *b"bc");
/// # assert!(Element { num_values: 0, values: None }.values().is_empty());
/// ```
///
/// The elements belong to an object that lives for `'t`; dropping this does
/// nothing. Elements with drop glue are not dropped by it.
#[repr(transparent)]
pub struct Items<'t, T> {
    /// # Invariants
    ///
    /// The first of some number of valid elements, which live for `'t`. Nobody
    /// changes them behind a borrow of this.
    first: NonNull<T>,
    _elements: PhantomData<&'t T>,
}

impl<'t, T> Items<'t, T> {
    /// The elements.
    ///
    /// # Safety
    ///
    /// 1. There must be at least `len` of them, in one object.
    #[inline]
    pub unsafe fn as_slice(&self, len: usize) -> &[T] {
        // SAFETY: duty 1 and the invariant.
        unsafe { core::slice::from_raw_parts(self.first.as_ptr(), len) }
    }

    /// The elements of a `T *` that may be `NULL`, which has none.
    ///
    /// # Safety
    ///
    /// 1. Unless it is `None`, the duty of [`Items::as_slice`].
    #[inline]
    pub unsafe fn slice_of(items: &Option<Self>, len: usize) -> &[T] {
        match items {
            // SAFETY: duty 1.
            Some(items) => unsafe { items.as_slice(len) },
            None => &[],
        }
    }

    /// The elements, to be changed, for example to take a [`Kept`](crate::Kept)
    /// out of an `Items<'t, Option<Kept<'t, Foo<'static>>>>`.
    ///
    /// # Safety
    ///
    /// 1. There must be at least `len` of them, in one object.
    /// 2. They must come from C, writable, and left to the owner of this. While the
    ///    slice is borrowed, nothing else may lead to them, and C must not use them.
    /// 3. If `T` has lifetimes, C must not find there later what has been put there for
    ///    a shorter time.
    #[inline]
    pub unsafe fn as_mut_slice(&mut self, len: usize) -> &mut [T] {
        // SAFETY: duties 1 and 2, and the invariant.
        unsafe { core::slice::from_raw_parts_mut(self.first.as_ptr(), len) }
    }

    /// The elements of a `T *` that may be `NULL`, which has none, to be changed.
    ///
    /// # Safety
    ///
    /// 1. Unless it is `None`, the duties of [`Items::as_mut_slice`].
    ///
    /// ```
    /// use talloc::Items;
    ///
    /// let mut values: Option<Items<'_, u32>> = None;
    /// // SAFETY: 1. It is `None`.
    /// assert!(unsafe { Items::mut_slice_of(&mut values, 3) }.is_empty());
    /// ```
    #[inline]
    pub unsafe fn mut_slice_of(items: &mut Option<Self>, len: usize) -> &mut [T] {
        match items {
            // SAFETY: duty 1.
            Some(items) => unsafe { items.as_mut_slice(len) },
            None => &mut [],
        }
    }

    /// Borrows elements of C.
    ///
    /// # Safety
    ///
    /// 1. `ptr` must be null, or aligned for `T` and point to the first of some number
    ///    of valid elements, which live for `'t`. For `'t`, they change through
    ///    [`Items::as_mut_slice`] only, except inside an `UnsafeCell`, and there is no
    ///    other `&mut` to them or into them.
    #[inline]
    pub unsafe fn from_ptr(ptr: *const T) -> Option<Self> {
        NonNull::new(ptr.cast_mut()).map(|first| Items { first, _elements: PhantomData })
    }

    /// The pointer for C.
    #[inline]
    pub fn as_ptr(&self) -> *const T {
        self.first.as_ptr()
    }
}

impl<'t, T> From<&'t [T]> for Items<'t, T> {
    #[inline]
    fn from(elements: &'t [T]) -> Self {
        Items { first: NonNull::from(elements).cast(), _elements: PhantomData }
    }
}

impl<T> fmt::Debug for Items<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Items").field(&self.first).finish()
    }
}
