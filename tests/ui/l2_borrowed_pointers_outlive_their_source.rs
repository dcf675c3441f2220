// Pointers to local variables in what C reads later: a dead stack.
use talloc::{Blob, CStrRef, Ctx, Items};

fn text() -> CStrRef<'static> {
    let text = std::ffi::CString::new("text").unwrap();
    text.as_c_str().into()
}

fn bytes<'a>() -> Blob<'a> {
    let bytes = [1, 2, 3];
    Blob::from(&bytes[..])
}

fn left_to_a_context<'a>() -> Blob<'a> {
    let ctx = Ctx::new();
    ctx.alloc_slice_copy(b"bytes").into()
}

fn items<'a>() -> Items<'a, u32> {
    let items = [1, 2, 3];
    Items::from(&items[..])
}

fn main() {
    println!("{} {:?} {:?} {:?}", text(), bytes(), left_to_a_context(), items());
}
