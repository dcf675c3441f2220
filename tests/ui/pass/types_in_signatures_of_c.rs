// Each of these is a pointer that C knows, and with `Option` one that may be NULL.
#![deny(improper_ctypes, improper_ctypes_definitions)]
#![allow(dead_code, reason = "the signatures are what is looked at")]
use talloc::{
    Array, BlobBuf, CStrRef, Ctx, CtxRef, Guarded, Kept, Node, SecretStr, Str, StrList, StrListRef, TBox,
    Tree,
    tree,
};

talloc::node! { #[repr(C)] pub struct Foo<'t> { name: Str<'t>, number: u32 } }
talloc::node! { #[repr(C)] pub struct Moves<'t> { name: tree::Str<'t>, numbers: tree::Array<'t, u32> } }

macro_rules! in_signatures {
    ($($name:ident: $type:ty;)*) => {
        $(extern "C" fn $name(_plain: $type, _or_null: Option<$type>) {
            assert_eq!(size_of::<Option<$type>>(), size_of::<*mut u8>());
        })*

        mod declared {
            use super::*;
            unsafe extern "C" {
                $(fn $name(plain: $type, or_null: Option<$type>);)*
            }
        }
    };
}

in_signatures! {
    context: &CtxRef;
    owned: Ctx<'static>;
    text: Str<'static>;
    borrowed: CStrRef<'static>;
    borrowed_list: StrListRef<'static>;
    array: Array<'static, u32>;
    list: StrList<'static>;
    secret: SecretStr<'static>;
    object: TBox<'static, u32>;
    guarded: Guarded<'static, u32>;
    node: Node<'static, Foo<'static>>;
    kept: Kept<'static, Foo<'static>>;
    moves: Tree<Moves<'static>>;
    text_that_moves: tree::Str<'static>;
    list_that_moves: tree::StrList<'static>;
    kept_that_moves: tree::Kept<'static, Moves<'static>>;
}

extern "C" fn by_value(_bytes: BlobBuf<'_>, _numbers: tree::Array<'_, u32>) {}

fn main() {
    by_value(BlobBuf::EMPTY, tree::Array::new());
}
