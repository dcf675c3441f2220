// Whatever leads to a tree: C would corrupt it from two threads, since talloc locks nothing.
use talloc::{Array, Ctx, CtxRef, Guarded, OnFree, Shared, Str, StrList, TBox, TString};

fn send<T: Send>() {}

fn main() {
    send::<&'static CtxRef>();
    send::<Vec<Ctx<'static>>>();
    send::<TBox<'static, [u8]>>();
    send::<TString<'static>>();
    send::<Option<Str<'static>>>();
    send::<StrList<'static>>();
    send::<Array<'static, u8>>();
    send::<Shared<'static, u8>>();
    send::<Guarded<'static, u8>>();
    send::<OnFree<'static, fn()>>();
}
