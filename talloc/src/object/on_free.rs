//! [`OnFree`]: closures that run when an object is freed.

use core::fmt;
use core::marker::PhantomData;
use core::mem::ManuallyDrop;
use std::panic::{RefUnwindSafe, UnwindSafe};

use crate::context::CtxRef;
use crate::context::one_thread::one_thread;
use crate::error::{Error, OrRaise};
use crate::name::Name;
use crate::object::{Dropping, TBox};
use crate::raw::align::Aligned;

/// Closures that run when the object is freed.
impl CtxRef {
    /// Calls `f` when this object is freed, by whichever side: with its handle,
    /// with its parent, or by C.
    ///
    /// The closure lies in a small object of its own below this one, named after
    /// the closure's type. So there can be any number of them; they run with
    /// the other children, the newest first, after the destructor of the object
    /// itself (before or after a [`TBox`] drops its value); and the object's own destructor slot stays free. They also run,
    /// once, when the children are freed and the object is not
    /// ([`Ctx::free_children`](crate::Ctx::free_children)). They do not run when
    /// the free is refused, nor when the object is never freed. A closure that
    /// does not run is not dropped either, unless it is [cancelled](OnFree::cancel).
    ///
    /// `f` can be called long after this call, so it must own what it uses.
    ///
    /// # Panics
    ///
    /// Panics when `F` is larger than [`MAX_SIZE`](crate::MAX_SIZE); ends the
    /// process when memory is exhausted. See [`CtxRef::try_on_free`].
    ///
    /// # Aborts
    ///
    /// If `f` panics, the process aborts after the panic's message: nothing may
    /// unwind through C.
    ///
    /// ```
    /// use std::cell::Cell;
    /// use std::rc::Rc;
    ///
    /// let open = Rc::new(Cell::new(1));
    /// let session = talloc::Ctx::new();
    /// let count = open.clone();
    /// session.on_free(move || count.set(count.get() - 1));
    /// drop(session);
    /// assert_eq!(open.get(), 0);
    /// ```
    #[doc(alias = "talloc_set_destructor")]
    #[inline]
    pub fn on_free<F: FnOnce() + 'static>(&self, f: F) -> OnFree<'_, F> {
        const { Aligned::<Hook<F>>::CHECK };
        self.try_on_free(f).or_raise()
    }

    /// Like [`CtxRef::on_free`], returning errors. `f` is then dropped and was
    /// not called.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] or [`Error::TooLarge`].
    #[doc(alias = "talloc_set_destructor")]
    #[inline]
    pub fn try_on_free<F: FnOnce() + 'static>(&self, f: F) -> Result<OnFree<'_, F>, Error> {
        const { Aligned::<Hook<F>>::CHECK };
        let hook = self.alloc_with_named(Name::of::<F>(), || Hook(Some(f)))?;
        let hook = Dropping::new(TBox::into_object(hook));
        Ok(OnFree { hook: ManuallyDrop::new(hook), _owns: PhantomData })
    }
}

/// Calls the closure when it is dropped.
struct Hook<F: FnOnce()>(Option<F>);

impl<F: FnOnce()> Drop for Hook<F> {
    fn drop(&mut self) {
        if let Some(f) = self.0.take() {
            f();
        }
    }
}

/// A closure that waits for an object to be freed: what [`CtxRef::on_free`] returns.
///
/// Dropping it changes nothing. It is there to [cancel](OnFree::cancel) the
/// closure, and while it is kept for that, it borrows the object.
///
/// ```
/// use std::cell::Cell;
/// use std::rc::Rc;
/// use talloc::{Ctx, OnFree};
///
/// let calls = Rc::new(Cell::new(0));
/// let ctx = Ctx::new();
/// let count = calls.clone();
/// let handle: OnFree<'_, _> = ctx.on_free(move || count.set(1));
/// drop(handle);
/// assert_eq!(calls.get(), 0);
/// drop(ctx);
/// assert_eq!(calls.get(), 1);
/// ```
pub struct OnFree<'p, F: FnOnce() + 'static> {
    hook: ManuallyDrop<Dropping<'p, Hook<F>>>,
    // Invariant: the destructor knows the value by the type that it was made as,
    // and a supertype of that is another type to it.
    _owns: PhantomData<fn(F) -> F>,
}

one_thread!(['p, F: FnOnce() + 'static] OnFree<'p, F>);

// As a `Box` of the closure is.
impl<F: FnOnce() + UnwindSafe> UnwindSafe for OnFree<'_, F> {}
impl<F: FnOnce() + RefUnwindSafe> RefUnwindSafe for OnFree<'_, F> {}

impl<F: FnOnce() + 'static> OnFree<'_, F> {
    /// Drops the closure, and it will not be called.
    ///
    /// ```
    /// let dir = talloc::Ctx::new();
    /// let undo = dir.on_free(|| panic!("the work is not undone"));
    /// // … the work succeeds
    /// undo.cancel();
    /// assert_eq!(dir.total_blocks(), 1);
    /// ```
    pub fn cancel(self) {
        let mut hook = ManuallyDrop::into_inner(self.hook);
        let f = hook.0.take();
        // Its destructor finds no closure any more. Should C refer to it, it stays so with
        // its parent.
        drop(hook);
        // Last, since what it has captured may panic.
        drop(f);
    }
}

impl<F: FnOnce() + 'static> fmt::Debug for OnFree<'_, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnFree").finish_non_exhaustive()
    }
}
