//! [`Family`] and the macro that declares one.

use core::ffi::CStr;

use crate::name::Name;

/// A struct that owns its fields, as [`node!`](crate::node) declares it.
///
/// `Foo<'t>` for each `'t` is a family of types: in a node, `'t` stands for
/// "as long as this very struct". The trait is implemented by the macro only.
///
/// # Safety
///
/// 1. `Of<'t>` must be the same type for all `Self` of the family, whatever
///    their own lifetime, must itself belong to the family, and must borrow
///    from nothing but `'t`.
/// 2. `shorten` must return what it was given.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an owner node",
    label = "not declared with `talloc::node!`",
    note = "a struct that owns its fields is declared with `talloc::node! {{ struct Name<'t> {{ … }} }}`"
)]
pub unsafe trait Family {
    /// The struct, with its fields borrowing for `'t`.
    type Of<'t>: Family;

    /// The name by which C knows the struct, if it was declared.
    #[doc(hidden)]
    const C_NAME: Option<&'static CStr>;

    /// Compiles only for a covariant family, and so proves that its fields can
    /// be seen with a shorter lifetime.
    #[doc(hidden)]
    fn shorten<'short, 'long: 'short>(node: &'short Self::Of<'long>) -> &'short Self::Of<'short>;
}

/// The name of a family's chunks.
#[inline]
pub(crate) fn name_of<F: Family>() -> Name {
    match F::C_NAME {
        Some(name) => Name::new(name),
        None => Name::of::<F::Of<'static>>(),
    }
}

/// Declares a struct that owns its fields: an owner node.
///
/// This is C's pattern `foo->name = talloc_strdup(foo, …)`, where one
/// `talloc_free(foo)` frees all of it. The struct takes one lifetime, by custom
/// `'t`: that of its own chunk, on which its fields are allocated. It is built
/// by [`CtxRef::build`](crate::CtxRef::build) and lives in a
/// [`Node`](crate::Node).
///
/// ```
/// use talloc::{Array, Ctx, Str};
///
/// talloc::node! {
///     /// A user and their groups.
///     #[derive(Debug)]
///     pub struct User<'t> {
///         /// The login name.
///         pub name: Str<'t>,
///         /// The numeric groups.
///         pub groups: Array<'t, u32>,
///     }
/// }
///
/// let ctx = Ctx::new();
/// let user = ctx.try_build::<User, talloc::Error>(|t| {
///     Ok(User { name: t.strdup("anna")?, groups: t.alloc_slice_copy(&[100, 27]).into() })
/// })?;
/// assert_eq!(user.get().groups[1], 27);
/// # Ok::<(), talloc::Error>(())
/// ```
///
/// For a struct that C reads, add `#[repr(C)]` and its C name, so that C's
/// `talloc_get_type(ptr, struct user)` accepts it and Rust checks it when it
/// takes one over ([`Node::from_raw`](crate::Node::from_raw)):
///
/// ```
/// talloc::node! {
///     #[repr(C)]
///     pub struct User<'t> as c"struct user" {
///         pub name: talloc::Str<'t>,
///         pub shell: Option<talloc::Str<'t>>,
///     }
/// }
/// ```
///
/// The struct may also be declared without a lifetime, if nothing in it is
/// allocated on it.
///
/// The struct can be declared outside, for tools that read the source and do not
/// expand macros, such as generators of C headers. It must have no drop glue then:
///
/// ```
/// #[repr(C)]
/// pub struct User<'t> {
///     pub name: talloc::Str<'t>,
/// }
///
/// talloc::node!(User<'t> as c"struct user");
/// # let ctx = talloc::Ctx::new();
/// # assert_eq!(ctx.build::<User>(|t| User { name: t.strdup_c(c"anna") }).get().name, "anna");
/// ```
///
/// The struct must be covariant in `'t`: a field such as `Cell<&'t str>` or
/// `&'t mut &'t str` does not compile, since a reader could then put a shorter
/// borrow in.
#[macro_export]
macro_rules! node {
    (
        $(#[$($attribute:tt)+])*
        $vis:vis struct $Name:ident<$t:lifetime> $(as $c_name:literal)? { $($fields:tt)* }
    ) => {
        $crate::node!(@attributes $([$($attribute)+])*);
        $(#[$($attribute)+])*
        $vis struct $Name<$t> { $($fields)* }

        // SAFETY: 1. the struct above, which no `cfg` removes, has one lifetime,
        // which `Of` replaces. 2. the argument is returned.
        unsafe impl $crate::Family for $Name<'_> {
            type Of<$t> = $Name<$t>;
            const C_NAME: ::core::option::Option<&'static ::core::ffi::CStr> =
                $crate::node!(@name $($c_name)?);
            fn shorten<'short, 'long: 'short>(
                node: &'short $Name<'long>,
            ) -> &'short $Name<'short> {
                node
            }
        }
    };
    (
        $(#[$($attribute:tt)+])*
        $vis:vis struct $Name:ident $(as $c_name:literal)? { $($fields:tt)* }
    ) => {
        $crate::node!(@attributes $([$($attribute)+])*);
        $(#[$($attribute)+])*
        $vis struct $Name { $($fields)* }

        // SAFETY: 1. the struct above, which no `cfg` removes, has no lifetime.
        // 2. the argument is returned.
        unsafe impl $crate::Family for $Name {
            type Of<'t> = $Name;
            const C_NAME: ::core::option::Option<&'static ::core::ffi::CStr> =
                $crate::node!(@name $($c_name)?);
            fn shorten<'short, 'long: 'short>(node: &'short $Name) -> &'short $Name {
                node
            }
        }
    };
    // Whatever is declared outside has its impl in the arm that checks it, so that no other
    // way leads to one: anybody can call any arm.
    ($Name:ident<$t:lifetime> $(as $c_name:literal)?) => {
        $crate::node!(@no_drop_glue $Name<'static>);

        // SAFETY: 1. whatever type the name stands for, its only parameter is one
        // lifetime, which `Of` replaces: a type of another crate or one with
        // parameters of its own does not compile here, and no second family can
        // have the same type. 2. the argument is returned.
        unsafe impl $crate::Family for $Name<'_> {
            type Of<$t> = $Name<$t>;
            const C_NAME: ::core::option::Option<&'static ::core::ffi::CStr> =
                $crate::node!(@name $($c_name)?);
            fn shorten<'short, 'long: 'short>(
                node: &'short $Name<'long>,
            ) -> &'short $Name<'short> {
                node
            }
        }
    };
    ($Name:ident $(as $c_name:literal)?) => {
        $crate::node!(@no_drop_glue $Name);

        // SAFETY: 1. whatever type the name stands for has no parameter, so it borrows
        // from nothing that ends; as above. 2. the argument is returned.
        unsafe impl $crate::Family for $Name {
            type Of<'t> = $Name;
            const C_NAME: ::core::option::Option<&'static ::core::ffi::CStr> =
                $crate::node!(@name $($c_name)?);
            fn shorten<'short, 'long: 'short>(node: &'short $Name) -> &'short $Name {
                node
            }
        }
    };
    // The name may be an alias of a type that is a subtype of another such one. A handle
    // can then become one of the other, and the destructor would not know.
    (@no_drop_glue $Type:ty) => {
        const _: () = ::core::assert!(
            !::core::mem::needs_drop::<$Type>(),
            "a struct with fields that have drop glue has to be declared inside `talloc::node!`"
        );
    };
    // If the struct were removed, the name could stand for another type.
    (@attributes [cfg $($condition:tt)*] $($rest:tt)*) => {
        ::core::compile_error!("put `#[cfg(…)]` in front of `talloc::node!`, not on the struct");
    };
    (@attributes [cfg_attr $($condition:tt)*] $($rest:tt)*) => {
        ::core::compile_error!("`#[cfg_attr(…)]` on the struct of `talloc::node!` is not supported");
    };
    (@attributes [$($other:tt)+] $($rest:tt)*) => {
        $crate::node!(@attributes $($rest)*);
    };
    (@attributes) => {};
    (@name) => { ::core::option::Option::None };
    (@name $c_name:literal) => { ::core::option::Option::Some($c_name) };
    ($($other:tt)*) => {
        ::core::compile_error!(
            "node! takes one struct with named fields and at most one lifetime: \
             `struct Name<'t> { … }` or `struct Name<'t> as c\"struct name\" { … }`; \
             type parameters, where clauses and tuple structs are not supported"
        );
    };
}
