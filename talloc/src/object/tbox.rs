//! [`TBox`]: one owned object.

use core::mem::MaybeUninit;
use core::ptr::NonNull;
use std::panic::{RefUnwindSafe, UnwindSafe};

use crate::context::CtxRef;
use crate::context::one_thread::one_thread;
use crate::error::{Error, Rejected};
use crate::name::Name;
use crate::object::{Called, Dropping, Keepable, check_size, release, take};
use crate::raw::align::Aligned;
use crate::raw::{Handle, NameMut, Object, Release};

/// One owned object in a chunk of its own: C's `T *`, what `Box` is to the heap.
///
/// Made by the allocating methods of [`CtxRef`]. It derefs to `T`; its own
/// operations are associated functions (`TBox::steal(b, &to)`), so that they
/// never hide a method of `T`. There are three ways to own:
///
/// | | `T` is dropped | the memory goes | for |
/// |---|---|---|---|
/// | the handle | with the handle | with the handle | any `T` |
/// | [`TBox::keep`] | when the parent is freed | with the parent | `T: 'static` |
/// | [`TBox::leak`] | never | with the parent | any `T` |
///
/// A forgotten handle is a leaked one: the memory goes with the parent.
///
/// ```
/// use talloc::{Ctx, TBox};
///
/// let ctx = Ctx::new();
/// let mut numbers = ctx.alloc([1, 2, 3]);
/// numbers[0] = 10;
/// assert_eq!(numbers.iter().sum::<i32>(), 15);
///
/// let kept: &mut String = TBox::keep(ctx.alloc(String::from("dropped with ctx")));
/// kept.push('!');
/// ```
///
/// Every object can be a parent: see [`TBox::as_ctx`].
///
/// For a sized `T` it is one pointer, and `TBox<'_, T>` and
/// `Option<TBox<'_, T>>` can stand in an `extern "C"` signature.
///
/// # Drop and libtalloc
///
/// Dropping is one `talloc_free`. If libtalloc refuses it, because C holds a
/// reference to the object or has set a destructor that said no, then `T` is
/// not dropped and the object stays with its parent. Whether `T` is dropped
/// before or after the object's own children are freed is not specified. A
/// value with drop glue that is unsized or larger than 256 bytes takes a small
/// allocation to free. Without memory for that, a value of up to 64 KiB is moved to
/// the stack; for a larger or an unsized one the process ends.
///
/// The value is not wiped: for keys and passwords there are `SecretBytes` and
/// `SecretString`, with the feature `zeroize`.
///
/// There is no way to pin a `TBox`: a forgotten one is freed with its parent
/// without `Drop` having run, which `Pin` forbids.
#[repr(transparent)]
#[must_use = "an object is freed when its handle is dropped; `keep` or `leak` it for the parent"]
pub struct TBox<'p, T: ?Sized> {
    value: Handle<Value<'p, T>>,
}

/// What is dropped with its handle.
#[repr(transparent)]
struct Value<'p, T: ?Sized>(Object<'p, T>);

impl<T: ?Sized> Release for Value<'_, T> {
    #[inline]
    fn release(self) {
        // A refused free leaves the object to its parent, undropped, which is safe.
        if let Err(object) = release::free_and_drop(self.0) {
            let _ = object.into_ptr();
        }
    }
}

one_thread!(['p, T: ?Sized] TBox<'p, T>);

// As `Box` is: what a panic leaves behind is the value's own affair.
impl<T: ?Sized + UnwindSafe> UnwindSafe for TBox<'_, T> {}
impl<T: ?Sized + RefUnwindSafe> RefUnwindSafe for TBox<'_, T> {}

impl<'p, T: ?Sized> TBox<'p, T> {
    #[inline]
    pub(crate) fn into_value(b: Self) -> NonNull<T> {
        TBox::into_object(b).into_ptr()
    }

    #[inline]
    pub(super) fn object(b: &Self) -> &Object<'p, T> {
        &b.value.0
    }

    #[inline]
    pub(crate) fn object_mut(b: &mut Self) -> &mut Object<'p, T> {
        &mut b.value.0
    }

    #[inline]
    pub(crate) fn name_mut(b: &mut Self) -> NameMut<'_> {
        b.value.0.name_mut()
    }

    #[inline]
    pub(crate) fn of(object: Object<'p, T>) -> Self {
        TBox { value: Handle::new(Value(object)) }
    }

    #[inline]
    pub(crate) fn into_object(b: Self) -> Object<'p, T> {
        b.value.into_inner().0
    }

    /// The object as a context, to allocate below it.
    ///
    /// While something below it is in use, the object can be read but not
    /// changed, moved or dropped. For a struct that owns its fields, see
    /// [`node!`](crate::node!).
    ///
    /// ```
    /// use talloc::{Ctx, TBox};
    ///
    /// let ctx = Ctx::new();
    /// let parent = ctx.alloc(1);
    /// let child = TBox::as_ctx(&parent).alloc(2);
    /// assert_eq!(*parent + *child, 3);
    /// ```
    #[inline]
    pub fn as_ctx(b: &Self) -> &CtxRef {
        CtxRef::of(b.value.0.as_chunk())
    }

    /// The pointer for C; the handle stays the owner.
    #[inline]
    pub fn as_ptr(b: &Self) -> *mut T {
        b.value.0.ptr().as_ptr()
    }

    /// Moves the object, with everything below it, under another parent.
    ///
    /// One call, no copy, the address stays the same. What `T` itself borrows
    /// stays borrowed.
    ///
    /// ```
    /// use talloc::{Ctx, TBox};
    ///
    /// let keep = Ctx::new();
    /// let scratch = Ctx::new();
    /// let result = TBox::steal(scratch.alloc(42), &keep);
    /// drop(scratch);
    /// assert_eq!(*result, 42);
    /// ```
    #[doc(alias = "talloc_steal")]
    #[doc(alias = "talloc_move")]
    #[inline]
    pub fn steal<'q>(b: Self, to: &'q CtxRef) -> TBox<'q, T> {
        TBox::of(TBox::into_object(b).steal(to.as_chunk()))
    }

    /// Leaves the object to its parent without ever dropping `T`, as arenas do.
    ///
    /// ```
    /// use talloc::{Ctx, TBox};
    ///
    /// let ctx = Ctx::new();
    /// let numbers: &mut [u32; 2] = TBox::leak(ctx.alloc([1, 2]));
    /// numbers[0] = 3;
    /// assert_eq!(*numbers, [3, 2]);
    /// ```
    #[inline]
    pub fn leak<'a>(b: Self) -> &'a mut T
    where
        'p: 'a,
        T: 'a,
    {
        TBox::into_object(b).leak()
    }

    /// Gives the object to its parent, and drops `T` when the parent is freed,
    /// by whichever side.
    ///
    /// Without drop glue this costs nothing. With it, libtalloc's destructor
    /// of the object is used: C must not set another one. `T` is dropped
    /// before the object's children are freed. An array of zero-sized elements
    /// with drop glue does not compile: its chunk could not tell how many
    /// there are.
    ///
    /// A `T` that borrows could be dropped after its borrows have ended, so
    /// `T: 'static`. See [`TBox::leak`] for other types.
    ///
    /// # Aborts
    ///
    /// If `T::drop` panics while libtalloc frees the object, the process
    /// aborts after the panic's message: nothing may unwind through C.
    ///
    /// ```
    /// use std::rc::Rc;
    /// use talloc::{Ctx, TBox};
    ///
    /// let value = Rc::new(7);
    /// let ctx = Ctx::new();
    /// let kept: &mut Rc<i32> = TBox::keep(ctx.alloc(value.clone()));
    /// assert_eq!(Rc::strong_count(kept), 2);
    /// drop(ctx);
    /// assert_eq!(Rc::strong_count(&value), 1);
    /// ```
    #[doc(alias = "talloc_set_destructor")]
    #[inline]
    pub fn keep<'a>(b: Self) -> &'a mut T
    where
        'p: 'a,
        T: Keepable + 'static,
    {
        Dropping::new(TBox::into_object(b)).leak()
    }

    /// Drops `T`, frees the object and everything below it, and reports a refusal.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] when C holds a reference to the object or has set a
    /// destructor that said no. The handle is given back and `T` was not dropped.
    ///
    /// # Panics
    ///
    /// When `T::drop` does; the object is freed all the same. Ends the process
    /// when the small allocation that a large or unsized value takes fails.
    ///
    /// ```
    /// use talloc::{Ctx, TBox};
    ///
    /// let ctx = Ctx::new();
    /// let text = ctx.alloc(String::from("text"));
    /// TBox::free(text)?;
    /// assert_eq!(ctx.total_blocks(), 1);
    /// # Ok::<(), talloc::Error>(())
    /// ```
    #[doc(alias = "talloc_free")]
    #[doc(alias = "TALLOC_FREE")]
    #[inline]
    pub fn free(b: Self) -> Result<(), Rejected<Self>> {
        release::free_and_drop(TBox::into_object(b))
            .map_err(|object| Rejected::new(Error::Refused, TBox::of(object)))
    }

    /// Hands the object over to C, or to [`TBox::from_raw`]. `T` is not dropped
    /// when C frees it; to have that, see [`TBox::into_c`].
    #[must_use = "the pointer is the only owner of the object"]
    #[inline]
    pub fn into_raw(b: Self) -> *mut T {
        TBox::into_value(b).as_ptr()
    }
}

impl<'p, T> TBox<'p, T> {
    /// # Safety
    ///
    /// 1. The duties of [`TBox::from_raw`], for what is called so.
    pub(crate) unsafe fn from_raw_called(ptr: *mut T, called: Called) -> Result<Self, Error> {
        const { Aligned::<T>::CHECK };
        let sizes = size_of::<T>()..=size_of::<T>();
        // SAFETY: 1. duty 1. 1. name and size are right.
        unsafe {
            let (chunk, ()) = take(ptr.cast(), called, |chunk| check_size(chunk, sizes))?;
            Ok(TBox::of(Object::from_ptr(chunk.into_ptr().cast())))
        }
    }

    /// Frees the object and returns its value.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`], as for [`TBox::free`]; the handle is given back.
    ///
    /// ```
    /// use talloc::{Ctx, TBox};
    ///
    /// let ctx = Ctx::new();
    /// let text: String = TBox::into_inner(ctx.alloc(String::from("out"))).unwrap();
    /// assert_eq!(text, "out");
    /// ```
    #[inline]
    pub fn into_inner(b: Self) -> Result<T, Rejected<Self>> {
        TBox::into_object(b)
            .into_value()
            .map_err(|object| Rejected::new(Error::Refused, TBox::of(object)))
    }
}

/// Objects that are not initialised yet.
impl<'p, T> TBox<'p, MaybeUninit<T>> {
    /// Writes the value.
    ///
    /// ```
    /// let ctx = talloc::Ctx::new();
    /// let number = talloc::TBox::write(ctx.alloc_uninit(), 5);
    /// assert_eq!(*number, 5);
    /// ```
    #[inline]
    pub fn write(b: Self, value: T) -> TBox<'p, T> {
        TBox::of(TBox::into_object(b).write(value))
    }

    /// Declares that the value has been written.
    ///
    /// # Safety
    ///
    /// 1. The bytes must be a valid `T`, with whatever `T` borrows alive.
    ///
    /// ```
    /// use talloc::{Ctx, TBox};
    ///
    /// let ctx = Ctx::new();
    /// let mut number = ctx.alloc_uninit::<u32>();
    /// number.write(5);
    /// // SAFETY: it was written.
    /// let number = unsafe { TBox::assume_init(number) };
    /// assert_eq!(*number, 5);
    /// ```
    #[inline]
    pub unsafe fn assume_init(b: Self) -> TBox<'p, T> {
        // SAFETY: 1. duty 1.
        TBox::of(unsafe { TBox::into_object(b).assume_init() })
    }
}

/// Back from C, or from [`TBox::into_raw`].
impl<'p, T> TBox<'p, T> {
    /// Takes over an object that was made from Rust as a `T`.
    ///
    /// For objects that C made, see [`TBox::from_raw_typed`].
    ///
    /// # Errors
    ///
    /// [`Error::Null`]; [`Error::WrongType`] when the object's name is not that
    /// of `T`; [`Error::WrongSize`] when its size is not that of `T`. Nothing
    /// is freed then.
    ///
    /// # Safety
    ///
    /// 1. `ptr` must be null or a live talloc pointer of this thread, and if its
    ///    name is that of `T`, it must be aligned for `T` and hold a valid one.
    /// 2. Duties 2 to 6 of [`TBox::from_raw_unchecked`].
    ///
    /// ```
    /// use talloc::{Ctx, TBox};
    ///
    /// let ctx = Ctx::new();
    /// let raw: *mut u32 = TBox::into_raw(ctx.alloc(7_u32));
    /// // SAFETY: `raw` comes from `into_raw`, its parent is `ctx`.
    /// let back = unsafe { TBox::from_raw(raw) }?;
    /// assert_eq!(*back, 7);
    /// # Ok::<(), talloc::Error>(())
    /// ```
    pub unsafe fn from_raw(ptr: *mut T) -> Result<Self, Error> {
        // SAFETY: duties 1 and 2.
        unsafe { TBox::from_raw_called(ptr, Called::Exactly(Name::of::<T>())) }
    }
}

/// The same without a check, for any type.
impl<'p, T: ?Sized> TBox<'p, T> {
    /// Takes an object over without checking anything.
    ///
    /// # Safety
    ///
    /// 1. `ptr` must be a live talloc pointer of this thread, aligned for `T`, and
    ///    hold a valid `T`. For a slice or an array, its size must be that of the elements;
    ///    for a `str`, a NUL must follow the text and end the chunk. Its name
    ///    must not lie in its own memory, as that of C's strings does (fact 14):
    ///    writing to the object would write the name.
    /// 2. From now on, until it is handed out by [`TBox::into_raw`] or its relatives, nobody
    ///    else may free, move, resize or rename it or use its value, through whatever pointer,
    ///    handle or reference, that of an earlier `leak` or `keep` included; nor, once it is
    ///    freed, use what was below it.
    /// 3. Its parent must live for `'p`; without a parent, any `'p` will do. It is not
    ///    being freed: this is not called by its destructor, or by one below it. No handle to
    ///    it or to a parent of it is stolen below it through the result: libtalloc would make
    ///    a loop.
    /// 4. If `T` has drop glue: while C holds a reference to the object, it
    ///    must have a parent (libtalloc would otherwise report a free that was
    ///    only a change of owner, fact 5).
    /// 5. No destructor may read, drop or change the value (so it is no
    ///    node, and was neither kept nor given away by [`TBox::into_c`]); and if `T` has drop
    ///    glue, dropping it must not use what is below the object.
    /// 6. A destructor that C has given it must be sound to call whenever it is freed, also below
    ///    another parent.
    #[inline]
    pub unsafe fn from_raw_unchecked(ptr: *mut T) -> Self {
        // SAFETY: 1. duties 1 to 6; a talloc pointer is not null.
        TBox::of(unsafe { Object::from_ptr(NonNull::new_unchecked(ptr)) })
    }
}
