// The error is a child of the half-made struct and freed with it: C would return freed memory.
use talloc::{Ctx, CtxRef, Error, Node, Str, TBox};

talloc::node! { struct User<'t> { name: Str<'t> } }

struct Failure<'a>(TBox<'a, str>);

impl From<Error> for Failure<'_> {
    fn from(error: Error) -> Self {
        panic!("{error}")
    }
}

fn new_user(ctx: &CtxRef) -> Result<Node<'_, User<'_>>, Failure<'_>> {
    ctx.try_build_or(|t| Err(Failure(t.alloc_str("no name"))))
}

fn main() {
    let root = Ctx::new();
    if let Err(Failure(text)) = new_user(&root) {
        println!("{text}");
    }
}
