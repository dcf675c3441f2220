//! [`Object`]: what the library's own function destroys.

use std::mem::ManuallyDrop;

use talloc::{CtxRef, Kept};

use crate::error::Error;
use crate::sys::Opaque;

/// An object of libnotmuch. Dropping it calls its destroy function.
///
/// libtalloc frees a `Node` when it is dropped. That would leave a database open, and for the other
/// types it is an inside of the library. So this holds a `Kept`, which frees nothing; it has checked for
/// `NULL` and for the name, and bounds the lifetime by the parent's.
///
/// If it is forgotten, the object goes with its parent.
#[derive(Debug)]
pub(crate) struct Object<'p, T: Opaque>(
    /// # Invariants
    ///
    /// Destroyed by nobody else.
    ManuallyDrop<Kept<'p, T>>,
);

impl<'p, T: Opaque> Object<'p, T> {
    /// Takes over what C has made below `parent`.
    ///
    /// # Safety
    ///
    /// 1. `ptr` is NULL, or a new object of this type below `parent`, and ours to destroy.
    pub(crate) unsafe fn adopt(parent: &'p CtxRef, ptr: *mut T) -> Result<Self, Error> {
        // SAFETY: 1 to 6. By duty 1; nothing in it is seen or dropped by Rust.
        let kept = unsafe { parent.adopt::<Kept<'p, T>>(ptr) }?;
        Ok(Object(ManuallyDrop::new(kept)))
    }

    /// Takes over what C has made, with any lifetime.
    ///
    /// # Safety
    ///
    /// 1. `ptr` is NULL, or a new object of this type, and ours to destroy.
    /// 2. Its parent, if it has one, lives for as long as the result.
    pub(crate) unsafe fn from_raw(ptr: *mut T) -> Result<Self, Error> {
        // SAFETY: 1. By duties 1 and 2; nothing in it is seen or dropped by Rust.
        let kept = unsafe { Kept::<'p, T>::from_raw(ptr) }?;
        Ok(Object(ManuallyDrop::new(kept)))
    }

    /// Moves it below `parent`.
    ///
    /// # Safety
    ///
    /// 1. What the object uses of the library lives for as long as `parent`.
    pub(crate) unsafe fn steal<'q>(self, parent: &'q CtxRef) -> Object<'q, T> {
        let mut this = ManuallyDrop::new(self);
        // SAFETY: `this` is neither used nor dropped afterwards.
        let kept = unsafe { ManuallyDrop::take(&mut this.0) };
        Object(ManuallyDrop::new(kept.steal(parent).keep()))
    }

    /// Gives it away: it is for the caller to destroy.
    pub(crate) fn into_raw(self) -> *mut T {
        ManuallyDrop::new(self).as_ptr()
    }

    /// The pointer for C.
    pub(crate) fn as_ptr(&self) -> *mut T {
        self.0.as_ptr()
    }

    /// The object as a context: what is below it.
    pub(crate) fn as_ctx(&self) -> &CtxRef {
        self.0.as_ctx()
    }
}

impl<T: Opaque> Drop for Object<'_, T> {
    fn drop(&mut self) {
        // SAFETY: 1. Ours by the invariant. What is below it has borrowed from this handle, and
        // is gone.
        unsafe { T::destroy(self.as_ptr()) };
    }
}
