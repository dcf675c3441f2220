//! Taking over an array that C has made on a context, and told how many elements are in use.

use core::mem::ManuallyDrop;
use core::num::NonZero;

use crate::array::{array_size, resize};
use crate::context::CtxRef;
use crate::error::Error;
use crate::name::Name;
use crate::node::field::Blob;
use crate::object::{CType, Called, TBox, check_size, take};
use crate::raw::{Object, Owned};

/// Results of C functions that come with a count of elements, to be taken over as by
/// [`CtxRef::adopt`].
impl CtxRef {
    /// Takes over an array that C has allocated on this context, of which the
    /// first `count` elements are in use.
    ///
    /// C's arrays are often longer than their count. The rest is cut off, so that the
    /// chunk is as long as the slice; cutting may move the array. With a count of 0,
    /// `NULL` is an empty array, a new chunk, and a longer array is freed, with
    /// what is below it, for such a one.
    ///
    /// # Errors
    ///
    /// [`Error::Null`] when the count is not 0; [`Error::WrongType`];
    /// [`Error::WrongSize`] when the chunk is too small for the count, or
    /// [`Error::TooLarge`] when so many elements have more than [`usize::MAX`] bytes;
    /// [`Error::Referenced`] when it would have to be cut while C holds a
    /// reference to it; [`Error::Refused`] when the count is 0 and a destructor of C
    /// refuses to let it go; [`Error::OutOfMemory`]. The array then stays with
    /// its parent.
    ///
    /// # Panics
    ///
    /// With `debug_assertions`, when the object is not below this context.
    ///
    /// # Safety
    ///
    /// 1. The duties of [`CtxRef::adopt`], with `count` valid elements.
    ///
    /// ```
    /// # use talloc::CtxRef;
    /// # /// `uint32_t *group_ids(TALLOC_CTX *ctx, size_t *count);`
    /// # unsafe extern "C" fn group_ids(ctx: &CtxRef, count: *mut usize) -> *mut u32 {
    /// #     unsafe { *count = 2 };
    /// #     talloc::TBox::into_raw(ctx.typed().alloc_slice_copy(&[100_u32, 27, 0, 0])).cast()
    /// # }
    /// let ctx = talloc::Ctx::new();
    /// let mut count = 0;
    /// // SAFETY: 1. C returns a new array on `ctx` with `count` elements, or NULL.
    /// let ids = unsafe {
    ///     let ids = group_ids(&ctx, &mut count);
    ///     ctx.adopt_slice(ids, count)
    /// }?;
    /// assert_eq!(*ids, [100, 27]);
    /// # Ok::<(), talloc::Error>(())
    /// ```
    #[doc(alias = "talloc_array_length")]
    pub unsafe fn adopt_slice<T: CType>(
        &self,
        ptr: *mut T,
        count: usize,
    ) -> Result<TBox<'_, [T]>, Error> {
        // SAFETY: duty 1.
        unsafe { self.adopt_counted(ptr, count, Name::new(T::NAME), true) }
    }

    /// Takes over an array that C did not name after its type, such as that of a
    /// `talloc_memdup`, of which the first `count` elements are in use, and calls it
    /// [`T::NAME`](CType::NAME) from then on.
    ///
    /// Otherwise as [`CtxRef::adopt_slice`].
    ///
    /// # Errors
    ///
    /// As [`CtxRef::adopt_slice`], without [`Error::WrongType`].
    ///
    /// # Panics
    ///
    /// With `debug_assertions`, when the object is not below this context.
    ///
    /// # Safety
    ///
    /// 1. The duties of [`CtxRef::adopt`], of which 2 holds whatever the array is called: if the
    ///    chunk has room for `count` elements, it is aligned for `T` and begins with so many
    ///    valid ones.
    #[doc(alias = "talloc_memdup")]
    #[doc(alias = "talloc_array_size")]
    pub unsafe fn adopt_slice_renamed<T: CType>(
        &self,
        ptr: *mut T,
        count: usize,
    ) -> Result<TBox<'_, [T]>, Error> {
        // SAFETY: duty 1.
        unsafe { self.adopt_counted(ptr, count, Name::new(T::NAME), false) }
    }

    /// Takes over the bytes of a pair of pointer and length, Samba's
    /// `DATA_BLOB`, that C has allocated on this context.
    ///
    /// As [`CtxRef::adopt_slice`], whatever the name of the chunk: bytes have no type.
    ///
    /// # Errors
    ///
    /// As [`CtxRef::adopt_slice`], without [`Error::WrongType`].
    ///
    /// # Panics
    ///
    /// With `debug_assertions`, when the object is not below this context.
    ///
    /// # Safety
    ///
    /// 1. The duties of [`CtxRef::adopt`] for the blob's pointer, which is that
    ///    of a chunk as libtalloc gave it, with `length` initialised bytes. By
    ///    duty 4, copies of the blob must not be used any more.
    ///
    /// ```
    /// use talloc::Blob;
    /// # use talloc::CtxRef;
    /// # /// `DATA_BLOB random_bytes(TALLOC_CTX *ctx);`
    /// # unsafe extern "C" fn random_bytes(ctx: &CtxRef) -> Blob<'_> {
    /// #     ctx.alloc_slice_copy(&[4_u8, 4]).into()
    /// # }
    ///
    /// let ctx = talloc::Ctx::new();
    /// // SAFETY: 1. C returns a new blob on `ctx`.
    /// let bytes = unsafe { ctx.adopt_blob(random_bytes(&ctx)) }?;
    /// assert_eq!(*bytes, [4, 4]);
    /// # Ok::<(), talloc::Error>(())
    /// ```
    pub unsafe fn adopt_blob(&self, blob: Blob<'_>) -> Result<TBox<'_, [u8]>, Error> {
        // SAFETY: duty 1.
        unsafe {
            self.adopt_counted(blob.as_ptr().cast_mut(), blob.length(), Name::new(u8::NAME), false)
        }
    }

    /// # Safety
    ///
    /// 1. The duties of [`CtxRef::adopt_slice`], or without `check` those of
    ///    [`CtxRef::adopt_slice_renamed`].
    unsafe fn adopt_counted<T>(
        &self,
        ptr: *mut T,
        count: usize,
        name: Name,
        check: bool,
    ) -> Result<TBox<'_, [T]>, Error> {
        let expected = array_size::<T>(count)?;
        let mut chunk = if ptr.is_null() && count == 0 {
            self.owned_below(0, name)?
        } else {
            // SAFETY: 1. duty 1.
            let chunk = unsafe {
                self.debug_assert_owns(ptr.cast());
                let called = if check { Called::Exactly(name) } else { Called::Anything };
                take(ptr.cast(), called, |chunk| check_size(chunk, expected..=usize::MAX))?.0
            };
            self.cut(chunk, expected, name)?
        };
        if !check {
            // Its name may lie in its own memory (fact 14).
            chunk.set_name(name);
        }
        // SAFETY: 1. It has exactly these elements (duty 1).
        Ok(TBox::of(unsafe { Object::array(chunk, count) }))
    }

    /// Makes a chunk that is not too small one of that size. After an error it is with its
    /// parent.
    fn cut<'p>(&'p self, chunk: Owned<'p>, size: usize, name: Name) -> Result<Owned<'p>, Error> {
        let mut chunk = ManuallyDrop::new(chunk);
        if chunk.as_chunk().size() > size {
            match NonZero::new(size) {
                Some(size) => resize(&mut chunk, size, name)?,
                None => return self.emptied(ManuallyDrop::into_inner(chunk), name),
            }
        }
        Ok(ManuallyDrop::into_inner(chunk))
    }

    /// A chunk without content in the place of another one, which libtalloc would not resize to
    /// nothing (fact 12).
    fn emptied<'p>(&'p self, chunk: Owned<'p>, name: Name) -> Result<Owned<'p>, Error> {
        let chunk = ManuallyDrop::new(chunk);
        let empty = self.owned_below(0, name)?;
        match ManuallyDrop::into_inner(chunk).free() {
            Ok(()) => Ok(empty),
            Err(chunk) => match chunk.leak().reference_count() {
                0 => Err(Error::Refused),
                _ => Err(Error::Referenced),
            },
        }
    }
}
