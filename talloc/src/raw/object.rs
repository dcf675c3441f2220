//! [`Object`]: an owned chunk with a value in it.

use core::marker::PhantomData;
use core::mem::{ManuallyDrop, MaybeUninit};
use core::num::NonZero;
use core::ops::{Deref, DerefMut};
use core::ptr::NonNull;

use crate::raw::align::Aligned;
use crate::raw::{Chunk, NameMut, Owned, Parent};

/// An [`Owned`] chunk that begins with a valid `T`. It is freed when this is dropped, and the
/// value is not dropped then: that is for whoever has this, or for the destructor.
///
/// # Invariants
///
/// 1. Those of [`Owned`], for the chunk at `value`.
/// 2. `value` points to a valid `T`, and to its chunk as libtalloc gave it. Whoever else leads
///    to it borrows this value. The name of the chunk lies elsewhere.
/// 3. An array fills its chunk, or is empty in one of a single byte (fact 12). A `str` is
///    followed by a NUL that ends the chunk.
#[repr(transparent)]
#[must_use = "it is freed when it is dropped"]
pub(crate) struct Object<'p, T: ?Sized> {
    value: NonNull<T>,
    _parent: PhantomData<&'p ()>,
    _owns: PhantomData<T>,
}

impl<'p, T> Object<'p, MaybeUninit<T>> {
    /// The room for a `T`.
    ///
    /// # Safety
    ///
    /// 1. The chunk must have the size of a `T` at least.
    #[inline]
    pub(crate) unsafe fn room(chunk: Owned<'p>) -> Self {
        const { Aligned::<T>::CHECK };
        // Uninitialised bytes are valid, and there are enough (duty 1).
        Object::of(chunk.into_ptr().cast())
    }

    #[inline]
    pub(crate) fn write(self, value: T) -> Object<'p, T> {
        let place = self.into_ptr().cast::<T>();
        // SAFETY: there is room for it.
        unsafe { place.write(value) };
        Object::of(place)
    }

    /// # Safety
    ///
    /// 1. There must be a valid `T`.
    #[inline]
    pub(crate) unsafe fn assume_init(self) -> Object<'p, T> {
        // It is valid (duty 1).
        Object::of(self.into_ptr().cast())
    }
}

impl<'p, T> Object<'p, [T]> {
    /// An array.
    ///
    /// # Safety
    ///
    /// 1. `len` valid elements must fill the chunk, or none be in one of a single byte.
    #[inline]
    pub(crate) unsafe fn array(chunk: Owned<'p>, len: usize) -> Self {
        // They are valid (duty 1).
        Object::of(NonNull::slice_from_raw_parts(chunk.into_ptr().cast(), len))
    }

    /// Makes the array longer by `count` elements, which `fill` writes; `false` when libtalloc
    /// refuses. The chunk keeps its name.
    ///
    /// # Safety
    ///
    /// 1. `size` must be what all of them take, or none if that is what they take now.
    /// 2. `fill` must write all that it gets, and not panic.
    #[inline]
    pub(crate) unsafe fn append(
        &mut self,
        count: usize,
        size: Option<NonZero<usize>>,
        fill: impl FnOnce(&mut [MaybeUninit<T>]),
    ) -> bool {
        const { Aligned::<T>::CHECK };
        let (mut first, len) = (self.value.cast::<T>(), self.len());
        if let Some(size) = size {
            let old_size = size_of_val(&**self).max(1);
            // SAFETY: 1. invariant 1; it is given away again. 1. they fill it (invariant 3).
            let (chunk, done) = unsafe {
                let mut chunk = ManuallyDrop::new(Owned::from_ptr(first.cast()));
                let done = chunk.resize_keeping_name(old_size, size);
                (chunk.ptr(), done)
            };
            if !done {
                return false;
            }
            first = chunk.cast();
            self.value = NonNull::slice_from_raw_parts(first, len);
        }
        // SAFETY: behind the elements is room for as many (duty 1), borrowed exclusively. It is
        // written, and so they fill the chunk again (duty 2).
        fill(unsafe { NonNull::slice_from_raw_parts(first.add(len).cast(), count).as_mut() });
        self.value = NonNull::slice_from_raw_parts(first, len + count);
        true
    }
}

impl<'p> From<Owned<'p>> for Object<'p, ()> {
    #[inline]
    fn from(chunk: Owned<'p>) -> Self {
        // Any chunk has a valid `()`.
        Object::of(chunk.into_ptr().cast())
    }
}

impl<'p, T: ?Sized> Object<'p, T> {
    /// # Safety
    ///
    /// 1. The invariants must hold.
    #[inline]
    pub(crate) unsafe fn from_ptr(value: NonNull<T>) -> Self {
        Object::of(value)
    }

    /// Of what meets the invariants; for this file, which makes them.
    #[inline]
    fn of(value: NonNull<T>) -> Self {
        Object { value, _parent: PhantomData, _owns: PhantomData }
    }

    /// Gives the object away, to its parent if to nobody else.
    #[inline]
    pub(crate) fn into_ptr(self) -> NonNull<T> {
        ManuallyDrop::new(self).value
    }

    /// Forgets the value, not the chunk.
    #[inline]
    pub(crate) fn into_owned(self) -> Owned<'p> {
        // SAFETY: invariant 1.
        unsafe { Owned::from_ptr(self.into_ptr().cast()) }
    }

    #[inline]
    pub(crate) fn ptr(&self) -> NonNull<T> {
        self.value
    }

    #[inline]
    pub(crate) fn as_chunk(&self) -> &Chunk {
        // SAFETY: live, and neither freed nor renamed while this is borrowed.
        unsafe { Chunk::from_ptr(self.value.cast()) }
    }

    #[inline]
    pub(crate) fn name_mut(&mut self) -> NameMut<'_> {
        NameMut { chunk: self.as_chunk() }
    }

    /// Frees the chunk now; a refused free gives the object back.
    #[inline]
    pub(crate) fn free(self) -> Result<(), Self> {
        let value = self.value;
        match self.into_owned().free() {
            Ok(()) => Ok(()),
            Err(owned) => {
                let _ = owned.into_ptr();
                Err(Object::of(value))
            }
        }
    }

    /// Moves it below another chunk, or makes it a root.
    #[inline]
    pub(crate) fn steal<'q>(self, to: impl Into<Parent<'q>>) -> Object<'q, T> {
        let value = self.value;
        let _ = self.into_owned().steal(to).into_ptr();
        Object::of(value)
    }

    /// Leaves the object to its parent.
    #[inline]
    pub(crate) fn leak<'a>(self) -> &'a mut T
    where
        'p: 'a,
    {
        // SAFETY: valid, and only the parent, which lives for 'a, owns it now.
        unsafe { self.into_ptr().as_mut() }
    }
}

impl<'p, T> Object<'p, T> {
    /// Moves the value out and frees the chunk; a refused free gives the object back.
    #[inline]
    pub(crate) fn into_value(self) -> Result<T, Self> {
        // SAFETY: invariant 2; one of the two copies is forgotten.
        let copy = ManuallyDrop::new(unsafe { self.value.read() });
        self.free().map(|()| ManuallyDrop::into_inner(copy))
    }
}

impl<T: ?Sized> Deref for Object<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: invariant 2.
        unsafe { self.value.as_ref() }
    }
}

impl<T: ?Sized> DerefMut for Object<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: invariant 2; this is borrowed exclusively.
        unsafe { self.value.as_mut() }
    }
}

impl<T: ?Sized> Drop for Object<'_, T> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: invariant 1.
        drop(unsafe { Owned::from_ptr(self.value.cast()) });
    }
}
