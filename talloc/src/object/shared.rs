//! [`Shared`]: a value with several owners.

use core::marker::PhantomData;
use core::mem;
use core::ops::Deref;
use core::ptr;
use std::panic::{RefUnwindSafe, UnwindSafe};

use crate::context::CtxRef;
use crate::context::one_thread::one_thread;
use crate::error::{Error, OrRaise, Rejected};
use crate::name::Name;
use crate::object::{CType, Claim, Drops, TBox};

/// A value with several owners, each under a parent of its own choice: what
/// `Rc` is to the heap, by `talloc_reference`.
///
/// The value lives as long as one of its handles, and is dropped with the last.
/// Each handle is an object below its parent; dropping it, or freeing its
/// parent, gives up this share and no other, in any order. There is only `&T`,
/// until a handle is alone ([`Shared::get_mut`], [`Shared::into_box`]).
///
/// ```
/// use talloc::{Ctx, Shared};
///
/// let (server, client) = (Ctx::new(), Ctx::new());
/// let theirs = {
///     let ours = server.alloc_shared(String::from("greeting"));
///     Shared::clone_in(&ours, &client)
/// };
/// drop(server);
/// assert_eq!(*theirs, "greeting");
/// assert_eq!(Shared::owners(&theirs), 1);
/// ```
///
/// `T` is dropped when its last owner goes, which can be any time after its
/// borrows have ended, so `T: 'static`. It is dropped by libtalloc's destructor
/// of the object: C must not set another one, and if `T::drop` panics, the
/// process aborts after the panic's message.
///
/// A forgotten handle keeps its share until its parent is freed. Handles that
/// are part of a value which they share leak it, as with `Rc`.
///
/// # Cost
///
/// A handle is two words, and a chunk of four words below its parent. Making and dropping
/// handles costs the same whatever the number of siblings and of other handles. (C's
/// `talloc_reference` makes a chunk of this size, too, and `talloc_unlink` walks.)
#[doc(alias = "talloc_reference")]
#[doc(alias = "talloc_unlink")]
#[must_use = "a share is given up when its handle is dropped"]
pub struct Shared<'p, T: 'static> {
    /// # Invariants
    ///
    /// Below a parent that lives for `'p`; the object holds a valid `T`, which
    /// its destructor drops if it has drop glue. Only `&T` is given out while there are several owners.
    claim: Claim<'p, T>,
    // Invariant: the destructor knows the value by the type that it was made as,
    // and a supertype of that is another type to it.
    _owns: PhantomData<fn(T) -> T>,
}

one_thread!(['p, T: 'static] Shared<'p, T>);

// As `Rc` is: there may be another owner who looks at the value.
impl<T: RefUnwindSafe> UnwindSafe for Shared<'_, T> {}
impl<T: RefUnwindSafe> RefUnwindSafe for Shared<'_, T> {}

/// Values with several owners.
impl CtxRef {
    /// Allocates a value that can have several owners; this context holds the first share.
    ///
    /// # Panics
    ///
    /// As [`CtxRef::alloc`]. See [`CtxRef::try_alloc_shared`].
    #[doc(alias = "talloc_reference")]
    pub fn alloc_shared<T: 'static>(&self, value: T) -> Shared<'_, T> {
        self.try_alloc_shared(value).or_raise()
    }

    /// Like [`CtxRef::alloc_shared`], returning errors. `value` is dropped on error.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] or [`Error::TooLarge`].
    pub fn try_alloc_shared<T: 'static>(&self, value: T) -> Result<Shared<'_, T>, Error> {
        Shared::try_from_box_in(self.try_alloc(value)?, self).map_err(Error::from)
    }
}

impl<'p, T: 'static> Shared<'p, T> {
    /// Makes an object shareable; `ctx` holds the first share.
    ///
    /// # Panics
    ///
    /// Ends the process when memory is exhausted.
    ///
    /// ```
    /// use talloc::{Ctx, Shared};
    ///
    /// let ctx = Ctx::new();
    /// let mut table = ctx.alloc([0_u8; 64]);
    /// table[1] = 1;
    /// let table = Shared::from_box_in(table, &ctx);
    /// assert_eq!(table[1], 1);
    /// ```
    pub fn from_box_in(b: TBox<'_, T>, ctx: &'p CtxRef) -> Self {
        Shared::try_from_box_in(b, ctx).map_err(Error::from).or_raise()
    }

    /// Like [`Shared::from_box_in`], returning errors and the object with them.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`].
    pub fn try_from_box_in<'b>(
        b: TBox<'b, T>,
        ctx: &'p CtxRef,
    ) -> Result<Self, Rejected<TBox<'b, T>>> {
        let object = TBox::into_object(b);
        let value = object.ptr();
        let claim = Claim::first(ctx, object)
            .map_err(|(error, object)| Rejected::new(error, TBox::of(object)))?;
        // SAFETY: 1. a valid `T`, of which only `&T` and, by a sole owner, `&mut T` is given out
        // until it is freed. 2. it is `'static`.
        unsafe { T::drop_when_freed(value) };
        Ok(Shared { claim, _owns: PhantomData })
    }

    /// One more handle for the value, with a share below `ctx`.
    ///
    /// # Panics
    ///
    /// Ends the process when memory is exhausted; see [`Shared::try_clone_in`].
    #[doc(alias = "talloc_reference")]
    #[doc(alias = "talloc_increase_ref_count")]
    #[inline]
    pub fn clone_in<'q>(s: &Self, ctx: &'q CtxRef) -> Shared<'q, T> {
        Shared::try_clone_in(s, ctx).or_raise()
    }

    /// Like [`Shared::clone_in`], returning exhausted memory as an error.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`]; there is no new share then.
    #[inline]
    pub fn try_clone_in<'q>(s: &Self, ctx: &'q CtxRef) -> Result<Shared<'q, T>, Error> {
        Ok(Shared { claim: s.claim.again(ctx)?, _owns: PhantomData })
    }

    /// How many owners the value has: handles, forgotten ones included, and
    /// whoever refers to it in C.
    ///
    /// Walks the references of the object.
    ///
    /// ```
    /// use talloc::{Ctx, Shared};
    ///
    /// let ctx = Ctx::new();
    /// let one = ctx.alloc_shared(1);
    /// assert_eq!(Shared::owners(&one), 1);
    /// let two = Shared::clone_in(&one, &ctx);
    /// assert_eq!(Shared::owners(&two), 2);
    /// ```
    #[doc(alias = "talloc_reference_count")]
    pub fn owners(s: &Self) -> usize {
        s.claim.owners()
    }

    /// The value, to be changed, if this handle is its only owner.
    ///
    /// ```
    /// use talloc::{Ctx, Shared};
    ///
    /// let ctx = Ctx::new();
    /// let mut one = ctx.alloc_shared(1);
    /// let other = Shared::clone_in(&one, &ctx);
    /// assert!(Shared::get_mut(&mut one).is_none());
    /// drop(other);
    /// *Shared::get_mut(&mut one).unwrap() = 2;
    /// assert_eq!(*one, 2);
    /// ```
    pub fn get_mut(s: &mut Self) -> Option<&mut T> {
        s.claim.get_mut()
    }

    /// Takes the value as an object with one owner, below `to`, if this handle
    /// is the only owner; else gives the handle back.
    ///
    /// # Errors
    ///
    /// The handle, when the value has other owners.
    ///
    /// ```
    /// use talloc::{Ctx, Shared};
    ///
    /// let (session, request) = (Ctx::new(), Ctx::new());
    /// let shared = request.alloc_shared(vec![1]);
    /// let mut own = Shared::into_box(shared, &session).unwrap();
    /// own.push(2);
    /// drop(request);
    /// assert_eq!(*own, [1, 2]);
    /// ```
    pub fn into_box(s: Self, to: &CtxRef) -> Result<TBox<'_, T>, Self> {
        match s.claim.into_sole(to) {
            Ok(object) => Ok(TBox::of(object.without_destructor())),
            Err(claim) => Err(Shared { claim, _owns: PhantomData }),
        }
    }

    /// Moves this share under another parent.
    ///
    /// ```
    /// use talloc::{Ctx, Shared};
    ///
    /// let (session, request) = (Ctx::new(), Ctx::new());
    /// let shared = Shared::steal(request.alloc_shared(7), &session);
    /// drop(request);
    /// assert_eq!(*shared, 7);
    /// ```
    #[doc(alias = "talloc_steal")]
    #[doc(alias = "talloc_reparent")]
    pub fn steal<'q>(s: Self, to: &'q CtxRef) -> Shared<'q, T> {
        // `to` is not below the claim, where there is only the object, and nothing below
        // that is known to anyone.
        Shared { claim: s.claim.steal(to), _owns: PhantomData }
    }

    /// Leaves this share to its parent, which gives it up when it is freed.
    ///
    /// ```
    /// use talloc::{Ctx, Shared};
    ///
    /// let (server, client) = (Ctx::new(), Ctx::new());
    /// let ours = server.alloc_shared(String::from("greeting"));
    /// let theirs: &String = Shared::keep(Shared::clone_in(&ours, &client));
    /// assert_eq!((&**theirs, Shared::owners(&ours)), ("greeting", 2));
    /// drop(client);
    /// assert_eq!(Shared::owners(&ours), 1);
    /// ```
    pub fn keep(s: Self) -> &'p T {
        s.claim.keep()
    }

    /// Takes a share in an object that C has made and goes on to own: C's
    /// `talloc_reference(ctx, ptr)`.
    ///
    /// # Errors
    ///
    /// [`Error::Null`]; [`Error::WrongType`] when its name is not [`CType::NAME`];
    /// [`Error::WrongSize`] when it is smaller than `T`; [`Error::OutOfMemory`].
    ///
    /// # Safety
    ///
    /// 1. `ptr` must be null or a live talloc pointer of this thread, and if its name is
    ///    right, it must be aligned for `T` and hold a valid one.
    /// 2. As long as there are handles for it, or references from them, nobody else may
    ///    change the value (except inside an `UnsafeCell`) nor have a `&mut` to it; and C
    ///    may give up its own shares, but not free the object otherwise, and after the last
    ///    one of its shares not use it or what is below it.
    /// 3. A destructor of the object must be sound to run when the last owner goes.
    ///
    /// A `T` with drop glue does not compile: C would not run it.
    ///
    /// ```
    /// use talloc::{CType, Ctx, Shared, TBox};
    ///
    /// #[repr(C)]
    /// struct Table([u32; 16]);
    ///
    /// impl CType for Table {
    ///     const NAME: &'static std::ffi::CStr = c"struct table";
    /// }
    ///
    /// let (c, ctx) = (Ctx::new(), Ctx::new());
    /// # let from_c = TBox::into_raw(c.typed().alloc(Table([7; 16])));
    /// // SAFETY: 1. C's `struct table`. 2., 3. C does not change it any more, and set no
    /// // destructor.
    /// let table = unsafe { Shared::<Table>::from_ptr_in(from_c, &ctx) }?;
    /// drop(c);
    /// assert_eq!(table.0[3], 7);
    /// # Ok::<(), talloc::Error>(())
    /// ```
    #[doc(alias = "talloc_reference")]
    pub unsafe fn from_ptr_in(ptr: *mut T, ctx: &'p CtxRef) -> Result<Self, Error>
    where
        T: CType,
    {
        const { assert!(!mem::needs_drop::<T>(), "C does not run the drop glue") };
        // SAFETY: duties 1 to 3; it has no drop glue.
        let claim = unsafe { Claim::of_c(ptr, Name::new(T::NAME), size_of::<T>(), ctx) }?;
        Ok(Shared { claim, _owns: PhantomData })
    }

    /// Whether two handles share one value.
    pub fn ptr_eq(a: &Self, b: &Shared<'_, T>) -> bool {
        ptr::eq(Shared::as_ptr(a), Shared::as_ptr(b))
    }

    /// The value's pointer for C, which may read it while this handle lives and
    /// refer to it by `talloc_reference`.
    pub fn as_ptr(s: &Self) -> *mut T {
        s.claim.object().as_ptr()
    }
}

impl<T> Deref for Shared<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        self.claim.get()
    }
}
