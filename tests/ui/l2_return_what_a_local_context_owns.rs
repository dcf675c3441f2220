// The context ends with the function, and the result with it: C would return freed memory.
use talloc::{Ctx, CtxRef, Node, Str, TBox};

talloc::node! { struct User<'t> { name: Str<'t> } }

fn handle<'a>() -> TBox<'a, u32> {
    let ctx = Ctx::new();
    ctx.alloc(7)
}

fn kept_reference<'a>(parent: &'a CtxRef) -> &'a mut u32 {
    let scratch = parent.new_child();
    TBox::keep(scratch.alloc(7))
}

fn node<'a>(parent: &'a CtxRef) -> Node<'a, User<'a>> {
    let scratch = parent.new_child();
    scratch.build(|t| User { name: t.strdup("anna").unwrap() })
}

fn main() {
    let root = Ctx::new();
    println!("{} {} {}", handle(), kept_reference(&root), node(&root).get().name);
}
