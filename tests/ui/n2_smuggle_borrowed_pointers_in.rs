// A node keeps pointers to local variables: C would read a dead stack.
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
    let mut request = ctx.build::<Request>(|_| Request {
        name: c"constant".into(),
        cookie: Blob::EMPTY,
        ids: None,
    });
    {
        let (line, bytes, ids) = (std::ffi::CString::new("line").unwrap(), [1_u8], [1_u32]);
        request.with_mut(|_, request| request.name = line.as_c_str().into());
        request.with_mut(|_, request| request.cookie = Blob::from(&bytes[..]));
        request.with_mut(|_, request| request.ids = Some(Items::from(&ids[..])));
    }
    println!("{}", request.get().name);
}
