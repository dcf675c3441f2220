//! [`NoDrop`]: what can be an element of an array that drops nothing.

use core::cell::Cell;
use core::marker::PhantomData;
use core::mem::{ManuallyDrop, MaybeUninit};
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use core::num::{NonZero, Wrapping};
use core::ptr::NonNull;
use core::sync::atomic::{
    AtomicBool, AtomicI8, AtomicI16, AtomicI32, AtomicIsize, AtomicU8, AtomicU16, AtomicU32,
    AtomicUsize,
};
use core::time::Duration;

use crate::node::Family;
use crate::node::field::{Array, Blob, BlobBuf, CStrRef, Items, Kept, Str, StrList, StrListRef};

/// A type that needs no dropping: what an [`Array`] may hold.
///
/// An `Array` is freed with its parent, by whichever side, and never drops its
/// elements. Numbers, pointers, references and the field types have nothing to
/// drop, nor have `Option`s, arrays and tuples of them. A struct of such fields
/// is declared by one line, also if it is `Copy`:
///
/// ```
/// use talloc::{Array, Ctx, NoDrop, Str};
///
/// #[repr(C)]
/// struct Route<'t> { target: Str<'t>, metric: u32 }
///
/// impl NoDrop for Route<'_> {}
///
/// let ctx = Ctx::new();
/// let routes = [Route { target: ctx.strdup("10.0.0.0/8")?, metric: 1 }];
/// let routes: Array<'_, Route<'_>> = ctx.alloc_slice_from_iter(routes).into();
/// assert_eq!(routes[0].target, "10.0.0.0/8");
/// # assert_eq!(routes[0].metric, 1);
/// # Ok::<(), talloc::Error>(())
/// ```
///
/// Nothing unsafe relies on it: an array of a type that says so wrongly does not
/// build. Put a type of another crate into a `#[repr(transparent)]` struct of
/// your own. Elements with drop glue are for a [`TBox<[T]>`](crate::TBox).
#[diagnostic::on_unimplemented(
    message = "`{Self}` may need to be dropped, and an `Array` never drops its elements",
    label = "may need to be dropped",
    note = "text is a `Str<'t>`, an array an `Array<'t, _>`, an owner node a `Kept<'t, _>`: they go with their parent",
    note = "a struct of your own without drop glue says so by `impl talloc::NoDrop for … {{}}`; for a type of another crate, put a struct around it",
    note = "for elements that are dropped, there is `TBox<[T]>`"
)]
pub trait NoDrop {}

macro_rules! no_drop {
    ($({$($bounds:tt)*} $type:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($bounds)*> NoDrop for $type {}
    )*};
}

no_drop! {
    {} bool; {} char; {} ();
    {} u8; {} u16; {} u32; {} u64; {} u128; {} usize;
    {} i8; {} i16; {} i32; {} i64; {} i128; {} isize;
    {} f32; {} f64;
    {} NonZero<u8>; {} NonZero<u16>; {} NonZero<u32>; {} NonZero<u64>; {} NonZero<usize>;
    {} NonZero<i8>; {} NonZero<i16>; {} NonZero<i32>; {} NonZero<i64>; {} NonZero<isize>;
    {T: NoDrop} Wrapping<T>;
    {T: NoDrop, E: NoDrop} Result<T, E>;
    {} Duration; {} Ipv4Addr; {} Ipv6Addr; {} IpAddr; {} SocketAddrV4; {} SocketAddrV6; {} SocketAddr;
    {} AtomicBool; {} AtomicU8; {} AtomicU16; {} AtomicU32; {} AtomicUsize;
    {} AtomicI8; {} AtomicI16; {} AtomicI32; {} AtomicIsize;
    {T: NoDrop} Cell<T>;
    {T: NoDrop} Option<T>;
    {T: NoDrop, const N: usize} [T; N];
    {T: ?Sized} PhantomData<T>;
    {T} MaybeUninit<T>;
    {T: ?Sized} ManuallyDrop<T>;
    {T: ?Sized} &T;
    {T: ?Sized} &mut T;
    {T: ?Sized} *const T;
    {T: ?Sized} *mut T;
    {T: ?Sized} NonNull<T>;
    {} Str<'_>;
    {} StrList<'_>;
    {} Blob<'_>;
    {} BlobBuf<'_>;
    {} CStrRef<'_>;
    {} StrListRef<'_>;
    {T} Items<'_, T>;
    {T: NoDrop} Array<'_, T>;
    {F: Family} Kept<'_, F>;
}

/// Function pointers, of Rust and of C.
macro_rules! functions {
    ($($first:ident $($rest:ident)*)?) => {
        no_drop! {
            {R$(, $first$(, $rest)*)?} fn($($first$(, $rest)*)?) -> R;
            {R$(, $first$(, $rest)*)?} unsafe extern "C" fn($($first$(, $rest)*)?) -> R;
            {R$(, $first$(, $rest)*)?} extern "C" fn($($first$(, $rest)*)?) -> R;
        }
        $(functions! { $($rest)* })?
    };
}

functions! { A B C D E F }

macro_rules! tuples {
    ($($first:ident $($rest:ident)*)?) => {$(
        #[diagnostic::do_not_recommend]
        impl<$first: NoDrop, $($rest: NoDrop),*> NoDrop for ($first, $($rest),*) {}
        tuples! { $($rest)* }
    )?};
}

tuples! { A B C D E F G H }
