//! [`Guarded`]: objects whose closure can refuse to be freed.

use core::ffi::{c_int, c_void};
use core::marker::PhantomData;
use core::ops::{Deref, DerefMut};
use core::ptr::NonNull;
use std::panic::{RefUnwindSafe, UnwindSafe};

use crate::context::CtxRef;
use crate::context::one_thread::one_thread;
use crate::error::{Error, OrRaise, Rejected};
use crate::name::Name;
use crate::object::{CType, TBox, Typed};
use crate::raw::align::Aligned;
use crate::raw::{NameMut, Object};

/// What the closure of a [`Guarded`] object says to a free.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[must_use = "the verdict is for libtalloc: return it from the closure"]
pub enum Verdict {
    /// The object is dropped and freed.
    Free,
    /// The object stays: C's `return -1`.
    Refuse,
}

/// Objects that can refuse to be freed.
impl CtxRef {
    /// Allocates `value` together with a closure that is asked before each free
    /// and may refuse it: C's destructor that returns -1.
    ///
    /// See [`Guarded`] for when the closure is called and what a refusal means.
    /// `value` and `guard` are moved into the object, which is named after `T`.
    ///
    /// # Panics
    ///
    /// Panics when both together are larger than [`MAX_SIZE`](crate::MAX_SIZE);
    /// ends the process when memory is exhausted. See
    /// [`CtxRef::try_alloc_guarded`].
    ///
    /// ```
    /// use talloc::{Ctx, Error, Guarded, Verdict};
    ///
    /// struct Connection {
    ///     requests: u32,
    /// }
    ///
    /// let ctx = Ctx::new();
    /// let connection = ctx.alloc_guarded(Connection { requests: 1 }, |connection| {
    ///     if connection.requests > 0 { Verdict::Refuse } else { Verdict::Free }
    /// });
    /// let refused = Guarded::free(connection).unwrap_err();
    /// assert_eq!(*refused.error(), Error::Refused);
    /// let mut connection = refused.into_inner();
    /// connection.requests = 0;
    /// Guarded::free(connection)?;
    /// # Ok::<(), talloc::Error>(())
    /// ```
    #[doc(alias = "talloc_set_destructor")]
    #[inline]
    pub fn alloc_guarded<T, G>(&self, value: T, guard: G) -> Guarded<'_, T>
    where
        T: 'static,
        G: FnMut(&mut T) -> Verdict + 'static,
    {
        const { Aligned::<Slot<T, G>>::CHECK };
        self.try_alloc_guarded(value, guard).or_raise()
    }

    /// Like [`CtxRef::alloc_guarded`], returning errors. `value` and `guard` are
    /// dropped on error.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] or [`Error::TooLarge`].
    #[doc(alias = "talloc_set_destructor")]
    #[inline]
    pub fn try_alloc_guarded<T, G>(&self, value: T, guard: G) -> Result<Guarded<'_, T>, Error>
    where
        T: 'static,
        G: FnMut(&mut T) -> Verdict + 'static,
    {
        const { Aligned::<Slot<T, G>>::CHECK };
        guarded(self, Name::of::<T>(), value, guard)
    }
}

/// Objects that can refuse to be freed.
impl<'p, T: CType + 'static> Typed<'p, T> {
    /// As [`CtxRef::alloc_guarded`]. For C it is a `T *`.
    ///
    /// # Panics
    ///
    /// As [`CtxRef::alloc_guarded`].
    #[doc(alias = "talloc_set_destructor")]
    #[inline]
    pub fn alloc_guarded<G>(self, value: T, guard: G) -> Guarded<'p, T>
    where
        G: FnMut(&mut T) -> Verdict + 'static,
    {
        const { Aligned::<Slot<T, G>>::CHECK };
        self.try_alloc_guarded(value, guard).or_raise()
    }

    /// As [`CtxRef::try_alloc_guarded`].
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] or [`Error::TooLarge`].
    #[doc(alias = "talloc_set_destructor")]
    #[inline]
    pub fn try_alloc_guarded<G>(self, value: T, guard: G) -> Result<Guarded<'p, T>, Error>
    where
        G: FnMut(&mut T) -> Verdict + 'static,
    {
        const { Aligned::<Slot<T, G>>::CHECK };
        guarded(self.ctx, const { Name::new(T::NAME) }, value, guard)
    }
}

/// What lies in the chunk of a [`Guarded`]: the value first, where C looks for it.
#[repr(C)]
struct Slot<T, G> {
    value: T,
    guard: G,
}

#[inline]
fn guarded<T, G>(ctx: &CtxRef, name: Name, value: T, guard: G) -> Result<Guarded<'_, T>, Error>
where
    T: 'static,
    G: FnMut(&mut T) -> Verdict + 'static,
{
    let slot = ctx.alloc_with_named(name, || Slot { value, guard })?;
    let slot = TBox::into_object(slot);
    // SAFETY: 1. there is a valid slot until it is freed, whose types borrow
    // from nothing, and `Guarded` leaves dropping it to the destructor.
    unsafe { slot.as_chunk().set_destructor(Some(ask::<T, G>)) };
    // SAFETY: 1. the slot begins with its value.
    Ok(Guarded { object: unsafe { Object::from_ptr(slot.into_ptr().cast()) }, _owns: PhantomData })
}

/// Asks the guard, and drops value and guard if it agrees. A panic in one of
/// them ends the process, since this is `extern "C"`.
///
/// # Safety
///
/// 1. `chunk` must hold a valid `Slot<T, G>`, which nobody uses meanwhile, nor
///    any more if the result is 0.
unsafe extern "C" fn ask<T, G: FnMut(&mut T) -> Verdict>(chunk: *mut c_void) -> c_int {
    let slot = chunk.cast::<Slot<T, G>>();
    let verdict = {
        // SAFETY: duty 1.
        let slot = unsafe { &mut *slot };
        (slot.guard)(&mut slot.value)
    };
    match verdict {
        Verdict::Free => {
            // SAFETY: duty 1; libtalloc clears the destructor after this, so
            // it is dropped once.
            unsafe { slot.drop_in_place() };
            0
        }
        Verdict::Refuse => -1,
    }
}

/// One owned object that may refuse to be freed: C's `T *` with a destructor
/// that can return -1.
///
/// Made by [`CtxRef::alloc_guarded`]; derefs to `T`. Its closure is libtalloc's
/// destructor of the object. It is asked at each free, whoever frees, and sees
/// `&mut T`; if it agrees, `T` and the closure are dropped, once, before the
/// object's children are freed. What a refusal means depends on who asked:
///
/// | freed by | after a refusal |
/// |---|---|
/// | [`Guarded::free`] | [`Error::Refused`], and the handle is given back |
/// | dropping the handle | the object stays with its parent, which asks again when it is freed |
/// | the parent, or [`Ctx::free_children`](crate::Ctx::free_children) | libtalloc moves the object, with all below it, up to the parent of the parent; if that is being freed too, it asks again |
/// | C | `talloc_free` returns -1, and everything is as it was |
///
/// On the way up, libtalloc can lose the object: if there is no parent of the
/// parent, or the freed parent was not the newest child there, the object is
/// left without a parent and stays for the rest of the process.
///
/// So the object can outlive its parent and its handle, and `T` must be
/// `'static`. While the closure runs, another free of the same object is
/// refused. A refusal in `free_children` walks the siblings of the emptied
/// context.
///
/// A forgotten handle, and one that is [kept](Guarded::keep), leaves the object
/// to its parent. The closure can be told through `T`, or a `Cell` that it
/// shares, that it should agree.
///
/// ```
/// use std::cell::Cell;
/// use std::rc::Rc;
/// use talloc::{Ctx, Guarded, Verdict};
///
/// let busy = Rc::new(Cell::new(true));
/// let server = Ctx::new();
/// let request = server.new_child();
/// let seen = busy.clone();
/// let ask = move |_: &mut u32| if seen.get() { Verdict::Refuse } else { Verdict::Free };
/// let job: &mut u32 = Guarded::keep(request.alloc_guarded(7, ask));
/// *job += 1;
/// drop(request);
/// assert_eq!(server.total_blocks(), 2, "the job is a child of the server now");
/// busy.set(false);
/// # drop(server);
/// # assert_eq!(Rc::strong_count(&busy), 1);
/// ```
///
/// It is one pointer and can stand in an `extern "C"` signature. C must not set
/// another destructor.
///
/// # Aborts
///
/// If the closure, or the `Drop` of the closure or of `T`, panics, the process
/// aborts after the panic's message: nothing may unwind through C.
#[repr(transparent)]
#[must_use = "an object is freed when its handle is dropped; `keep` it for the parent"]
pub struct Guarded<'p, T: 'static> {
    /// # Invariants
    ///
    /// Its destructor drops the value, once the closure lets it.
    object: Object<'p, T>,
    // Invariant: the destructor knows the value by the type that it was made as,
    // and a supertype of that is another type to it.
    _owns: PhantomData<fn(T) -> T>,
}

one_thread!(['p, T: 'static] Guarded<'p, T>);

// As `Box` is. The closure counts as a `Drop` of the value: it is asked by the free.
impl<T: 'static> Unpin for Guarded<'_, T> {}
impl<T: UnwindSafe> UnwindSafe for Guarded<'_, T> {}
impl<T: RefUnwindSafe> RefUnwindSafe for Guarded<'_, T> {}

impl<'p, T: 'static> Guarded<'p, T> {
    /// The object as a context, to allocate below it.
    #[inline]
    pub fn as_ctx(g: &Self) -> &CtxRef {
        CtxRef::of(g.object.as_chunk())
    }

    #[inline]
    pub(crate) fn name_mut(g: &mut Self) -> NameMut<'_> {
        g.object.name_mut()
    }

    /// The pointer for C; the handle stays the owner.
    #[inline]
    pub fn as_ptr(g: &Self) -> *mut T {
        g.object.ptr().as_ptr()
    }

    /// Asks the closure, and frees the object and everything below it if it agrees.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] when the closure refused or C holds a reference to
    /// the object (then the closure is not asked). The handle is given back; if
    /// it is dropped with the error, as `?` does, the closure is asked once more.
    #[doc(alias = "talloc_free")]
    pub fn free(g: Self) -> Result<(), Rejected<Self>> {
        g.object.free().map_err(|object| {
            let guarded = Guarded { object, _owns: PhantomData };
            Rejected::new(Error::Refused, guarded)
        })
    }

    /// Moves the object, with everything below it, under another parent. One
    /// call, no copy.
    ///
    /// ```
    /// use talloc::{Ctx, Guarded, Verdict};
    ///
    /// let (session, request) = (Ctx::new(), Ctx::new());
    /// let job = request.alloc_guarded(7, |_| Verdict::Free);
    /// let job = Guarded::steal(job, &session);
    /// drop(request);
    /// assert_eq!(*job, 7);
    /// ```
    #[doc(alias = "talloc_steal")]
    #[doc(alias = "talloc_move")]
    #[inline]
    pub fn steal<'q>(g: Self, to: &'q CtxRef) -> Guarded<'q, T> {
        Guarded { object: g.object.steal(to.as_chunk()), _owns: PhantomData }
    }

    /// Gives the object to its parent, which asks the closure when it is freed.
    ///
    /// ```
    /// use talloc::{Ctx, Guarded, Verdict};
    ///
    /// let ctx = Ctx::new();
    /// let job = ctx.alloc_guarded(7, |job| {
    ///     assert_eq!(*job, 8);
    ///     Verdict::Free
    /// });
    /// let job: &mut i32 = Guarded::keep(job);
    /// *job = 8;
    /// drop(ctx);
    /// ```
    #[inline]
    pub fn keep(g: Self) -> &'p mut T {
        g.object.leak()
    }

    /// Hands the object over to C, which frees it or leaves it to its parent, on
    /// this thread. The closure is asked, and `T` is dropped, then too.
    ///
    /// ```
    /// use talloc::{Ctx, Guarded, Verdict};
    ///
    /// let ctx = Ctx::new();
    /// let raw: *mut u32 = Guarded::into_raw(ctx.alloc_guarded(7, |_| Verdict::Free));
    /// // SAFETY: `raw` comes from `into_raw`, its parent is `ctx`.
    /// let back = unsafe { Guarded::from_raw(raw) }?;
    /// assert_eq!(*back, 7);
    /// # Ok::<(), talloc::Error>(())
    /// ```
    #[must_use = "the pointer is the only owner of the object"]
    #[inline]
    pub fn into_raw(g: Self) -> *mut T {
        g.object.into_ptr().as_ptr()
    }

    /// Takes an object back that came from [`Guarded::into_raw`].
    ///
    /// # Errors
    ///
    /// [`Error::Null`] when `ptr` is null.
    ///
    /// # Safety
    ///
    /// 1. `ptr` must be null or a live pointer from [`Guarded::into_raw`] of exactly this
    ///    `T`, on this thread, still with its destructor, and at the address that it has now if
    ///    C has resized it.
    /// 2. Duties 2 and 3 of [`TBox::from_raw_unchecked`].
    #[inline]
    pub unsafe fn from_raw(ptr: *mut T) -> Result<Self, Error> {
        let value = NonNull::new(ptr).ok_or(Error::Null)?;
        // SAFETY: duties 1 to 3.
        Ok(Guarded { object: unsafe { Object::from_ptr(value) }, _owns: PhantomData })
    }
}

impl<T: 'static> Deref for Guarded<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.object
    }
}

impl<T: 'static> DerefMut for Guarded<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        &mut self.object
    }
}
