//! `TBox<T>` to `TBox<dyn Trait>`, which `Box` does without being asked.

use core::marker::PhantomData;

use crate::object::TBox;

/// Converts a `TBox` of a sized type to one of a trait object or a slice.
///
/// `Box` converts by itself; only the standard library's types can do that on
/// stable Rust. No call, no copy: the handle becomes two words.
///
/// ```
/// use talloc::{Ctx, TBox, unsize};
///
/// let ctx = Ctx::new();
/// let mut steps: Vec<TBox<'_, dyn FnMut(i32) -> i32>> = Vec::new();
/// steps.push(unsize!(ctx.alloc(|x| x + 1) => dyn FnMut(i32) -> i32));
/// let mut calls = 0;
/// steps.push(unsize!(ctx.alloc(move |x| { calls += 1; x * calls }) => dyn FnMut(i32) -> i32));
/// assert_eq!(steps.iter_mut().fold(1, |x, step| step(x)), 2);
/// ```
#[macro_export]
macro_rules! unsize {
    ($boxed:expr => $target:ty) => {
        match $crate::__private::split($boxed) {
            (raw, parent) => {
                // Only an unsizing coercion fits here, never a cast.
                let raw: *mut $target = raw;
                // SAFETY: 1. the pointer of the same object, unsized.
                unsafe { parent.join(raw) }
            }
        }
    };
}

/// Where a split object belongs.
#[derive(Debug)]
pub struct Parent<'p>(PhantomData<&'p ()>);

/// Takes a handle apart, for [`unsize!`].
#[inline]
pub fn split<'p, T: ?Sized>(b: TBox<'p, T>) -> (*mut T, Parent<'p>) {
    (TBox::into_raw(b), Parent(PhantomData))
}

impl<'p> Parent<'p> {
    /// Puts a handle together again.
    ///
    /// # Safety
    ///
    /// 1. `raw` must come from the same [`split`], at most unsized.
    #[inline]
    pub unsafe fn join<T: ?Sized>(self, raw: *mut T) -> TBox<'p, T> {
        // SAFETY: duty 1: the object that `split` owned. An array fills its
        // chunk, so the slice that it becomes does too.
        unsafe { TBox::from_raw_unchecked(raw) }
    }
}
