//! Checked access to objects by the name of their C type.

use core::ffi::c_void;
use core::ptr::NonNull;

use crate::context::CtxRef;
use crate::error::Error;
use crate::name::Name;
use crate::node::{Family, Fields, name_of};
use crate::object::{CType, check_name, check_size, look};
use crate::process::roots;
use crate::raw::Chunk;
use crate::raw::align::Aligned;

/// The object behind a pointer of C as a `T`, if its name and size are right: C's
/// `talloc_get_type(ptr, T)`.
///
/// This is what a callback does with the `void *` that C passes:
///
/// ```
/// use core::ffi::{c_int, c_void};
/// use talloc::{CType, Ctx, TBox};
///
/// #[repr(C)]
/// struct Counter(c_int);
///
/// impl CType for Counter {
///     const NAME: &'static std::ffi::CStr = c"struct counter";
/// }
///
/// unsafe extern "C" fn callback(private_data: *mut c_void) -> c_int {
///     // SAFETY: 1. C passes a talloc pointer that is live for this call. 2. What is named
///     // `struct counter` is one. 3. Nobody changes it meanwhile, or has a `&mut` to it.
///     match unsafe { talloc::get_type::<Counter>(private_data) } {
///         Ok(counter) => counter.0,
///         Err(_) => -1,
///     }
/// }
///
/// let ctx = Ctx::new();
/// let counter = ctx.typed().alloc(Counter(3));
/// // SAFETY: both are live talloc pointers, and so is none.
/// assert_eq!(unsafe { callback(TBox::as_ptr(&counter).cast()) }, 3);
/// assert_eq!(unsafe { callback(ctx.as_ptr()) }, -1);
/// assert_eq!(unsafe { callback(std::ptr::null_mut()) }, -1);
/// ```
///
/// A name tells what an object was made as; it proves nothing about the content. Any
/// [`CType`] may claim any name, an object may be given any
/// ([`TBox::set_name`](crate::TBox::set_name)) and has its own before its value is written
/// ([`CtxRef::alloc_uninit`]), and a name leaves out lifetimes. In Rust code, pass the
/// handle, or a `TBox<dyn Any>`.
///
/// # Errors
///
/// [`Error::Null`]; [`Error::WrongType`] with both names, or [`Error::WrongSize`] when the
/// object is smaller than `T`.
///
/// # Safety
///
/// 1. `ptr` must be null or a live talloc pointer of this thread, whose free has not come to
///    its children, and stay so for `'a`.
/// 2. If its name is [`T::NAME`](CType::NAME), it must be aligned for `T` and hold a valid
///    one.
/// 3. For `'a`, nobody may write to the value, except inside an `UnsafeCell`, and there may be
///    no `&mut` to it or to a part of it, used or not: so it is no node inside its
///    `with_mut`, and no box or value that is borrowed mutably.
#[doc(alias = "talloc_get_type")]
#[doc(alias = "talloc_get_type_abort")]
pub unsafe fn get_type<'a, T: CType>(ptr: *const c_void) -> Result<&'a T, Error> {
    const { Aligned::<T>::CHECK };
    // SAFETY: 1. duty 1. Duties 1 to 3, and name and size are right.
    unsafe {
        let chunk = look(ptr.cast_mut(), Name::new(T::NAME))?;
        Ok(check_least(chunk, size_of::<T>())?.cast().as_ref())
    }
}

/// As [`get_type`], to be changed.
///
/// # Errors
///
/// As [`get_type`].
///
/// # Safety
///
/// 1. Duties 1 and 2 of [`get_type`].
/// 2. For `'a`, nobody may read or write the value otherwise, and there may be no other
///    reference to it or to a part of it, used or not.
/// 3. What is left there must be valid for all who read, drop or free it later: with their
///    lifetimes, as the type that a destructor drops, and with fields that lead to what is below
///    this very object. So it is not swapped with the value of another one.
///
/// ```
/// use talloc::{CType, Ctx, TBox};
///
/// #[repr(C)]
/// struct State { calls: u32 }
///
/// impl CType for State {
///     const NAME: &'static std::ffi::CStr = c"struct state";
/// }
///
/// let ctx = Ctx::new();
/// let private_data = TBox::into_raw(ctx.typed().alloc(State { calls: 0 }));
/// // SAFETY: 1. live, and a `struct state`. 2. nobody else uses it. 3. a number is left there.
/// let state = unsafe { talloc::get_type_mut::<State>(private_data.cast()) }?;
/// state.calls += 1;
/// assert_eq!(state.calls, 1);
/// # Ok::<(), talloc::Error>(())
/// ```
#[doc(alias = "talloc_get_type")]
#[doc(alias = "talloc_get_type_abort")]
pub unsafe fn get_type_mut<'a, T: CType>(ptr: *mut c_void) -> Result<&'a mut T, Error> {
    const { Aligned::<T>::CHECK };
    // SAFETY: 1. duty 1. Duties 1 to 3, and name and size are right.
    unsafe {
        let chunk = look(ptr, Name::new(T::NAME))?;
        Ok(check_least(chunk, size_of::<T>())?.cast().as_mut())
    }
}

/// The object behind a pointer of C as a node, if its name and size are right. The name is
/// the declared C name, or, without one, that of the Rust type.
///
/// # Errors
///
/// As [`get_type`].
///
/// # Safety
///
/// 1. `ptr` must be null or a live talloc pointer of this thread, whose free has not come to
///    its children, and stay so for `'a`.
/// 2. If its name is right, it must be aligned for the struct and hold a valid one, whose
///    fields are below it, and are none of [`talloc::tree`](crate::tree).
/// 3. For `'a`, nobody may write to the struct or its fields, or free or move a field, and there
///    may be no `&mut` to any of them, used or not: so it is no node inside its `with_mut`.
///
/// ```
/// use talloc::{Ctx, Str};
///
/// talloc::node! {
///     #[repr(C)]
///     struct User<'t> as c"struct user" {
///         name: Str<'t>,
///     }
/// }
///
/// let ctx = Ctx::new();
/// let user = ctx.try_build::<User>(|t| Ok(User { name: t.strdup("anna")? }))?;
/// let private_data = user.as_ctx().as_ptr();
/// // SAFETY: 1. live as long as `user`. 2. a `struct user`. 3. nobody changes it.
/// assert_eq!(unsafe { talloc::get_node::<User>(private_data) }?.name, "anna");
/// # Ok::<(), talloc::Error>(())
/// ```
#[doc(alias = "talloc_get_type")]
#[doc(alias = "talloc_get_type_abort")]
pub unsafe fn get_node<'a, F: Family>(ptr: *const c_void) -> Result<&'a F::Of<'a>, Error> {
    const { Aligned::<F::Of<'static>>::CHECK };
    // SAFETY: 1. duty 1. Duties 1 to 3, and name and size are right.
    let node: &Fields<F> = unsafe {
        let chunk = look(ptr.cast_mut(), name_of::<F>())?;
        check_least(chunk, size_of::<F::Of<'static>>())?.cast().as_ref()
    };
    Ok(node.get())
}

fn check_least(chunk: &Chunk, size: usize) -> Result<NonNull<c_void>, Error> {
    check_size(chunk, size..=usize::MAX)?;
    Ok(chunk.ptr())
}

/// How far up an object is searched, as far as libtalloc's own `talloc_is_parent` goes.
const MAX_DEPTH: usize = 10_000;

/// Objects behind a context whose type is known by name only.
impl CtxRef {
    /// The object as a pointer to `T`, if name and size are right: C's
    /// `talloc_get_type(ptr, T)`.
    ///
    /// The name is compared by address and then by text. The object may be
    /// larger than `T`. A string that reads like the name, and that C has named
    /// by its own content as `talloc_strdup` does, is not a `T`. For the `void *` of a
    /// callback there is [`get_type`].
    ///
    /// # Errors
    ///
    /// [`Error::WrongType`] with both names, or [`Error::WrongSize`] when the
    /// object is smaller than `T`.
    ///
    /// ```
    /// use talloc::{CType, Ctx, Error, TBox};
    ///
    /// #[repr(C)]
    /// struct Counter(u32);
    ///
    /// impl CType for Counter {
    ///     const NAME: &'static std::ffi::CStr = c"struct counter";
    /// }
    ///
    /// let ctx = Ctx::named(c"server");
    /// let counter = ctx.typed().alloc(Counter(3));
    /// let found = TBox::as_ctx(&counter).get_type_ptr::<Counter>()?;
    /// assert_eq!(found.as_ptr(), TBox::as_ptr(&counter));
    /// let error = ctx.get_type_ptr::<Counter>().unwrap_err();
    /// assert_eq!(error.to_string(), r#"the object is named "server", expected "struct counter""#);
    /// # assert_eq!(counter.0, 3);
    /// # Ok::<(), Error>(())
    /// ```
    #[doc(alias = "talloc_get_type")]
    #[doc(alias = "talloc_get_type_abort")]
    #[doc(alias = "talloc_check_name")]
    pub fn get_type_ptr<T: CType>(&self) -> Result<NonNull<T>, Error> {
        const { Aligned::<T>::CHECK };
        let name = Name::new(T::NAME);
        if self.is_being_freed() {
            let found = self.name().to_string_lossy().into_owned();
            return Err(Error::WrongType { expected: name.to_text(), found });
        }
        check_name(self.as_chunk(), name)?;
        Ok(check_least(self.as_chunk(), size_of::<T>())?.cast())
    }

    /// The nearest object of type `T` upwards as a pointer: this one, its parent, a parent
    /// of its parent. C's `talloc_find_parent_bytype`.
    ///
    /// What is being freed is not found, and what is above it neither. The cost grows with
    /// the depth and, on each level, with the number of
    /// siblings: keep the result rather than ask again. Beyond 10,000 levels nothing is found.
    ///
    /// The pointer is for `unsafe` code, which has to know that the object stays alive, that it
    /// holds a `T`, and that nobody changes it meanwhile or has a `&mut` to it. In particular,
    /// a parent is not borrowed by a context that is stolen later: what comes of the pointer
    /// must not be stored in a node, which may be moved away.
    ///
    /// # Errors
    ///
    /// [`Error::WrongSize`] when the object of that name is smaller than `T`. `None` when
    /// there is none.
    ///
    /// ```
    /// use talloc::{CType, Ctx, TBox};
    ///
    /// #[repr(C)]
    /// struct Server {
    ///     debug_level: u32,
    /// }
    ///
    /// impl CType for Server {
    ///     const NAME: &'static std::ffi::CStr = c"struct server";
    /// }
    ///
    /// let ctx = Ctx::new();
    /// let server = ctx.typed().alloc(Server { debug_level: 3 });
    /// let request = TBox::as_ctx(&server).new_child();
    /// let found = request.find_type_ptr::<Server>()?.unwrap();
    /// // SAFETY: what is named `struct server` is one; `request` borrows it, so that nobody
    /// // changes or frees it.
    /// assert_eq!(unsafe { found.as_ref() }.debug_level, 3);
    /// # Ok::<(), talloc::Error>(())
    /// ```
    #[doc(alias = "talloc_find_parent_bytype")]
    #[doc(alias = "talloc_find_parent_byname")]
    pub fn find_type_ptr<T: CType>(&self) -> Result<Option<NonNull<T>>, Error> {
        const { Aligned::<T>::CHECK };
        let found = self.find_checked(Name::new(T::NAME), size_of::<T>())?;
        Ok(found.map(NonNull::cast))
    }

    /// The nearest node of the family `F` upwards as a pointer: as [`CtxRef::find_type_ptr`].
    /// It is read by [`get_node`].
    ///
    /// # Errors
    ///
    /// As [`CtxRef::find_type_ptr`].
    #[doc(alias = "talloc_find_parent_bytype")]
    #[doc(alias = "talloc_find_parent_byname")]
    pub fn find_node_ptr<F: Family>(&self) -> Result<Option<NonNull<F::Of<'_>>>, Error> {
        let found = self.find_checked(name_of::<F>(), size_of::<F::Of<'static>>())?;
        Ok(found.map(NonNull::cast))
    }

    /// Not by `talloc_find_parent_byname`: that reads the names of chunks which are being
    /// freed, and whose names may be gone already.
    fn find_checked(&self, name: Name, size: usize) -> Result<Option<NonNull<c_void>>, Error> {
        let mut chunk = self.as_chunk();
        for _ in 0..MAX_DEPTH {
            if roots::is_hidden(chunk.ptr()) || chunk.is_being_freed() {
                break;
            }
            if chunk.is_named(name) {
                return check_least(chunk, size).map(Some);
            }
            let Some(parent) = chunk.parent_ptr() else { break };
            // SAFETY: 1. above this context, and nothing is freed here. Its name is looked at
            // only if its free has not come to the children.
            chunk = unsafe { Chunk::from_ptr(parent) };
        }
        Ok(None)
    }
}
