// A context does not give out references to the object by the name of its type: inside `with_mut`
// there is a `&mut` to it already.
use talloc::{CType, CtxRef, Str};

talloc::node! {
    #[repr(C)]
    struct Foo<'t> as c"struct foo" {
        x: u32,
        _name: Option<Str<'t>>,
    }
}

#[repr(C)]
struct View {
    x: u32,
}

impl CType for View {
    const NAME: &'static std::ffi::CStr = c"struct foo";
}

fn change<'t>(t: &'t CtxRef, foo: &mut Foo<'t>) -> u32 {
    foo.x = 1;
    // SAFETY: 1. it is a View, aligned. 2. `seen` is used up before the next change.
    let seen = unsafe { t.get_type::<View>() }.unwrap().x;
    foo.x = 2;
    seen
}

fn main() {
    let ctx = talloc::Ctx::new();
    let mut node = ctx.build::<Foo>(|_| Foo { x: 0, _name: None });
    println!("{}", node.with_mut(|t, foo| change(t, foo)));
}
