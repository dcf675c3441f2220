//! [`Owned`]: a chunk that one handle owns.

use core::ffi::{CStr, c_void};
use core::marker::PhantomData;
use core::mem::ManuallyDrop;
use core::num::NonZero;
use core::ops::ControlFlow;
use core::ptr::{self, NonNull};

use talloc_sys as sys;

use crate::name::Name;
use crate::raw::name_mut::Renaming;
use crate::raw::walk::{Step, walk};
use crate::raw::{Chunk, LOCATION, NameMut, Parent};

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

    /// What an allocation has made.
    ///
    /// # Safety
    ///
    /// 1. `chunk` must be null or new, and its parent none or live for `'p`.
    #[inline]
    pub(super) unsafe fn new(chunk: *mut c_void) -> Option<Self> {
        // Nobody else knows it (duty 1).
        NonNull::new(chunk).map(|chunk| Owned { chunk, _parent: PhantomData })
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

    /// Frees it now; a refused free gives it back, as it was (facts 4 and 5).
    #[inline]
    pub(crate) fn free(self) -> Result<(), Self> {
        let mut this = ManuallyDrop::new(self);
        if this.try_free() { Ok(()) } else { Err(ManuallyDrop::into_inner(this)) }
    }

    /// After `true` this is not used again.
    #[inline]
    fn try_free(&mut self) -> bool {
        // SAFETY: live; this was the only way to it. The location is static.
        unsafe { sys::_talloc_free(self.chunk.as_ptr(), LOCATION.as_ptr()) == 0 }
    }

    /// Frees what is below it.
    #[inline]
    pub(crate) fn free_children(&mut self) {
        // SAFETY: live; what led to the children has borrowed this value before.
        unsafe { sys::talloc_free_children(self.chunk.as_ptr()) }
    }

    /// Moves it below another chunk.
    #[inline]
    pub(crate) fn steal<'q>(self, to: impl Into<Parent<'q>>) -> Owned<'q> {
        let chunk = self.into_ptr();
        // SAFETY: null or live, and live. `to` is not below it: it would have borrowed the
        // value that was moved here. The location is static. The result is the same pointer
        // (fact 9).
        unsafe { sys::_talloc_steal_loc(to.into().as_ptr(), chunk.as_ptr(), LOCATION.as_ptr()) };
        Owned { chunk, _parent: PhantomData }
    }

    /// Calls `f` while the chunk is called `name`.
    pub(crate) fn with_name<R>(&mut self, name: &CStr, f: impl FnOnce(&Chunk) -> R) -> R {
        let renaming = Renaming::of(self.as_chunk());
        renaming.set(name);
        f(self.as_chunk())
    }

    /// It and its children, the newest first. (What led to them has borrowed this value before.)
    fn with_children<'a>(&'a mut self) -> (&'a Chunk, Vec<&'a Chunk>) {
        let mut children = Vec::new();
        let add = |step: Step<'a>| {
            if step.depth == 1 && !step.is_reference {
                children.push(step.chunk);
            }
            ControlFlow::Continue(())
        };
        // SAFETY: 1. `add` changes none. 2. they live while this is borrowed exclusively.
        unsafe { walk(self.as_chunk().into(), Some(1), add) };
        (self.as_chunk(), children)
    }

    /// Makes each child a root, and frees the chunk. Walks them once.
    pub(crate) fn let_children_go(mut self) {
        let (this, children) = self.with_children();
        // The newest comes first, so that none of these calls walks.
        for child in children {
            child.leave(this);
        }
    }

    /// Resizes it, by which it may move. `false` when libtalloc refuses; then it is as it was.
    #[inline]
    pub(crate) fn resize(&mut self, size: NonZero<usize>, name: Name) -> bool {
        let (chunk, name) = (self.chunk.as_ptr(), name.as_ptr());
        // SAFETY: live; the old address is replaced, and 0, which would unlink it (fact 12), is
        // no `size`. The context is unused.
        self.moved(unsafe { sys::_talloc_realloc(ptr::null(), chunk, size.get(), name) })
    }

    /// Like [`resize`](Owned::resize), but it keeps its name, unless that lies in the chunk.
    ///
    /// # Safety
    ///
    /// 1. `old_size` must be the size of the chunk, or 1 where that is 0.
    #[inline]
    pub(super) unsafe fn resize_keeping_name(
        &mut self,
        old_size: usize,
        size: NonZero<usize>,
    ) -> bool {
        let (chunk, name) = (self.chunk.as_ptr(), self.as_chunk().name_ptr());
        if name.addr().wrapping_sub(chunk.addr()) < old_size {
            return self.resize_renaming(size);
        }
        // SAFETY: as in `resize`; the name is as good afterwards as before (duty 1).
        self.moved(unsafe { sys::_talloc_realloc(ptr::null(), chunk, size.get(), name) })
    }

    /// The same, for who does not know how large it is, but what it is called most often.
    #[inline]
    pub(crate) fn resize_as_named(&mut self, size: NonZero<usize>, usual: Name) -> bool {
        if ptr::eq(self.as_chunk().name_ptr(), usual.as_ptr()) {
            return self.resize(size, usual);
        }
        let old_size = self.as_chunk().size().max(1);
        // SAFETY: 1. asked just now.
        unsafe { self.resize_keeping_name(old_size, size) }
    }

    /// Like [`resize`](Owned::resize), and the chunk is called `char` in any case: libtalloc
    /// sets no name where it finds nothing to do (fact 11).
    #[cold]
    #[inline(never)]
    fn resize_renaming(&mut self, size: NonZero<usize>) -> bool {
        let done = self.resize(size, Name::CHAR);
        if done {
            self.name_mut().set(Name::CHAR);
        }
        done
    }

    #[inline]
    fn moved(&mut self, to: *mut c_void) -> bool {
        match NonNull::new(to) {
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
}

impl Drop for Owned<'_> {
    #[inline]
    fn drop(&mut self) {
        self.try_free();
    }
}
