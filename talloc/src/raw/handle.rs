//! [`Handle`]: what is freed in its own way when its handle is dropped.

use core::mem::ManuallyDrop;
use core::ops::{Deref, DerefMut};

/// How a handle ends that was dropped and not taken apart.
pub(crate) trait Release {
    fn release(self);
}

/// What a handle holds. It is released when the handle is dropped, unless it is taken out
/// whole before.
#[repr(transparent)]
pub(crate) struct Handle<C: Release> {
    content: ManuallyDrop<C>,
}

impl<C: Release> Handle<C> {
    #[inline]
    pub(crate) fn new(content: C) -> Self {
        Handle { content: ManuallyDrop::new(content) }
    }

    #[inline]
    pub(crate) fn into_inner(self) -> C {
        let mut this = ManuallyDrop::new(self);
        // SAFETY: `this` is not used again.
        unsafe { ManuallyDrop::take(&mut this.content) }
    }
}

impl<C: Release> Deref for Handle<C> {
    type Target = C;

    #[inline]
    fn deref(&self) -> &C {
        &self.content
    }
}

impl<C: Release> DerefMut for Handle<C> {
    #[inline]
    fn deref_mut(&mut self) -> &mut C {
        &mut self.content
    }
}

impl<C: Release> Drop for Handle<C> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: the handle is not used again.
        unsafe { ManuallyDrop::take(&mut self.content) }.release();
    }
}
