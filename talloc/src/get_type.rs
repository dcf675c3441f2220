//! Checked access to objects by the name of their C type.

use core::ptr::NonNull;

use crate::ctx_ref::CtxRef;
use crate::error::Error;
use crate::name::Name;
use crate::node::{Family, name_of};
use crate::typed::CType;
use crate::{raw, roots};

/// Objects behind a context whose type is known by name only.
///
/// A name tells what an object was made as; it proves nothing about the content.
/// Any [`CType`] may claim any name, an object may be given any
/// ([`TBox::set_name`](crate::TBox::set_name)) and has its own before its value is
/// written ([`CtxRef::alloc_uninit`]), two Rust types can have the same name,
/// and a name leaves out lifetimes. So what makes a reference of a context is
/// `unsafe`, also for types that only Rust uses. In Rust code, pass the handle,
/// or a `TBox<dyn Any>`.
impl CtxRef {
    /// The object as a pointer to `T`, if name and size are right: C's
    /// `talloc_get_type(ptr, T)`.
    ///
    /// The name is compared by address and then by text. The object may be
    /// larger than `T`. A string that reads like the name, and that C has named
    /// by its own content as `talloc_strdup` does, is not a `T`.
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
    /// let ctx = Ctx::new();
    /// let counter = ctx.typed().alloc(Counter(3));
    /// let found = TBox::as_ctx(&counter).get_type_ptr::<Counter>()?;
    /// assert_eq!(found.as_ptr(), TBox::as_ptr(&counter));
    /// let error = ctx.get_type_ptr::<Counter>().unwrap_err();
    /// assert_eq!(error.to_string(), r#"the object is named "talloc::Ctx", expected "struct counter""#);
    /// # assert_eq!(counter.0, 3);
    /// # Ok::<(), Error>(())
    /// ```
    #[doc(alias = "talloc_get_type")]
    #[doc(alias = "talloc_get_type_abort")]
    #[doc(alias = "talloc_check_name")]
    pub fn get_type_ptr<T: CType>(&self) -> Result<NonNull<T>, Error> {
        self.check_type(Name::new(T::NAME), size_of::<T>())?;
        Ok(self.chunk().cast())
    }

    /// The object as a `T`, if name and size are right.
    ///
    /// This is what a callback does with the `void *` that C passes:
    ///
    /// ```
    /// use core::ffi::{c_int, c_void};
    /// use talloc::{CType, Ctx, CtxRef, TBox};
    ///
    /// #[repr(C)]
    /// struct Counter(c_int);
    ///
    /// impl CType for Counter {
    ///     const NAME: &'static std::ffi::CStr = c"struct counter";
    /// }
    ///
    /// unsafe extern "C" fn callback(private_data: *mut c_void) -> c_int {
    ///     // SAFETY: C passes a talloc pointer that is live for this call.
    ///     let Ok(object) = (unsafe { CtxRef::from_ptr(private_data) }) else { return -1 };
    ///     // SAFETY: what is named `struct counter` is one, and nobody changes it meanwhile.
    ///     let Ok(counter) = (unsafe { object.get_type::<Counter>() }) else { return -1 };
    ///     counter.0
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
    /// # Errors
    ///
    /// As [`CtxRef::get_type_ptr`].
    ///
    /// # Safety
    ///
    /// 1. If the object's name is [`T::NAME`](CType::NAME), it must hold a valid
    ///    `T`, aligned as `T` needs it.
    /// 2. While the result is in use, nobody may change the value, except inside
    ///    an `UnsafeCell`.
    #[doc(alias = "talloc_get_type")]
    #[doc(alias = "talloc_get_type_abort")]
    pub unsafe fn get_type<T: CType>(&self) -> Result<&T, Error> {
        let value = self.get_type_ptr::<T>()?;
        // SAFETY: duties 1 and 2; the chunk is live for as long as `self` is borrowed.
        Ok(unsafe { value.as_ref() })
    }

    /// The object as a node, if name and size are right. The name is the
    /// declared C name, or, without one, that of the Rust type.
    ///
    /// # Errors
    ///
    /// As [`CtxRef::get_type_ptr`].
    ///
    /// # Safety
    ///
    /// 1. If the object's name is right, it must hold a valid struct whose
    ///    fields are its children, or live longer.
    /// 2. While the result is in use, nobody may change the struct or its
    ///    fields, or free or move a field.
    ///
    /// ```
    /// use talloc::{Ctx, CtxRef, Str};
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
    /// let untyped: &CtxRef = user.as_ctx();
    /// // SAFETY: what is named `struct user` is one, and nobody changes it.
    /// assert_eq!(unsafe { untyped.get_node::<User>() }?.name, "anna");
    /// # Ok::<(), talloc::Error>(())
    /// ```
    #[doc(alias = "talloc_get_type")]
    #[doc(alias = "talloc_get_type_abort")]
    pub unsafe fn get_node<'a, F: Family + 'a>(&'a self) -> Result<&'a F::Of<'a>, Error> {
        self.check_type(name_of::<F>(), size_of::<F::Of<'static>>())?;
        let node = self.chunk().cast::<F::Of<'a>>();
        // SAFETY: duties 1 and 2; the chunk is live for 'a. A family is
        // covariant, so a reader may see its fields with a shorter lifetime.
        Ok(unsafe { node.as_ref() })
    }

    /// The nearest object of type `T` upwards: this one, its parent, a parent
    /// of its parent.
    ///
    /// The cost grows with the depth and, on each level, with the number of
    /// siblings: keep the result rather than ask again.
    ///
    /// # Errors
    ///
    /// [`Error::WrongType`] or [`Error::WrongSize`] when the object of that name
    /// cannot be a `T`, as for [`CtxRef::get_type_ptr`]. `None` when there is none.
    ///
    /// # Safety
    ///
    /// 1. If there is an object of that name, it must hold a valid `T`, aligned
    ///    as `T` needs it.
    /// 2. While the result is in use, nobody may change that value or free that
    ///    object. In particular, the result must not be stored in a node through
    ///    the node's own context, since the node may be moved away.
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
    /// // SAFETY: what is named `struct server` is one; `request` borrows it.
    /// let found = unsafe { request.find_type::<Server>() }?.unwrap();
    /// assert_eq!(found.debug_level, 3);
    /// # Ok::<(), talloc::Error>(())
    /// ```
    #[doc(alias = "talloc_find_parent_bytype")]
    #[doc(alias = "talloc_find_parent_byname")]
    pub unsafe fn find_type<T: CType>(&self) -> Result<Option<&T>, Error> {
        let Some(found) = self.find_named(Name::new(T::NAME)) else { return Ok(None) };
        // SAFETY: an ancestor is live, and by duty 2 as long as the result is used.
        let found = unsafe { CtxRef::from_chunk(found) };
        // SAFETY: duties 1 and 2.
        unsafe { found.get_type() }.map(Some)
    }

    /// The nearest node of the family `F` upwards: as [`CtxRef::find_type`].
    ///
    /// # Errors
    ///
    /// As [`CtxRef::find_type`].
    ///
    /// # Safety
    ///
    /// 1. If there is an object of that name, it must hold a valid struct whose
    ///    fields are its children, or live longer.
    /// 2. While the result is in use, nobody may change the struct or its
    ///    fields, or free or move the object or a field. In particular, the
    ///    result must not be stored in another node through that node's own
    ///    context, since the node may be moved away.
    #[doc(alias = "talloc_find_parent_bytype")]
    #[doc(alias = "talloc_find_parent_byname")]
    pub unsafe fn find_node<'a, F: Family + 'a>(&'a self) -> Result<Option<&'a F::Of<'a>>, Error> {
        let Some(found) = self.find_named(name_of::<F>()) else { return Ok(None) };
        // SAFETY: an ancestor is live, and by duty 2 as long as the result is used.
        let found: &'a CtxRef = unsafe { CtxRef::from_chunk(found) };
        // SAFETY: duties 1 and 2.
        unsafe { found.get_node::<F>() }.map(Some)
    }

    fn find_named(&self, name: Name) -> Option<NonNull<core::ffi::c_void>> {
        // SAFETY: the chunk is live.
        let found = unsafe { raw::find_named(self.chunk(), name) };
        found.filter(|chunk| !roots::is_hidden(*chunk))
    }

    fn check_type(&self, name: Name, expected: usize) -> Result<(), Error> {
        // SAFETY: the chunk is live.
        let named = unsafe { raw::has_name(self.chunk(), name) };
        let own_content = self.name().as_ptr().cast() == self.as_ptr().cast_const();
        if !named || own_content {
            let text = self.name().to_string_lossy();
            let found = if named { format!("{text} (a string)") } else { text.into_owned() };
            return Err(Error::WrongType { expected: name.to_text(), found });
        }
        let found = self.size();
        if found < expected { Err(Error::WrongSize { expected, found }) } else { Ok(()) }
    }
}
