//! [`Array`]: C's `T *` and its length in a tree.

mod grow;

use core::marker::PhantomData;
use core::mem;
use core::num::NonZero;
use core::ops::{Deref, DerefMut};
use core::ptr::NonNull;
use std::panic::{RefUnwindSafe, UnwindSafe};

use crate::array::resize;
use crate::error::Error;
use crate::name::Name;
use crate::object::TBox;
use crate::raw::{Chunk, Owned};
use crate::tree::TreeCtx;
use crate::tree::below::Below;

/// An array in a tree that moves between threads, which grows: C's `T *` and its length.
///
/// Made by [`TreeCtx::alloc_slice_copy`] and its relatives, or without any memory by
/// [`Array::new`]. It derefs to `[T]`. What may resize the chunk takes the [`TreeCtx`] of
/// its node. There may be room behind the last element, which C counts in
/// `talloc_array_length`.
///
/// It is `Send` and `Sync` if `T` is. Dropping it does nothing: the memory goes with its node. A
/// `T` with drop glue does not compile: nothing would drop it. A list of nodes is an
/// `Array<'t, Kept<'t, Foo<'static>>>`.
///
/// ```
/// use talloc::Tree;
/// use talloc::tree::Array;
///
/// talloc::node! { struct Stack<'t> { items: Array<'t, u32> } }
///
/// let mut stack = Tree::<Stack>::build(|_| Stack { items: Array::new() });
/// stack.with_mut(|t, stack| {
///     stack.items.extend(t, [1, 2, 4]);
///     stack.items.insert(t, 2, 3);
///     assert_eq!(stack.items.pop(), Some(4));
/// });
/// assert_eq!(stack.with(|stack| stack.items.to_vec()), [1, 2, 3]);
/// ```
#[repr(C)]
pub struct Array<'t, T> {
    /// # Invariants
    ///
    /// Dangling, and there is no chunk; or a live chunk of its own, whose parent is the
    /// node of a movable tree that `'t` stands for, or lies below that. There are
    /// `len` valid elements without drop glue at `first`.
    first: NonNull<T>,
    len: usize,
    _node: PhantomData<&'t ()>,
    _owns: PhantomData<T>,
}

// SAFETY: it leads to its elements and no further without a `TreeCtx`, as a `&'t mut [T]`.
unsafe impl<T: Send> Send for Array<'_, T> {}
// SAFETY: as for `Send`.
unsafe impl<T: Sync> Sync for Array<'_, T> {}

impl<T: UnwindSafe> UnwindSafe for Array<'_, T> {}
impl<T: RefUnwindSafe> RefUnwindSafe for Array<'_, T> {}

/// Refuses at compile time what an [`Array`] would not drop.
pub(in crate::tree) struct Dropless<T>(PhantomData<T>);

impl<T> Dropless<T> {
    pub(in crate::tree) const CHECK: () = assert!(
        !mem::needs_drop::<T>(),
        "nothing in a tree would drop this value: use `TreeCtx::keep`, a `Vec` or a `Box`"
    );
}

impl<'t, T> Array<'t, T> {
    /// An array without elements and without a chunk.
    #[inline]
    pub const fn new() -> Self {
        const { Dropless::<T>::CHECK };
        Array { first: NonNull::dangling(), len: 0, _node: PhantomData, _owns: PhantomData }
    }

    #[inline]
    pub(in crate::tree) fn of(values: Below<'t, TBox<'t, [T]>>) -> Self {
        const { Dropless::<T>::CHECK };
        let values = TBox::into_value(values.into_inner());
        Array { first: values.cast(), len: values.len(), _node: PhantomData, _owns: PhantomData }
    }

    #[inline]
    fn elements(&self) -> NonNull<[T]> {
        NonNull::slice_from_raw_parts(self.first, self.len)
    }

    #[inline]
    fn has_chunk(&self) -> bool {
        self.first != NonNull::dangling()
    }

    #[inline]
    fn as_chunk<'a>(&'a self, t: &'a TreeCtx<'t>) -> Option<&'a Chunk> {
        let _this_thread_has_the_tree: &TreeCtx<'t> = t;
        // SAFETY: 1. live, and in the tree of `t`.
        self.has_chunk().then(|| unsafe { Chunk::from_ptr(self.first.cast()) })
    }

    #[inline]
    fn into_owned(self, t: &TreeCtx<'t>) -> Option<Owned<'t>> {
        let _this_thread_has_the_tree: &TreeCtx<'t> = t;
        // SAFETY: 1. a chunk of its own, and in the tree of `t`.
        self.has_chunk().then(|| unsafe { Owned::from_ptr(self.first.cast()) })
    }

    /// Gives the array a chunk of so many bytes: not less than its elements have, and not 0.
    fn set_size(&mut self, t: &TreeCtx<'t>, size: NonZero<usize>, name: Name) -> Result<(), Error> {
        let len = self.len;
        let (chunk, result) = match mem::take(self).into_owned(t) {
            None => (t.local().owned_below(size.get(), name)?, Ok(())),
            Some(mut chunk) => {
                let result = resize(&mut chunk, size, name);
                (chunk, result)
            }
        };
        // A new chunk below the node that 't stands for, or the old one, perhaps moved, with its
        // elements.
        (self.first, self.len) = (chunk.into_ptr().cast(), len);
        result
    }

    /// Removes the last element.
    #[inline]
    pub fn pop(&mut self) -> Option<T> {
        self.len = self.len.checked_sub(1)?;
        // SAFETY: valid, and behind the end now.
        Some(unsafe { self.first.add(self.len).read() })
    }

    /// Removes the element at `index` and moves those behind it up.
    ///
    /// # Panics
    ///
    /// Panics when there is no such element.
    pub fn remove(&mut self, index: usize) -> T {
        let len = self.len;
        let tail = &mut self[index..];
        assert!(!tail.is_empty(), "removal index (is {index}) should be < len (is {len})");
        tail.rotate_left(1);
        self.pop().expect("the array has an element")
    }

    /// Removes the element at `index` and puts the last one in its place.
    ///
    /// # Panics
    ///
    /// Panics when there is no such element.
    pub fn swap_remove(&mut self, index: usize) -> T {
        let last = self.len.saturating_sub(1);
        self.swap(index, last);
        self.pop().expect("the array has an element")
    }

    /// Removes all elements behind the first `len`.
    #[inline]
    pub fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }

    /// Removes all elements.
    #[inline]
    pub fn clear(&mut self) {
        self.len = 0;
    }

    /// Removes the elements for which `keep` says no. If it panics, those that it was not
    /// asked about are removed as well.
    pub fn retain(&mut self, mut keep: impl FnMut(&T) -> bool) {
        let mut kept = Cut { array: self, len: 0 };
        for index in 0..kept.array.len {
            if keep(&kept.array[index]) {
                kept.array.swap(kept.len, index);
                kept.len += 1;
            }
        }
    }

    /// Frees the array now instead of with its node.
    #[doc(alias = "talloc_free")]
    #[inline]
    pub fn free(self, t: &TreeCtx<'t>) {
        // A refused free leaves it to its node.
        drop(self.into_owned(t));
    }

    /// The elements for as long as the node lives. The array can no longer grow.
    #[inline]
    pub fn leak(self) -> &'t mut [T] {
        // SAFETY: by the invariant; nobody owns it any more but its node.
        unsafe { self.elements().as_mut() }
    }

    /// The pointer for C, which must only use the elements, and not as a talloc pointer.
    #[inline]
    pub fn as_ptr(&self) -> *mut T {
        self.first.as_ptr()
    }
}

/// Cuts an array when it is dropped.
struct Cut<'m, 't, T> {
    array: &'m mut Array<'t, T>,
    len: usize,
}

impl<T> Drop for Cut<'_, '_, T> {
    fn drop(&mut self) {
        self.array.truncate(self.len);
    }
}

/// Without elements and without a chunk.
impl<T> Default for Array<'_, T> {
    fn default() -> Self {
        Array::new()
    }
}

impl<T> Deref for Array<'_, T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        // SAFETY: by the invariant.
        unsafe { self.elements().as_ref() }
    }
}

impl<T> DerefMut for Array<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [T] {
        // SAFETY: by the invariant; borrowed exclusively.
        unsafe { self.elements().as_mut() }
    }
}
