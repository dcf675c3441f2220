//! [`Family`]: the types that a struct is, one for each lifetime of its fields.

use core::ffi::CStr;

use crate::name::Name;

/// A struct or enum that owns its fields, as [`node!`](crate::node!) declares it.
///
/// `Foo<'t>` for each `'t` is a family of types: in a node, `'t` stands for "as
/// long as this very struct". The family is named by its `'static` member,
/// `Foo<'static>`, which implements this trait.
///
/// It can be implemented by hand, and nothing can be broken by that: a node
/// is made, read, changed and dropped as [`Of`](Family::Of) of one and the same
/// `Self`, and since `Self` is `'static`, `Of<'t>` can borrow from nothing that
/// ends but `'t`.
///
/// ```
/// use talloc::node::{Family, Member};
/// use talloc::{Ctx, Str};
///
/// /// A host and its port, as a pair.
/// struct HostAndPort;
///
/// impl Member for HostAndPort {
///     type Family = Self;
/// }
///
/// impl Family for HostAndPort {
///     type Of<'t> = (Str<'t>, u16);
///
///     fn shorten<'short, 'long: 'short>(
///         pair: &'short (Str<'long>, u16),
///     ) -> &'short (Str<'short>, u16) {
///         pair
///     }
/// }
///
/// let ctx = Ctx::new();
/// let pair = ctx.build::<HostAndPort>(|t| (t.strdup_c(c"localhost"), 80));
/// assert_eq!(pair.get().0, "localhost");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an owner node",
    label = "not declared with `talloc::node!`",
    note = "a struct that owns its fields is declared with `talloc::node! {{ struct Name<'t> {{ … }} }}`",
    note = "in the type of a field it is named with `'static`: `Kept<'t, Name<'static>>`"
)]
pub trait Family: Member<Family = Self> + 'static {
    /// The struct, with its fields borrowing for `'t`.
    type Of<'t>;

    /// The name by which C knows the struct, if it has one. Without it, nodes are
    /// named after the Rust type.
    const C_NAME: Option<&'static CStr> = None;

    /// Returns its argument, and so compiles only for a covariant struct: one whose
    /// fields may be seen with a shorter lifetime. What a reader of a node gets
    /// has passed through here.
    fn shorten<'short, 'long: 'short>(node: &'short Self::Of<'long>) -> &'short Self::Of<'short>;
}

/// `Foo<'t>` of any lifetime, as a name of its [`Family`].
///
/// It lets [`talloc::Node`](crate::Node) take a family with any lifetime. Implemented
/// by [`node!`](crate::node!).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an owner node",
    label = "not declared with `talloc::node!`",
    note = "a struct that owns its fields is declared with `talloc::node! {{ struct Name<'t> {{ … }} }}`"
)]
pub trait Member {
    /// The family, named by its `'static` member.
    type Family: Family;
}

/// The name of a family's chunks.
#[inline]
pub(crate) fn name_of<F: Family>() -> Name {
    match F::C_NAME {
        Some(name) => Name::new(name),
        None => Name::of::<F::Of<'static>>(),
    }
}
