//! [`Owned`]: a chunk that one handle owns.

use core::ffi::{CStr, c_char, c_void};
use core::marker::PhantomData;
use core::mem::{ManuallyDrop, MaybeUninit};
use core::num::NonZero;
use core::ptr::{self, NonNull};

use talloc_sys as sys;

use crate::name::Name;
use crate::raw;
use crate::raw::align::Aligned;
use crate::raw::{Chunk, Destructor, NameMut, Parent};

/// A chunk that this value alone may free, move, resize and rename, below a parent that
/// lives for `'p`. So all that is safe. It is freed when this is dropped; a refused free
/// leaves it to its parent. What is in it is not dropped.
///
/// A field that goes with its parent is a `ManuallyDrop` of it.
///
/// # Invariants
///
/// 1. It is a live chunk, and no other thread uses its tree. Its parent, if it has one, lives
///    for `'p`.
/// 2. Whoever else leads to it, or to what is below it, borrows this value, or has been
///    promised to the program by the caller of an `unsafe` function.
/// 3. Its destructor, if it has one, is sound to call whenever that is so.
#[repr(transparent)]
#[must_use = "it is freed when it is dropped"]
pub(crate) struct Owned<'p> {
    chunk: NonNull<c_void>,
    _parent: PhantomData<&'p ()>,
}

impl<'p> Owned<'p> {
    /// # Safety
    ///
    /// 1. The invariants must hold.
    #[inline]
    pub(crate) unsafe fn from_ptr(chunk: NonNull<c_void>) -> Self {
        Owned { chunk, _parent: PhantomData }
    }

    /// Gives the chunk away, to its parent if to nobody else.
    #[inline]
    pub(crate) fn into_ptr(self) -> NonNull<c_void> {
        ManuallyDrop::new(self).chunk
    }

    #[inline]
    pub(crate) fn ptr(&self) -> NonNull<c_void> {
        self.chunk
    }

    #[inline]
    pub(crate) fn as_chunk(&self) -> &Chunk {
        // SAFETY: live, and neither freed nor renamed while this is borrowed.
        unsafe { Chunk::from_ptr(self.chunk) }
    }

    /// Leaves the chunk to its parent.
    #[inline]
    pub(crate) fn leak(self) -> &'p Chunk {
        // SAFETY: only its parent frees it now.
        unsafe { Chunk::from_ptr(self.into_ptr()) }
    }

    /// Frees it now; a refused free gives it back.
    #[inline]
    pub(crate) fn free(self) -> Result<(), Self> {
        let chunk = self.into_ptr();
        // SAFETY: 1. live. 2. this was the only way to it.
        if unsafe { raw::free(chunk) } {
            Ok(())
        } else {
            // SAFETY: as before (facts 4 and 5).
            Err(unsafe { Owned::from_ptr(chunk) })
        }
    }

    /// Frees what is below it.
    #[inline]
    pub(crate) fn free_children(&mut self) {
        // SAFETY: 1. live. 2. what led there has borrowed this value before.
        unsafe { raw::free_children(self.chunk) }
    }

    /// Moves it below another chunk.
    #[inline]
    pub(crate) fn steal<'q>(self, to: impl Into<Parent<'q>>) -> Owned<'q> {
        let chunk = self.into_ptr();
        // SAFETY: 1. null or live; live. 2. `to` is not below it: it would have borrowed the
        // value that was moved here.
        unsafe { raw::steal(to.into().as_ptr(), chunk) };
        // SAFETY: 1. as before, and below `to`.
        unsafe { Owned::from_ptr(chunk) }
    }

    /// Calls `f` while the chunk is called `name`.
    pub(crate) fn with_name<R>(&mut self, name: &CStr, f: impl FnOnce(&Chunk) -> R) -> R {
        struct Restore(NonNull<c_void>, *const c_char);
        impl Drop for Restore {
            fn drop(&mut self) {
                // SAFETY: 1. live. 2. as it was.
                unsafe { raw::set_name(self.0, self.1) };
            }
        }
        // SAFETY: live.
        let _old = Restore(self.chunk, unsafe { sys::talloc_get_name(self.chunk.as_ptr()) });
        // SAFETY: 1. live. 2. it is replaced before the text goes.
        unsafe { raw::set_name(self.chunk, name.as_ptr()) };
        f(self.as_chunk())
    }

    /// Makes each child a root, and frees the chunk. Does not walk.
    pub(crate) fn let_children_go(self) {
        // The newest comes first, so that none of these calls walks.
        for child in self.as_chunk().children() {
            // SAFETY: 1. live. 2. null is below nothing.
            unsafe { raw::reparent(self.chunk, ptr::null(), child) };
        }
    }

    /// Resizes it, by which it may move. `false` when libtalloc refuses; then it is as it was.
    #[inline]
    pub(crate) fn resize(&mut self, size: NonZero<usize>, name: Name) -> bool {
        // SAFETY: 1. live; the old address is replaced. 2. by its type.
        self.moved(unsafe { raw::realloc(self.chunk, size.get(), name) })
    }

    /// Like [`resize`](Owned::resize), but it keeps its name, unless that lies in the chunk.
    ///
    /// # Safety
    ///
    /// 1. `old_size` must be the size of the chunk, or 1 where that is 0.
    #[inline]
    pub(crate) unsafe fn resize_keeping_name(
        &mut self,
        old_size: usize,
        size: NonZero<usize>,
    ) -> bool {
        // SAFETY: 1. live; the old address is replaced; not 0. 2. duty 1.
        self.moved(unsafe { raw::realloc_keeping_name(self.chunk, old_size, size.get()) })
    }

    /// The first `len` places for a `T`.
    ///
    /// # Safety
    ///
    /// 1. The chunk must have so many bytes.
    #[inline]
    pub(crate) unsafe fn places<T>(&mut self, len: usize) -> &mut [MaybeUninit<T>] {
        const { Aligned::<T>::CHECK };
        // SAFETY: duty 1; the chunk is borrowed exclusively, and any bytes are valid.
        unsafe { core::slice::from_raw_parts_mut(self.chunk.as_ptr().cast(), len) }
    }

    #[inline]
    fn moved(&mut self, to: Option<NonNull<c_void>>) -> bool {
        match to {
            Some(chunk) => {
                self.chunk = chunk;
                true
            }
            None => false,
        }
    }

    #[inline]
    pub(crate) fn name_mut(&mut self) -> NameMut<'_> {
        NameMut { chunk: self.as_chunk() }
    }

    #[inline]
    pub(crate) fn set_name(&mut self, name: Name) {
        self.name_mut().set(name);
    }

    /// Gives it this name if its own lies in its memory (fact 14), where it could be
    /// overwritten.
    pub(crate) fn move_name_out(&mut self, name: Name) {
        if self.as_chunk().names_itself() {
            self.set_name(name);
        }
    }

    /// # Safety
    ///
    /// 1. `destructor` must be sound to call when the chunk is freed, by this value or with
    ///    its parent.
    #[inline]
    pub(crate) unsafe fn set_destructor(&mut self, destructor: Option<Destructor>) {
        // SAFETY: 1. live. 2. duty 1.
        unsafe { raw::set_destructor(self.chunk, destructor) }
    }
}

impl Drop for Owned<'_> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: 1. live. 2. this was the only way to it, unless it is refused.
        unsafe { raw::free(self.chunk) };
    }
}
