//! [`Chunk`]: a chunk that is known to be live.

use core::cell::UnsafeCell;
use core::ffi::{CStr, c_void};
use core::marker::PhantomData;
use core::mem::MaybeUninit;
use core::ptr::NonNull;

use talloc_sys as sys;

use crate::name::Name;
use crate::raw;
use crate::raw::{Object, Owned, Parent};

/// A live chunk: `&'a Chunk` says so for `'a`. So what such a borrow can do is safe: to
/// read what libtalloc knows of the chunk, and to allocate below it.
///
/// # Invariants
///
/// 1. It is a live chunk, and stays so. No other thread uses its tree.
/// 2. It keeps its name; the text of the name does not change, unless it lies in the
///    chunk itself.
#[repr(C)]
pub(crate) struct Chunk {
    // C writes to the chunk behind shared references. The cell says so to the
    // compiler, and keeps the pointer that C gave intact when it is passed on.
    _chunk: UnsafeCell<[u8; 0]>,
    _one_thread: PhantomData<*mut ()>,
}

impl Chunk {
    /// # Safety
    ///
    /// 1. The invariants must hold for `'a`.
    #[inline]
    pub(crate) unsafe fn from_ptr<'a>(chunk: NonNull<c_void>) -> &'a Chunk {
        // SAFETY: the type has no bytes and no alignment; duty 1.
        unsafe { chunk.cast::<Chunk>().as_ref() }
    }

    #[inline]
    pub(crate) fn ptr(&self) -> NonNull<c_void> {
        NonNull::from(self).cast()
    }

    /// An uninitialised chunk below this one.
    #[inline]
    pub(crate) fn alloc(&self, size: usize, name: Name) -> Option<Owned<'_>> {
        Parent::from(self).alloc(size, name)
    }

    /// A zeroed chunk below this one.
    #[inline]
    pub(crate) fn alloc_zeroed(&self, size: usize, name: Name) -> Option<Owned<'_>> {
        let parent = self.ptr().as_ptr();
        // SAFETY: live; a `Name` is NUL-terminated and static.
        let chunk = NonNull::new(unsafe { sys::_talloc_zero(parent, size, name.as_ptr()) });
        // SAFETY: 1. it is new.
        chunk.map(|chunk| unsafe { Owned::from_ptr(chunk) })
    }

    /// A chunk below this one with room for a `T`.
    #[inline]
    pub(crate) fn room<T>(&self, name: Name) -> Option<Object<'_, MaybeUninit<T>>> {
        let chunk = self.alloc(size_of::<T>(), name)?;
        // SAFETY: 1. it has that size.
        Some(unsafe { Object::room(chunk) })
    }

    /// Its name, if it lies elsewhere than in the chunk itself, where C may write.
    #[inline]
    pub(crate) fn name(&self) -> Option<&CStr> {
        // SAFETY: live; invariant 2.
        unsafe { raw::name(self.ptr()) }
    }

    /// Whether its name lies in its own memory (fact 14). It is not read.
    #[inline]
    pub(crate) fn names_itself(&self) -> bool {
        // SAFETY: live.
        unsafe { raw::names_itself(self.ptr()) }
    }

    /// Whether it is called so, by a name that lies elsewhere.
    #[inline]
    pub(crate) fn is_named(&self, name: Name) -> bool {
        // SAFETY: live, and asked just now.
        !self.names_itself() && unsafe { raw::has_name(self.ptr(), name) }
    }

    /// The size in bytes that it was allocated with.
    #[inline]
    pub(crate) fn size(&self) -> usize {
        // SAFETY: live.
        unsafe { raw::size(self.ptr()) }
    }

    /// The bytes in it and everything below it.
    pub(crate) fn total_size(&self) -> usize {
        // SAFETY: live.
        unsafe { raw::total_size(self.ptr()) }
    }

    /// The number of chunks in the subtree, this one included.
    pub(crate) fn total_blocks(&self) -> usize {
        // SAFETY: live.
        unsafe { raw::total_blocks(self.ptr()) }
    }

    /// How many references others hold on it.
    pub(crate) fn reference_count(&self) -> usize {
        // SAFETY: live.
        unsafe { raw::reference_count(self.ptr()) }
    }

    /// Whether it is `other` itself or one of its parents.
    pub(crate) fn is_ancestor_of(&self, other: &Chunk) -> bool {
        // SAFETY: both are live.
        unsafe { raw::is_ancestor(self.ptr(), other.ptr()) }
    }

    /// Its parent. Walks the siblings that are newer than it.
    pub(crate) fn parent(&self) -> Option<NonNull<c_void>> {
        // SAFETY: live.
        unsafe { raw::parent(self.ptr()) }
    }

    /// Its children, the newest first.
    pub(crate) fn children(&self) -> Vec<NonNull<c_void>> {
        // SAFETY: live.
        unsafe { raw::report::children(self.ptr()) }
    }

    /// Whether its free has come to its children (fact 20): then its name may be gone, and
    /// it no longer knows its parent.
    pub(crate) fn is_being_freed(&self) -> bool {
        // SAFETY: live.
        unsafe { raw::report::is_being_freed(self.ptr()) }
    }

    /// The text of `talloc_report_full`, or `None` when memory ran out.
    pub(crate) fn report_full(&self) -> Option<Vec<u8>> {
        // SAFETY: live.
        unsafe { raw::report::full(self.ptr().as_ptr()) }
    }

    /// The text of `talloc_report`: it and its children, or `None` when memory ran out.
    pub(crate) fn report_short(&self) -> Option<Vec<u8>> {
        // SAFETY: live.
        unsafe { raw::report::short(self.ptr().as_ptr()) }
    }
}
