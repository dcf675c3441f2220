use talloc::{Ctx, CtxRef, Node, Str, TBox};

talloc::node! { struct User<'t> { name: Str<'t> } }

fn handle(ctx: &CtxRef) -> TBox<'_, u32> {
    ctx.alloc(7)
}

fn kept_reference(parent: &CtxRef) -> &mut u32 {
    TBox::keep(parent.alloc(7))
}

fn node(parent: &CtxRef) -> Node<'_, User<'_>> {
    let scratch = parent.new_child();
    let user = scratch.build::<User>(|t| User { name: t.strdup("anna").unwrap() });
    user.steal(parent)
}

fn main() {
    let root = Ctx::new();
    println!("{} {} {}", handle(&root), kept_reference(&root), node(&root).get().name);
}
