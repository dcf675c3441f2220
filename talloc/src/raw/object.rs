//! [`Object`]: an owned chunk with a value in it.

use core::marker::PhantomData;
use core::mem::{ManuallyDrop, MaybeUninit};
use core::num::NonZero;
use core::ops::{Deref, DerefMut};
use core::ptr::NonNull;

use bytemuck::Zeroable;

use crate::name::Name;
use crate::raw::align::Aligned;
use crate::raw::{
    Chunk, Elements, Extent, Handle, NameMut, NewName, Owned, Parent, Release, Source, as_uninit,
};

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
    held: Handle<Held<'p, T>>,
}

/// What an object is known by: `value` in its invariants.
#[repr(transparent)]
struct Held<'p, T: ?Sized> {
    value: NonNull<T>,
    _parent: PhantomData<&'p ()>,
    _owns: PhantomData<T>,
}

/// What no destructor of an [`Object`] uses: an array, a string, or nothing. So it may be
/// overwritten as bytes. (A single value may be that of a node, or a claim.)
pub(crate) trait Content {}

impl<T> Content for [T] {}
impl Content for str {}
impl Content for () {}

impl<'p, T: ?Sized> Held<'p, T> {
    #[inline]
    fn into_owned(self) -> Owned<'p> {
        // SAFETY: 1. invariant 1.
        unsafe { Owned::from_ptr(self.value.cast()) }
    }
}

impl<T: ?Sized> Release for Held<'_, T> {
    #[inline]
    fn release(self) {
        drop(self.into_owned());
    }
}

impl<'p, T> Object<'p, MaybeUninit<T>> {
    /// A new chunk of the size of a `T`.
    #[inline]
    pub(super) fn new(parent: Parent<'p>, name: Name) -> Option<Self> {
        const { Aligned::<T>::CHECK };
        let chunk = parent.alloc(size_of::<T>(), name)?;
        // Uninitialised bytes are valid, and there are enough.
        Some(Object::of(chunk.into_ptr().cast()))
    }

    #[inline]
    pub(crate) fn write(self, value: T) -> Object<'p, T> {
        let place = self.into_ptr().cast::<T>();
        // SAFETY: there is room for it. (`MaybeUninit` would take more stack, unoptimised.)
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

impl<'p, T: Zeroable> Object<'p, T> {
    /// A new one of all bytes zero.
    #[inline]
    pub(crate) fn zeroed(parent: &'p Chunk, name: Name) -> Option<Self> {
        const { Aligned::<T>::CHECK };
        let chunk = parent.alloc_zeroed(size_of::<T>(), name)?;
        // That is a valid `T`, and there are enough.
        Some(Object::of(chunk.into_ptr().cast()))
    }
}

impl<'p, T> Object<'p, [MaybeUninit<T>]> {
    /// A new chunk for so many `T`.
    #[inline]
    pub(crate) fn places(parent: &'p Chunk, extent: &Extent<T>, name: Name) -> Option<Self> {
        const { Aligned::<T>::CHECK };
        let chunk = parent.alloc(extent.size(), name)?;
        // Uninitialised bytes are valid, and there are as many.
        Some(Object::of(NonNull::slice_from_raw_parts(chunk.into_ptr().cast(), extent.len())))
    }

    /// With more places, or fewer; and whether libtalloc has agreed.
    #[inline]
    pub(crate) fn resized(self, extent: &Extent<T>, name: Name) -> (Self, bool) {
        let old = self.len();
        // libtalloc would unlink the chunk for 0 bytes (fact 12).
        assert!(extent.size() > 0 || size_of::<T>() == 0, "no places");
        let mut chunk = self.into_owned();
        // Elements without bytes take none.
        let done = NonZero::new(extent.size()).is_none_or(|size| chunk.resize(size, name));
        let len = if done { extent.len() } else { old };
        (Object::of(NonNull::slice_from_raw_parts(chunk.into_ptr().cast(), len)), done)
    }

    /// Filled.
    #[inline]
    pub(crate) fn copied(mut self, values: &[T]) -> Object<'p, [T]>
    where
        T: Copy,
    {
        self.copy_from_slice(as_uninit(values));
        let len = self.len();
        Object::of(NonNull::slice_from_raw_parts(self.into_ptr().cast(), len))
    }

    /// # Safety
    ///
    /// 1. All elements must be valid.
    #[inline]
    pub(crate) unsafe fn assume_init(self) -> Object<'p, [T]> {
        let len = self.len();
        // They are valid (duty 1).
        Object::of(NonNull::slice_from_raw_parts(self.into_ptr().cast(), len))
    }
}

impl<'p, T: Zeroable> Object<'p, [T]> {
    /// New ones of all bytes zero.
    #[inline]
    pub(crate) fn zeroed_array(parent: &'p Chunk, extent: &Extent<T>, name: Name) -> Option<Self> {
        const { Aligned::<T>::CHECK };
        let chunk = parent.alloc_zeroed(extent.size(), name)?;
        // These are valid, and there are as many.
        Some(Object::of(NonNull::slice_from_raw_parts(chunk.into_ptr().cast(), extent.len())))
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

    /// As an array of a type that tells its length, if that is its length.
    #[inline]
    pub(crate) fn into_sized<const N: usize>(self) -> Result<Object<'p, [T; N]>, Self> {
        // The same elements.
        if self.len() == N { Ok(Object::of(self.into_ptr().cast())) } else { Err(self) }
    }

    /// Makes the array longer, as [`Elements::append`] does. The chunk keeps its name.
    #[inline]
    pub(crate) fn append(&mut self, more: impl Source<T>) -> Result<(), usize> {
        const { Aligned::<T>::CHECK };
        let (len, count, size) = (self.len(), more.len(), size_of_val(&**self).max(1));
        // SAFETY: of `Owned`: 1. invariant 1; it is given away again. Of `Elements`: 1. the
        // elements, which fill the chunk (invariant 3).
        let (chunk, result) = unsafe {
            let mut chunk = ManuallyDrop::new(Owned::from_ptr(self.held.value.cast()));
            let result = Elements::new(&mut chunk, len, NewName::Kept { size }).append(more);
            (chunk, result)
        };
        let len = if result.is_ok() { len + count } else { len };
        self.held.value = NonNull::slice_from_raw_parts(chunk.ptr().cast(), len);
        result
    }

    /// The same by [`Elements::append_with`].
    #[inline]
    pub(crate) fn append_with(
        &mut self,
        count: usize,
        make: impl FnMut() -> Option<T>,
    ) -> Result<(), usize> {
        const { Aligned::<T>::CHECK };
        let (len, size) = (self.len(), size_of_val(&**self).max(1));
        // SAFETY: as in `append`; `lent` gives it away.
        unsafe {
            let chunk = ManuallyDrop::new(Owned::from_ptr(self.held.value.cast()));
            let mut lent = Lent { array: self, chunk, len };
            let mut elements = Elements::new(&mut lent.chunk, len, NewName::Kept { size });
            let result = elements.append_with(count, make);
            lent.len = elements.len();
            result
        }
    }
}

/// An array while its elements are made, by which its chunk may move. If that panics, it has as
/// many as before.
struct Lent<'a, 'p, T> {
    array: &'a mut Object<'p, [T]>,
    chunk: ManuallyDrop<Owned<'p>>,
    len: usize,
}

impl<T> Drop for Lent<'_, '_, T> {
    #[inline]
    fn drop(&mut self) {
        let first = self.chunk.ptr().cast();
        self.array.held.value = NonNull::slice_from_raw_parts(first, self.len);
    }
}

impl<'p> Owned<'p> {
    /// All of its bytes, whatever they are. (A name that lies there is read within the chunk only.)
    pub(crate) fn into_bytes(self) -> Object<'p, [MaybeUninit<u8>]> {
        let size = self.as_chunk().size();
        Object::of(NonNull::slice_from_raw_parts(self.into_ptr().cast(), size))
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
        Object { held: Handle::new(Held { value, _parent: PhantomData, _owns: PhantomData }) }
    }

    /// Gives the object away, to its parent if to nobody else.
    #[inline]
    pub(crate) fn into_ptr(self) -> NonNull<T> {
        self.held.into_inner().value
    }

    /// Forgets the value, not the chunk.
    #[inline]
    pub(crate) fn into_owned(self) -> Owned<'p>
    where
        T: Content,
    {
        self.held.into_inner().into_owned()
    }

    #[inline]
    pub(crate) fn ptr(&self) -> NonNull<T> {
        self.held.value
    }

    #[inline]
    pub(crate) fn as_chunk(&self) -> &Chunk {
        // SAFETY: live, and neither freed nor renamed while this is borrowed.
        unsafe { Chunk::from_ptr(self.held.value.cast()) }
    }

    /// Takes its destructor off. What that would have done is not done. (It is nobody's but the
    /// owner's: a claim, on whose destructor others rely, is never given out as an object.)
    #[inline]
    pub(crate) fn clear_destructor(&mut self) {
        // SAFETY: 1. none.
        unsafe { self.as_chunk().set_destructor(None) };
    }

    #[inline]
    pub(crate) fn name_mut(&mut self) -> NameMut<'_> {
        NameMut { chunk: self.as_chunk() }
    }

    /// Frees the chunk now; a refused free gives the object back.
    #[inline]
    pub(crate) fn free(self) -> Result<(), Self> {
        let value = self.held.value;
        match self.held.into_inner().into_owned().free() {
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
        let value = self.held.value;
        let _ = self.held.into_inner().into_owned().steal(to).into_ptr();
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
        let copy = ManuallyDrop::new(unsafe { self.held.value.read() });
        self.free().map(|()| ManuallyDrop::into_inner(copy))
    }
}

impl<T: ?Sized> Deref for Object<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: invariant 2.
        unsafe { self.held.value.as_ref() }
    }
}

impl<T: ?Sized> DerefMut for Object<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: invariant 2; this is borrowed exclusively.
        unsafe { self.held.value.as_mut() }
    }
}
