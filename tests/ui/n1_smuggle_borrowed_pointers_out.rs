// Pointers into a node outlive it: C would use freed memory.
use talloc::{Blob, CStrRef, Ctx, Items};

talloc::node! {
    #[repr(C)]
    struct Request<'t> as c"struct request" {
        name: CStrRef<'t>,
        cookie: Blob<'t>,
        ids: Option<Items<'t, u32>>,
    }
}

fn main() {
    let ctx = Ctx::new();
    let mut request = ctx.build::<Request>(|t| Request {
        name: t.strdup_c(c"name").leak().into(),
        cookie: t.alloc_slice_copy(b"cookie").into(),
        ids: None,
    });
    let name = request.get().name;
    let cookie = request.get().cookie;
    let ids = request.with_mut(|_, request| request.ids.take());
    drop(request);
    println!("{name} {cookie:?} {ids:?}");
}
