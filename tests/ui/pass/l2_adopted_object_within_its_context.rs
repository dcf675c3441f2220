// What C has allocated on the caller's context may be returned; what is below another object, moved.
use talloc::{Blob, CStrRef, Ctx, CtxRef, Error, Items, Node, Str};

talloc::node! { #[repr(C)] struct User<'t> as c"struct user" { name: Str<'t> } }

/// What stands for a function of C.
fn user_find(ctx: &CtxRef) -> *mut User<'_> {
    ctx.build::<User>(|t| User { name: t.strdup_c(c"anna") }).into_raw()
}

fn find(ctx: &CtxRef) -> Result<Node<'_, User<'_>>, Error> {
    unsafe { ctx.adopt(user_find(ctx)) }
}

fn find_below<'c>(ctx: &'c CtxRef, scratch: &CtxRef) -> Result<Node<'c, User<'c>>, Error> {
    let user: Node<'_, User> = unsafe { scratch.adopt(user_find(scratch)) }?;
    Ok(user.steal(ctx))
}

fn shorten<'a>(blob: Blob<'static>, text: CStrRef<'static>, items: Items<'static, &'static str>) -> (Blob<'a>, CStrRef<'a>, Items<'a, &'a str>) {
    (blob, text, items)
}

fn main() -> Result<(), Error> {
    let ctx = Ctx::new();
    let (first, second) = (find(&ctx)?, find_below(&ctx, &ctx.new_child())?);
    println!("{} {}", first.get().name, second.get().name);
    let (blob, text, items) = shorten(Blob::EMPTY, c"text".into(), Items::from(&["a"][..]));
    println!("{blob:?} {text} {items:?}");
    Ok(())
}
