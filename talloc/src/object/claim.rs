//! One owner's share in an object with several owners.
//!
//! libtalloc has one parent and any number of references for a chunk. It leaves it to the
//! caller to know which of them `talloc_free` or `talloc_unlink` is to remove, the latter
//! walks the siblings, and when a parent goes, libtalloc gives up a reference from below
//! the object together with the next one. So the owners on the Rust side are known here:
//! each has a chunk of its own, a claim, below the parent of its choice. The claims of an
//! object form a ring. One of them, the holder, is the object's parent; when it goes, it
//! gives the object to the next. The last one takes the object along.
//!
//! An object of C has another parent. It gets a reference from an anchor, a chunk without
//! parent that nobody else knows, and that goes with the last claim.
//!
//! A claim may lie below its own object. The object then stays for good, as with `Rc`, also
//! if that claim is its parent: a loop in the tree is a leak and nothing worse, since no
//! step here looks at what is above a chunk.

use core::cell::Cell;
use core::ffi::{c_int, c_void};
use core::mem;
use core::ptr::{self, NonNull};

use crate::context::CtxRef;
use crate::error::Error;
use crate::name::Name;
use crate::object::check_name;
use crate::process::roots;
use crate::raw;

/// What leads to the object on the part of Rust, and who frees it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// A claim that is the object's parent.
    Holder,
    /// Another claim.
    Member,
    /// No claim: a chunk that has a reference to an object of C, or is its parent once C
    /// has given it up. There is no holder then.
    Anchor,
}

/// The content of a claim's chunk, which starts with it.
///
/// # Invariants
///
/// Of a ring of live links for one object, used by one thread. One of them is the holder
/// or the anchor. The chunk of a claim has [`release`] as its destructor, that of an
/// anchor none.
struct Link {
    object: NonNull<c_void>,
    role: Cell<Role>,
    previous: Cell<NonNull<Link>>,
    next: Cell<NonNull<Link>>,
}

impl Link {
    /// A ring of one in a new chunk below `parent`.
    ///
    /// # Safety
    ///
    /// 1. `parent` must be null or live.
    #[inline]
    unsafe fn alone(
        parent: *const c_void,
        object: NonNull<c_void>,
        role: Role,
    ) -> Result<NonNull<Link>, Error> {
        let size = size_of::<Link>();
        // SAFETY: duty 1.
        let chunk = unsafe { raw::alloc(parent, size, Name::new(c"talloc::Shared")) };
        let link = chunk.ok_or_else(|| Error::no_memory(size))?.cast::<Link>();
        let (previous, next) = (Cell::new(link), Cell::new(link));
        // SAFETY: a new chunk with room for it.
        unsafe { link.write(Link { object, role: Cell::new(role), previous, next }) };
        Ok(link)
    }

    /// Makes the link of a new chunk a claim, in the ring behind `before`.
    ///
    /// # Safety
    ///
    /// 1. Both must be live; `new` must be a ring of one, and `before` another link for the
    ///    same object.
    #[inline]
    unsafe fn join(new: NonNull<Link>, before: NonNull<Link>) {
        // SAFETY: duty 1.
        let (this, previous) = unsafe { (new.as_ref(), before.as_ref()) };
        // SAFETY: by the invariant.
        let next = unsafe { previous.next.get().as_ref() };
        this.previous.set(before);
        this.next.set(previous.next.get());
        next.previous.set(new);
        previous.next.set(new);
        // SAFETY: live, with the content that it expects.
        unsafe { raw::set_destructor(new.cast(), Some(release)) };
    }

    /// Whether there is another one in the ring.
    fn is_alone(&self) -> bool {
        ptr::eq(self.next.get().as_ptr(), self)
    }
}

/// Takes a claim out of its ring when its chunk is freed, by whichever side.
///
/// # Safety
///
/// 1. `chunk` must be that of a claim.
unsafe extern "C" fn release(chunk: *mut c_void) -> c_int {
    // SAFETY: duty 1.
    let this = unsafe { &*chunk.cast::<Link>() };
    if this.is_alone() {
        // The holder, whose child goes next.
        return 0;
    }
    // SAFETY: by the invariant.
    let (previous, next) = unsafe { (this.previous.get().as_ref(), this.next.get().as_ref()) };
    previous.next.set(this.next.get());
    next.previous.set(this.previous.get());
    if this.role.get() == Role::Holder {
        next.role.set(Role::Holder);
        // SAFETY: all are live. The object is the only child of this chunk. It may lie
        // above the other one (see the module).
        unsafe {
            raw::reparent(NonNull::from(this).cast(), this.next.get().as_ptr().cast(), this.object)
        };
    } else if next.role.get() == Role::Anchor && next.is_alone() {
        // SAFETY: live, and nobody else knows it.
        unsafe { raw::free(this.next.get().cast()) };
    }
    0
}

/// A share in an object. Dropping it gives it up.
pub(crate) struct Claim {
    /// # Invariants
    ///
    /// The live chunk of a claim, which this handle owns.
    link: NonNull<Link>,
    /// # Invariants
    ///
    /// The object of `link`, live as long as that.
    object: NonNull<c_void>,
}

impl Claim {
    /// The first claim: it becomes the parent of the object.
    ///
    /// # Safety
    ///
    /// 1. `object` must be live and owned by the caller alone.
    /// 2. `ctx` must not be below it, and must live as long as the claim.
    pub(crate) unsafe fn first(ctx: &CtxRef, object: NonNull<c_void>) -> Result<Self, Error> {
        // SAFETY: the context is live.
        let link = unsafe { Link::alone(ctx.as_ptr(), object, Role::Holder) }?;
        // SAFETY: live, with the content that it expects.
        unsafe { raw::set_destructor(link.cast(), Some(release)) };
        // SAFETY: both are live. The claim is not below the object (duty 2), or only by a
        // share of another one, and then in a loop that a free opens (see the module).
        unsafe { raw::steal(link.as_ptr().cast(), object) };
        Ok(Claim { link, object })
    }

    /// One more claim.
    ///
    /// # Safety
    ///
    /// 1. `ctx` must live as long as the claim.
    #[inline]
    pub(crate) unsafe fn again(&self, ctx: &CtxRef) -> Result<Self, Error> {
        // SAFETY: the context is live.
        let link = unsafe { Link::alone(ctx.as_ptr(), self.object, Role::Member) }?;
        // SAFETY: a new link for the same object.
        unsafe { Link::join(link, self.link) };
        Ok(Claim { link, object: self.object })
    }

    /// A claim to an object of C, which stays an owner of it. Null, another name, and an
    /// object smaller than `size` are errors.
    ///
    /// # Safety
    ///
    /// 1. `object` must be null or a live talloc pointer of this thread.
    /// 2. `ctx` must live as long as the claim.
    pub(crate) unsafe fn of_c(
        object: *mut c_void,
        name: Name,
        size: usize,
        ctx: &CtxRef,
    ) -> Result<Self, Error> {
        let object = NonNull::new(object).ok_or(Error::Null)?;
        // SAFETY: duty 1.
        unsafe { check_name(object, name) }?;
        // SAFETY: duty 1.
        let found = unsafe { raw::size(object) };
        if found < size {
            return Err(Error::WrongSize { expected: size, found });
        }
        let parent = roots::parent().ok_or(Error::no_memory(size_of::<Link>()))?;
        // SAFETY: null, or the live hidden root.
        let anchor = unsafe { Link::alone(parent, object, Role::Anchor) }?;
        let free_anchor = |error| {
            // SAFETY: live, and nobody else knows it.
            unsafe { raw::free(anchor.cast()) };
            error
        };
        // SAFETY: the context is live (duty 2).
        let link =
            unsafe { Link::alone(ctx.as_ptr(), object, Role::Member) }.map_err(free_anchor)?;
        // SAFETY: both are live.
        if !unsafe { raw::reference(anchor.cast(), object) } {
            // SAFETY: live, without a destructor yet, and nobody else knows it.
            unsafe { raw::free(link.cast()) };
            // A reference is a chunk of a few words.
            return Err(free_anchor(Error::no_memory(size_of::<[usize; 4]>())));
        }
        // SAFETY: a new link for the same object.
        unsafe { Link::join(link, anchor) };
        Ok(Claim { link, object })
    }

    #[inline]
    pub(crate) fn object(&self) -> NonNull<c_void> {
        self.object
    }

    /// The number of owners, those of C included. At least 1.
    ///
    /// If it is 1, that owner is this claim. (An object of C has its parent or the anchor
    /// for one reference of the two, whichever of them is the parent.)
    pub(crate) fn owners(&self) -> usize {
        // SAFETY: the object is live.
        self.claims() + unsafe { raw::reference_count(self.object) }
    }

    /// The number of claims.
    fn claims(&self) -> usize {
        let mut count = 0;
        let mut link = self.link;
        loop {
            // SAFETY: by the invariant.
            let this = unsafe { link.as_ref() };
            count += usize::from(this.role.get() != Role::Anchor);
            link = this.next.get();
            if link == self.link {
                return count;
            }
        }
    }

    /// Moves the claim, and with it the object if it is the parent.
    ///
    /// # Safety
    ///
    /// 1. `to` must live as long as the claim from now on.
    pub(crate) unsafe fn steal(&self, to: &CtxRef) {
        // SAFETY: duty 1; nobody refers to the claim itself.
        unsafe { raw::steal(to.as_ptr(), self.link.cast()) };
    }

    /// Gives the object to `to` and ends the claim, which must be the only one.
    ///
    /// # Safety
    ///
    /// 1. There must be one owner, and `to` must not be below the object.
    pub(crate) unsafe fn dissolve(self, to: &CtxRef) -> NonNull<c_void> {
        // SAFETY: duty 1.
        unsafe { raw::steal(to.as_ptr(), self.object) };
        // The claim goes now, with the anchor if there is one; nothing is below them.
        self.object
    }

    /// Leaves the claim to its parent.
    pub(crate) fn keep(self) -> NonNull<c_void> {
        let object = self.object;
        mem::forget(self);
        object
    }
}

impl Drop for Claim {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: live and owned.
        unsafe { raw::free(self.link.cast()) };
    }
}
