//! What is put into an arena.

use core::fmt;
use core::mem;

use bump_scope::alloc::AllocError;
use bump_scope::{BumpBox, BumpString};

use super::Arena;
use crate::error::{Error, OrRaise};
use crate::string::try_format_with;

/// What the `Bump` has made, for as long as the arena is borrowed.
#[inline]
fn placed<T: ?Sized>(
    made: Result<BumpBox<'_, T>, AllocError>,
    size: impl FnOnce() -> usize,
) -> Result<&mut T, Error> {
    match made {
        Ok(made) => Ok(BumpBox::leak(made)),
        Err(AllocError) => Err(Error::no_memory(size())),
    }
}

/// Refuses what an arena would never drop, by the compiler.
struct Placed<T>(T);

impl<T> Placed<T> {
    const CHECK: () = assert!(
        !mem::needs_drop::<T>(),
        "an arena drops no values, and this type needs it: put a `Box` of it there, by \
         `Box::new_in(value, &arena)` with the feature `allocator-api2`"
    );
}

impl Arena<'_> {
    /// Puts a value into the arena.
    ///
    /// The type must need no `Drop`, which the compiler checks: the arena drops nothing. What does
    /// need it is put there in a `Box`, by `Box::new_in(value, &arena)` with the feature
    /// `allocator-api2`.
    ///
    /// Costs a few instructions, and the bytes of the value.
    ///
    /// # Panics
    ///
    /// Ends the process when memory is exhausted; see [`Arena::try_alloc`].
    ///
    /// ```
    /// use std::cell::Cell;
    ///
    /// struct Link<'a> {
    ///     number: i32,
    ///     next: Cell<Option<&'a Link<'a>>>,
    /// }
    ///
    /// let ctx = talloc::Ctx::new();
    /// let arena = ctx.new_arena();
    /// let one = &*arena.alloc(Link { number: 1, next: Cell::new(None) });
    /// let two = &*arena.alloc(Link { number: 2, next: Cell::new(Some(one)) });
    /// // A ring.
    /// one.next.set(Some(two));
    /// assert_eq!(one.next.get().and_then(|link| link.next.get()).map(|link| link.number), Some(1));
    /// ```
    #[inline]
    pub fn alloc<T>(&self, value: T) -> &mut T {
        self.try_alloc(value).or_raise()
    }

    /// Like [`Arena::alloc`], returning errors.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] or [`Error::TooLarge`]. The value is gone.
    #[inline]
    pub fn try_alloc<T>(&self, value: T) -> Result<&mut T, Error> {
        self.try_alloc_with(|| value)
    }

    /// Puts the value that the closure makes into the arena.
    ///
    /// A large value is made in its place more often than by [`Arena::alloc`], instead of being
    /// copied.
    ///
    /// # Panics
    ///
    /// Ends the process when memory is exhausted; see [`Arena::try_alloc_with`].
    #[inline]
    pub fn alloc_with<T>(&self, f: impl FnOnce() -> T) -> &mut T {
        self.try_alloc_with(f).or_raise()
    }

    /// Like [`Arena::alloc_with`], returning errors.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] or [`Error::TooLarge`]. The closure was not called.
    #[inline]
    pub fn try_alloc_with<T>(&self, f: impl FnOnce() -> T) -> Result<&mut T, Error> {
        const { Placed::<T>::CHECK };
        placed(self.bump.try_alloc_with(f), || size_of::<T>())
    }

    /// Copies a text into the arena.
    ///
    /// # Panics
    ///
    /// Ends the process when memory is exhausted; see [`Arena::try_alloc_str`].
    ///
    /// ```
    /// let ctx = talloc::Ctx::new();
    /// let arena = ctx.new_arena();
    /// let text = arena.alloc_str("abc");
    /// text.make_ascii_uppercase();
    /// assert_eq!((&*text, arena.used()), ("ABC", 3));
    /// ```
    #[doc(alias = "talloc_strdup")]
    #[inline]
    pub fn alloc_str(&self, text: &str) -> &mut str {
        self.try_alloc_str(text).or_raise()
    }

    /// Like [`Arena::alloc_str`], returning errors.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] or [`Error::TooLarge`].
    #[inline]
    pub fn try_alloc_str(&self, text: &str) -> Result<&mut str, Error> {
        placed(self.bump.try_alloc_str(text), || text.len())
    }

    /// Formats a text into the arena. `talloc::format!(arena, …)` is the usual form.
    ///
    /// The text does not grow; on a context, `talloc::format!` makes a [`TString`](crate::TString),
    /// which does. `&mut str` and `&str` are two types for `==`: compare with `*text`.
    ///
    /// # Panics
    ///
    /// Panics when a formatting implementation reports an error; ends the process when memory is
    /// exhausted. See [`Arena::try_format`].
    ///
    /// ```
    /// talloc::scratch_arena(|arena| {
    ///     let answer = talloc::format!(arena, "{}!", 6 * 7);
    ///     assert_eq!(*answer, *"42!");
    /// });
    /// ```
    #[doc(alias = "talloc_asprintf")]
    pub fn format(&self, arguments: fmt::Arguments<'_>) -> &mut str {
        self.try_format(arguments).or_raise()
    }

    /// Like [`Arena::format`], returning errors.
    ///
    /// # Errors
    ///
    /// [`Error::Format`], [`Error::OutOfMemory`] or [`Error::TooLarge`].
    pub fn try_format(&self, arguments: fmt::Arguments<'_>) -> Result<&mut str, Error> {
        if let Some(literal) = arguments.as_str() {
            return self.try_alloc_str(literal);
        }
        let mut string = BumpString::new_in(&self.bump);
        try_format_with(arguments, |text| {
            string.try_push_str(text).map_err(|_| Error::no_memory(string.len() + text.len()))
        })?;
        Ok(string.into_str())
    }

    /// Copies a slice into the arena.
    ///
    /// # Panics
    ///
    /// Ends the process when memory is exhausted; see [`Arena::try_alloc_slice_copy`].
    #[doc(alias = "talloc_memdup")]
    #[inline]
    pub fn alloc_slice_copy<T: Copy>(&self, values: &[T]) -> &mut [T] {
        self.try_alloc_slice_copy(values).or_raise()
    }

    /// Like [`Arena::alloc_slice_copy`], returning errors.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] or [`Error::TooLarge`].
    #[inline]
    pub fn try_alloc_slice_copy<T: Copy>(&self, values: &[T]) -> Result<&mut [T], Error> {
        placed(self.bump.try_alloc_slice_copy(values), || size_of_val(values))
    }

    /// Puts `len` values that the closure makes into the arena, in their order.
    ///
    /// # Panics
    ///
    /// Ends the process when memory is exhausted; see [`Arena::try_alloc_slice_fill_with`].
    ///
    /// ```
    /// let ctx = talloc::Ctx::new();
    /// let arena = ctx.new_arena();
    /// assert_eq!(*arena.alloc_slice_fill_with(3, |i| i * i), [0, 1, 4]);
    /// ```
    #[doc(alias = "talloc_array")]
    #[inline]
    pub fn alloc_slice_fill_with<T>(&self, len: usize, f: impl FnMut(usize) -> T) -> &mut [T] {
        self.try_alloc_slice_fill_with(len, f).or_raise()
    }

    /// Like [`Arena::alloc_slice_fill_with`], returning errors.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] or [`Error::TooLarge`]. The closure was not called.
    #[inline]
    pub fn try_alloc_slice_fill_with<T>(
        &self,
        len: usize,
        mut f: impl FnMut(usize) -> T,
    ) -> Result<&mut [T], Error> {
        const { Placed::<T>::CHECK };
        let mut next = 0..len;
        let made = self.bump.try_alloc_slice_fill_with(len, || f(next.next().unwrap_or(len)));
        placed(made, || len.saturating_mul(size_of::<T>()))
    }

    /// Puts all that an iterator yields into the arena.
    ///
    /// For the time of the call the slice may be longer than it is at the end.
    ///
    /// # Panics
    ///
    /// Ends the process when memory is exhausted; see [`Arena::try_alloc_slice_from_iter`].
    #[inline]
    pub fn alloc_slice_from_iter<T>(&self, iter: impl IntoIterator<Item = T>) -> &mut [T] {
        self.try_alloc_slice_from_iter(iter).or_raise()
    }

    /// Like [`Arena::alloc_slice_from_iter`], returning errors.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] or [`Error::TooLarge`], with the bytes of what the iterator has said,
    /// or has yielded until then. That is gone.
    #[inline]
    pub fn try_alloc_slice_from_iter<T>(
        &self,
        iter: impl IntoIterator<Item = T>,
    ) -> Result<&mut [T], Error> {
        const { Placed::<T>::CHECK };
        let iter = iter.into_iter();
        let (least, mut yielded) = (iter.size_hint().0, 0);
        let made = self.bump.try_alloc_iter(iter.inspect(|_| yielded += 1));
        placed(made, || least.max(yielded).saturating_mul(size_of::<T>()))
    }
}
