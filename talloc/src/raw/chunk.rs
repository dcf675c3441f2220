//! [`Chunk`]: a chunk that is known to be live.

use core::cell::UnsafeCell;
use core::ffi::{CStr, c_char, c_void};
use core::marker::PhantomData;
use core::mem::MaybeUninit;
use core::ops::ControlFlow;
use core::ptr::{self, NonNull};
use std::borrow::Cow;

use talloc_sys as sys;

use crate::name::Name;
use crate::raw;
use crate::raw::walk::{Step, walk};
use crate::raw::{Destructor, Extent, LOCATION, Object, Owned, Parent, Source, WithNul, up_to_nul};

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

/// The name of a chunk.
#[derive(Default)]
pub(crate) struct NameText<'a> {
    /// A copy if it lies in the chunk itself, where C may write.
    pub(crate) text: Cow<'a, [u8]>,
    /// Whether it lies there (fact 14),
    pub(crate) is_within: bool,
    /// and the chunk begins with it.
    pub(crate) is_content: bool,
}

/// What libtalloc counts for a chunk.
#[derive(Clone, Copy)]
enum Count {
    Size,
    TotalSize,
    TotalBlocks,
    References,
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
        let (this, name) = (self.ptr().as_ptr(), name.as_ptr());
        // SAFETY: live; a `Name` is NUL-terminated and static. 1. new.
        unsafe { Owned::new(sys::_talloc_zero(this, size, name)) }
    }

    /// A chunk below this one that holds `text` and a NUL.
    #[inline]
    pub(crate) fn alloc_text(&self, text: &[u8], name: Name) -> Option<Owned<'_>> {
        let text = WithNul(text);
        let mut copy = Object::places(self, &Extent::new(text.len())?, name)?;
        text.fill(&mut copy);
        Some(copy.into_owned())
    }

    /// A chunk below this one with room for a `T`.
    #[inline]
    pub(crate) fn room<T>(&self, name: Name) -> Option<Object<'_, MaybeUninit<T>>> {
        Parent::from(self).room(name)
    }

    /// Where its name is, never null (fact 15).
    #[inline]
    pub(super) fn name_ptr(&self) -> *const c_char {
        // SAFETY: live.
        unsafe { sys::talloc_get_name(self.ptr().as_ptr()) }
    }

    /// If its name lies in the chunk itself (fact 14): how many bytes there are from there to the
    /// end of the chunk.
    #[inline]
    fn room_of(&self, name: *const c_char) -> Option<usize> {
        let offset = name.addr().wrapping_sub(self.ptr().addr().get());
        self.size().checked_sub(offset).filter(|room| *room > 0)
    }

    /// Its name up to the first NUL; if it lies in the chunk itself, no more than `most` bytes of
    /// it. `None` when memory ran out.
    pub(crate) fn name_text(&self, most: usize) -> Option<NameText<'_>> {
        let Some((text, _has_nul)) = self.name_within(most) else {
            let text = Cow::Borrowed(self.name()?.to_bytes());
            return Some(NameText { text, is_within: false, is_content: false });
        };
        let mut copy = Vec::new();
        copy.try_reserve_exact(text.len()).ok()?;
        copy.extend_from_slice(text);
        let is_content = ptr::eq(text.as_ptr(), self.ptr().as_ptr().cast());
        Some(NameText { text: Cow::Owned(copy), is_within: true, is_content })
    }

    /// Whether there is a NUL behind its name.
    pub(super) fn is_name_readable(&self) -> bool {
        self.name_within(usize::MAX).is_none_or(|(_text, has_nul)| has_nul)
    }

    /// If its name lies in the chunk itself: that up to the first NUL, but no more than `most`
    /// bytes of it, and whether there is a NUL. To be looked at here only: C may write there.
    fn name_within(&self, most: usize) -> Option<(&[u8], bool)> {
        let name = self.name_ptr();
        let room = self.room_of(name)?;
        // SAFETY: 1. the bytes up to the end of the chunk are readable, and nobody writes to them
        // here.
        Some(unsafe { up_to_nul(name.cast(), room.min(most)) })
    }

    /// Its name, if it lies elsewhere than in the chunk itself, where C may write.
    #[inline]
    pub(crate) fn name(&self) -> Option<&CStr> {
        let name = self.name_ptr();
        // SAFETY: invariant 2; a name is NUL-terminated.
        self.room_of(name).is_none().then(|| unsafe { CStr::from_ptr(name) })
    }

    /// Whether its name lies in its own memory (fact 14). It is not read.
    #[inline]
    pub(crate) fn names_itself(&self) -> bool {
        self.room_of(self.name_ptr()).is_some()
    }

    /// Whether it is called so, by a name that lies elsewhere.
    #[inline]
    pub(crate) fn is_named(&self, name: Name) -> bool {
        // SAFETY: live; its name has a NUL where it lies elsewhere, and so has a `Name`.
        let is = || unsafe { sys::talloc_check_name(self.ptr().as_ptr(), name.as_ptr()) };
        !self.names_itself() && !is().is_null()
    }

    /// The size in bytes that it was allocated with.
    #[inline]
    pub(crate) fn size(&self) -> usize {
        self.count(Count::Size)
    }

    /// The bytes in it and everything below it.
    pub(crate) fn total_size(&self) -> usize {
        self.count(Count::TotalSize)
    }

    /// The number of chunks in the subtree, this one included.
    pub(crate) fn total_blocks(&self) -> usize {
        self.count(Count::TotalBlocks)
    }

    /// How many references others hold on it.
    pub(crate) fn reference_count(&self) -> usize {
        self.count(Count::References)
    }

    #[inline(always)]
    fn count(&self, what: Count) -> usize {
        let count = match what {
            Count::Size => sys::talloc_get_size,
            Count::TotalSize => sys::talloc_total_size,
            Count::TotalBlocks => sys::talloc_total_blocks,
            Count::References => sys::talloc_reference_count,
        };
        // SAFETY: live, which is all that any of them asks for.
        unsafe { count(self.ptr().as_ptr()) }
    }

    /// Whether it is `other` itself or one of its parents.
    pub(crate) fn is_ancestor_of(&self, other: &Chunk) -> bool {
        // SAFETY: both are live.
        unsafe { sys::talloc_is_parent(other.ptr().as_ptr(), self.ptr().as_ptr()) != 0 }
    }

    /// Its parent. Walks the siblings that are newer than it.
    pub(crate) fn parent_ptr(&self) -> Option<NonNull<c_void>> {
        // SAFETY: live.
        NonNull::new(unsafe { sys::talloc_parent(self.ptr().as_ptr()) })
    }

    /// Makes it one more owner of `chunk`; `false` when there is no memory.
    #[inline]
    pub(crate) fn refer_to(&self, chunk: &Chunk) -> bool {
        let (this, chunk) = (self.ptr().as_ptr(), chunk.ptr().as_ptr());
        // SAFETY: both are live; LOCATION is static.
        !unsafe { sys::_talloc_reference_loc(this, chunk, LOCATION.as_ptr()) }.is_null()
    }

    /// Limits its bytes, with those of all below it; `false` when there is no memory.
    ///
    /// # Safety
    ///
    /// 1. As long as it lives, nothing that has children or lies in a pool may leave it alive
    ///    (fact 18).
    pub(crate) unsafe fn set_memlimit(&self, max: usize) -> bool {
        // SAFETY: live; duty 1.
        unsafe { sys::talloc_set_memlimit(self.ptr().as_ptr(), max) == 0 }
    }

    /// Sets or clears its one destructor.
    ///
    /// # Safety
    ///
    /// 1. `destructor` must be sound to call when the chunk is freed, by its owner or with its
    ///    parent.
    #[inline]
    pub(crate) unsafe fn set_destructor(&self, destructor: Option<Destructor>) {
        // SAFETY: live; duty 1.
        unsafe { sys::_talloc_set_destructor(self.ptr().as_ptr(), destructor) }
    }

    /// Makes it a root, if that is its parent. Unlike [`Owned::steal`], it has nothing to say about
    /// references. Walks the newer siblings.
    pub(crate) fn leave(&self, parent: &Chunk) {
        // SAFETY: 1. both are live. 2. null is below nothing.
        unsafe { raw::reparent(parent.ptr(), ptr::null(), self.ptr()) };
    }

    /// Whether its free has come to its children (fact 20): then its name may be gone, and
    /// it no longer knows its parent.
    pub(crate) fn is_being_freed(&self) -> bool {
        let mut found = false;
        let note = |_: Step<'_>| {
            found = true;
            ControlFlow::Break(())
        };
        // SAFETY: 1. `note` changes none. 2. it keeps none. With a depth of 0 the walk goes no
        // further than the chunk.
        unsafe { walk(self.into(), Some(0), note) };
        !found
    }
}
