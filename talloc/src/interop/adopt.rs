//! [`Adopt`]: taking over what a C function has made on a context.

use core::ffi::{c_char, c_void};
use core::ptr::{self, NonNull};

use crate::context::{Ctx, CtxRef};
use crate::error::Error;
use crate::node::field::{Array, NoDrop, Str, StrList};
use crate::node::{Family, Kept, Node};
use crate::object::{CType, TBox};
use crate::raw::Chunk;

/// A type that takes over an object which C has made on a context.
///
/// It says what pointer C has for it, and is what [`CtxRef::adopt`] and
/// [`CtxRef::adopt_out`] return:
///
/// | C's pointer | Rust type | checks |
/// |---|---|---|
/// | `struct foo *`, without pointers to its own children | [`TBox<T>`](TBox), `T`: [`CType`] | name, size |
/// | `struct foo *`, with such fields, or opaque | [`Node<Foo>`](Node), [`Kept<Foo>`](Kept) | name, size |
/// | `struct foo *`, an array as long as its chunk | `TBox<[T]>`, `T`: [`CType`] | name, whole elements |
/// | `T *`, an array as long as its chunk | [`Array<T>`](Array) | whole elements |
/// | `char *`, text | `TBox<str>` | NUL, UTF-8 |
/// | `char *` | [`Str`] | |
/// | `char **` that ends with `NULL` | [`StrList`] | |
/// | `TALLOC_CTX *`, an object without content | [`Ctx`] | size |
/// | any of these, or `NULL` for none | `Option` of it | as it says |
/// | `void *`, of no interest | `()`; the object, if there is one, stays with its parent | |
///
/// All but the last two check for `NULL`. A struct that C did not name after its type is taken over
/// as [`Renamed`](crate::Renamed). It cannot be implemented elsewhere.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot take over an object that C has made",
    note = "a struct has to be a `CType`, or declared with `talloc::node!`; text is a `TBox<str>` or a `Str`"
)]
pub trait Adopt<'p>: Sized + sealed::Sealed {
    /// What C's pointer points to.
    type Target;

    /// Whether it becomes the owner of what is there.
    #[doc(hidden)]
    const OWNS: bool = true;

    /// # Safety
    ///
    /// 1. The duties of [`CtxRef::adopt`], for a context that lives for `'p`.
    #[doc(hidden)]
    unsafe fn take_over(ptr: *mut Self::Target) -> Result<Self, Error>;
}

pub(super) mod sealed {
    pub trait Sealed {}
}

macro_rules! adopt {
    ($({$($bounds:tt)*} $handle:ty, $target:ty, $from:path;)*) => {$(
        impl<'p, $($bounds)*> sealed::Sealed for $handle {}

        impl<'p, $($bounds)*> Adopt<'p> for $handle {
            type Target = $target;

            unsafe fn take_over(ptr: *mut $target) -> Result<Self, Error> {
                // SAFETY: duty 1 comprises those of `from_raw` for this type.
                unsafe { $from(ptr) }
            }
        }
    )*};
}

/// `NULL` is `None`.
impl<'p, H: Adopt<'p>> Adopt<'p> for Option<H> {
    type Target = H::Target;

    const OWNS: bool = H::OWNS;

    unsafe fn take_over(ptr: *mut H::Target) -> Result<Self, Error> {
        if ptr.is_null() {
            return Ok(None);
        }
        // SAFETY: 1. duty 1.
        unsafe { H::take_over(ptr) }.map(Some)
    }
}

impl<H: sealed::Sealed> sealed::Sealed for Option<H> {}

/// Not looked at.
impl Adopt<'_> for () {
    type Target = c_void;

    const OWNS: bool = false;

    unsafe fn take_over(_ptr: *mut c_void) -> Result<Self, Error> {
        Ok(())
    }
}

impl sealed::Sealed for () {}

adopt! {
    {} Ctx<'p>, c_void, Ctx::from_raw;
    {T: CType} TBox<'p, T>, T, TBox::from_raw_typed;
    {T: CType} TBox<'p, [T]>, T, TBox::from_raw_slice_typed;
    {} TBox<'p, str>, c_char, TBox::from_raw_c_str;
    {F: Family} Node<'p, F>, F::Of<'p>, Node::from_raw;
    {F: Family} Kept<'p, F>, F::Of<'p>, Kept::from_raw;
    {T: NoDrop} Array<'p, T>, T, Array::from_raw;
    {} Str<'p>, c_char, Str::from_raw;
    {} StrList<'p>, *mut c_char, StrList::from_raw;
}

/// Results of C functions that allocate on the context they are given.
///
/// The result lives as long as the context that C has allocated it on (`from_raw`
/// of each type has any lifetime). With `debug_assertions` they panic
/// when it does not lie below this context; the check walks the siblings that
/// are newer than the object. For an object inside another one
/// that you own, call these on the owner's `as_ctx()`: then the result borrows
/// from the owner. To look at an object without owning it, see
/// [`get_type`](crate::get_type) and [`get_node`](crate::get_node). An object that C has only
/// referred to on this context (`talloc_reference`) has another owner, and
/// cannot be adopted.
impl CtxRef {
    /// Takes over an object that C has allocated on this context and left to us.
    ///
    /// # Errors
    ///
    /// [`Error::Null`], and what the type checks (see [`Adopt`]):
    /// [`Error::WrongType`], [`Error::WrongSize`], [`Error::MissingNul`],
    /// [`Error::InvalidUtf8`]; [`Error::Referenced`] when a string would have to
    /// be cut while C holds a reference to it. The object then stays with its parent.
    ///
    /// # Panics
    ///
    /// With `debug_assertions`, when the object is not below this context.
    ///
    /// # Safety
    ///
    /// 1. `ptr` must be null or a live talloc pointer of this thread that lies
    ///    below this context: it is a child, or a child of one that nobody frees
    ///    or moves while the result lives. It is not this context itself. (For `()` it may be any
    ///    pointer, and there is no other duty.)
    /// 2. What the type's checks (see [`Adopt`]) leave open must be true: an
    ///    object of the right name (one that is [`Renamed`](crate::Renamed): of the right size) is
    ///    aligned for the type and holds a valid value, a `char *` is
    ///    initialised up to its NUL, a `char **` ends with `NULL` and its
    ///    strings are its children, all elements of an array are valid.
    /// 3. What safe code can follow in a struct leads to what is below the object (or to what is
    ///    never freed), since a safe `steal` takes the object away from what lies beside
    ///    it. In a [`TBox`], the lifetimes in `T` tell how long it lives. A field type that
    ///    owns ([`Str`], [`Array`], [`Kept`], …), and so each element of an array of such,
    ///    leads to a talloc chunk of its own, which nothing else owns, and which lies neither in
    ///    the chunk of another field or element nor below it (the strings of a [`StrList`] are
    ///    its own). No field of [`talloc::tree`](crate::tree) that leads to a chunk is in it.
    ///    For a literal, or a chunk that another one owns, there are
    ///    [`CStrRef`](crate::CStrRef) and [`Items`](crate::Items).
    /// 4. Nobody else may own, free, move, resize, rename, change or use it or what is below it,
    ///    through whatever pointer, handle or reference (that of an earlier `leak` or `keep`
    ///    included, and the name of another chunk that lies there), while the result is in
    ///    use, or, if that frees it, afterwards.
    /// 5. If the value has drop glue, nothing else may drop it: no destructor of
    ///    C, and it was neither kept nor handed out by `into_c`. The drop glue of
    ///    a [`Node`] and a [`Kept`] takes the place of C's destructor; that of a
    ///    [`TBox`] must not use what is below the object.
    /// 6. The object is not being freed: this is not called by its destructor, or by one below it.
    ///
    /// ```
    /// use talloc::{Ctx, TBox};
    /// # use std::ffi::c_char;
    /// # use talloc::CtxRef;
    /// # /// `char *host_name(TALLOC_CTX *ctx);`
    /// # unsafe extern "C" fn host_name(ctx: &CtxRef) -> *mut c_char {
    /// #     ctx.strdup_c(c"localhost").into_raw()
    /// # }
    ///
    /// let ctx = Ctx::new();
    /// // SAFETY: 1 to 6. C returns a new string on `ctx`, or NULL.
    /// let name: TBox<'_, str> = unsafe { ctx.adopt(host_name(&ctx)) }?;
    /// assert_eq!(&*name, "localhost");
    /// # Ok::<(), talloc::Error>(())
    /// ```
    #[doc(alias = "talloc_get_type")]
    pub unsafe fn adopt<'p, H: Adopt<'p>>(&'p self, ptr: *mut H::Target) -> Result<H, Error> {
        // SAFETY: 1. duty 1. 1. duties 1 to 6; what lies below `self` lives for `'p`.
        unsafe {
            if H::OWNS {
                self.debug_assert_owns(ptr.cast());
            }
            H::take_over(ptr)
        }
    }

    /// Takes over an object that C stores in an out-parameter, `T **out`.
    ///
    /// `call` gets the address of a pointer that is `NULL`, hands it to C, and
    /// turns C's status code into a `Result`. When it is an error, or when
    /// `call` panics, what C may have stored is not looked at: by custom it
    /// means nothing then.
    ///
    /// # Errors
    ///
    /// What `call` returns; otherwise as [`CtxRef::adopt`], so a status of
    /// success with `NULL` in the out-parameter is [`Error::Null`].
    ///
    /// # Panics
    ///
    /// With `debug_assertions`, when the object is not below this context.
    ///
    /// # Safety
    ///
    /// 1. When `call` returns `Ok`, the pointer that was stored must meet the
    ///    duties of [`CtxRef::adopt`].
    ///
    /// ```
    /// use std::ffi::c_int;
    /// use talloc::{CType, Ctx, CtxRef, Error, TBox};
    ///
    /// #[repr(C)]
    /// struct Login { tries: u32 }
    ///
    /// impl CType for Login {
    ///     const NAME: &'static std::ffi::CStr = c"struct login";
    /// }
    /// # /// `int login_find(TALLOC_CTX *ctx, int uid, struct login **out);`
    /// # unsafe extern "C" fn login_find(ctx: &CtxRef, uid: c_int, out: *mut *mut Login) -> c_int {
    /// #     if uid != 0 { return 2 }
    /// #     unsafe { *out = TBox::into_raw(ctx.typed().alloc(Login { tries: 3 })) };
    /// #     0
    /// # }
    ///
    /// fn find(ctx: &CtxRef, uid: c_int) -> Result<TBox<'_, Login>, Error> {
    ///     // SAFETY: 1. With status 0, C has stored a new `struct login` on `ctx`.
    ///     unsafe {
    ///         ctx.adopt_out(|out| match login_find(ctx, uid, out) {
    ///             0 => Ok(()),
    ///             _ => Err(Error::Null),
    ///         })
    ///     }
    /// }
    ///
    /// let ctx = Ctx::new();
    /// assert_eq!(find(&ctx, 0)?.tries, 3);
    /// assert!(find(&ctx, 1).is_err());
    /// # Ok::<(), talloc::Error>(())
    /// ```
    pub unsafe fn adopt_out<'p, H: Adopt<'p>, E: From<Error>>(
        &'p self,
        call: impl FnOnce(*mut *mut H::Target) -> Result<(), E>,
    ) -> Result<H, E> {
        let mut out = ptr::null_mut();
        call(&raw mut out)?;
        // SAFETY: duty 1.
        Ok(unsafe { self.adopt(out) }?)
    }

    /// # Safety
    ///
    /// 1. `ptr` must be null or live.
    pub(super) unsafe fn debug_assert_owns(&self, ptr: *mut c_void) {
        if let (true, Some(chunk)) = (cfg!(debug_assertions), NonNull::new(ptr)) {
            // SAFETY: 1. duty 1.
            let chunk = unsafe { Chunk::from_ptr(chunk) };
            assert!(
                self.as_chunk().is_ancestor_of(chunk) && chunk.ptr() != self.chunk(),
                "the object is not below the context that adopts it"
            );
        }
    }
}
