// A result is a plain value, is allocated on the caller's context, or is stolen onto it.
use talloc::{Ctx, CtxRef, Error, Node, Str, TBox, scratch, try_scratch};

talloc::node! { struct User<'t> { name: Str<'t> } }

fn returned() -> u32 {
    scratch(|tmp| *tmp.alloc(7))
}

fn kept(ctx: &CtxRef) -> &mut u32 {
    scratch(|tmp| TBox::keep(ctx.alloc(*tmp.alloc(7))))
}

fn node<'a>(ctx: &'a CtxRef) -> Node<'a, User<'a>> {
    scratch(|tmp| tmp.build::<User>(|t| User { name: t.strdup("anna").unwrap() }).steal(ctx))
}

fn through_a_variable(ctx: &CtxRef) {
    let mut outside = None;
    scratch(|tmp| outside = Some(TBox::steal(tmp.alloc(7), ctx)));
    assert_eq!(outside.as_deref(), Some(&7));
}

fn as_error() -> Result<(), Error> {
    try_scratch(|tmp| tmp.strdup("a\0b").map(|_| ()))
}

fn main() {
    let ctx = Ctx::new();
    assert_eq!((returned(), *kept(&ctx)), (7, 7));
    assert_eq!(node(&ctx).get().name, "anna");
    through_a_variable(&ctx);
    assert!(as_error().is_err());
    scratch(|outer| {
        let number = scratch(|inner| TBox::steal(inner.alloc(7), outer));
        assert_eq!(*number, 7);
    });
}
