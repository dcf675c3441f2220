//! Strings, values and arrays in a tree: methods of [`TreeCtx`].

use core::ffi::CStr;
use core::fmt;

use crate::error::{Error, OrRaise, raise_memory};
use crate::object::TBox;
use crate::raw::align::Aligned;
use crate::tree::array::Dropless;
use crate::tree::below::Text;
use crate::tree::{Array, Str, TreeCtx};

/// Strings.
impl<'t> TreeCtx<'t> {
    /// Copies `text` into a C string of this node: C's `talloc_strdup`.
    ///
    /// # Errors
    ///
    /// [`Error::InteriorNul`] when the text contains a NUL.
    ///
    /// # Panics
    ///
    /// Panics when the text is [`MAX_SIZE`](crate::MAX_SIZE) bytes or longer; ends the process
    /// when memory is exhausted.
    #[doc(alias = "talloc_strdup")]
    #[inline]
    pub fn strdup(&self, text: &str) -> Result<Str<'t>, Error> {
        raise_memory(self.try_strdup(text))
    }

    /// Like [`TreeCtx::strdup`], returning all errors.
    ///
    /// # Errors
    ///
    /// [`Error::InteriorNul`], [`Error::OutOfMemory`] or [`Error::TooLarge`].
    #[inline]
    pub fn try_strdup(&self, text: &str) -> Result<Str<'t>, Error> {
        self.text_below(Text::Str(text)).map(Str::of)
    }

    /// Copies at most `max` bytes of `text`, cut at a character boundary: C's
    /// `talloc_strndup`.
    ///
    /// # Errors
    ///
    /// [`Error::InteriorNul`] when the part that is copied contains a NUL.
    ///
    /// # Panics
    ///
    /// As [`TreeCtx::strdup`].
    #[doc(alias = "talloc_strndup")]
    pub fn strndup(&self, text: &str, max: usize) -> Result<Str<'t>, Error> {
        raise_memory(self.try_strndup(text, max))
    }

    /// Like [`TreeCtx::strndup`], returning all errors.
    ///
    /// # Errors
    ///
    /// As [`TreeCtx::try_strdup`].
    pub fn try_strndup(&self, text: &str, max: usize) -> Result<Str<'t>, Error> {
        self.text_below(Text::StrUpTo(text, max)).map(Str::of)
    }

    /// Copies a C string, whatever its encoding.
    ///
    /// # Panics
    ///
    /// As [`TreeCtx::strdup`].
    #[doc(alias = "talloc_strdup")]
    #[inline]
    pub fn strdup_c(&self, text: &CStr) -> Str<'t> {
        self.try_strdup_c(text).or_raise()
    }

    /// Like [`TreeCtx::strdup_c`], returning errors.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] or [`Error::TooLarge`].
    #[inline]
    pub fn try_strdup_c(&self, text: &CStr) -> Result<Str<'t>, Error> {
        self.text_below(Text::CStr(text)).map(Str::of)
    }

    /// Formats a new C string of this node: C's `talloc_asprintf`. Usually called as
    /// [`format!`](crate::format).
    ///
    /// # Errors
    ///
    /// [`Error::InteriorNul`] when the text contains a NUL.
    ///
    /// # Panics
    ///
    /// Panics when a formatting implementation reports an error; as [`TreeCtx::strdup`].
    ///
    /// ```
    /// use talloc::tree::Str;
    ///
    /// talloc::node! { struct Url<'t> { text: Str<'t> } }
    ///
    /// let port = 8080;
    /// let url = talloc::Tree::<Url>::try_build(|t| {
    ///     Ok(Url { text: talloc::format!(t, "http://localhost:{port}/")? })
    /// })?;
    /// assert!(url.with(|url| url.text == "http://localhost:8080/"));
    /// # Ok::<(), talloc::Error>(())
    /// ```
    #[doc(alias = "talloc_asprintf")]
    #[doc(alias = "talloc_vasprintf")]
    pub fn format(&self, arguments: fmt::Arguments<'_>) -> Result<Str<'t>, Error> {
        match self.try_format(arguments) {
            Err(error @ Error::InteriorNul { .. }) => Err(error),
            other => Ok(other.or_raise()),
        }
    }

    /// Like [`TreeCtx::format`], returning all errors.
    ///
    /// # Errors
    ///
    /// [`Error::Format`]; as [`TreeCtx::try_strdup`].
    pub fn try_format(&self, arguments: fmt::Arguments<'_>) -> Result<Str<'t>, Error> {
        self.text_below(Text::Formatted(arguments)).map(Str::of)
    }

    /// Copies text, NULs included, that stays as long as the node.
    ///
    /// # Panics
    ///
    /// As [`TreeCtx::strdup`].
    #[doc(alias = "talloc_strdup")]
    #[inline]
    pub fn alloc_str(&self, text: &str) -> &'t mut str {
        self.try_alloc_str(text).or_raise()
    }

    /// Like [`TreeCtx::alloc_str`], returning errors.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] or [`Error::TooLarge`].
    #[inline]
    pub fn try_alloc_str(&self, text: &str) -> Result<&'t mut str, Error> {
        self.local().try_alloc_str(text).map(TBox::leak)
    }
}

/// Values that stay as long as the node.
impl<'t> TreeCtx<'t> {
    /// Allocates a value without drop glue, which may borrow from the node.
    ///
    /// # Panics
    ///
    /// Panics when `T` is larger than [`MAX_SIZE`](crate::MAX_SIZE); ends the process when
    /// memory is exhausted.
    ///
    /// ```
    /// talloc::node! { struct Shared<'t> { all: &'t [u32], odd: Vec<&'t u32> } }
    ///
    /// let shared = talloc::Tree::<Shared>::build(|t| {
    ///     let all: &[u32] = t.alloc([1, 2, 3]);
    ///     Shared { all, odd: all.iter().filter(|n| **n % 2 == 1).collect() }
    /// });
    /// assert_eq!(shared.with(|shared| (shared.all.len(), *shared.odd[1])), (3, 3));
    /// ```
    #[doc(alias = "talloc")]
    #[doc(alias = "talloc_memdup")]
    #[inline]
    pub fn alloc<T>(&self, value: T) -> &'t mut T {
        const { Aligned::<T>::CHECK };
        self.try_alloc(value).or_raise()
    }

    /// Like [`TreeCtx::alloc`], returning errors.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] or [`Error::TooLarge`].
    #[inline]
    pub fn try_alloc<T>(&self, value: T) -> Result<&'t mut T, Error> {
        const { Aligned::<T>::CHECK };
        const { Dropless::<T>::CHECK };
        self.local().try_alloc(value).map(TBox::leak)
    }

    /// Allocates a value that is dropped when the node is freed, on the thread that frees it.
    ///
    /// # Panics
    ///
    /// As [`TreeCtx::alloc`].
    ///
    /// ```
    /// use std::sync::mpsc::Sender;
    ///
    /// talloc::node! { struct Job<'t> { reply: &'t mut Sender<u32> } }
    ///
    /// let (reply, replies) = std::sync::mpsc::channel();
    /// let job = talloc::Tree::<Job>::build(|t| Job { reply: t.keep(reply) });
    /// std::thread::spawn(move || job.with(|job| job.reply.send(7)));
    /// assert_eq!(replies.iter().collect::<Vec<_>>(), [7]);
    /// ```
    #[doc(alias = "talloc_set_destructor")]
    #[inline]
    pub fn keep<T: Send + 'static>(&self, value: T) -> &'t mut T {
        const { Aligned::<T>::CHECK };
        self.try_keep(value).or_raise()
    }

    /// Like [`TreeCtx::keep`], returning errors. `value` is dropped on error.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] or [`Error::TooLarge`].
    #[inline]
    pub fn try_keep<T: Send + 'static>(&self, value: T) -> Result<&'t mut T, Error> {
        const { Aligned::<T>::CHECK };
        self.local().try_alloc(value).map(TBox::keep)
    }

    /// Calls `f` when the node is freed, on the thread that frees it: see
    /// [`CtxRef::on_free`](crate::CtxRef::on_free).
    ///
    /// # Panics
    ///
    /// As [`TreeCtx::alloc`].
    ///
    /// # Aborts
    ///
    /// If `f` panics, the process aborts after the panic's message.
    ///
    /// ```
    /// use std::sync::atomic::{AtomicUsize, Ordering};
    ///
    /// static OPEN: AtomicUsize = AtomicUsize::new(1);
    ///
    /// talloc::node! { struct Session<'t> { user: &'t str } }
    ///
    /// let session = talloc::Tree::<Session>::build(|t| {
    ///     t.on_free(|| OPEN.store(0, Ordering::Relaxed));
    ///     Session { user: t.alloc_str("anna") }
    /// });
    /// # assert_eq!(session.with(|session| session.user.len()), 4);
    /// std::thread::spawn(|| drop(session)).join().unwrap();
    /// assert_eq!(OPEN.load(Ordering::Relaxed), 0);
    /// ```
    #[doc(alias = "talloc_set_destructor")]
    #[inline]
    pub fn on_free<F: FnOnce() + Send + 'static>(&self, f: F) {
        self.local().on_free(f);
    }

    /// Like [`TreeCtx::on_free`], returning errors. `f` is then dropped and was not called.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] or [`Error::TooLarge`].
    #[doc(alias = "talloc_set_destructor")]
    #[inline]
    pub fn try_on_free<F: FnOnce() + Send + 'static>(&self, f: F) -> Result<(), Error> {
        self.local().try_on_free(f).map(drop)
    }
}

/// Arrays, of values without drop glue.
impl<'t> TreeCtx<'t> {
    /// Allocates a copy of an array: C's `talloc_memdup`.
    ///
    /// # Panics
    ///
    /// Panics when the array is over [`MAX_SIZE`](crate::MAX_SIZE) bytes; ends the process when
    /// memory is exhausted.
    #[doc(alias = "talloc_memdup")]
    #[doc(alias = "talloc_array")]
    #[inline]
    pub fn alloc_slice_copy<T: Copy>(&self, values: &[T]) -> Array<'t, T> {
        const { Aligned::<T>::CHECK };
        self.try_alloc_slice_copy(values).or_raise()
    }

    /// Like [`TreeCtx::alloc_slice_copy`], returning errors.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] or [`Error::TooLarge`].
    #[inline]
    pub fn try_alloc_slice_copy<T: Copy>(&self, values: &[T]) -> Result<Array<'t, T>, Error> {
        const { Aligned::<T>::CHECK };
        self.copy_below(values).map(Array::of)
    }

    /// Allocates an array of what the iterator yields. If the iterator panics, the array is
    /// freed.
    ///
    /// # Panics
    ///
    /// As [`TreeCtx::alloc_slice_copy`].
    #[doc(alias = "talloc_array")]
    #[inline]
    pub fn alloc_slice_from_iter<T>(&self, iter: impl IntoIterator<Item = T>) -> Array<'t, T> {
        const { Aligned::<T>::CHECK };
        self.try_alloc_slice_from_iter(iter).or_raise()
    }

    /// Like [`TreeCtx::alloc_slice_from_iter`], returning errors.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] or [`Error::TooLarge`].
    pub fn try_alloc_slice_from_iter<T>(
        &self,
        iter: impl IntoIterator<Item = T>,
    ) -> Result<Array<'t, T>, Error> {
        const { Aligned::<T>::CHECK };
        self.array_below(iter).map(Array::of)
    }
}
