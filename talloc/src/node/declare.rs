//! The macro [`node!`](crate::node!).
//!
//! It writes safe code only: the item as it stands, and two impls of safe traits.
//! Soundness does not depend on it. Its parts are in a hidden macro, which reads the
//! parameters token by token, since bounds are no fragment of `macro_rules`.

/// Declares a struct or enum that owns its fields: an owner node.
///
/// This is C's pattern `foo->name = talloc_strdup(foo, …)`, where one
/// `talloc_free(foo)` frees all of it. The struct takes one lifetime, by custom
/// `'t`: that of its own chunk, on which its fields are allocated. It is built
/// by [`CtxRef::build`](crate::CtxRef::build) or, without a parent, by
/// [`talloc::root`](crate::root), and lives in a [`Node`](crate::Node).
///
/// ```
/// use talloc::{Array, Ctx, Kept, Str};
///
/// talloc::node! {
///     /// A user, their groups and their manager.
///     #[derive(Debug)]
///     pub struct User<'t> {
///         pub name: Str<'t>,
///         pub groups: Array<'t, u32>,
///         pub manager: Option<Kept<'t, User<'static>>>,
///     }
/// }
///
/// let ctx = Ctx::new();
/// let user = ctx.try_build::<User>(|t| {
///     let chief = t.try_build(|t| {
///         Ok(User { name: t.strdup("bob")?, groups: t.alloc_slice_copy(&[]).into(), manager: None })
///     })?;
///     Ok(User {
///         name: t.strdup("anna")?,
///         groups: t.alloc_slice_copy(&[100, 27]).into(),
///         manager: Some(chief.keep()),
///     })
/// })?;
/// assert_eq!(user.get().manager.as_ref().unwrap().get().name, "bob");
/// # assert_eq!(user.get().groups[1], 27);
/// # Ok::<(), talloc::Error>(())
/// ```
///
/// **A field that is a node** is a [`Kept`](crate::Kept), and names the other struct with `'static`:
/// `Kept<'t, User<'static>>`. (Its fields still live exactly as long as the node;
/// `'static` stands for the family, "`User` of any lifetime".)
///
/// **Enums, tuple structs, and type parameters**, which are `'static`, with the bounds
/// that they need:
///
/// ```
/// use talloc::{Array, Ctx, Kept, Str};
///
/// talloc::node! {
///     enum Value<'t> {
///         Null,
///         Text(Str<'t>),
///         List(Array<'t, Kept<'t, Value<'static>>>),
///     }
/// }
/// talloc::node! { struct Named<'t, T: Default + std::fmt::Debug> { name: Str<'t>, value: T } }
/// talloc::node! { struct Path<'t>(Str<'t>); }
///
/// let ctx = Ctx::new();
/// let text = ctx.try_build::<Value>(|t| Ok(Value::Text(t.strdup("a")?)))?;
/// assert!(matches!(text.get(), Value::Text(text) if text == "a"));
/// let named = ctx.try_build::<Named<u32>>(|t| Ok(Named { name: t.strdup("b")?, value: 1 }))?;
/// assert_eq!((named.get().name.as_str(), named.get().value), ("b", 1));
/// # let path = ctx.try_build::<Path>(|t| Ok(Path(t.strdup("/")?)))?;
/// # assert_eq!(path.get().0, "/");
/// # let null = ctx.build::<Value>(|_| Value::Null);
/// # let list = ctx.build::<Value>(|t| Value::List(t.alloc_slice_from_iter([null.steal(t).keep()]).into()));
/// # assert!(matches!(list.get(), Value::List(list) if list.len() == 1));
/// # Ok::<(), talloc::Error>(())
/// ```
///
/// What a field or a variant owned before it was replaced stays with the node until that is
/// freed, as in C: `free` it, or take it apart by `std::mem::replace` first.
///
/// **For a struct that C reads**, add `#[repr(C)]` and its C name, so that C's
/// `talloc_get_type(ptr, struct user)` accepts it and Rust checks it when it
/// takes one over ([`Node::from_raw`](crate::node::Node::from_raw)):
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
/// **The struct can be declared outside**, for tools that read the source and do not
/// expand macros, such as generators of C headers:
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
#[doc(alias = "talloc_set_type")]
#[macro_export]
macro_rules! node {
    ($(#[$($attribute:tt)*])* $vis:vis $struct_or_enum:ident $Name:ident $($rest:tt)*) => {
        $crate::__node! {
            @item [$(#[$($attribute)*])*] [$vis] $struct_or_enum $Name $($rest)*
        }
    };
    ($($declared_outside:tt)*) => {
        $crate::__node! { @outside $($declared_outside)* }
    };
}

/// The parts of [`node!`](crate::node!).
///
/// `{…}` is the item as far as it has been read, no more than its parameters for one
/// that is declared outside. Then come its name, `[its lifetime]`, `[parameters as an impl declares
/// them]`, `[their names]`, and what is still to be read.
#[doc(hidden)]
#[macro_export]
macro_rules! __node {
    (@item [$($attributes:tt)*] [$($vis:tt)*] struct $Name:ident $($rest:tt)*) => {
        $crate::__node! { @head { $($attributes)* $($vis)* struct $Name } $Name $($rest)* }
    };
    (@item [$($attributes:tt)*] [$($vis:tt)*] enum $Name:ident $($rest:tt)*) => {
        $crate::__node! { @head { $($attributes)* $($vis)* enum $Name } $Name $($rest)* }
    };
    // `Name as c"name"`, where `as` was taken for the name of an item.
    (@item [] [$($vis:tt)*] $Name:ident $($rest:tt)*) => {
        $crate::__node! { @outside $Name $($rest)* }
    };
    (@outside $Name:ident $($rest:tt)*) => {
        $crate::__node! { @head {} $Name $($rest)* }
    };
    (@outside $($rest:tt)*) => {
        $crate::__node! { @error }
    };

    // The parameters: a lifetime comes first.
    (@head {$($item:tt)*} $Name:ident < $t:lifetime , $($rest:tt)*) => {
        $crate::__node! { @parameter {$($item)* < $t ,} $Name [$t] [] [] $($rest)* }
    };
    (@head {$($item:tt)*} $Name:ident < $t:lifetime > $($rest:tt)*) => {
        $crate::__node! { @c_name {$($item)* < $t >} $Name [$t] [] [] $($rest)* }
    };
    (@head {$($item:tt)*} $Name:ident < $t:lifetime : $($rest:tt)*) => {
        $crate::__node! { @error }
    };
    (@head {$($item:tt)*} $Name:ident < $($rest:tt)*) => {
        $crate::__node! { @parameter {$($item)* <} $Name [] [] [] $($rest)* }
    };
    (@head {$($item:tt)*} $Name:ident $($rest:tt)*) => {
        $crate::__node! { @c_name {$($item)*} $Name [] [] [] $($rest)* }
    };

    // The beginning of a type or const parameter, or the end of the list.
    (@parameter {$($item:tt)*} $Name:ident $t:tt $p:tt $n:tt > $($rest:tt)*) => {
        $crate::__node! { @c_name {$($item)* >} $Name $t $p $n $($rest)* }
    };
    (@parameter $item:tt $Name:ident $t:tt $p:tt $n:tt $second:lifetime $($rest:tt)*) => {
        ::core::compile_error!(::core::concat!(
            "a node has one lifetime, that of its own chunk: `",
            ::core::stringify!($second),
            "` would be that of something else",
        ));
    };
    (@parameter {$($item:tt)*} $Name:ident $t:tt $p:tt $n:tt const $N:ident : $($rest:tt)*) => {
        $crate::__node! {
            @bounds {$($item)* const $N :} $Name $t $p $n {$N} [const $N :] [] $($rest)*
        }
    };
    (@parameter {$($item:tt)*} $Name:ident $t:tt $p:tt $n:tt $T:ident : $($rest:tt)*) => {
        $crate::__node! {
            @bounds {$($item)* $T :} $Name $t $p $n {$T} [$T : 'static +] [] $($rest)*
        }
    };
    (@parameter {$($item:tt)*} $Name:ident $t:tt $p:tt $n:tt $T:ident $($rest:tt)*) => {
        $crate::__node! { @bounds {$($item)* $T} $Name $t $p $n {$T} [$T : 'static] [] $($rest)* }
    };

    // Its bounds, up to the comma or `>` that is not in brackets of their own. The
    // last list has a `<` for each bracket that is open.
    (@bounds {$($item:tt)*} $Name:ident $t:tt [$($p:tt)*] [$($n:tt)*] {$T:ident} [$($b:tt)*] []
        , $($rest:tt)*) => {
        $crate::__node! {
            @parameter {$($item)* ,} $Name $t [$($p)* $($b)* ,] [$($n)* $T ,] $($rest)*
        }
    };
    (@bounds {$($item:tt)*} $Name:ident $t:tt [$($p:tt)*] [$($n:tt)*] {$T:ident} [$($b:tt)*] []
        > $($rest:tt)*) => {
        $crate::__node! {
            @c_name {$($item)* >} $Name $t [$($p)* $($b)* ,] [$($n)* $T ,] $($rest)*
        }
    };
    (@bounds {$($item:tt)*} $Name:ident $t:tt [$($p:tt)*] [$($n:tt)*] {$T:ident} [$($b:tt)*] [<]
        >> $($rest:tt)*) => {
        $crate::__node! {
            @c_name {$($item)* >>} $Name $t [$($p)* $($b)* > ,] [$($n)* $T ,] $($rest)*
        }
    };
    // The end of a bracket, glued to the `=` of a default.
    (@bounds {$($item:tt)*} $Name:ident $t:tt $p:tt $n:tt $T:tt [$($b:tt)*] [<]
        >= $($rest:tt)*) => {
        $crate::__node! { @bounds {$($item)* >} $Name $t $p $n $T [$($b)* >] [] = $($rest)* }
    };
    (@bounds {$($item:tt)*} $Name:ident $t:tt $p:tt $n:tt $T:tt [$($b:tt)*] [< <]
        >>= $($rest:tt)*) => {
        $crate::__node! { @bounds {$($item)* >>} $Name $t $p $n $T [$($b)* >>] [] = $($rest)* }
    };
    // A default is for the item alone.
    (@bounds {$($item:tt)*} $Name:ident $t:tt $p:tt $n:tt $T:tt $b:tt []
        = - $default:literal , $($rest:tt)*) => {
        $crate::__node! { @bounds {$($item)* = -$default} $Name $t $p $n $T $b [] , $($rest)* }
    };
    (@bounds {$($item:tt)*} $Name:ident $t:tt $p:tt $n:tt $T:tt $b:tt []
        = - $default:literal > $($rest:tt)*) => {
        $crate::__node! { @bounds {$($item)* = -$default} $Name $t $p $n $T $b [] > $($rest)* }
    };
    (@bounds {$($item:tt)*} $Name:ident $t:tt $p:tt $n:tt $T:tt $b:tt []
        = $default:tt , $($rest:tt)*) => {
        $crate::__node! { @bounds {$($item)* = $default} $Name $t $p $n $T $b [] , $($rest)* }
    };
    (@bounds {$($item:tt)*} $Name:ident $t:tt $p:tt $n:tt $T:tt $b:tt []
        = $default:tt > $($rest:tt)*) => {
        $crate::__node! { @bounds {$($item)* = $default} $Name $t $p $n $T $b [] > $($rest)* }
    };
    (@bounds {$($item:tt)*} $Name:ident $t:tt $p:tt $n:tt $T:tt $b:tt []
        = $Default:ty , $($rest:tt)*) => {
        $crate::__node! { @bounds {$($item)* = $Default} $Name $t $p $n $T $b [] , $($rest)* }
    };
    (@bounds {$($item:tt)*} $Name:ident $t:tt $p:tt $n:tt $T:tt $b:tt []
        = $Default:ty > $($rest:tt)*) => {
        $crate::__node! { @bounds {$($item)* = $Default} $Name $t $p $n $T $b [] > $($rest)* }
    };
    (@bounds {$($item:tt)*} $Name:ident $t:tt $p:tt $n:tt $T:tt [$($b:tt)*] [$($open:tt)*]
        < $($rest:tt)*) => {
        $crate::__node! {
            @bounds {$($item)* <} $Name $t $p $n $T [$($b)* <] [$($open)* <] $($rest)*
        }
    };
    (@bounds {$($item:tt)*} $Name:ident $t:tt $p:tt $n:tt $T:tt [$($b:tt)*] [< $($open:tt)*]
        > $($rest:tt)*) => {
        $crate::__node! {
            @bounds {$($item)* >} $Name $t $p $n $T [$($b)* >] [$($open)*] $($rest)*
        }
    };
    (@bounds {$($item:tt)*} $Name:ident $t:tt $p:tt $n:tt $T:tt [$($b:tt)*] [< < $($open:tt)*]
        >> $($rest:tt)*) => {
        $crate::__node! {
            @bounds {$($item)* >>} $Name $t $p $n $T [$($b)* >>] [$($open)*] $($rest)*
        }
    };
    (@bounds {$($item:tt)*} $Name:ident $t:tt $p:tt $n:tt $T:tt [$($b:tt)*] $open:tt
        $token:tt $($rest:tt)*) => {
        $crate::__node! {
            @bounds {$($item)* $token} $Name $t $p $n $T [$($b)* $token] $open $($rest)*
        }
    };

    // The C name.
    (@c_name $item:tt $Name:ident $t:tt $p:tt $n:tt as $c_name:literal $($rest:tt)*) => {
        $crate::__node! {
            @body $item $Name $t $p $n [::core::option::Option::Some($c_name)] [] $($rest)*
        }
    };
    (@c_name $item:tt $Name:ident $t:tt $p:tt $n:tt $($rest:tt)*) => {
        $crate::__node! { @body $item $Name $t $p $n [::core::option::Option::None] [] $($rest)* }
    };

    // The rest of the item, with a where clause before or behind its fields.
    (@body {$(< $($outside:tt)*)?} $Name:ident $t:tt $p:tt $n:tt $c:tt []) => {
        $crate::__node! { @impls {} $Name $t $p $n $c [] }
    };
    (@body {$(< $($outside:tt)*)?} $Name:ident $t:tt $p:tt $n:tt $c:tt []
        where $($bounds:tt)*) => {
        $crate::__node! { @impls {} $Name $t $p $n $c [where $($bounds)*] }
    };
    (@body {$(< $($outside:tt)*)?} $($rest:tt)*) => {
        $crate::__node! { @error }
    };
    (@body {$($item:tt)*} $Name:ident $t:tt $p:tt $n:tt $c:tt $w:tt { $($fields:tt)* }) => {
        $crate::__node! { @impls {$($item)* { $($fields)* }} $Name $t $p $n $c $w }
    };
    (@body {$($item:tt)*} $Name:ident $t:tt $p:tt $n:tt $c:tt [] ( $($fields:tt)* );) => {
        $crate::__node! { @impls {$($item)* ( $($fields)* );} $Name $t $p $n $c [] }
    };
    (@body {$($item:tt)*} $Name:ident $t:tt $p:tt $n:tt $c:tt [] ( $($fields:tt)* )
        where $($bounds:tt)*) => {
        $crate::__node! {
            @where {$($item)* ( $($fields)* ) where} $Name $t $p $n $c [where] $($bounds)*
        }
    };
    (@body {$($item:tt)*} $Name:ident $t:tt $p:tt $n:tt $c:tt [] where $($bounds:tt)*) => {
        $crate::__node! { @where {$($item)* where} $Name $t $p $n $c [where] $($bounds)* }
    };
    (@body {$($item:tt)*} $Name:ident $t:tt $p:tt $n:tt $c:tt [] ;) => {
        $crate::__node! { @impls {$($item)* ;} $Name $t $p $n $c [] }
    };
    (@body $($rest:tt)*) => {
        $crate::__node! { @error }
    };

    (@where {$($item:tt)*} $Name:ident $t:tt $p:tt $n:tt $c:tt $w:tt { $($fields:tt)* }) => {
        $crate::__node! { @impls {$($item)* { $($fields)* }} $Name $t $p $n $c $w }
    };
    (@where {$($item:tt)*} $Name:ident $t:tt $p:tt $n:tt $c:tt $w:tt ;) => {
        $crate::__node! { @impls {$($item)* ;} $Name $t $p $n $c $w }
    };
    (@where {$($item:tt)*} $Name:ident $t:tt $p:tt $n:tt $c:tt [$($w:tt)*]
        $token:tt $($rest:tt)*) => {
        $crate::__node! { @where {$($item)* $token} $Name $t $p $n $c [$($w)* $token] $($rest)* }
    };

    (@impls {$($item:tt)*} $Name:ident [$t:lifetime] [$($p:tt)*] [$($n:tt)*] [$($c:tt)*]
        [$($w:tt)*]) => {
        $($item)*

        impl<$($p)*> $crate::node::Member for $Name<'_, $($n)*> $($w)* {
            type Family = $Name<'static, $($n)*>;
        }

        impl<$($p)*> $crate::node::Family for $Name<'static, $($n)*> $($w)* {
            type Of<$t> = $Name<$t, $($n)*>;
            const C_NAME: ::core::option::Option<&'static ::core::ffi::CStr> = $($c)*;
            // The first lifetime is there to be read: the compiler names it for a field
            // `Kept<'t, Other<'t>>`, which would not be covariant.
            fn shorten<'a_field_is_not_covariant_or_names_a_node_without_static, $t: 'a_field_is_not_covariant_or_names_a_node_without_static>(
                node: &'a_field_is_not_covariant_or_names_a_node_without_static $Name<$t, $($n)*>,
            ) -> &'a_field_is_not_covariant_or_names_a_node_without_static
                $Name<'a_field_is_not_covariant_or_names_a_node_without_static, $($n)*>
            {
                node
            }
        }
    };
    (@impls {$($item:tt)*} $Name:ident [] [$($p:tt)*] [$($n:tt)*] [$($c:tt)*] [$($w:tt)*]) => {
        $($item)*

        impl<$($p)*> $crate::node::Member for $Name<$($n)*> $($w)* {
            type Family = $Name<$($n)*>;
        }

        impl<$($p)*> $crate::node::Family for $Name<$($n)*> $($w)* {
            type Of<'t> = $Name<$($n)*>;
            const C_NAME: ::core::option::Option<&'static ::core::ffi::CStr> = $($c)*;
            fn shorten<'short, 'long: 'short>(node: &'short $Name<$($n)*>) -> &'short $Name<$($n)*> {
                node
            }
        }
    };

    (@error) => {
        ::core::compile_error!(
            "node! takes one struct or enum with at most one lifetime, which comes first: \
             `struct Name<'t> { … }`, `struct Name<'t>(…);`, `enum Name<'t, T: Bound> { … }`, \
             with its C name as `struct Name<'t> as c\"struct name\" { … }`, or, if it is \
             declared outside, `node!(Name<'t>)`"
        );
    };
    ($($other:tt)*) => {
        $crate::__node! { @error }
    };
}
