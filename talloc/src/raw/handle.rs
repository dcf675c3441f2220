//! [`Handle`]: what is freed in its own way when its handle is dropped.

use core::mem::{self, ManuallyDrop};
use core::ops::{Deref, DerefMut};
use core::ptr;
use std::process;

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

/// Replaces what is in a place by what `f` makes of it. A panic of `f` ends the process.
#[inline(always)]
pub(crate) fn replace_with<T, R>(place: &mut T, f: impl FnOnce(T) -> (T, R)) -> R {
    struct Abort;
    impl Drop for Abort {
        fn drop(&mut self) {
            process::abort()
        }
    }
    let abort = Abort;
    // SAFETY: of what is read, only the new value is left, which is written over the old one;
    // nothing unwinds before.
    let result = unsafe {
        let (new, result) = f(ptr::read(place));
        ptr::write(place, new);
        result
    };
    mem::forget(abort);
    result
}
