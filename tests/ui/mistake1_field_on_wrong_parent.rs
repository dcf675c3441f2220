// The name is a child of the caller's context: in C it dies before the struct, or outlives it.
use talloc::{CtxRef, Node, Str};

talloc::node! { struct User<'t> { name: Str<'t> } }

fn new_user<'c>(ctx: &'c CtxRef, name: &str) -> Node<'c, User<'c>> {
    ctx.build(|_| User { name: ctx.strdup(name).unwrap() })
}

fn main() {
    let root = talloc::Ctx::new();
    println!("{}", new_user(&root, "anna").get().name);
}
