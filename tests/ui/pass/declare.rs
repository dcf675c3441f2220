use std::ffi::CStr;
use talloc::{Array, CType, Ctx, Str};

#[repr(C)]
struct Point {
    x: i32,
    y: i32,
}

impl CType for Point {
    const NAME: &'static CStr = c"struct point";
}

talloc::node! {
    /// A user.
    #[repr(C)]
    #[derive(Debug, PartialEq)]
    pub(crate) struct User<'t> as c"struct user" {
        name: Str<'t>,
        groups: Array<'t, u32>,
    }
}
talloc::node! { struct Counter { hits: u64 } }
talloc::node! { #[repr(C, packed)] struct Packed<'short> { tag: u8, name: Option<Str<'short>> } }

mod without_unsafe_code {
    #![forbid(unsafe_code)]
    talloc::node! { pub struct Empty<'long> { pub text: Option<talloc::Str<'long>> } }
}

fn main() {
    let ctx = Ctx::new();
    let point = ctx.typed().alloc(Point { x: 1, y: 2 });
    let user = ctx.build::<User>(|t| User {
        name: t.strdup("anna").unwrap(),
        groups: t.alloc_slice_copy(&[100]).into(),
    });
    let counter = ctx.build::<Counter>(|_| Counter { hits: 3 });
    let packed = ctx.build::<Packed>(|_| Packed { tag: 4, name: None });
    let empty =
        ctx.build::<without_unsafe_code::Empty>(|_| without_unsafe_code::Empty { text: None });
    println!("{:?} {} {}", user.get(), point.x + point.y, counter.get().hits);
    println!("{}", packed.get().tag);
    println!("{:?}", empty.get().text);
}
