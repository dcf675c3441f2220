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
use core::ffi::c_void;
use core::mem::{self, MaybeUninit};
use core::ops::Deref;
use core::ptr::{self, NonNull};

use crate::context::CtxRef;
use crate::error::Error;
use crate::name::Name;
use crate::object::{Dropping, check_size, look};
use crate::process::roots;
use crate::raw::{self, Chunk, Object};

const NAME: Name = Name::new(c"talloc::Shared");

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
/// or the anchor. That of a claim is dropped by the destructor of its chunk, that of an
/// anchor never.
struct Link {
    object: NonNull<c_void>,
    role: Cell<Role>,
    previous: Cell<At>,
    next: Cell<At>,
}

/// Where a link is.
///
/// # Invariants
///
/// It is live: it leaves the ring before it is freed.
#[derive(Clone, Copy, PartialEq, Eq)]
struct At(NonNull<Link>);

impl Deref for At {
    type Target = Link;

    #[inline]
    fn deref(&self) -> &Link {
        // SAFETY: by the invariant. All of it that changes is in cells.
        unsafe { self.0.as_ref() }
    }
}

impl Link {
    /// A ring of one.
    #[inline]
    fn alone(
        room: Option<Object<'_, MaybeUninit<Link>>>,
        object: NonNull<c_void>,
        role: Role,
    ) -> Result<Object<'_, Link>, Error> {
        let Some(room) = room else { return Err(Error::no_memory(size_of::<Link>())) };
        let this = At(room.ptr().cast());
        let (previous, next) = (Cell::new(this), Cell::new(this));
        Ok(room.write(Link { object, role: Cell::new(role), previous, next }))
    }

    /// That of a new claim.
    #[inline]
    fn claim(
        ctx: &CtxRef,
        object: NonNull<c_void>,
        role: Role,
    ) -> Result<Dropping<'_, Link>, Error> {
        Ok(Dropping::new(Link::alone(ctx.as_chunk().room(NAME), object, role)?))
    }

    fn is_alone(&self) -> bool {
        ptr::eq(self.next.get().0.as_ptr(), self)
    }
}

/// Puts a link that is alone behind another one for the same object.
#[inline]
fn join(this: At, before: At) {
    let next = before.next.get();
    this.previous.set(before);
    this.next.set(next);
    next.previous.set(this);
    before.next.set(this);
}

/// A claim that goes leaves the ring, and hands the object on. (An anchor is never dropped.)
impl Drop for Link {
    fn drop(&mut self) {
        if self.is_alone() {
            // The holder, whose child goes next.
            return;
        }
        let (previous, next) = (self.previous.get(), self.next.get());
        // As libtalloc gave it.
        let this = previous.next.get();
        previous.next.set(next);
        next.previous.set(previous);
        if self.role.get() == Role::Holder {
            next.role.set(Role::Holder);
            // SAFETY: 1. all are live. The object is the only child of this chunk. 2. It may lie
            // above the other one (see the module).
            unsafe { raw::reparent(this.0.cast(), next.0.as_ptr().cast(), self.object) };
        } else if next.role.get() == Role::Anchor && next.is_alone() {
            // SAFETY: 1. nobody else knows it: the ring owned it.
            drop(unsafe { Object::from_ptr(next.0) });
        }
    }
}

/// An object that had claims, with the destructor that it had then.
pub(crate) struct Sole<'p, T>(Object<'p, T>);

impl<'p, T> Sole<'p, T> {
    /// For a handle that drops the value itself.
    pub(crate) fn without_destructor(mut self) -> Object<'p, T> {
        if mem::needs_drop::<T>() {
            self.0.clear_destructor();
        }
        self.0
    }

    /// For a node, whose value is dropped by that.
    pub(crate) fn with_destructor(self) -> Object<'p, T> {
        self.0
    }
}

/// A share in an object, below a parent that lives for `'p`. Dropping it gives it up.
pub(crate) struct Claim<'p, T> {
    link: Dropping<'p, Link>,
    /// # Invariants
    ///
    /// The object of `link`, live as long as that, with a valid `T`. Nobody else has a `&mut`
    /// to it, and none is made while there are other owners.
    object: NonNull<T>,
}

impl<'p, T> Claim<'p, T> {
    /// The first claim: it becomes the parent of the object.
    pub(crate) fn first<'o>(
        ctx: &'p CtxRef,
        object: Object<'o, T>,
    ) -> Result<Self, (Error, Object<'o, T>)> {
        let link = match Link::claim(ctx, object.ptr().cast(), Role::Holder) {
            Ok(link) => link,
            Err(error) => return Err((error, object)),
        };
        // The claim is not below the object, or only by a share of another one, and then
        // in a loop that a free opens (see the module).
        let object = object.steal(link.as_chunk()).into_ptr();
        Ok(Claim { link, object })
    }

    /// One more claim.
    #[inline]
    pub(crate) fn again<'q>(&self, ctx: &'q CtxRef) -> Result<Claim<'q, T>, Error> {
        let link = Link::claim(ctx, self.object.cast(), Role::Member)?;
        join(At(link.ptr()), At(self.link.ptr()));
        Ok(Claim { link, object: self.object })
    }

    /// A claim to an object of C, which stays an owner of it. Null, another name, and an
    /// object smaller than `size` are errors.
    ///
    /// # Safety
    ///
    /// 1. `ptr` must be null or a live talloc pointer of this thread, and if its name is right,
    ///    it must point to a valid `T`.
    /// 2. As long as there are claims to it, the invariants must hold.
    pub(crate) unsafe fn of_c(
        ptr: *mut T,
        name: Name,
        size: usize,
        ctx: &'p CtxRef,
    ) -> Result<Self, Error> {
        // SAFETY: 1. duty 1.
        let chunk = unsafe { look(ptr.cast(), name) }?;
        check_size(chunk, size..=usize::MAX)?;
        let object = chunk.ptr();
        let anchor = Link::alone(roots::room(NAME), object, Role::Anchor)?;
        let link = Link::claim(ctx, object, Role::Member)?;
        if !anchor.as_chunk().refer_to(chunk) {
            // A reference is a chunk of a few words.
            return Err(Error::no_memory(size_of::<[usize; 4]>()));
        }
        // The ring owns the anchor.
        join(At(link.ptr()), At(anchor.into_ptr()));
        Ok(Claim { link, object: object.cast() })
    }

    #[inline]
    pub(crate) fn object(&self) -> NonNull<T> {
        self.object
    }

    #[inline]
    pub(crate) fn get(&self) -> &T {
        // SAFETY: by the invariants; there is no `&mut T` while this claim is borrowed or there
        // is another.
        unsafe { self.object.as_ref() }
    }

    /// The value, to be changed, if this claim is its only owner.
    pub(crate) fn get_mut(&mut self) -> Option<&mut T> {
        if self.owners() > 1 {
            return None;
        }
        // SAFETY: by the invariants; the only claim is borrowed exclusively, so that no other
        // can be made of it.
        Some(unsafe { self.object.as_mut() })
    }

    /// The number of owners, those of C included. At least 1.
    ///
    /// If it is 1, that owner is this claim. (An object of C has its parent or the anchor
    /// for one reference of the two, whichever of them is the parent.)
    pub(crate) fn owners(&self) -> usize {
        // SAFETY: 1. live.
        let object = unsafe { Chunk::from_ptr(self.object.cast()) };
        self.claims() + object.reference_count()
    }

    /// The number of claims.
    fn claims(&self) -> usize {
        let mut count = 0;
        let own = At(self.link.ptr());
        let mut link = own;
        loop {
            count += usize::from(link.role.get() != Role::Anchor);
            link = link.next.get();
            if link == own {
                return count;
            }
        }
    }

    /// Moves the claim, and with it the object if it is the parent. (Nobody refers to the
    /// claim itself.)
    pub(crate) fn steal(self, to: &CtxRef) -> Claim<'_, T> {
        Claim { link: self.link.steal(to.as_chunk()), object: self.object }
    }

    /// Gives the object to `to` and ends the claim, if it is the only one.
    pub(crate) fn into_sole(self, to: &CtxRef) -> Result<Sole<'_, T>, Self> {
        if self.owners() > 1 {
            return Err(self);
        }
        // SAFETY: 1. a valid object with one owner. Nothing below it is known to anyone.
        let object: Object<'p, T> = unsafe { Object::from_ptr(self.object) };
        // The claim goes then, with the anchor if there is one; nothing is below them.
        Ok(Sole(object.steal(to.as_chunk())))
    }

    /// Leaves the claim to its parent.
    pub(crate) fn keep(self) -> &'p T {
        let _: &Link = self.link.leak();
        // SAFETY: the claim is an owner, and so the value is live and not changed, until its
        // parent is freed, which lives for 'p.
        unsafe { self.object.as_ref() }
    }
}
