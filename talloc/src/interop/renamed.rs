//! [`Renamed`]: what C did not name after its type.

use crate::error::Error;
use crate::interop::Adopt;
use crate::interop::adopt::sealed::Sealed;
use crate::node::{Family, Kept, Node};
use crate::object::{CType, TBox};

/// A handle of an object that C did not name after its type, as [`CtxRef::adopt`] returns it.
///
/// [`CtxRef::adopt`] and its relatives take a struct only if it is called as its type is. C
/// does that in `talloc`, `talloc_zero` and `talloc_array`. After the place that made it, such as
/// `error.c:7`, it names what comes from `talloc_size`, `talloc_zero_size` or `talloc_memdup`, and
/// from whatever a program has made of these; `talloc_ptrtype`, `talloc_named_const` and
/// `talloc_set_name` give it still other names. As a `Renamed` handle it is taken whatever it is
/// called. Only its size can tell then that it is something else, so say it only where the
/// function in C is known. From then on the object is called as its type is.
///
/// | | checks |
/// |---|---|
/// | `Renamed<TBox<T>>`, `T`: [`CType`] | `NULL`, size |
/// | `Renamed<Node<Foo>>`, `Renamed<Kept<Foo>>` | `NULL`, size, unless the struct is opaque |
/// | `Renamed<TBox<[T]>>`, `T`: [`CType`] | `NULL`, whole elements |
///
/// The other types take whatever name there is. Without a context: [`TBox::from_raw_renamed`],
/// [`Node::from_raw_renamed`]; with a count of elements: [`CtxRef::adopt_slice_renamed`].
///
/// [`CtxRef::adopt`]: crate::CtxRef::adopt
/// [`CtxRef::adopt_slice_renamed`]: crate::CtxRef::adopt_slice_renamed
///
/// ```
/// use talloc::{Ctx, Node, Renamed, Str};
/// # use talloc::CtxRef;
///
/// talloc::node! {
///     #[repr(C)]
///     struct Failure<'t> as c"err_t" { msg: Str<'t> }
/// }
/// # /// `err_t *last_error(TALLOC_CTX *ctx);`
/// # fn last_error(ctx: &CtxRef) -> *mut Failure<'_> {
/// #     let failure = ctx.build::<Failure>(|t| Failure { msg: t.strdup_c(c"no such file") });
/// #     failure.with_name_const(c"error.c:7").into_raw()
/// # }
///
/// let ctx = Ctx::new();
/// // SAFETY: 1 to 6. A new `err_t` on `ctx`, made by `talloc_zero_size`, or NULL.
/// let Renamed(failure) = unsafe { ctx.adopt::<Renamed<Node<'_, Failure<'_>>>>(last_error(&ctx)) }?;
/// assert_eq!(failure.get().msg, "no such file");
/// assert_eq!(failure.as_ctx().name(), c"err_t");
/// # Ok::<(), talloc::Error>(())
/// ```
#[doc(alias = "talloc_size")]
#[doc(alias = "talloc_zero_size")]
#[doc(alias = "talloc_memdup")]
#[doc(alias = "talloc_ptrtype")]
#[derive(Debug)]
#[must_use = "it is freed when it is dropped"]
pub struct Renamed<H>(pub H);

impl<H> Sealed for Renamed<H> {}

macro_rules! renamed {
    ($({$($bounds:tt)*} $handle:ty, $target:ty, $from:path;)*) => {$(
        impl<'p, $($bounds)*> Adopt<'p> for Renamed<$handle> {
            type Target = $target;

            unsafe fn take_over(ptr: *mut $target) -> Result<Self, Error> {
                // SAFETY: duty 1 comprises those of `from_raw_renamed` for this type.
                unsafe { $from(ptr) }.map(Renamed)
            }
        }
    )*};
}

renamed! {
    {T: CType} TBox<'p, T>, T, TBox::from_raw_renamed;
    {T: CType} TBox<'p, [T]>, T, TBox::from_raw_slice_renamed;
    {F: Family} Node<'p, F>, F::Of<'p>, Node::from_raw_renamed;
    {F: Family} Kept<'p, F>, F::Of<'p>, Kept::from_raw_renamed;
}
