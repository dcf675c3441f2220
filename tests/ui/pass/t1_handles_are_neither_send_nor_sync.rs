//! Nothing that leads to a tree may change threads, for libtalloc locks nothing.
use talloc::field::StrListIter;
use talloc::{Array, BlobBuf, CType, Ctx, CtxRef, Kept, Node, Rejected, Str, StrList, TBox, TString, Typed};

talloc::node! { struct User { id: u32 } }

struct Id;
impl CType for Id {
    const NAME: &'static std::ffi::CStr = c"struct id";
}

/// Compiles only if none of the types implements the trait: for one that does, `_` could be `()`
/// as well as `Found`.
macro_rules! assert_not {
    ($Trait:ident: $($Type:ty),* $(,)?) => {$(
        const _: fn() = || {
            trait Look<A> {
                fn found() {}
            }
            struct Found;
            impl<T: ?Sized> Look<()> for T {}
            impl<T: ?Sized + $Trait> Look<Found> for T {}
            <$Type as Look<_>>::found()
        };
    )*};
}

macro_rules! assert_handles_are_not {
    ($($Trait:ident)*) => {$(
        assert_not!($Trait:
            Ctx<'static>,
            &'static CtxRef,
            TBox<'static, u8>,
            TBox<'static, [u8]>,
            TBox<'static, str>,
            TString<'static>,
            Str<'static>,
            StrList<'static>,
            BlobBuf<'static>,
            StrListIter<'static>,
            Array<'static, u8>,
            Node<'static, User>,
            Kept<'static, User>,
            Typed<'static, Id>,
            Rejected<TBox<'static, u8>>,
        );
    )*};
}

assert_handles_are_not!(Send Sync);
assert_not!(Sync: CtxRef);

fn main() {
    let ctx = Ctx::new();
    println!("{}", ctx.build::<User>(|_| User { id: 7 }).get().id);
}
