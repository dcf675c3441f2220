//! Handing a value with drop glue over to C for good.

use core::ffi::{c_int, c_void};
use core::mem;
use core::ptr::NonNull;

use crate::context::CtxRef;
use crate::error::{Error, OrRaise, Rejected};
use crate::node::{Family, Node};
use crate::object::TBox;
use crate::object::release::child_for_drop;
use crate::raw::Chunk;

/// To C, for good.
impl<'p, T: 'static> TBox<'p, T> {
    /// Hands the object over to C for good: `T` is dropped when the object is
    /// freed, whatever destructor C sets on it.
    ///
    /// C may free the object on this thread, steal it, refer to it, enlarge it and set its
    /// destructor, also one that refuses; `T` is dropped once, when the object
    /// goes. For that, a `T` with drop glue gets a small child, named `drop`, whose
    /// destructor drops `T`: before older children are freed, after newer ones,
    /// and after C's destructor of the object has agreed. Without drop glue this
    /// costs nothing.
    ///
    /// C must not free that child alone, as `talloc_free_children` of the object does;
    /// only a destructor that goes on to agree may call it. Nor must it make the
    /// object smaller than `T`, or drop or overwrite the value. The child counts
    /// where a memory limit forbids to steal objects with children (see
    /// [`Ctx::set_memlimit`](crate::Ctx::set_memlimit)).
    ///
    /// [`TBox::keep`] is the same without the child, for an object whose
    /// destructor C leaves alone; [`TBox::into_raw`] is for an object that comes
    /// back by [`TBox::from_raw`]. This one must not come back.
    ///
    /// # Panics
    ///
    /// Ends the process when memory is exhausted. See [`TBox::try_into_c`].
    ///
    /// # Aborts
    ///
    /// If `T::drop` panics, the process aborts after the panic's message: nothing
    /// may unwind through C.
    ///
    /// ```
    /// use std::rc::Rc;
    /// use talloc::{Ctx, TBox};
    ///
    /// let value = Rc::new(7);
    /// let ctx = Ctx::new();
    /// let for_c: *mut Rc<i32> = TBox::into_c(ctx.alloc(value.clone()));
    /// # assert!(!for_c.is_null());
    /// drop(ctx); // or C frees it
    /// assert_eq!(Rc::strong_count(&value), 1);
    /// ```
    #[doc(alias = "talloc_set_destructor")]
    pub fn into_c(b: Self) -> *mut T {
        TBox::try_into_c(b).map_err(Error::from).or_raise()
    }

    /// Like [`TBox::into_c`], returning the error with the handle.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`].
    #[doc(alias = "talloc_set_destructor")]
    pub fn try_into_c(b: Self) -> Result<*mut T, Rejected<Self>> {
        // SAFETY: 1. a valid value, given away below. 2. it borrows from nothing. 3. `TBox` has
        // set no destructor.
        match unsafe { drop_by_child::<T>(TBox::as_ctx(&b)) } {
            Ok(()) => Ok(TBox::into_raw(b)),
            Err(error) => Err(Rejected::new(error, b)),
        }
    }
}

/// To C, for good.
impl<'p, F: Family> Node<'p, F> {
    /// Hands the node over to C for good: fields with drop glue are dropped when
    /// the node is freed, whatever destructor C sets on it.
    ///
    /// As [`TBox::into_c`]. A struct whose fields are all in talloc memory has no
    /// drop glue, and then this is [`Node::into_raw`] and costs nothing.
    ///
    /// With drop glue, two more rules hold for C, and for Rust code that C calls
    /// with the pointer:
    ///
    /// - What the drop glue uses below the node must be there already, and stay. What
    ///   is made afterwards, or stolen from its place, is freed first. So a
    ///   field may be replaced if no other field looks at it when it is dropped, but a
    ///   collection that allocates on the node's own context must not grow any
    ///   more. For such a struct, [`Node::into_raw`] is right, and its destructor
    ///   is not C's to set.
    /// - The node must not be resized if a field holds its context: it may move.
    ///
    /// # Panics
    ///
    /// As [`TBox::into_c`].
    ///
    /// ```
    /// use std::rc::Rc;
    ///
    /// talloc::node! {
    ///     #[repr(C)]
    ///     struct Job<'t> as c"struct job" { name: talloc::Str<'t>, data: Rc<i32> }
    /// }
    ///
    /// let data = Rc::new(7);
    /// let ctx = talloc::Ctx::new();
    /// let job = ctx.build::<Job>(|t| Job { name: t.strdup_c(c"job"), data: data.clone() });
    /// # assert_eq!((job.get().name.count_bytes(), *job.get().data), (3, 7));
    /// let for_c: *mut Job<'_> = job.into_c();
    /// # assert!(!for_c.is_null());
    /// drop(ctx); // or C frees it
    /// assert_eq!(Rc::strong_count(&data), 1);
    /// ```
    #[doc(alias = "talloc_set_destructor")]
    pub fn into_c(self) -> *mut F::Of<'p> {
        self.try_into_c().map_err(Error::from).or_raise()
    }

    /// Like [`Node::into_c`], returning the error with the node.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`].
    #[doc(alias = "talloc_set_destructor")]
    pub fn try_into_c(self) -> Result<*mut F::Of<'p>, Rejected<Self>> {
        // SAFETY: 1. a valid struct, given away below. 2. It borrows from its other children
        // only; all of them are older than the new one, and what its drop glue uses stays so (a
        // rule for C, which has the only pointer). 3. The destructor is taken off below.
        if let Err(error) = unsafe { drop_by_child::<F::Of<'static>>(self.as_ctx()) } {
            return Err(Rejected::new(error, self));
        }
        let mut node = self.into_object();
        if mem::needs_drop::<F::Of<'static>>() {
            // It drops the fields, which the child does.
            node.clear_destructor();
        }
        Ok(Node::of(node).into_raw())
    }
}

/// Adds a child that drops the value when the object is freed.
///
/// # Safety
///
/// 1. `object` must hold a valid `T` from now on, until it is freed.
/// 2. `T` must not borrow from anything that may end before the object, except
///    from the object's present children.
/// 3. Nothing else may drop the value.
unsafe fn drop_by_child<T>(object: &CtxRef) -> Result<(), Error> {
    if mem::needs_drop::<T>() {
        let child = child_for_drop::<()>(object.as_chunk()).ok_or(Error::no_memory(0))?;
        // SAFETY: 1. duties 1 to 3: the child is freed with its parent, before the
        // parent's older children (facts 3 and 19).
        unsafe { child.as_chunk().set_destructor(Some(drop_parent::<T>)) };
        let _ = child.into_ptr();
    }
    Ok(())
}

/// # Safety
///
/// 1. `child` must be the newest child of an object that holds a valid `T`, which
///    nobody uses any more; what `T` borrows must be alive.
unsafe extern "C" fn drop_parent<T>(child: *mut c_void) -> c_int {
    // The parent, not an address that was stored: C may have resized it. The
    // newer children are gone by now, so this is not a walk.
    // SAFETY: 1. duty 1; a chunk that is being freed is still linked (fact 19). Nobody uses the
    // value any more (duty 1).
    unsafe {
        let child = Chunk::from_ptr(NonNull::new_unchecked(child));
        if let Some(object) = child.parent_ptr() {
            object.cast::<T>().drop_in_place();
        }
    }
    0
}
