// What C has allocated on a context of the function goes with it: C would return freed memory.
use talloc::{Array, Ctx, CtxRef, Error, Kept, Node, Str, StrList, TBox};

talloc::node! { #[repr(C)] struct User<'t> as c"struct user" { name: Str<'t> } }

unsafe extern "C" {
    fn user_find(ctx: &CtxRef, out: *mut *mut User<'_>) -> i32;
    fn number(ctx: &CtxRef) -> *mut u32;
    fn text(ctx: &CtxRef) -> *mut core::ffi::c_char;
    fn list(ctx: &CtxRef) -> *mut *mut core::ffi::c_char;
}

fn by_out<'a>() -> Result<Node<'a, User<'a>>, Error> {
    let ctx = Ctx::new();
    unsafe { ctx.adopt_out(|out| if user_find(&ctx, out) == 0 { Ok(()) } else { Err(Error::Null) }) }
}

fn kept<'a>(parent: &'a CtxRef, user: *mut User<'a>) -> Result<Kept<'a, User<'static>>, Error> {
    let ctx = parent.new_child();
    unsafe { ctx.adopt(user) }
}

fn object<'a>() -> Result<TBox<'a, u32>, Error> {
    let ctx = Ctx::new();
    unsafe { ctx.adopt(number(&ctx)) }
}

fn slice<'a>() -> Result<TBox<'a, [u32]>, Error> {
    let ctx = Ctx::new();
    unsafe { ctx.adopt_slice(number(&ctx), 1) }
}

fn array() -> Result<Array<'static, u32>, Error> {
    let ctx = Ctx::new();
    unsafe { ctx.adopt(number(&ctx)) }
}

fn string() -> Result<Str<'static>, Error> {
    let ctx = Ctx::new();
    unsafe { ctx.adopt(text(&ctx)) }
}

fn strings() -> Result<StrList<'static>, Error> {
    let ctx = Ctx::new();
    unsafe { ctx.adopt(list(&ctx)) }
}

fn main() {
    let root = Ctx::new();
    let _ = (by_out(), kept(&root, core::ptr::null_mut()), object(), slice());
    let _ = (array(), string(), strings());
}
