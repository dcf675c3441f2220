use talloc::{Ctx, CtxRef, Error, Node, Str, TBox};

talloc::node! { struct User<'t> { name: Str<'t> } }

struct Failure<'a>(TBox<'a, str>);

impl From<Error> for Failure<'_> {
    fn from(error: Error) -> Self {
        panic!("{error}")
    }
}

fn new_user<'c>(ctx: &'c CtxRef, name: &str) -> Result<Node<'c, User<'c>>, Failure<'c>> {
    ctx.try_build_or(|t| match name {
        "" => Err(Failure(ctx.alloc_str("no name"))),
        name => Ok(User { name: t.strdup(name)? }),
    })
}

fn main() {
    let root = Ctx::new();
    if let Err(Failure(text)) = new_user(&root, "") {
        println!("{text}");
    }
}
