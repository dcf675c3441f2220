//! [`Parent`]: where a new chunk goes.

use core::ffi::{c_uint, c_void};
use core::mem::MaybeUninit;
use core::ptr;

use talloc_sys as sys;

use crate::name::Name;
use crate::raw::{Chunk, Object, Owned};

/// A live chunk, or none: what is made there is a root then.
#[derive(Clone, Copy)]
pub(crate) struct Parent<'p>(Option<&'p Chunk>);

impl<'p> From<&'p Chunk> for Parent<'p> {
    #[inline]
    fn from(chunk: &'p Chunk) -> Self {
        Parent(Some(chunk))
    }
}

impl<'p> Parent<'p> {
    #[inline]
    pub(super) fn as_ptr(self) -> *const c_void {
        self.0.map_or(ptr::null(), |chunk| chunk.ptr().as_ptr())
    }

    /// An uninitialised chunk.
    #[inline]
    pub(crate) fn alloc(self, size: usize, name: Name) -> Option<Owned<'p>> {
        // SAFETY: null or live; a `Name` is NUL-terminated and static. 1. new.
        unsafe { Owned::new(sys::talloc_named_const(self.as_ptr(), size, name.as_ptr())) }
    }

    /// A chunk with room for a `T`.
    #[inline]
    pub(crate) fn room<T>(self, name: Name) -> Option<Object<'p, MaybeUninit<T>>> {
        Object::new(self, name)
    }

    /// A chunk without content and a pool of `size` bytes for what is below it.
    pub(crate) fn pool(self, size: usize) -> Option<Owned<'p>> {
        // SAFETY: null or live. 1. new.
        unsafe { Owned::new(sys::talloc_pool(self.as_ptr(), size)) }
    }

    /// A chunk with a pool behind it, for `count` objects below it that have `total` bytes
    /// together.
    pub(crate) fn pooled_object(
        self,
        size: usize,
        name: Name,
        count: c_uint,
        total: usize,
    ) -> Option<Owned<'p>> {
        let (parent, name) = (self.as_ptr(), name.as_ptr());
        // SAFETY: null or live; a `Name` is NUL-terminated and static. 1. new.
        unsafe { Owned::new(sys::_talloc_pooled_object(parent, size, name, count, total)) }
    }
}

impl Parent<'static> {
    pub(crate) const NONE: Self = Parent(None);
}
