//! Which handle has which trait: one assertion each, which the compiler checks.

use std::borrow::{Borrow, BorrowMut};
use std::error::Error as StdError;
use std::ffi::{CStr, OsStr};
use std::fmt::{self, Debug, Display, Pointer};
use std::hash::Hash;
use std::ops::{Deref, DerefMut};
use std::path::Path;

use talloc::{
    AsCtx, Blob, CStrRef, Ctx, CtxRef, Error, Guarded, Items, Kept, Node, OnFree, Pooled, Rejected,
    SecretBytes, SecretStr, SecretString, Shared, SharedNode, Str, TBox, TString, Typed, Verdict,
};

/// The handle has all of these.
macro_rules! has {
    ($($handle:ty: $($bound:path)*;)*) => {$($(
        const _: () = {
            const fn has<T: ?Sized + $bound>() {}
            has::<$handle>();
        };
    )*)*};
}

/// The handle has none of these.
macro_rules! lacks {
    ($($handle:ty: $($bound:path)*;)*) => {$($(
        const _: () = {
            // With the bound there are two ways to fill in `_`.
            trait Ambiguous<A> {
                const ONE: () = ();
            }
            impl<T: ?Sized> Ambiguous<()> for T {}
            struct Second;
            impl<T: ?Sized + $bound> Ambiguous<Second> for T {}
            <$handle as Ambiguous<_>>::ONE
        };
    )*)*};
}

/// A type with every trait that a handle can pass on.
type Full = fmt::Error;

/// A type with none of them.
struct Bare;

// One value.
has! {
    TBox<'_, Full>: Debug Display Pointer PartialEq Eq PartialOrd Ord Hash StdError;
    TBox<'_, Full>: Deref DerefMut AsRef<Full> AsMut<Full> Borrow<Full> BorrowMut<Full> AsCtx;
    TBox<'_, str>: Debug Display Pointer PartialEq Eq PartialOrd Ord Hash;
    TBox<'_, str>: AsRef<str> AsMut<str> Borrow<str> BorrowMut<str> AsCtx;
    TBox<'_, [u8]>: Debug Pointer PartialEq Eq PartialOrd Ord Hash;
    TBox<'_, [u8]>: AsRef<[u8]> AsMut<[u8]> Borrow<[u8]> BorrowMut<[u8]> AsCtx;
    TBox<'_, dyn StdError>: Debug Display AsRef<dyn StdError> AsCtx;
    Shared<'_, Full>: Debug Display Pointer PartialEq Eq PartialOrd Ord Hash StdError;
    Shared<'_, Full>: Deref AsRef<Full> Borrow<Full>;
    Guarded<'_, Full>: Debug Display Pointer PartialEq Eq PartialOrd Ord Hash StdError;
    Guarded<'_, Full>: Deref DerefMut AsRef<Full> AsMut<Full> Borrow<Full> BorrowMut<Full> AsCtx;
}
lacks! {
    TBox<'_, Bare>: Debug Display PartialEq PartialOrd Hash StdError;
    Shared<'_, Bare>: Debug Display PartialEq PartialOrd Hash StdError;
    Guarded<'_, Bare>: Debug Display PartialEq PartialOrd Hash StdError;
    // Each clone needs a parent; several owners only read, and lend no context.
    TBox<'_, Full>: Clone Default;
    Shared<'_, Full>: Clone Default DerefMut AsMut<Full> BorrowMut<Full> AsCtx;
    Guarded<'_, Full>: Clone Default;
}

talloc::node! {
    #[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    struct Name<'t>(Str<'t>);
}

impl Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Display::fmt(&self.0, f)
    }
}

impl StdError for Name<'_> {}

talloc::node! { struct Plain { _bare: u8 } }

// Nodes.
has! {
    Node<'_, Name>: Debug Display PartialEq Eq PartialOrd Ord Hash StdError AsCtx;
    Kept<'_, Name<'static>>: Debug Display PartialEq Eq PartialOrd Ord Hash StdError AsCtx;
    SharedNode<'_, Name>: Debug Display PartialEq Eq PartialOrd Ord Hash StdError;
}
lacks! {
    Node<'_, Plain>: Debug Display PartialEq PartialOrd Hash StdError Clone Default;
    Kept<'_, Plain>: Debug Display PartialEq PartialOrd Hash StdError Clone Default;
    SharedNode<'_, Plain>: Debug Display PartialEq PartialOrd Hash StdError Clone Default AsCtx;
}

// Strings.
has! {
    TString<'_>: Debug Display PartialEq Eq PartialOrd Ord Hash fmt::Write AsCtx;
    TString<'_>: Deref DerefMut AsRef<str> AsMut<str> Borrow<str> BorrowMut<str>;
    TString<'_>: AsRef<[u8]> AsRef<OsStr> AsRef<Path> PartialEq<str> PartialEq<String>;
    Str<'_>: Debug Display PartialEq Eq PartialOrd Ord Hash AsCtx;
    Str<'_>: Deref AsRef<CStr> Borrow<CStr> PartialEq<str> PartialEq<CStr>;
    CStrRef<'_>: Debug Display PartialEq Eq PartialOrd Ord Hash Clone Copy Default;
    CStrRef<'_>: Deref AsRef<CStr> Borrow<CStr> PartialEq<str> PartialEq<CStr>;
}
lacks! {
    TString<'_>: Clone Default;
    Str<'_>: Clone Default DerefMut;
    CStrRef<'_>: AsCtx;
}

// Secrets: what would show one, copy it, or compare it in a time that tells how much
// of it was right, they do not have.
has! {
    SecretBytes<'_>: Debug;
    SecretString<'_>: Debug fmt::Write;
    SecretStr<'_>: Debug;
}
lacks! {
    SecretBytes<'_>: Display PartialEq PartialOrd Hash Clone Default Deref AsRef<[u8]> Borrow<[u8]>;
    SecretString<'_>: Display PartialEq PartialOrd Hash Clone Default Deref AsRef<str> Borrow<str>;
    SecretBytes<'_>: AsCtx;
    SecretString<'_>: AsCtx;
    SecretStr<'_>: AsCtx Display PartialEq PartialOrd Hash Clone Default Deref AsRef<CStr> Borrow<CStr>;
}

// Contexts, and what allocates on them.
has! {
    CtxRef: Debug AsCtx;
    Ctx<'_>: Debug AsCtx Deref AsRef<CtxRef>;
    &CtxRef: AsCtx;
    dyn AsCtx: AsCtx;
    Typed<'_, Bare>: Debug Clone Copy;
    Pooled<'_>: Debug Clone Copy AsCtx;
}
lacks! {
    // A root is a decision, not a default.
    Ctx<'_>: Clone Default;
}

// The rest.
has! {
    OnFree<'_, fn()>: Debug;
    Rejected<TBox<'_, Bare>>: Debug Display StdError;
    Error: Debug Display PartialEq Eq Clone StdError;
    Verdict: Debug PartialEq Eq Clone Copy Hash;
    Items<'_, Bare>: Debug;
}
lacks! {
    OnFree<'_, fn()>: AsCtx;
    Blob<'_>: AsCtx;
    // It does not know how many there are.
    Items<'_, u8>: PartialEq AsRef<[u8]> AsCtx;
}

#[test]
fn the_table_is_checked_by_the_compiler() {
    let _used = Bare;
}
